//! What is read from certificates and the TLS session. Where there is no TLS, nothing of it exists.

use super::actual::Actual;
use crate::Observation;
use crate::subject::{CertificateField, ChainField, Subject};
use faultfinder_taxonomy::CertificateFacts;
use std::borrow::Cow;

/// A fact of the leaf certificate.
pub(super) fn leaf<'a>(
    field: CertificateField,
    seen: &'a Observation<'_>,
) -> Result<Vec<Actual<'a>>, String> {
    let Some(tls) = seen.tls else { return Ok(Vec::new()) };
    let Some(leaf) = tls.chain.first() else { return Ok(Vec::new()) };
    let date = |at: Option<i64>, what: &str| {
        at.map(|at| vec![date(at)]).ok_or_else(|| format!("the certificate's {what} is unreadable"))
    };
    Ok(match field {
        CertificateField::Subject => vec![Actual::text(leaf.subject.as_str())],
        CertificateField::CommonName => common_names(&leaf.subject),
        CertificateField::Issuer => vec![Actual::text(leaf.issuer.as_str())],
        CertificateField::San => leaf.subject_alt_names.iter().map(|name| alt_name(name)).collect(),
        CertificateField::Key => vec![key(leaf)],
        CertificateField::Serial => vec![hexadecimal(&leaf.serial)],
        CertificateField::Sha256 => vec![hexadecimal(&leaf.sha256)],
        CertificateField::Sha1 => vec![hexadecimal(&leaf.sha1)],
        CertificateField::SignatureAlgorithm => vec![Actual::text(leaf.signature_algorithm.as_str())],
        CertificateField::NotBefore => date(leaf.not_before, "notBefore")?,
        CertificateField::NotAfter => date(leaf.not_after, "notAfter")?,
        CertificateField::KeyUsage => leaf.key_usage.iter().map(Actual::text).collect(),
        CertificateField::ExtendedKeyUsage => leaf.extended_key_usage.iter().map(Actual::text).collect(),
        CertificateField::ExpiresIn => {
            let end = leaf.not_after.ok_or("the certificate's notAfter is unreadable")?;
            vec![time_left(end, seen)?]
        }
    })
}

/// A fact of the chain that was verified.
pub(super) fn chain<'a>(field: ChainField, seen: &'a Observation<'_>) -> Result<Vec<Actual<'a>>, String> {
    let Some(tls) = seen.tls else { return Ok(Vec::new()) };
    let missing = "the chain of certificates is missing";
    Ok(match field {
        ChainField::ExpiresIn => vec![time_left(tls.chain_not_after.ok_or(missing)?, seen)?],
        ChainField::Length => {
            vec![Actual::count(u32::try_from(tls.chain_length.ok_or(missing)?).unwrap_or(u32::MAX))]
        }
    })
}

/// A fact of the session.
pub(super) fn session<'a>(subject: &Subject, seen: &'a Observation<'_>) -> Result<Vec<Actual<'a>>, String> {
    let missing = "the versions of TLS that the target accepts were not found out";
    let Some(tls) = seen.tls else { return Ok(Vec::new()) };
    let text = match subject {
        Subject::LowestTlsVersion => seen.tls_versions.ok_or(missing)?.0,
        Subject::HighestTlsVersion => seen.tls_versions.ok_or(missing)?.1,
        Subject::Cipher => tls.cipher_suite.as_deref(),
        Subject::Ocsp => tls.ocsp.as_ref().and_then(|ocsp| ocsp.status.as_deref()),
        Subject::Alpn => tls.alpn.as_deref(),
        _ => tls.version.as_deref(),
    };
    Ok(text.map(Actual::text).into_iter().collect())
}

/// The time until a moment, given in seconds since 1970.
fn time_left<'a>(end: i64, seen: &Observation<'_>) -> Result<Actual<'a>, String> {
    let now = seen.now.ok_or("the time is missing")?;
    #[expect(clippy::cast_precision_loss, reason = "exact below 2^53 seconds, which is 285 million years")]
    let left = end.saturating_sub(now) as f64;
    Ok(Actual::quantity_of(left))
}

/// A point in time, in seconds since 1970.
fn date<'a>(at: i64) -> Actual<'a> {
    #[expect(clippy::cast_precision_loss, reason = "exact below 2^53 seconds, which is 285 million years")]
    let seconds = at as f64;
    Actual { at: Some(seconds), ..Actual::text(crate::moment::text(at)) }
}

/// Digits, with and without colons between the bytes; case does not matter.
fn hexadecimal(digits: &str) -> Actual<'_> {
    let pairs: Vec<&str> =
        (0..digits.len()).step_by(2).filter_map(|at| digits.get(at..(at + 2).min(digits.len()))).collect();
    Actual { others: vec![Cow::Owned(pairs.join(":"))], ..Actual::name(digits) }
}

/// The common names in a name that is written as RFC 4514 says.
fn common_names(name: &str) -> Vec<Actual<'_>> {
    let (mut parts, mut start, mut escaped) = (Vec::new(), 0, false);
    for (at, character) in name.char_indices() {
        match character {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            ',' | '+' => {
                parts.push(name.get(start..at).unwrap_or_default());
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(name.get(start..).unwrap_or_default());
    parts.into_iter().filter_map(|part| part.strip_prefix("CN=")).map(unescaped).collect()
}

fn unescaped(text: &str) -> Actual<'_> {
    if !text.contains('\\') {
        return Actual::text(text);
    }
    let (mut plain, mut escaped) = (String::new(), false);
    for character in text.chars() {
        match character {
            '\\' if !escaped => escaped = true,
            other => {
                plain.push(other);
                escaped = false;
            }
        }
    }
    Actual::text(plain)
}

/// `dns:a.test`, and also without its kind.
fn alt_name(name: &str) -> Actual<'_> {
    let bare = name.split_once(':').map(|(_, bare)| Cow::Borrowed(bare));
    Actual { others: bare.into_iter().collect(), ..Actual::name(name) }
}

/// `RSA 2048`, and also its parts.
fn key(leaf: &CertificateFacts) -> Actual<'_> {
    let kind = Cow::Borrowed(leaf.key_type.as_str());
    match leaf.key_bits {
        None => Actual::text(kind),
        Some(bits) => Actual {
            text: Cow::Owned(format!("{kind} {bits}")),
            others: vec![kind, Cow::Owned(bits.to_string())],
            amount: Some(f64::from(bits)),
            ..Actual::default()
        },
    }
}
