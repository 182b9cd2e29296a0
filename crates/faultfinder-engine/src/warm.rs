//! Cryptography made ready at start.

/// Makes the cryptography ready. Its first use in a process gathers entropy for 20 to 80 ms, which would otherwise be
/// counted as the TLS phase of the first probe. Call it once at start, on a thread that may block.
pub fn warm_up() {
    let mut bytes = [0_u8; 32];
    // Without entropy the first handshake fails and says so.
    if aws_lc_rs::rand::fill(&mut bytes).is_ok() {
        let algorithm = &aws_lc_rs::signature::ECDSA_P256_SHA256_ASN1;
        let key = aws_lc_rs::signature::UnparsedPublicKey::new(algorithm, bytes);
        // No signature either, but by then everything is loaded.
        let _ = key.verify(&bytes, &bytes);
    }
}
