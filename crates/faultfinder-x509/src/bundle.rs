//! Certificates as CAs publish them: DER, PEM, or PKCS #7 that contains only certificates.
//!
//! RFC 5280 section 4.2.2.1 permits both binary forms for caIssuers; some CAs publish PEM anyway.

use crate::certificate::{CERTIFICATE_BYTES_MAX, Certificate};
use crate::der::{self, Class, DerFault, Reader};
use crate::parse_error::{InField as _, ParseError};
use crate::pem::{self, PemError};

/// The most certificates that are taken from one file.
pub const BUNDLE_CERTIFICATES_MAX: usize = 32;

/// pkcs7-signedData.
const SIGNED_DATA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 13, 1, 7, 2];

/// Why a file gives no certificates.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BundleError {
    /// It is PEM, and cannot be read.
    #[error("{0}")]
    Pem(PemError),
    /// It is neither a certificate nor PKCS #7.
    #[error("{0}")]
    Der(ParseError),
    /// It can be read, and holds no certificate.
    #[error("it contains no certificate")]
    Empty,
    /// More certificates than the limit.
    #[error("more than {BUNDLE_CERTIFICATES_MAX} certificates")]
    TooMany,
}

/// Reads the certificates of a file, whichever form it has, in order.
///
/// # Errors
///
/// Why there are none. Files of more than [`CERTIFICATE_BYTES_MAX`] or [`BUNDLE_CERTIFICATES_MAX`] certificates are
/// refused.
pub fn read_bundle(bytes: &[u8]) -> Result<Vec<Certificate>, BundleError> {
    if bytes.len() > CERTIFICATE_BYTES_MAX {
        return Err(DerFault::TooLarge).in_field("certificates").map_err(BundleError::Der);
    }
    let found = if pem::is_pem(bytes) {
        let read = pem::certificates(bytes).map_err(BundleError::Pem)?;
        read.into_iter().map(|found| found.certificate).collect()
    } else {
        match signed_data(bytes) {
            Some(list) => certificates(list?)?,
            None => vec![Certificate::from_der(bytes).map_err(BundleError::Der)?],
        }
    };
    match found.len() {
        0 => Err(BundleError::Empty),
        1..=BUNDLE_CERTIFICATES_MAX => Ok(found),
        _ => Err(BundleError::TooMany),
    }
}

/// The certificates of PKCS #7 signed data (RFC 5652 section 5.1); nothing if it is something else.
fn signed_data(bytes: &[u8]) -> Option<Result<Option<Reader<'_>>, BundleError>> {
    let mut fields = Reader::new(bytes).sequence().ok()?;
    let kind = fields.expect(der::OBJECT).ok()?;
    (kind.content() == SIGNED_DATA)
        .then(|| certificate_list(fields).in_field("SignedData").map_err(BundleError::Der))
}

fn certificate_list(mut fields: Reader<'_>) -> Result<Option<Reader<'_>>, DerFault> {
    let content = fields.explicit(0)?.ok_or(DerFault::Truncated)?;
    if !content.is(Class::Universal, der::SEQUENCE) || !content.constructed {
        return Err(DerFault::WrongTag);
    }
    let mut data = content.inside();
    data.expect(der::INTEGER)?;
    data.expect(der::SET)?;
    data.sequence()?;
    data.implicit_list(0)
}

fn certificates(list: Option<Reader<'_>>) -> Result<Vec<Certificate>, BundleError> {
    let Some(mut list) = list else { return Err(BundleError::Empty) };
    let mut found = Vec::new();
    while let Some(value) = list.next().in_field("certificates").map_err(BundleError::Der)? {
        // Other choices are attribute certificates and formats of the past.
        if !value.is(Class::Universal, der::SEQUENCE) {
            continue;
        }
        if found.len() >= BUNDLE_CERTIFICATES_MAX {
            return Err(BundleError::TooMany);
        }
        found.push(Certificate::from_der(value.whole()).map_err(BundleError::Der)?);
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrap(tag: u8, content: &[u8]) -> Vec<u8> {
        let mut out = Vec::new();
        der::write(&mut out, tag, content);
        out
    }

    fn pkcs7(certificates: &[u8]) -> Vec<u8> {
        let data = [wrap(6, &[0x2a, 0x86, 0x48, 0x86, 0xf7, 13, 1, 7, 1])].concat();
        let signed =
            [wrap(2, &[1]), wrap(0x31, &[]), wrap(0x30, &data), certificates.to_vec(), wrap(0x31, &[])];
        wrap(0x30, &[wrap(6, SIGNED_DATA), wrap(0xa0, &wrap(0x30, &signed.concat()))].concat())
    }

    #[test]
    fn every_form_gives_the_same_certificates() {
        let key = rcgen::KeyPair::generate().unwrap();
        let params = rcgen::CertificateParams::new(["a.test".to_owned()]).unwrap();
        let made = params.self_signed(&key).unwrap();
        let expected = vec![Certificate::from_der(made.der()).unwrap()];
        assert_eq!(read_bundle(made.der()), Ok(expected.clone()));
        assert_eq!(read_bundle(made.pem().as_bytes()), Ok(expected.clone()));
        assert_eq!(read_bundle(&pkcs7(&wrap(0xa0, made.der()))), Ok(expected));
        let many = made.der().repeat(BUNDLE_CERTIFICATES_MAX + 1);
        assert_eq!(read_bundle(&pkcs7(&wrap(0xa0, &many))), Err(BundleError::TooMany));
    }

    #[test]
    fn what_holds_no_certificate_says_why() {
        for (bytes, text) in [
            (pkcs7(&[]), "it contains no certificate"),
            (pkcs7(&wrap(0xa0, &[0x30, 0])), "tbsCertificate: ends inside a value"),
            (b"-----BEGIN X-----\n-----END X-----\n".to_vec(), "it contains no certificate"),
            (b"<html>".to_vec(), "certificate: ends inside a value"),
            (Vec::new(), "certificate: ends inside a value"),
            (vec![0x30; CERTIFICATE_BYTES_MAX + 1], "certificates: too large"),
        ] {
            assert_eq!(read_bundle(&bytes).map_err(|error| error.to_string()), Err(text.to_owned()));
        }
    }
}
