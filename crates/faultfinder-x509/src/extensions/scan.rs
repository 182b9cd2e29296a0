//! Walks over the extensions and puts the facts together.

use super::policies::{self, PolicyFlaw};
use super::{Defect, ExtendedKeyUsage, Extensions, Flaw, Marked, decode, distribution, resources};
use crate::der::{self, Class, DerFault, Reader};
use crate::oid::{self, Oid};

/// One extension as it stands there.
pub(crate) struct Raw<'a> {
    pub(crate) kind: &'a [u8],
    pub(crate) critical: bool,
    pub(crate) value: std::borrow::Cow<'a, [u8]>,
}

/// How many extensions one certificate or CRL may have.
const EXTENSIONS_MAX: usize = 1024;

/// Reads a list of extensions.
///
/// # Errors
///
/// Only when the list itself is malformed.
pub(crate) fn read_all(mut list: Reader<'_>) -> Result<Vec<Raw<'_>>, DerFault> {
    let mut all = Vec::new();
    while !list.is_empty() {
        if all.len() >= EXTENSIONS_MAX {
            return Err(DerFault::TooLarge);
        }
        all.push(read_one(&mut list)?);
    }
    Ok(all)
}

/// Reads a certificate's extensions.
///
/// # Errors
///
/// Only when the list itself is malformed; what an extension says wrongly is among the facts.
pub(crate) fn scan(list: Reader<'_>) -> Result<Extensions, DerFault> {
    let all = read_all(list)?;
    let mut found = Extensions { count: all.len(), ..Extensions::default() };
    constraints(&all, &mut found);
    usages(&all, &mut found);
    names(&all, &mut found);
    resources_of(&all, &mut found);
    found.policies = policies::read(|kind| only(&all, kind));
    critical_ones(&all, &mut found);
    Ok(found)
}

fn read_one<'a>(list: &mut Reader<'a>) -> Result<Raw<'a>, DerFault> {
    let mut fields = list.sequence()?;
    let kind = fields.expect(der::OBJECT)?.object()?;
    let critical = match fields.optional(Class::Universal, der::BOOLEAN)? {
        Some(flag) => flag.boolean()?,
        None => false,
    };
    let value = fields.expect(der::OCTET_STRING)?.string()?;
    fields.finish()?;
    Ok(Raw { kind, critical, value })
}

/// The extension of a kind, decoded; one that is there twice counts as unreadable, and the defect is noted.
fn decode_with<T>(
    all: &[Raw<'_>],
    found: &mut Extensions,
    (kind, name): (&[u8], &'static str),
    decode: impl FnOnce(&[u8]) -> Result<T, Flaw>,
) -> Option<Marked<T>> {
    let mut of_kind = all.iter().filter(|raw| raw.kind == kind);
    let raw = of_kind.next()?;
    let decoded = if of_kind.next().is_some() { Err(Flaw::Twice) } else { decode(&raw.value) };
    match decoded {
        Ok(value) => Some(Marked { value, critical: raw.critical }),
        Err(why) => {
            note(found, name, why);
            None
        }
    }
}

/// The value of the extension of a kind; there must not be two.
fn only<'a>(all: &'a [Raw<'_>], kind: &[u8]) -> Result<Option<&'a [u8]>, PolicyFlaw> {
    let mut of_kind = all.iter().filter(|raw| raw.kind == kind);
    match (of_kind.next(), of_kind.next()) {
        (_, Some(_)) => Err(PolicyFlaw::ExtensionTwice),
        (first, None) => Ok(first.map(|raw| &*raw.value)),
    }
}

fn note(found: &mut Extensions, extension: &'static str, why: Flaw) {
    found.invalid.get_or_insert(Defect { extension, why });
}

fn constraints(all: &[Raw<'_>], found: &mut Extensions) {
    let basic = decode_with(all, found, (oid::BASIC_CONSTRAINTS, "basicConstraints"), |value| {
        decode::basic_constraints(value).map_err(Flaw::Encoding)
    });
    if let Some(Marked { value: (is_ca, length), .. }) = basic {
        found.has_basic_constraints = true;
        found.is_ca = is_ca;
        match length {
            Some(decode::PathLength::Negative) => note(found, "basicConstraints", Flaw::NegativePathLength),
            Some(decode::PathLength::Of(length)) => found.path_length = Some(length),
            Some(decode::PathLength::Huge) | None => {}
        }
    }
    let proxy = decode_with(all, found, (oid::PROXY_CERT_INFO, "proxyCertInfo"), |value| {
        decode::proxy_info(value).map_err(Flaw::Encoding)
    });
    if let Some(Marked { value, .. }) = proxy {
        let named = all.iter().any(|raw| matches!(raw.kind, oid::SUBJECT_ALT_NAME | oid::ISSUER_ALT_NAME));
        if found.is_ca || named {
            note(found, "proxyCertInfo", Flaw::ProxyIsCa);
        }
        found.proxy = Some(value);
    }
}

fn usages(all: &[Raw<'_>], found: &mut Extensions) {
    found.key_usage = decode_with(all, found, (oid::KEY_USAGE, "keyUsage"), |value| {
        decode::bit_string(value).map_err(Flaw::Encoding)
    });
    if found.key_usage.as_ref().is_some_and(|usage| usage.value == 0) {
        note(found, "keyUsage", Flaw::NoUsage);
    }
    let extended: Option<Marked<ExtendedKeyUsage>> =
        decode_with(all, found, (oid::EXTENDED_KEY_USAGE, "extKeyUsage"), |value| {
            decode::extended_key_usage(value).map_err(Flaw::Encoding)
        });
    found.extended_key_usage = extended;
    found.netscape_type = decode_with(all, found, (oid::NETSCAPE_CERT_TYPE, "nsCertType"), |value| {
        decode::bit_string(value).map_err(Flaw::Encoding)
    })
    .map(|bits| bits.value.to_le_bytes()[0]);
}

fn names(all: &[Raw<'_>], found: &mut Extensions) {
    found.subject_key_id = decode_with(all, found, (oid::SUBJECT_KEY_ID, "subjectKeyIdentifier"), |value| {
        decode::key_id(value).map_err(Flaw::Encoding)
    })
    .map(|id| id.value);
    found.authority_key_id =
        decode_with(all, found, (oid::AUTHORITY_KEY_ID, "authorityKeyIdentifier"), |value| {
            decode::authority_key_id(value).map_err(Flaw::Encoding)
        })
        .map(|id| id.value);
    found.alt_names = decode_with(all, found, (oid::SUBJECT_ALT_NAME, "subjectAltName"), |value| {
        decode::general_names(value).map_err(Flaw::Encoding)
    })
    .map(|names| names.value);
    found.name_constraints = decode_with(all, found, (oid::NAME_CONSTRAINTS, "nameConstraints"), |value| {
        decode::name_constraints(value).map_err(Flaw::Encoding)
    })
    .map(|constraints| constraints.value);
    const POINTS: &str = "cRLDistributionPoints";
    let points = decode_with(all, found, (oid::CRL_DISTRIBUTION_POINTS, POINTS), |value| {
        distribution::distribution_points(value).map_err(Flaw::Encoding)
    });
    if let Some(Marked { value: (points, flaw), .. }) = points {
        found.distribution_points = points;
        if let Some(flaw) = flaw {
            note(found, POINTS, flaw);
        }
    }
}

fn resources_of(all: &[Raw<'_>], found: &mut Extensions) {
    found.addresses = decode_with(all, found, (oid::IP_ADDR_BLOCKS, "ipAddrBlocks"), |value| {
        resources::address_blocks(value).map_err(Flaw::Encoding)
    })
    .map(|blocks| blocks.value);
    found.as_numbers = decode_with(all, found, (oid::AS_IDENTIFIERS, "autonomousSysIds"), |value| {
        resources::as_numbers(value).map_err(Flaw::Encoding)
    })
    .map(|numbers| numbers.value);
}

/// The scan over criticality stops at the first critical extension that is not known: later facts stay unset.
fn critical_ones(all: &[Raw<'_>], found: &mut Extensions) {
    for raw in all {
        found.freshest_crl |= raw.kind == oid::FRESHEST_CRL;
        if !raw.critical {
            continue;
        }
        if !is_handled(raw.kind) {
            found.unhandled_critical = Some(Oid::new(raw.kind));
            break;
        }
        match raw.kind {
            oid::BASIC_CONSTRAINTS => found.basic_constraints_critical = true,
            oid::SUBJECT_ALT_NAME => found.alt_names_critical = true,
            _ => {}
        }
    }
}

/// The extensions that may be critical (`X509_supported_extension`).
fn is_handled(kind: &[u8]) -> bool {
    [
        oid::NETSCAPE_CERT_TYPE,
        oid::KEY_USAGE,
        oid::SUBJECT_ALT_NAME,
        oid::BASIC_CONSTRAINTS,
        oid::CERTIFICATE_POLICIES,
        oid::CRL_DISTRIBUTION_POINTS,
        oid::EXTENDED_KEY_USAGE,
        oid::IP_ADDR_BLOCKS,
        oid::AS_IDENTIFIERS,
        oid::OCSP_NO_CHECK,
        oid::POLICY_CONSTRAINTS,
        oid::PROXY_CERT_INFO,
        oid::NAME_CONSTRAINTS,
        oid::POLICY_MAPPINGS,
        oid::INHIBIT_ANY_POLICY,
    ]
    .contains(&kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn extension(kind: &[u8], critical: bool, value: &[u8]) -> Vec<u8> {
        let mut fields = Vec::new();
        der::write(&mut fields, 6, kind);
        if critical {
            der::write(&mut fields, 1, &[0xff]);
        }
        der::write(&mut fields, 4, value);
        let mut out = Vec::new();
        der::write(&mut out, 0x30, &fields);
        out
    }

    fn scanned(extensions: &[Vec<u8>]) -> Extensions {
        scan(Reader::new(&extensions.concat())).unwrap()
    }

    #[test]
    fn an_unknown_critical_extension_hides_later_criticality() {
        let unknown = extension(&[42, 3], true, &[]);
        let basic = extension(oid::BASIC_CONSTRAINTS, true, &[0x30, 3, 1, 1, 0xff]);
        let found = scanned(&[basic.clone(), unknown.clone()]);
        assert!(found.basic_constraints_critical && found.is_ca && found.unhandled_critical.is_some());
        let found = scanned(&[unknown, basic]);
        assert!(!found.basic_constraints_critical && found.is_ca);
    }

    #[test]
    fn what_is_there_twice_or_unreadable_makes_it_invalid() {
        let usage = extension(oid::KEY_USAGE, false, &[3, 2, 1, 6]);
        assert_eq!(scanned(std::slice::from_ref(&usage)).invalid, None);
        assert_eq!(
            scanned(&[usage.clone(), usage]).invalid,
            Some(Defect { extension: "keyUsage", why: Flaw::Twice })
        );
        let none = scanned(&[extension(oid::KEY_USAGE, false, &[3, 2, 7, 0])]);
        assert_eq!(none.invalid, Some(Defect { extension: "keyUsage", why: Flaw::NoUsage }));
        let negative = scanned(&[extension(oid::BASIC_CONSTRAINTS, false, &[0x30, 3, 2, 1, 0xff])]);
        assert_eq!(negative.path_length, None);
        assert_eq!(negative.invalid.map(|defect| defect.why), Some(Flaw::NegativePathLength));
        // What nobody reads may be as broken as it likes.
        assert_eq!(scanned(&[extension(oid::AUTHORITY_INFO_ACCESS, false, &[1])]).invalid, None);
    }

    #[test]
    fn a_proxy_certificate_is_no_ca_and_has_no_other_names() {
        let proxy = extension(oid::PROXY_CERT_INFO, true, &[0x30, 8, 2, 1, 3, 0x30, 3, 6, 1, 42]);
        assert_eq!(scanned(std::slice::from_ref(&proxy)).proxy.and_then(|info| info.path_length), Some(3));
        let named = scanned(&[proxy, extension(oid::ISSUER_ALT_NAME, false, &[])]);
        assert_eq!(named.invalid.map(|defect| defect.why), Some(Flaw::ProxyIsCa));
    }
}
