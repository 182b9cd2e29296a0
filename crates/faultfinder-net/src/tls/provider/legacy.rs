//! What of a session is legacy.

use crate::tls::wire::{self, ServerHello, TLS_1_2};
use rustls::SignatureScheme;

/// What of a session of TLS 1.2 is legacy, as one sentence for a warning. `signed` is the scheme of the handshake's signature.
pub(in crate::tls) fn legacy(hello: &ServerHello, signed: Option<SignatureScheme>) -> Option<String> {
    if hello.version != TLS_1_2 {
        return None;
    }
    let mut parts = Vec::new();
    let suite = wire::cipher_suite_name(hello.cipher_suite);
    let is_cbc = suite.contains("_CBC_");
    let is_dhe = suite.starts_with("TLS_DHE_");
    let about_suite = match (is_cbc, is_dhe) {
        (true, false) => Some("which has no authenticated encryption (RFC 9325 section 4.2)"),
        (false, true) => Some("whose finite-field key exchange is deprecated (RFC 9325 section 4.1)"),
        (true, true) => Some(
            "which has no authenticated encryption (RFC 9325 section 4.2) and a deprecated finite-field key exchange (section 4.1)",
        ),
        (false, false) => None,
    };
    parts.extend(about_suite.map(|about| format!("the session uses {suite}, {about}")));
    if matches!(signed, Some(SignatureScheme::RSA_PKCS1_SHA1 | SignatureScheme::ECDSA_SHA1_Legacy)) {
        parts.push("the peer signed the handshake with SHA-1 (RFC 9155)".to_owned());
    }
    if !hello.has_extended_master_secret {
        parts.push("the peer does not support the extended master secret (RFC 7627)".to_owned());
    }
    if !hello.has_renegotiation_info {
        parts.push("the peer does not support secure renegotiation (RFC 5746)".to_owned());
    }
    (!parts.is_empty()).then(|| parts.join("; "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hello(cipher_suite: u16) -> ServerHello {
        ServerHello {
            version: TLS_1_2,
            group: None,
            cipher_suite,
            has_extended_master_secret: true,
            has_renegotiation_info: true,
        }
    }

    #[test]
    fn everything_legacy_is_in_one_sentence() {
        assert_eq!(legacy(&hello(0xc02f), Some(SignatureScheme::RSA_PSS_SHA256)), None);
        assert_eq!(
            legacy(&hello(0xc014), None).unwrap(),
            "the session uses TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA, which has no authenticated encryption (RFC 9325 section 4.2)"
        );
        assert_eq!(
            legacy(&hello(0x009e), None).unwrap(),
            "the session uses TLS_DHE_RSA_WITH_AES_128_GCM_SHA256, whose finite-field key exchange is deprecated (RFC 9325 section 4.1)"
        );
        let bare =
            ServerHello { has_extended_master_secret: false, has_renegotiation_info: false, ..hello(0x0033) };
        let all = legacy(&bare, Some(SignatureScheme::RSA_PKCS1_SHA1)).unwrap();
        for part in [
            "TLS_DHE_RSA_WITH_AES_128_CBC_SHA, which",
            "RFC 9325 section 4.2",
            "section 4.1",
            "SHA-1",
            "7627",
            "5746",
        ] {
            assert!(all.contains(part), "{part}: {all}");
        }
        let thirteen = ServerHello { version: 0x0304, cipher_suite: 0x1301, ..bare };
        assert_eq!(legacy(&thirteen, None), None);
    }
}
