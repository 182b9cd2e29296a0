//! What certificates, CRLs and OCSP answers have in common: contents, an algorithm, a signature (`SIGNED`, RFC 5280 section
//! 4.1).

use std::ops::Range;

use crate::der::{self, DerFault, Reader, Tlv, WholeBytes};
use crate::key::PublicKey;
use crate::oid;
use crate::parse_error::{InField as _, ParseError};
use crate::signature::{self, SignatureAlgorithm, SignatureFault};

/// An `AlgorithmIdentifier`.
pub(crate) struct Algorithm<'a> {
    pub(crate) identifier: &'a [u8],
    pub(crate) parameters: Option<Tlv<'a>>,
}

impl<'a> Algorithm<'a> {
    pub(crate) fn read(reader: &mut Reader<'a>) -> Result<Self, DerFault> {
        let mut fields = reader.sequence()?;
        let identifier = fields.expect(der::OBJECT)?.object()?;
        let parameters = fields.next()?;
        if let Some(value) = &parameters {
            value.well_formed()?;
        }
        fields.finish()?;
        Ok(Self { identifier, parameters })
    }

    pub(crate) fn same(&self, other: &Self) -> bool {
        let parameters =
            |algorithm: &Self| algorithm.parameters.map(|value| (value.class, value.tag, value.content()));
        self.identifier == other.identifier && parameters(self) == parameters(other)
    }

    pub(crate) fn signature(&self) -> Option<SignatureAlgorithm> {
        SignatureAlgorithm::find(self.identifier, self.parameters.as_ref())
    }
}

/// What was signed, and how. Places are in the bytes that it was read from.
#[derive(Debug, Clone)]
pub(crate) struct Signed {
    contents: Range<usize>,
    /// The algorithm by which the signature is verified; nothing if it is not known.
    pub(crate) algorithm: Option<SignatureAlgorithm>,
    identifier: Box<[u8]>,
    signature: WholeBytes,
}

impl Signed {
    /// Reads the three parts; gives the contents and the algorithm as they stand there too. What the contents are called
    /// is for errors.
    pub(crate) fn read<'a>(
        fields: &mut Reader<'a>,
        contents: &'static str,
    ) -> Result<(Self, Tlv<'a>, Algorithm<'a>), ParseError> {
        let value = fields.expect(der::SEQUENCE).in_field(contents)?;
        let algorithm = Algorithm::read(fields).in_field("signatureAlgorithm")?;
        let signature = fields
            .expect(der::BIT_STRING)
            .and_then(|value| WholeBytes::read(&value))
            .in_field("signature")?;
        if !value.constructed {
            return Err(ParseError { field: contents, fault: DerFault::WrongTag });
        }
        let signed = Self {
            contents: value.span(),
            algorithm: algorithm.signature(),
            identifier: algorithm.identifier.into(),
            signature,
        };
        Ok((signed, value, algorithm))
    }

    /// The bytes that were signed, out of those that it was read from.
    pub(crate) fn contents<'a>(&self, der: &'a [u8]) -> &'a [u8] {
        der.get(self.contents.clone()).unwrap_or_default()
    }

    /// The signature; nothing if its length is not a whole number of bytes.
    pub(crate) fn signature<'a>(&'a self, der: &'a [u8]) -> Option<&'a [u8]> {
        self.signature.get(der)
    }

    /// `sha256WithRSAEncryption`, or the identifier's dotted form.
    pub(crate) fn algorithm_name(&self) -> String {
        self.algorithm
            .as_ref()
            .map_or_else(|| oid::dotted(&self.identifier), |algorithm| algorithm.name.to_owned())
    }

    /// Whether the signature is one by this key.
    pub(crate) fn verify(&self, der: &[u8], key: &PublicKey) -> Result<(), SignatureFault> {
        let algorithm = self.algorithm.as_ref().ok_or(SignatureFault::Unsupported)?;
        let signature = self.signature(der).ok_or(SignatureFault::Malformed)?;
        signature::verify(key, algorithm, self.contents(der), signature)
    }
}
