//! Signatures of TLS handshakes, by their scheme (RFC 8446 section 4.2.3).

use super::{Digest, Family, PssParameters, SignatureAlgorithm, verify};
use crate::Certificate;

/// How much longer than usual a handshake's signature may take to verify: RSA keys up to 32,768 bits, of which the longest that
/// are usable have 16,384.
const EFFORT_MAX: u64 = 64;

impl Certificate {
    /// Whether the owner of this certificate's key has signed a message of a TLS handshake with a signature scheme: its number
    /// in the registry of IANA, such as 0x0403 for `ecdsa_secp256r1_sha256`.
    ///
    /// As in TLS 1.2, the scheme of an ECDSA signature does not fix the curve. A scheme that is not known here, or that keys of
    /// this type cannot have, is not a signature: an `rsa_pss_rsae` scheme needs a key for RSA in general, an `rsa_pss_pss`
    /// scheme one for RSASSA-PSS only, with a salt as long as the digest.
    #[must_use]
    pub fn has_signed_handshake(&self, scheme: u16, message: &[u8], signature: &[u8]) -> bool {
        let (Ok(key), Some((owner, algorithm))) = (&self.parts().key, algorithm(scheme)) else {
            return false;
        };
        key.family() == Some(owner)
            && key.effort() <= EFFORT_MAX
            && verify(key, &algorithm, message, signature).is_ok()
    }
}

/// The keys of a scheme, and the algorithm of its signatures.
fn algorithm(scheme: u16) -> Option<(Family, SignatureAlgorithm)> {
    let plain = |family, digest| {
        Some((family, SignatureAlgorithm { family, digest, pss: None, name: "signature scheme" }))
    };
    let pss = |owner, digest: Digest| {
        let salt_bytes = usize::try_from(digest.bytes()).ok()?;
        let pss = Some(PssParameters { digest, mask_digest: digest, salt_bytes });
        let family = Family::RsaPss;
        Some((owner, SignatureAlgorithm { family, digest: None, pss, name: "signature scheme" }))
    };
    match scheme {
        0x0201 => plain(Family::Rsa, Some(Digest::Sha1)),
        0x0401 => plain(Family::Rsa, Some(Digest::Sha256)),
        0x0501 => plain(Family::Rsa, Some(Digest::Sha384)),
        0x0601 => plain(Family::Rsa, Some(Digest::Sha512)),
        0x0203 => plain(Family::Ec, Some(Digest::Sha1)),
        0x0403 => plain(Family::Ec, Some(Digest::Sha256)),
        0x0503 => plain(Family::Ec, Some(Digest::Sha384)),
        0x0603 => plain(Family::Ec, Some(Digest::Sha512)),
        0x0804 => pss(Family::Rsa, Digest::Sha256),
        0x0805 => pss(Family::Rsa, Digest::Sha384),
        0x0806 => pss(Family::Rsa, Digest::Sha512),
        0x0809 => pss(Family::RsaPss, Digest::Sha256),
        0x080a => pss(Family::RsaPss, Digest::Sha384),
        0x080b => pss(Family::RsaPss, Digest::Sha512),
        0x0807 => plain(Family::Ed25519, None),
        0x0808 => plain(Family::Ed448, None),
        0x0904 => plain(Family::MlDsa(44), None),
        0x0905 => plain(Family::MlDsa(65), None),
        0x0906 => plain(Family::MlDsa(87), None),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use aws_lc_rs::rand::SystemRandom;
    use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair};

    #[test]
    fn a_signature_is_one_of_its_scheme_its_message_and_its_key() {
        let key = rcgen::KeyPair::generate().unwrap();
        let params = rcgen::CertificateParams::new(["a.test".to_owned()]).unwrap();
        let certificate = Certificate::from_der(params.self_signed(&key).unwrap().der()).unwrap();
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, &key.serialize_der()).unwrap();
        let signature = pair.sign(&SystemRandom::new(), b"message").unwrap();
        assert!(certificate.has_signed_handshake(0x0403, b"message", signature.as_ref()));
        for scheme in (0..=u16::MAX).filter(|scheme| *scheme != 0x0403) {
            assert!(!certificate.has_signed_handshake(scheme, b"message", signature.as_ref()), "{scheme:#x}");
        }
        assert!(!certificate.has_signed_handshake(0x0403, b"another", signature.as_ref()));
        let (all, length) = (signature.as_ref(), signature.as_ref().len());
        for end in 0..length {
            assert!(!certificate.has_signed_handshake(0x0403, b"message", &all[..end]), "{end}");
        }
    }
}
