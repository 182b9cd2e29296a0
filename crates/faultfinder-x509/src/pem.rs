//! Certificates and CRLs in PEM text, certificates with OpenSSL's trust settings.
//!
//! `CERTIFICATE`, `X509 CERTIFICATE` and `TRUSTED CERTIFICATE` blocks are read; other blocks and text between them are passed
//! over. In a `TRUSTED CERTIFICATE` the certificate is followed by what it is trusted for (`X509_CERT_AUX`).

mod error;

use base64::Engine as _;
use base64::alphabet;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};

use crate::certificate::Certificate;
use crate::crl::Crl;
use crate::der::{self, Class, DerFault, Reader};
use crate::oid::Oid;
pub use error::PemError;

/// The most certificates that are taken from one text.
pub const CERTIFICATES_MAX: usize = 10_000;
/// The largest text that is read, in bytes.
pub const TEXT_BYTES_MAX: usize = 64 * 1024 * 1024;

/// What some editors put before a text in UTF-8.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// Padding may be missing and spare bits set: OpenSSL does not mind.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(base64::engine::DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// What a certificate is trusted for, beyond what it says itself (`X509_CERT_AUX`).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct AuxTrust {
    /// The only usages it is trusted for; an empty list trusts it for none, no list leaves it open.
    pub trusted: Option<Vec<Oid>>,
    /// Usages it is rejected for.
    pub rejected: Vec<Oid>,
    /// Its alias.
    pub alias: Option<String>,
}

/// One certificate of a text.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct PemCertificate {
    /// The certificate.
    pub certificate: Certificate,
    /// Its trust settings, if it has any.
    pub trust: Option<AuxTrust>,
    /// The line on which its block begins, counted from 1.
    pub line: usize,
}

/// What the label of a block says it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "closed: what verification reads, and everything else")]
pub enum Kind {
    /// A certificate.
    Certificate,
    /// A certificate with trust settings behind it.
    TrustedCertificate,
    /// A certificate revocation list.
    Crl,
    /// Anything else.
    Other,
}

/// A block of a text (RFC 7468 section 2), not decoded yet.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Block<'a> {
    /// What its first line says it is: `CERTIFICATE`, `X509 CRL` ...
    pub label: String,
    /// The line on which it begins, counted from 1.
    pub line: usize,
    /// Its number in the text, counted from 1.
    number: usize,
    /// The lines between its first and its last.
    body: Vec<&'a [u8]>,
}

impl Block<'_> {
    /// What its label says it is.
    #[must_use]
    pub fn kind(&self) -> Kind {
        match self.label.as_str() {
            "CERTIFICATE" | "X509 CERTIFICATE" => Kind::Certificate,
            "TRUSTED CERTIFICATE" => Kind::TrustedCertificate,
            "X509 CRL" => Kind::Crl,
            _ => Kind::Other,
        }
    }

    /// The bytes that it stands for.
    ///
    /// # Errors
    ///
    /// When it is not base64.
    pub fn der(&self) -> Result<Vec<u8>, PemError> {
        let text: Vec<u8> =
            self.body.iter().flat_map(|line| line.iter().copied()).filter(|byte| !is_space(*byte)).collect();
        BASE64.decode(&text).map_err(|_| self.not_base64())
    }

    /// Where it is not base64.
    fn not_base64(&self) -> PemError {
        let known = |byte: u8| byte.is_ascii_alphanumeric() || b"+/=".contains(&byte) || is_space(byte);
        let bad = |line: &[u8]| {
            let text = String::from_utf8_lossy(line);
            text.chars().find(|letter| !u8::try_from(*letter).is_ok_and(known))
        };
        let found = self.body.iter().enumerate().find_map(|(at, line)| Some((at, bad(line)?)));
        let at = found.map_or(self.body.len(), |(at, _)| at);
        PemError::Base64 {
            block: self.number,
            line: self.line,
            at: self.line.saturating_add(at).saturating_add(1),
            found: found.map(|(_, letter)| letter),
        }
    }

    /// The certificate that it holds, with its trust settings.
    ///
    /// # Errors
    ///
    /// When it is not base64, or no certificate.
    pub fn certificate(&self) -> Result<PemCertificate, PemError> {
        let (block, line) = (self.number, self.line);
        let der = self.der()?;
        let (certificate, length) = Certificate::from_der_prefix(&der)
            .map_err(|source| PemError::Certificate { block, line, source })?;
        let rest = der.get(length..).unwrap_or_default();
        // Whatever the label says: OpenSSL reads what follows a certificate as trust settings.
        let trust = if !rest.is_empty() {
            Some(read_trust(rest).map_err(|source| PemError::Trust { block, line, source })?)
        } else {
            None
        };
        Ok(PemCertificate { certificate, trust, line })
    }

    /// The CRL that it holds.
    ///
    /// # Errors
    ///
    /// When it is not base64, or no CRL.
    pub fn crl(&self) -> Result<Crl, PemError> {
        let (block, line) = (self.number, self.line);
        Crl::from_der_prefix(&self.der()?).map_err(|source| PemError::Crl { block, line, source })
    }
}

const fn is_space(byte: u8) -> bool {
    byte.is_ascii_whitespace()
}

/// The label of a `-----BEGIN X-----` or `-----END X-----` line.
fn label<'a>(line: &'a str, word: &str) -> Option<&'a str> {
    line.strip_prefix("-----")?.strip_prefix(word)?.strip_prefix(' ')?.strip_suffix("-----")
}

/// Whether bytes begin as a PEM text does; a byte order mark and space before it do not count.
#[must_use]
pub fn is_pem(bytes: &[u8]) -> bool {
    let text = bytes.strip_prefix(BYTE_ORDER_MARK).unwrap_or(bytes);
    text.trim_ascii_start().starts_with(b"-----BEGIN")
}

/// The blocks of a text, in order. The first one that does not end is the last.
///
/// # Errors
///
/// The whole text is too large. Each block tells whether it ends.
pub fn blocks(text: &[u8]) -> Result<impl Iterator<Item = Result<Block<'_>, PemError>>, PemError> {
    if text.len() > TEXT_BYTES_MAX {
        return Err(PemError::TooMuch { what: "bytes", max: TEXT_BYTES_MAX });
    }
    let mut lines = text.split(|byte| *byte == b'\n').zip(1..);
    let mut number = 0_usize;
    Ok(std::iter::from_fn(move || {
        let mut first = true;
        let (line, label_text) = lines.by_ref().find_map(|(line, at)| {
            // Editors put it before the first line of a file, and files are joined.
            let line = if first { line.strip_prefix(BYTE_ORDER_MARK).unwrap_or(line) } else { line };
            first = false;
            let text = String::from_utf8_lossy(line);
            label(text.trim_end(), "BEGIN").map(|label| (at, label.to_owned()))
        })?;
        number = number.saturating_add(1);
        let mut body = Vec::new();
        let ended = lines.by_ref().any(|(line, _)| {
            let ends =
                label(String::from_utf8_lossy(line).trim_end(), "END").is_some_and(|end| end == label_text);
            if !ends {
                body.push(line);
            }
            ends
        });
        Some(if ended {
            Ok(Block { label: label_text, line, number, body })
        } else {
            Err(PemError::Unterminated { block: number, line, label: label_text })
        })
    }))
}

/// Reads all certificates of a text, in order. A text without certificates is not an error.
///
/// # Errors
///
/// Says which block on which line cannot be read. The first one ends the reading.
pub fn certificates(text: &[u8]) -> Result<Vec<PemCertificate>, PemError> {
    let mut found = Vec::new();
    for block in blocks(text)? {
        let block = block?;
        if !matches!(block.kind(), Kind::Certificate | Kind::TrustedCertificate) {
            continue;
        }
        if found.len() >= CERTIFICATES_MAX {
            return Err(PemError::TooMuch { what: "certificates", max: CERTIFICATES_MAX });
        }
        found.push(block.certificate()?);
    }
    Ok(found)
}

/// Reads all CRLs of a text (`X509 CRL` blocks), in order. A text without CRLs is not an error.
///
/// # Errors
///
/// As [`certificates`].
pub fn crls(text: &[u8]) -> Result<Vec<Crl>, PemError> {
    let mut found = Vec::new();
    for block in blocks(text)? {
        let block = block?;
        if block.kind() != Kind::Crl {
            continue;
        }
        if found.len() >= CERTIFICATES_MAX {
            return Err(PemError::TooMuch { what: "CRLs", max: CERTIFICATES_MAX });
        }
        found.push(block.crl()?);
    }
    Ok(found)
}

fn read_trust(der: &[u8]) -> Result<AuxTrust, DerFault> {
    let mut fields = Reader::new(der).sequence()?;
    let trusted = match fields.optional(Class::Universal, der::SEQUENCE)? {
        Some(list) => Some(usages(list.inside())?),
        None => None,
    };
    let rejected = match fields.implicit_list(0)? {
        Some(list) => usages(list)?,
        None => Vec::new(),
    };
    let alias = match fields.optional(Class::Universal, der::UTF8_STRING)? {
        Some(text) => Some(String::from_utf8_lossy(&text.string()?).into_owned()),
        None => None,
    };
    fields.optional(Class::Universal, der::OCTET_STRING)?;
    fields.implicit_list(1)?;
    fields.finish()?;
    Ok(AuxTrust { trusted, rejected, alias })
}

fn usages(mut list: Reader<'_>) -> Result<Vec<Oid>, DerFault> {
    let mut usages = Vec::new();
    while !list.is_empty() {
        usages.push(Oid::new(list.expect(der::OBJECT)?.object()?));
    }
    Ok(usages)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_blocks_and_text_are_passed_over() {
        let text = b"hello\n-----BEGIN PRIVATE KEY-----\n!!\n-----END PRIVATE KEY-----\nbye";
        assert!(certificates(text).unwrap().is_empty());
        assert!(certificates(b"").unwrap().is_empty());
    }

    #[test]
    fn a_byte_order_mark_counts_only_before_the_first_line_of_a_file() {
        let key = rcgen::KeyPair::generate().unwrap();
        let pem =
            rcgen::CertificateParams::new(["a.test".to_owned()]).unwrap().self_signed(&key).unwrap().pem();
        let pem = pem.replace("\r\n", "\n");
        let found = |text: String| certificates(text.as_bytes()).unwrap().len();
        assert_eq!(found(format!("\u{feff}{pem}")), 1);
        assert_eq!(found(format!("\u{feff}{pem}\u{feff}{pem}")), 2, "two files joined");
        assert_eq!(found(format!("a remark\n\u{feff}{pem}")), 0);
        assert_eq!(found(format!("\u{feff}\u{feff}{pem}")), 0);
        assert!(is_pem(format!("\u{feff}{pem}").as_bytes()) && !is_pem("\u{feff}".as_bytes()));
    }

    #[test]
    fn what_follows_a_certificate_in_its_block_is_trust_settings_or_an_error() {
        let key = rcgen::KeyPair::generate().unwrap();
        let made = rcgen::CertificateParams::new(["a.test".to_owned()]).unwrap().self_signed(&key).unwrap();
        let block = |behind: &[u8]| {
            let body = BASE64.encode([made.der(), behind].concat());
            let text = format!("-----BEGIN CERTIFICATE-----\n{body}\n-----END CERTIFICATE-----\n");
            certificates(text.as_bytes()).map(|mut found| found.remove(0).trust)
        };
        assert_eq!(block(&[]), Ok(None));
        assert_eq!(block(&[0x30, 0]), Ok(Some(AuxTrust::default())));
        assert!(matches!(block(&[5, 0]), Err(PemError::Trust { .. })));
        assert!(matches!(block(&[0, 1, 2]), Err(PemError::Trust { .. })));
    }

    #[test]
    fn errors_name_block_and_line() {
        for (text, message) in [
            ("\n-----BEGIN CERTIFICATE-----\nAA", "block 1 on line 2 (CERTIFICATE) has no end"),
            (
                "-----BEGIN X-----\n-----END X-----\n-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----",
                "block 2 on line 3 is not base64: line 4 has '!'",
            ),
            (
                "-----BEGIN CERTIFICATE-----\nMAAA\nMAAAA\n-----END CERTIFICATE-----",
                "block 1 on line 1 is not base64: characters are missing before line 4",
            ),
            (
                "-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----",
                "block 1 on line 1 is not a valid certificate",
            ),
        ] {
            assert_eq!(certificates(text.as_bytes()).unwrap_err().to_string(), message);
        }
    }

    #[test]
    fn trust_settings_tell_an_empty_list_from_none() {
        assert_eq!(read_trust(&[0x30, 0]), Ok(AuxTrust::default()));
        let empty = AuxTrust { trusted: Some(Vec::new()), ..AuxTrust::default() };
        assert_eq!(read_trust(&[0x30, 2, 0x30, 0]), Ok(empty));
        let rejected = read_trust(&[0x30, 5, 0xa0, 3, 6, 1, 42]).unwrap();
        assert_eq!((rejected.trusted, rejected.rejected.len()), (None, 1));
        assert_eq!(read_trust(&[0x30, 1, 5]), Err(DerFault::Truncated));
    }
}
