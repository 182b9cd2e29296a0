//! SLH-DSA (FIPS 205), as certificates use it: pure, with an empty context (RFC 9909 section 4).

use slh_dsa::{
    ParameterSet, Sha2_128f, Sha2_128s, Sha2_192f, Sha2_192s, Sha2_256f, Sha2_256s, Shake128f, Shake128s,
    Shake192f, Shake192s, Shake256f, Shake256s, Signature, VerifyingKey,
};

use super::SignatureFault;

/// A parameter set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SlhDsa {
    Sha2Small128,
    Sha2Fast128,
    Sha2Small192,
    Sha2Fast192,
    Sha2Small256,
    Sha2Fast256,
    ShakeSmall128,
    ShakeFast128,
    ShakeSmall192,
    ShakeFast192,
    ShakeSmall256,
    ShakeFast256,
}

impl SlhDsa {
    /// The set of an encoded object identifier: 20 to 31 among NIST's signature algorithms.
    pub(crate) const fn by_oid(oid: &[u8]) -> Option<Self> {
        let [0x60, 0x86, 0x48, 1, 0x65, 3, 4, 3, last] = oid else { return None };
        Some(match last {
            20 => Self::Sha2Small128,
            21 => Self::Sha2Fast128,
            22 => Self::Sha2Small192,
            23 => Self::Sha2Fast192,
            24 => Self::Sha2Small256,
            25 => Self::Sha2Fast256,
            26 => Self::ShakeSmall128,
            27 => Self::ShakeFast128,
            28 => Self::ShakeSmall192,
            29 => Self::ShakeFast192,
            30 => Self::ShakeSmall256,
            31 => Self::ShakeFast256,
            _ => return None,
        })
    }

    /// Its name in FIPS 205.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Sha2Small128 => "SLH-DSA-SHA2-128s",
            Self::Sha2Fast128 => "SLH-DSA-SHA2-128f",
            Self::Sha2Small192 => "SLH-DSA-SHA2-192s",
            Self::Sha2Fast192 => "SLH-DSA-SHA2-192f",
            Self::Sha2Small256 => "SLH-DSA-SHA2-256s",
            Self::Sha2Fast256 => "SLH-DSA-SHA2-256f",
            Self::ShakeSmall128 => "SLH-DSA-SHAKE-128s",
            Self::ShakeFast128 => "SLH-DSA-SHAKE-128f",
            Self::ShakeSmall192 => "SLH-DSA-SHAKE-192s",
            Self::ShakeFast192 => "SLH-DSA-SHAKE-192f",
            Self::ShakeSmall256 => "SLH-DSA-SHAKE-256s",
            Self::ShakeFast256 => "SLH-DSA-SHAKE-256f",
        }
    }

    /// Security bits: eight times the length of its hash values.
    pub(crate) const fn security_bits(self) -> u32 {
        match self {
            Self::Sha2Small128 | Self::Sha2Fast128 | Self::ShakeSmall128 | Self::ShakeFast128 => 128,
            Self::Sha2Small192 | Self::Sha2Fast192 | Self::ShakeSmall192 | Self::ShakeFast192 => 192,
            Self::Sha2Small256 | Self::Sha2Fast256 | Self::ShakeSmall256 | Self::ShakeFast256 => 256,
        }
    }

    /// Bits of a public key: two hash values.
    pub(crate) const fn key_bits(self) -> u32 {
        self.security_bits() * 2
    }

    /// Verifies a signature.
    pub(super) fn verify(self, key: &[u8], message: &[u8], signature: &[u8]) -> Result<(), SignatureFault> {
        let verify = match self {
            Self::Sha2Small128 => verify::<Sha2_128s>,
            Self::Sha2Fast128 => verify::<Sha2_128f>,
            Self::Sha2Small192 => verify::<Sha2_192s>,
            Self::Sha2Fast192 => verify::<Sha2_192f>,
            Self::Sha2Small256 => verify::<Sha2_256s>,
            Self::Sha2Fast256 => verify::<Sha2_256f>,
            Self::ShakeSmall128 => verify::<Shake128s>,
            Self::ShakeFast128 => verify::<Shake128f>,
            Self::ShakeSmall192 => verify::<Shake192s>,
            Self::ShakeFast192 => verify::<Shake192f>,
            Self::ShakeSmall256 => verify::<Shake256s>,
            Self::ShakeFast256 => verify::<Shake256f>,
        };
        verify(key, message, signature)
    }
}

fn verify<P: ParameterSet>(key: &[u8], message: &[u8], signature: &[u8]) -> Result<(), SignatureFault> {
    let key = VerifyingKey::<P>::try_from(key).map_err(|_| SignatureFault::UnusableKey)?;
    let signature = Signature::<P>::try_from(signature).map_err(|_| SignatureFault::Malformed)?;
    key.try_verify_with_context(message, &[], &signature).map_err(|_| SignatureFault::Mismatch)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sets_have_the_identifiers_of_rfc_9909() {
        let oid = |last| [0x60, 0x86, 0x48, 1, 0x65, 3, 4, 3, last];
        let sets: Vec<SlhDsa> = (0..=255).filter_map(|last| SlhDsa::by_oid(&oid(last))).collect();
        assert_eq!(sets.len(), 12);
        // id-slh-dsa-sha2-128s, -sha2-256f and -shake-192f (RFC 9909 section 3).
        for (last, name, bits) in
            [(20, "SLH-DSA-SHA2-128s", 256), (25, "SLH-DSA-SHA2-256f", 512), (29, "SLH-DSA-SHAKE-192f", 384)]
        {
            let set = SlhDsa::by_oid(&oid(last)).unwrap();
            assert_eq!((set.name(), set.key_bits()), (name, bits));
        }
        for set in sets {
            let length = usize::try_from(set.key_bits() / 8).unwrap();
            assert_eq!(
                set.verify(&vec![0; length], b"m", &[0; 9]),
                Err(SignatureFault::Malformed),
                "{set:?}"
            );
            assert_eq!(set.verify(&vec![0; length - 1], b"m", &[0; 9]), Err(SignatureFault::UnusableKey));
            // The lengths of signatures in FIPS 205, table 2.
            let bytes = match &set.name()[set.name().len() - 4..] {
                "128s" => 7_856,
                "128f" => 17_088,
                "192s" => 16_224,
                "192f" => 35_664,
                "256s" => 29_792,
                _ => 49_856,
            };
            let verify = |bytes: usize| set.verify(&vec![0; length], b"m", &vec![0; bytes]);
            assert_eq!(verify(bytes), Err(SignatureFault::Mismatch), "{set:?}");
            assert_eq!(verify(bytes + 1), Err(SignatureFault::Malformed), "{set:?}");
        }
    }
}
