//! Certificates and CRLs in PEM text, certificates with OpenSSL's trust settings.
//!
//! `CERTIFICATE`, `X509 CERTIFICATE` and `TRUSTED CERTIFICATE` blocks are read; other blocks and text between them are passed
//! over. In a `TRUSTED CERTIFICATE` the certificate is followed by what it is trusted for (`X509_CERT_AUX`).

use base64::Engine as _;
use base64::alphabet;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};

use crate::certificate::{Certificate, ParseError};
use crate::crl::Crl;
use crate::der::{self, Class, DerFault, Reader};
use crate::oid::Oid;

/// The most certificates that are taken from one text.
pub const CERTIFICATES_MAX: usize = 10_000;
/// The largest text that is read, in bytes.
pub const TEXT_BYTES_MAX: usize = 64 * 1024 * 1024;

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
    /// The name that somebody gave it.
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

/// Why a text could not be read. Blocks and lines are counted from 1, blocks of any kind among them.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PemError {
    /// A block has no end line of its own.
    #[error("block {block} on line {line} ({label}) does not end")]
    Unterminated {
        /// Number of the block.
        block: usize,
        /// Line on which it begins.
        line: usize,
        /// What its first line says it is.
        label: String,
    },
    /// A block is not base64.
    #[error("block {block} on line {line} is not base64")]
    Base64 {
        /// Number of the block.
        block: usize,
        /// Line on which it begins.
        line: usize,
    },
    /// A block holds no certificate.
    #[error("block {block} on line {line} is no certificate")]
    Certificate {
        /// Number of the block.
        block: usize,
        /// Line on which it begins.
        line: usize,
        /// Why.
        #[source]
        source: ParseError,
    },
    /// A block holds no CRL.
    #[error("block {block} on line {line} is no CRL")]
    Crl {
        /// Number of the block.
        block: usize,
        /// Line on which it begins.
        line: usize,
        /// Why.
        #[source]
        source: ParseError,
    },
    /// The trust settings of a block cannot be read.
    #[error("the trust settings of block {block} on line {line} cannot be read")]
    Trust {
        /// Number of the block.
        block: usize,
        /// Line on which it begins.
        line: usize,
        /// Why.
        #[source]
        source: DerFault,
    },
    /// More text, or more certificates, than the limits allow.
    #[error("more than {max} {what}")]
    TooMuch {
        /// Of what.
        what: &'static str,
        /// The limit.
        max: usize,
    },
}

/// The label of a `-----BEGIN X-----` or `-----END X-----` line.
fn label<'a>(line: &'a str, word: &str) -> Option<&'a str> {
    line.strip_prefix("-----")?.strip_prefix(word)?.strip_prefix(' ')?.strip_suffix("-----")
}

/// Reads all certificates of a text, in order; none is no error.
///
/// # Errors
///
/// Says which block on which line cannot be read. The first one ends the reading.
pub fn certificates(text: &[u8]) -> Result<Vec<PemCertificate>, PemError> {
    let mut found = Vec::new();
    read_blocks(text, |name, Block { body, block, line }| {
        let trusted = match name {
            "CERTIFICATE" | "X509 CERTIFICATE" => false,
            "TRUSTED CERTIFICATE" => true,
            _ => return Ok(()),
        };
        if found.len() >= CERTIFICATES_MAX {
            return Err(PemError::TooMuch { what: "certificates", max: CERTIFICATES_MAX });
        }
        found.push(read_block(&body, trusted, block, line)?);
        Ok(())
    })?;
    Ok(found)
}

/// Reads all CRLs of a text (`X509 CRL` blocks), in order; none is no error.
///
/// # Errors
///
/// As [`certificates`].
pub fn crls(text: &[u8]) -> Result<Vec<Crl>, PemError> {
    let mut found = Vec::new();
    read_blocks(text, |name, Block { body, block, line }| {
        if name != "X509 CRL" {
            return Ok(());
        }
        if found.len() >= CERTIFICATES_MAX {
            return Err(PemError::TooMuch { what: "CRLs", max: CERTIFICATES_MAX });
        }
        let der = BASE64.decode(body).map_err(|_| PemError::Base64 { block, line })?;
        found.push(Crl::from_der_prefix(&der).map_err(|source| PemError::Crl { block, line, source })?);
        Ok(())
    })?;
    Ok(found)
}

/// One block of a text: its base64 without white space, its number, and its line.
struct Block {
    body: Vec<u8>,
    block: usize,
    line: usize,
}

/// Gives every block with its label to somebody.
fn read_blocks(
    text: &[u8],
    mut each: impl FnMut(&str, Block) -> Result<(), PemError>,
) -> Result<(), PemError> {
    if text.len() > TEXT_BYTES_MAX {
        return Err(PemError::TooMuch { what: "bytes", max: TEXT_BYTES_MAX });
    }
    let mut lines = text.split(|byte| *byte == b'\n').enumerate();
    let mut block = 0;
    while let Some((number, line)) = lines.next() {
        let line = String::from_utf8_lossy(line);
        let Some(name) = label(line.trim_end(), "BEGIN") else { continue };
        block += 1;
        let at = number + 1;
        let mut body = Vec::new();
        let ended = lines.by_ref().any(|(_, line)| {
            let ends = label(String::from_utf8_lossy(line).trim_end(), "END").is_some_and(|end| end == name);
            if !ends {
                body.extend(line.iter().copied().filter(|byte| !byte.is_ascii_whitespace()));
            }
            ends
        });
        if !ended {
            return Err(PemError::Unterminated { block, line: at, label: name.to_owned() });
        }
        each(name, Block { body, block, line: at })?;
    }
    Ok(())
}

fn read_block(body: &[u8], trusted: bool, block: usize, line: usize) -> Result<PemCertificate, PemError> {
    let der = BASE64.decode(body).map_err(|_| PemError::Base64 { block, line })?;
    let (certificate, length) =
        Certificate::from_der_prefix(&der).map_err(|source| PemError::Certificate { block, line, source })?;
    let rest = der.get(length..).unwrap_or_default();
    let trust = if trusted && !rest.is_empty() {
        Some(read_trust(rest).map_err(|source| PemError::Trust { block, line, source })?)
    } else {
        None
    };
    Ok(PemCertificate { certificate, trust, line })
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
    fn errors_name_block_and_line() {
        for (text, message) in [
            ("\n-----BEGIN CERTIFICATE-----\nAA", "block 1 on line 2 (CERTIFICATE) does not end"),
            (
                "-----BEGIN X-----\n-----END X-----\n-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----",
                "block 2 on line 3 is not base64",
            ),
            (
                "-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----",
                "block 1 on line 1 is no certificate",
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
