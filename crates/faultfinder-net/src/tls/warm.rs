//! Cryptography made ready before it is needed.

use std::sync::Once;

/// Makes the cryptography of this process ready, once. Its first use gathers entropy for 20 to 80 ms, which would otherwise be
/// counted as the TLS phase of the first probe.
///
/// Preparing a client for TLS does it, too; call it at start, on a thread that may block, where tests are known to use TLS.
pub fn warm_up() {
    static WARM: Once = Once::new();
    WARM.call_once(|| {
        let mut bytes = [0_u8; 32];
        // Without entropy the first handshake fails and says so.
        if aws_lc_rs::rand::fill(&mut bytes).is_ok() {
            let algorithm = &aws_lc_rs::signature::ECDSA_P256_SHA256_ASN1;
            let key = aws_lc_rs::signature::UnparsedPublicKey::new(algorithm, bytes);
            // No signature either, but by then everything is loaded.
            let _ = key.verify(&bytes, &bytes);
        }
    });
}
