//! A response, decoded but not verified.

use super::request::CertId;
use super::status::{CertStatus, ResponderError};
use crate::certificate::Certificate;
use crate::crl::RevocationReason;
use crate::der::{self, Class, DerFault, ENUMERATED, Reader, Tlv};
use crate::hex::hex;
use crate::key::PublicKey;
use crate::name::Name;
use crate::oid;
use crate::parse_error::{InField as _, ParseError};
use crate::signature::{Digest, SignatureFault};
use crate::signed::{Algorithm, Signed};
use crate::time::Asn1Time;

/// The largest answer that is read, in bytes.
pub const ANSWER_BYTES_MAX: usize = 64 * 1024;
/// The most certificates that are taken from an answer.
pub const CERTIFICATES_MAX: usize = 8;

/// id-pkix-ocsp-basic.
const BASIC: &[u8] = &[0x2b, 6, 1, 5, 5, 7, 48, 1, 1];

/// An OCSP answer as it came. [`super::check_response`] says what it is worth.
#[derive(Debug, Clone)]
pub struct Response(pub(super) Content);

/// What an answer holds.
#[derive(Debug, Clone)]
pub(super) enum Content {
    /// The responder returned no response.
    Error(ResponderError),
    /// An answer of a type that is not known: its identifier.
    Unknown(String),
    /// The usual kind.
    Basic(Box<Basic>),
}

/// A `BasicOCSPResponse`.
#[derive(Debug, Clone)]
pub(super) struct Basic {
    der: Box<[u8]>,
    signed: Signed,
    pub(super) responder: ResponderId,
    pub(super) produced_at: Asn1Time,
    pub(super) singles: Vec<Single>,
    pub(super) certificates: Vec<Certificate>,
}

impl Basic {
    /// The identifier of the signature's algorithm, dotted, if it is not known.
    pub(super) fn unknown_algorithm(&self) -> Option<String> {
        self.signed.algorithm.is_none().then(|| self.signed.algorithm_name())
    }

    /// Whether the signature is one by this key.
    pub(super) fn verify(&self, key: &PublicKey) -> Result<(), SignatureFault> {
        self.signed.verify(&self.der, key)
    }
}

/// Who signed, as the answer says.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum ResponderId {
    Name(Name),
    /// SHA-1 of the key.
    Key(Box<[u8]>),
}

impl ResponderId {
    /// As text for messages.
    pub(super) fn text(&self) -> String {
        match self {
            Self::Name(name) => format!("\"{}\"", name.text()),
            Self::Key(hash) => format!("the key with SHA-1 {}", hex(hash.get(..20).unwrap_or(hash))),
        }
    }
}

/// The status of one certificate.
#[derive(Debug, Clone)]
pub(super) struct Single {
    /// Nothing if the digest is not known: then it cannot be about the certificate in question.
    pub(super) id: Option<CertId>,
    pub(super) status: CertStatus,
    pub(super) this_update: Asn1Time,
    pub(super) next_update: Option<Asn1Time>,
}

impl Response {
    /// Reads an answer from its DER form (BER as far as certificates may be).
    ///
    /// # Errors
    ///
    /// Names the field that cannot be read. Answers larger than [`ANSWER_BYTES_MAX`] are refused.
    pub fn from_der(der: &[u8]) -> Result<Self, ParseError> {
        if der.len() > ANSWER_BYTES_MAX {
            return Err(DerFault::TooLarge).in_field("OCSPResponse");
        }
        let mut outer = Reader::new(der);
        let mut fields = outer.sequence().in_field("OCSPResponse")?;
        outer.finish().in_field("OCSPResponse")?;
        let status =
            fields.expect(ENUMERATED).and_then(|value| value.integer()).in_field("responseStatus")?;
        let status = der::small_integer(status).unwrap_or(-1);
        let body = fields.explicit(0).in_field("responseBytes")?;
        fields.finish().in_field("OCSPResponse")?;
        if let Some(error) = ResponderError::from_number(status) {
            return Ok(Self(Content::Error(error)));
        }
        let body = body.ok_or(DerFault::Truncated).in_field("responseBytes")?;
        let (kind, bytes) = response_bytes(&body).in_field("responseBytes")?;
        if kind != BASIC {
            return Ok(Self(Content::Unknown(oid::dotted(kind))));
        }
        Ok(Self(Content::Basic(Box::new(basic(&bytes)?))))
    }
}

fn response_bytes<'a>(body: &Tlv<'a>) -> Result<(&'a [u8], std::borrow::Cow<'a, [u8]>), DerFault> {
    if !body.is(Class::Universal, der::SEQUENCE) || !body.constructed {
        return Err(DerFault::WrongTag);
    }
    let mut fields = body.inside();
    let kind = fields.expect(der::OBJECT)?.object()?;
    let bytes = fields.expect(der::OCTET_STRING)?.string()?;
    fields.finish()?;
    Ok((kind, bytes))
}

fn basic(bytes: &[u8]) -> Result<Basic, ParseError> {
    let mut outer = Reader::new(bytes);
    let mut fields = outer.sequence().in_field("BasicOCSPResponse")?;
    outer.finish().in_field("BasicOCSPResponse")?;
    let (signed, data, _) = Signed::read(&mut fields, "tbsResponseData")?;
    let certificates = match fields.explicit(0).in_field("certs")? {
        Some(list) => certificates(&list)?,
        None => Vec::new(),
    };
    fields.finish().in_field("BasicOCSPResponse")?;
    let mut inside = data.inside();
    inside.explicit(0).in_field("version")?;
    let responder = inside.any().and_then(|value| responder_id(&value)).in_field("responderID")?;
    let produced_at = inside.any().and_then(|value| generalized(&value)).in_field("producedAt")?;
    let singles = singles(inside.sequence().in_field("responses")?)?;
    inside.explicit(1).in_field("responseExtensions")?;
    inside.finish().in_field("tbsResponseData")?;
    Ok(Basic { der: bytes.into(), signed, responder, produced_at, singles, certificates })
}

fn certificates(list: &Tlv<'_>) -> Result<Vec<Certificate>, ParseError> {
    if !list.is(Class::Universal, der::SEQUENCE) || !list.constructed {
        return Err(DerFault::WrongTag).in_field("certs");
    }
    let mut found = Vec::new();
    let mut inside = list.inside();
    while let Some(value) = inside.next().in_field("certs")? {
        if found.len() >= CERTIFICATES_MAX {
            return Err(DerFault::TooLarge).in_field("certs");
        }
        found.push(Certificate::from_der(value.whole())?);
    }
    Ok(found)
}

fn responder_id(value: &Tlv<'_>) -> Result<ResponderId, DerFault> {
    if value.class != Class::Context || !value.constructed {
        return Err(DerFault::WrongTag);
    }
    let mut inside = value.inside();
    let id = match value.tag {
        1 => ResponderId::Name(Name::read(&inside.any()?)?),
        2 => ResponderId::Key(inside.expect(der::OCTET_STRING)?.string()?.into()),
        _ => return Err(DerFault::WrongTag),
    };
    inside.finish()?;
    Ok(id)
}

/// A `GeneralizedTime`, which all times of OCSP are.
fn generalized(value: &Tlv<'_>) -> Result<Asn1Time, DerFault> {
    if !value.is(Class::Universal, der::GENERALIZED_TIME) {
        return Err(DerFault::WrongTag);
    }
    Asn1Time::read(value)
}

fn singles(mut list: Reader<'_>) -> Result<Vec<Single>, ParseError> {
    let mut found = Vec::new();
    while !list.is_empty() {
        found.push(list.sequence().in_field("SingleResponse").and_then(single)?);
    }
    Ok(found)
}

fn single(mut fields: Reader<'_>) -> Result<Single, ParseError> {
    let id = cert_id(&mut fields).in_field("certID")?;
    let status = fields.any().and_then(|value| cert_status(&value)).in_field("certStatus")?;
    let this_update = fields.any().and_then(|value| generalized(&value)).in_field("thisUpdate")?;
    let next_update = match fields.explicit(0).in_field("nextUpdate")? {
        Some(value) => Some(generalized(&value).in_field("nextUpdate")?),
        None => None,
    };
    fields.explicit(1).in_field("singleExtensions")?;
    fields.finish().in_field("SingleResponse")?;
    Ok(Single { id, status, this_update, next_update })
}

fn cert_id(fields: &mut Reader<'_>) -> Result<Option<CertId>, DerFault> {
    let mut fields = fields.sequence()?;
    let digest = Algorithm::read(&mut fields)?.identifier;
    let name_hash = fields.expect(der::OCTET_STRING)?.string()?.into_owned();
    let key_hash = fields.expect(der::OCTET_STRING)?.string()?.into_owned();
    let serial = fields.expect(der::INTEGER)?.integer()?.to_vec();
    fields.finish()?;
    Ok(Digest::by_oid(digest).map(|digest| CertId { digest, name_hash, key_hash, serial }))
}

fn cert_status(value: &Tlv<'_>) -> Result<CertStatus, DerFault> {
    if value.class != Class::Context {
        return Err(DerFault::WrongTag);
    }
    match value.tag {
        0 => Ok(CertStatus::Good),
        1 if value.constructed => revoked(value.inside()),
        2 => Ok(CertStatus::Unknown),
        _ => Err(DerFault::WrongTag),
    }
}

fn revoked(mut fields: Reader<'_>) -> Result<CertStatus, DerFault> {
    let at = generalized(&fields.any()?)?.lenient();
    let reason = match fields.explicit(0)? {
        Some(value) if value.is(Class::Universal, ENUMERATED) => {
            der::small_integer(value.integer()?).map(RevocationReason::from_number)
        }
        Some(_) => return Err(DerFault::WrongTag),
        None => None,
    };
    fields.finish()?;
    Ok(CertStatus::Revoked { at, reason })
}
