//! PKCS #7 with nothing but certificates: one of the forms in which authorities publish theirs (RFC 5280 section 4.2.2.1).

use super::{der, oids};
use rustls_pki_types::CertificateDer;

/// Version 1 of `SignedData`.
const VERSION_1: u8 = 1;

/// Signed data that is signed by nobody and carries certificates (RFC 5652 section 5.1).
#[must_use]
pub fn certificates(certificates: &[CertificateDer<'_>]) -> Vec<u8> {
    let all: Vec<u8> = certificates.iter().flat_map(|one| one.iter().copied()).collect();
    let data = der::sequence(&[
        der::integer(&[VERSION_1]),
        der::set(&[]),
        der::sequence(&[der::oid(oids::DATA)]),
        der::tagged(0, &all),
        der::set(&[]),
    ]);
    der::sequence(&[der::oid(oids::SIGNED_DATA), der::tagged(0, &data)])
}
