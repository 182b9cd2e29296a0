//! The fields of a certificate (`TBSCertificate`, RFC 5280 section 4.1).

use std::sync::{Arc, OnceLock};

use super::parts::Inner;
use crate::der::{self, DerFault, Reader};
use crate::extensions::{self, Extensions};
use crate::key::{KeyFault, PublicKey};
use crate::name::Name;
use crate::parse_error::{InField as _, ParseError};
use crate::signed::{Algorithm, Signed};
use crate::time::Asn1Time;

/// Reads what the issuer signed.
pub(super) fn read_tbs(
    mut fields: Reader<'_>,
    outer: &Algorithm<'_>,
    (der, signed): (Arc<[u8]>, Signed),
) -> Result<Inner, ParseError> {
    let version = match fields.explicit(0).in_field("version")? {
        Some(value) => {
            if !value.is(der::Class::Universal, der::INTEGER) {
                return Err(ParseError { field: "version", fault: DerFault::WrongTag });
            }
            der::small_integer(value.integer().in_field("version")?).unwrap_or(-1)
        }
        None => 0,
    };
    let serial = fields.expect(der::INTEGER).and_then(|value| value.integer()).in_field("serialNumber")?;
    let algorithm = Algorithm::read(&mut fields).in_field("signature algorithm")?;
    let issuer = fields.any().and_then(|value| Name::read(&value)).in_field("issuer")?;
    let mut validity = fields.sequence().in_field("validity")?;
    let not_before = validity.any().and_then(|value| Asn1Time::read(&value)).in_field("notBefore")?;
    let not_after = validity.any().and_then(|value| Asn1Time::read(&value)).in_field("notAfter")?;
    validity.finish().in_field("validity")?;
    let subject = fields.any().and_then(|value| Name::read(&value)).in_field("subject")?;
    let spki_start = fields.position();
    let key = read_key(&mut fields).in_field("subjectPublicKeyInfo")?;
    let spki = spki_start..fields.position();
    for (tag, field) in [(1, "issuerUniqueID"), (2, "subjectUniqueID")] {
        if let Some(id) = fields.optional(der::Class::Context, tag).in_field(field)? {
            id.bit_string().in_field(field)?;
        }
    }
    let extensions = read_extensions(&mut fields).in_field("extensions")?;
    fields.finish().in_field("tbsCertificate")?;
    Ok(Inner {
        der,
        spki,
        version,
        serial: serial.into(),
        self_issued: issuer == subject,
        issuer,
        subject,
        not_before,
        not_after,
        key,
        inner_algorithm: algorithm.signature(),
        algorithms_agree: algorithm.same(outer),
        signed,
        extensions,
        marked_self_signed: false,
        sha256: OnceLock::new(),
    })
}

/// Reads the key's frame, which must be well-formed; the key itself need not be.
fn read_key(fields: &mut Reader<'_>) -> Result<Result<PublicKey, KeyFault>, DerFault> {
    let mut info = fields.sequence()?;
    let algorithm = Algorithm::read(&mut info)?;
    let bits = info.expect(der::BIT_STRING)?;
    let (key, _) = bits.bit_string()?;
    info.finish()?;
    Ok(PublicKey::read(algorithm.identifier, algorithm.parameters.as_ref(), &key))
}

fn read_extensions(fields: &mut Reader<'_>) -> Result<Extensions, DerFault> {
    let Some(list) = fields.explicit(3)? else { return Ok(Extensions::default()) };
    if !list.is(der::Class::Universal, der::SEQUENCE) {
        return Err(DerFault::WrongTag);
    }
    extensions::scan(list.inside())
}
