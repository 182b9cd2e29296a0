//! Certificate extensions (RFC 5280 section 4.2.1).

use super::{der, oids};
use std::net::IpAddr;

/// Bit of `keyUsage`: signs anything but certificates and CRLs.
pub const DIGITAL_SIGNATURE: u8 = 0;
/// Bit of `keyUsage`: RSA key transport.
pub const KEY_ENCIPHERMENT: u8 = 2;
/// Bit of `keyUsage`: Diffie-Hellman.
pub const KEY_AGREEMENT: u8 = 4;
/// Bit of `keyUsage`: signs certificates.
pub const KEY_CERT_SIGN: u8 = 5;
/// Bit of `keyUsage`: signs CRLs.
pub const CRL_SIGN: u8 = 6;

/// Any extension.
#[must_use]
pub fn extension(oid: oids::Oid, critical: bool, value: &[u8]) -> Vec<u8> {
    let mut parts = vec![der::oid(oid)];
    if critical {
        parts.push(der::boolean(true));
    }
    parts.push(der::octet_string(value));
    der::sequence(&parts)
}

/// `basicConstraints`, critical; `path_len` only means something for an authority.
#[must_use]
pub fn basic_constraints(ca: bool, path_len: Option<u8>) -> Vec<u8> {
    let mut parts = Vec::new();
    if ca {
        parts.push(der::boolean(true));
    }
    parts.extend(path_len.map(|length| der::integer(&[length])));
    extension(oids::BASIC_CONSTRAINTS, true, &der::sequence(&parts))
}

/// `keyUsage`, critical.
#[must_use]
pub fn key_usage(bits: &[u8]) -> Vec<u8> {
    extension(oids::KEY_USAGE, true, &der::named_bits(bits))
}

/// `extKeyUsage`.
#[must_use]
pub fn extended_key_usage(purposes: &[oids::Oid]) -> Vec<u8> {
    let purposes: Vec<_> = purposes.iter().map(|purpose| der::oid(purpose)).collect();
    extension(oids::EXTENDED_KEY_USAGE, false, &der::sequence(&purposes))
}

/// `subjectAltName`: what reads as an IP address becomes an `iPAddress`, anything else a `dNSName`.
#[must_use]
pub fn subject_alt_name(names: &[&str]) -> Vec<u8> {
    let names: Vec<_> = names
        .iter()
        .map(|name| match name.parse() {
            Ok(IpAddr::V4(address)) => der::implicit(7, &address.octets()),
            Ok(IpAddr::V6(address)) => der::implicit(7, &address.octets()),
            Err(_) => der::implicit(2, name.as_bytes()),
        })
        .collect();
    extension(oids::SUBJECT_ALT_NAME, false, &der::sequence(&names))
}

/// `subjectKeyIdentifier`.
#[must_use]
pub fn subject_key_identifier(key_id: &[u8]) -> Vec<u8> {
    extension(oids::SUBJECT_KEY_IDENTIFIER, false, &der::octet_string(key_id))
}

/// `authorityKeyIdentifier` with a key identifier alone.
#[must_use]
pub fn authority_key_identifier(key_id: &[u8]) -> Vec<u8> {
    extension(oids::AUTHORITY_KEY_IDENTIFIER, false, &der::sequence(&[der::implicit(0, key_id)]))
}

/// `nameConstraints`, critical: names of DNS that are permitted, and excluded.
#[must_use]
pub fn dns_name_constraints(permitted: &[&str], excluded: &[&str]) -> Vec<u8> {
    let subtrees = |tag, names: &[&str]| {
        let all: Vec<u8> =
            names.iter().flat_map(|name| der::sequence(&[der::implicit(2, name.as_bytes())])).collect();
        if all.is_empty() { all } else { der::tagged(tag, &all) }
    };
    let value = der::sequence(&[subtrees(0, permitted), subtrees(1, excluded)]);
    extension(oids::NAME_CONSTRAINTS, true, &value)
}

/// `cRLDistributionPoints` with one point: the place of its CRL, and who signs it if that is not the certificate's issuer.
#[must_use]
pub fn crl_distribution_point(url: &str, issuer: Option<&[u8]>) -> Vec<u8> {
    let mut point = vec![point_name(url)];
    // GeneralNames with one directoryName, whose tag is explicit because a Name is a CHOICE.
    point.extend(issuer.map(|name| der::tagged(2, &der::tagged(4, name))));
    extension(oids::CRL_DISTRIBUTION_POINTS, false, &der::sequence(&[der::sequence(&point)]))
}

/// `freshestCRL`: the place of the delta CRL.
#[must_use]
pub fn freshest_crl(url: &str) -> Vec<u8> {
    extension(oids::FRESHEST_CRL, false, &der::sequence(&[der::sequence(&[point_name(url)])]))
}

/// A `DistributionPointName` in its `[0]`: the full name is a URI.
pub(super) fn point_name(url: &str) -> Vec<u8> {
    der::tagged(0, &der::tagged(0, &der::implicit(6, url.as_bytes())))
}

/// `authorityInfoAccess`: places, each with what is there ([`oids::ACCESS_OCSP`], [`oids::ACCESS_CA_ISSUERS`]).
#[must_use]
pub fn authority_info_access(places: &[(oids::Oid, &str)]) -> Vec<u8> {
    let places: Vec<_> = places
        .iter()
        .map(|(method, url)| der::sequence(&[der::oid(method), der::implicit(6, url.as_bytes())]))
        .collect();
    extension(oids::AUTHORITY_INFO_ACCESS, false, &der::sequence(&places))
}

/// `tlsFeature` with status_request: the server must staple an OCSP answer (RFC 7633, "must-staple").
#[must_use]
pub fn must_staple() -> Vec<u8> {
    extension(oids::TLS_FEATURE, false, &der::sequence(&[der::integer(&[5])]))
}

/// `ocspNoCheck`: nobody has to ask for the status of this responder's certificate.
#[must_use]
pub fn ocsp_no_check() -> Vec<u8> {
    extension(oids::OCSP_NO_CHECK, false, &der::null())
}
