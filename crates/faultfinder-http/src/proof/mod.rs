//! Proofs of credentials: computed here, sent elsewhere.
//!
//! Basic and bearer are a header that is known beforehand. JWT and SigV4 are made of the request. Digest and NTLM answer a
//! challenge. OAuth 2 asks a token endpoint, whose question and answer are here.

mod challenge; // what an answer offers
pub(crate) mod digest; // answers to challenges of Digest
pub(crate) mod jwt; // tokens that are made for each request
mod ntlm; // messages of NTLM
pub(crate) mod oauth2; // requests to token endpoints, and their responses
pub(crate) mod sigv4; // signatures of AWS

pub(crate) use ntlm::{Fresh, Ntlm};

use faultfinder_net::Trace;
use http::HeaderValue;

/// Keeps a header from being shown: as a whole, and what follows its scheme.
pub(crate) fn hide(value: &HeaderValue, trace: &mut Trace) {
    let text = String::from_utf8_lossy(value.as_bytes());
    for part in text.split([' ', ',']).filter_map(confidential_part) {
        trace.hide(part);
    }
    trace.hide(text.into_owned());
}

/// A part of a header that proves something: the digest, the signature, the token.
fn confidential_part(part: &str) -> Option<&str> {
    /// Shorter words are names and numbers.
    const PROOF_BYTES_MIN: usize = 32;
    let value = part
        .strip_prefix("response=")
        .or_else(|| part.strip_prefix("Signature="))
        .or_else(|| (!part.contains(['=', '"']) || part.ends_with('=')).then_some(part))?;
    let value = value.trim_matches('"');
    (value.len() >= PROOF_BYTES_MIN).then_some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn proofs_are_hidden_and_names_are_not() {
        let proof = "0123456789abcdef0123456789abcdef";
        for (header, expected) in [
            (format!("Digest username=\"u\", response=\"{proof}\", qop=auth"), Some(proof)),
            (format!("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830, Signature={proof}"), Some(proof)),
            (format!("NTLM {proof}"), Some(proof)),
            ("Digest realm=\"a realm\", nonce=\"b\"".to_owned(), None),
        ] {
            let found: Vec<&str> = header.split([' ', ',']).filter_map(confidential_part).collect();
            assert_eq!(found, expected.into_iter().collect::<Vec<_>>(), "{header}");
        }
    }
}
