//! Why a signature does not hold.

/// Why a signature does not hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SignatureFault {
    /// The key's type is not that of the algorithm.
    WrongKey,
    /// The algorithm is not known here, or its digest: nothing can be said of the signature.
    Unsupported,
    /// The parameters of the algorithm cannot be read.
    Parameters,
    /// The key's numbers cannot be used.
    UnusableKey,
    /// An RSA signature of the wrong length.
    WrongLength { signature: usize, expected: usize },
    /// An RSA signature from which the key recovers no value.
    Unrecoverable(&'static str),
    /// Not encoded as the algorithm demands.
    Malformed,
    /// Another message or another key.
    Mismatch,
    /// It holds for the usual identifier of SM2, which OpenSSL takes only on request.
    Sm2Identifier,
}

impl SignatureFault {
    /// Whether the signed value could not even be recovered.
    pub(crate) const fn is_undecryptable(self) -> bool {
        matches!(self, Self::WrongLength { .. } | Self::Unrecoverable(_))
    }

    /// Whether the signature may be a good one of a kind that is not known here.
    pub(crate) const fn is_unknown(self) -> bool {
        matches!(self, Self::Unsupported)
    }

    /// As text for messages.
    pub(crate) fn text(self) -> String {
        match self {
            Self::WrongKey => "the issuer's key does not have the type of the signature".to_owned(),
            Self::Unsupported => "the signature's algorithm is not supported".to_owned(),
            Self::Parameters => "the parameters of the signature's algorithm cannot be used".to_owned(),
            Self::UnusableKey => "the issuer's key cannot be used to verify signatures".to_owned(),
            Self::WrongLength { signature, expected } => {
                format!(
                    "the signature has {signature} bytes, but a signature by the issuer's key has {expected}"
                )
            }
            Self::Unrecoverable(why) => {
                format!(
                    "the issuer's key recovers no value from the signature: {why}; it was created with another key, or damaged"
                )
            }
            Self::Malformed => "the signature is not well-formed".to_owned(),
            Self::Sm2Identifier => {
                "the signature was created with the SM2 identifier 1234567812345678, but an empty one is expected".to_owned()
            }
            Self::Mismatch => "the issuer's key did not sign these contents".to_owned(),
        }
    }
}
