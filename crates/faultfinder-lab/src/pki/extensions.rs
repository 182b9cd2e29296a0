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
