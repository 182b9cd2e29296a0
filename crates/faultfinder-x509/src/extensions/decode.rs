//! The extensions that verification reads, each decoded by its own grammar (RFC 5280 section 4.2).
//!
//! Data behind the value is ignored, as OpenSSL does; data behind the fields inside is not.

use super::facts::{AuthorityKeyId, ExtendedKeyUsage, NameConstraints, ProxyInfo, Subtree};
use crate::der::{self, Class, DerFault, Reader, Tlv};
use crate::general_name::GeneralName;
use crate::oid::Oid;

/// cA and pathLenConstraint.
pub(super) fn basic_constraints(value: &[u8]) -> Result<(bool, Option<PathLength>), DerFault> {
    let mut fields = Reader::new(value).sequence()?;
    let ca = match fields.optional(Class::Universal, der::BOOLEAN)? {
        Some(flag) => flag.boolean()?,
        None => false,
    };
    let length = match fields.optional(Class::Universal, der::INTEGER)? {
        Some(number) => Some(PathLength::of(number.integer()?)),
        None => None,
    };
    fields.finish()?;
    Ok((ca, length))
}

/// A path length as OpenSSL understands it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PathLength {
    Negative,
    /// Too large for a long: as good as none.
    Huge,
    Of(i64),
}

impl PathLength {
    fn of(content: &[u8]) -> Self {
        let positive = match content {
            [0, rest @ ..] if !rest.is_empty() => rest,
            other => other,
        };
        match (content.first(), der::small_integer(content)) {
            (Some(first), _) if first & 0x80 != 0 => Self::Negative,
            (_, Some(value)) if positive.len() <= 8 => Self::Of(value),
            _ => Self::Huge,
        }
    }
}

pub(super) fn proxy_info(value: &[u8]) -> Result<ProxyInfo, DerFault> {
    let mut fields = Reader::new(value).sequence()?;
    let path_length = match fields.optional(Class::Universal, der::INTEGER)? {
        // -1 stands for "none" in OpenSSL, and so does a number that does not fit.
        Some(number) => der::small_integer(number.integer()?).filter(|value| *value != -1),
        None => None,
    };
    let mut policy = fields.sequence()?;
    policy.expect(der::OBJECT)?.object()?;
    if let Some(text) = policy.optional(Class::Universal, der::OCTET_STRING)? {
        text.string()?;
    }
    policy.finish()?;
    fields.finish()?;
    Ok(ProxyInfo { path_length })
}

/// The first two bytes of an extension that is a bit string.
pub(super) fn bit_string(value: &[u8]) -> Result<u16, DerFault> {
    bits(&Reader::new(value).expect(der::BIT_STRING)?)
}

/// The first two bytes of a bit string, first byte low.
pub(super) fn bits(value: &Tlv<'_>) -> Result<u16, DerFault> {
    let (bytes, _) = value.bit_string()?;
    let mut bytes = bytes.iter().copied();
    Ok(u16::from_le_bytes([bytes.next().unwrap_or_default(), bytes.next().unwrap_or_default()]))
}

pub(super) fn extended_key_usage(value: &[u8]) -> Result<ExtendedKeyUsage, DerFault> {
    let mut list = Reader::new(value).sequence_of()?;
    let mut usages = Vec::new();
    while !list.is_empty() {
        usages.push(Oid::new(list.expect(der::OBJECT)?.object()?));
    }
    Ok(ExtendedKeyUsage { usages })
}

pub(super) fn key_id(value: &[u8]) -> Result<Box<[u8]>, DerFault> {
    Ok(Reader::new(value).expect(der::OCTET_STRING)?.string()?.into())
}

pub(crate) fn authority_key_id(value: &[u8]) -> Result<AuthorityKeyId, DerFault> {
    let mut fields = Reader::new(value).sequence()?;
    let key_id = match fields.optional(Class::Context, 0)? {
        Some(id) => Some(id.string()?.into()),
        None => None,
    };
    let names = match fields.implicit_list(1)? {
        Some(list) => GeneralName::read_all(list)?,
        None => Vec::new(),
    };
    let serial = match fields.optional(Class::Context, 2)? {
        Some(number) => Some(number.integer()?.into()),
        None => None,
    };
    fields.finish()?;
    let issuer = names.into_iter().find_map(|name| match name {
        GeneralName::Directory(name) => Some(name),
        _ => None,
    });
    Ok(AuthorityKeyId { key_id, issuer, serial })
}

pub(crate) fn general_names(value: &[u8]) -> Result<Vec<GeneralName>, DerFault> {
    GeneralName::read_all(Reader::new(value).sequence_of()?)
}

pub(super) fn name_constraints(value: &[u8]) -> Result<NameConstraints, DerFault> {
    let mut fields = Reader::new(value).sequence()?;
    let mut subtrees = [Vec::new(), Vec::new()];
    for (tag, list) in [0, 1].into_iter().zip(&mut subtrees) {
        let Some(mut members) = fields.implicit_list(tag)? else { continue };
        while !members.is_empty() {
            list.push(subtree(members.sequence()?)?);
        }
    }
    fields.finish()?;
    let [permitted, excluded] = subtrees;
    Ok(NameConstraints { permitted, excluded })
}

fn subtree(mut fields: Reader<'_>) -> Result<Subtree, DerFault> {
    let base = GeneralName::read(&fields.any()?)?;
    let minimum = match fields.optional(Class::Context, 0)? {
        Some(number) => number.integer()?.iter().any(|byte| *byte != 0),
        None => false,
    };
    let maximum = match fields.optional(Class::Context, 1)? {
        Some(number) => !number.integer()?.is_empty(),
        None => false,
    };
    fields.finish()?;
    Ok(Subtree::new(base, minimum || maximum))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn path_lengths_keep_openssls_meaning() {
        type Expected = Result<(bool, Option<PathLength>), DerFault>;
        let rows: &[(&[u8], Expected)] = &[
            (&[0x30, 0], Ok((false, None))),
            (&[0x30, 3, 1, 1, 0xff], Ok((true, None))),
            (&[0x30, 6, 1, 1, 1, 2, 1, 3], Ok((true, Some(PathLength::Of(3))))),
            (&[0x30, 3, 2, 1, 0xff], Ok((false, Some(PathLength::Negative)))),
            (&[0x30, 11, 2, 9, 0, 0x80, 0, 0, 0, 0, 0, 0, 0], Ok((false, Some(PathLength::Huge)))),
            (&[0x30, 5, 1, 1, 1, 5, 0], Err(DerFault::Trailing)),
            (&[0x30, 3, 1, 1], Err(DerFault::Truncated)),
            (&[0x30, 0, 7, 7], Ok((false, None))),
        ];
        for (input, expected) in rows {
            assert_eq!(basic_constraints(input), *expected, "{input:02x?}");
        }
    }

    #[test]
    fn usage_bits_are_two_bytes_low_first() {
        assert_eq!(bit_string(&[3, 2, 1, 6]), Ok(6));
        assert_eq!(bit_string(&[3, 3, 7, 0, 0x80]), Ok(0x8000));
        assert_eq!(bit_string(&[3, 1, 0]), Ok(0));
        assert_eq!(bit_string(&[3, 2, 7, 0xff]), Ok(0x80));
    }
}
