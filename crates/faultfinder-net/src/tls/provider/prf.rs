//! The key block of suites that have MAC keys.
//!
//! RFC 5246 section 6.3 cuts the key block into the MAC keys of client and server, their encryption keys, and their fixed IVs.
//! rustls has no suites with MAC keys, and cuts it into encryption keys and fixed IVs. So the PRF moves the MAC keys behind the
//! encryption keys, to where rustls looks for fixed IVs: what [`super::cbc`] gets from rustls as an IV is the MAC key. A CBC
//! suite of TLS 1.2 has no fixed IVs.

use rustls::Error;
use rustls::crypto::ActiveKeyExchange;
use rustls::crypto::tls12::Prf;

/// The label of the key block (RFC 5246 section 6.3).
const KEY_EXPANSION: &[u8] = b"key expansion";

/// The PRF of a suite with MAC keys.
pub(super) struct MacKeysLast {
    /// The PRF itself.
    pub(super) prf: &'static dyn Prf,
    /// Bytes of one MAC key.
    pub(super) mac_bytes: usize,
}

impl Prf for MacKeysLast {
    fn for_key_exchange(
        &self,
        output: &mut [u8; 48],
        kx: Box<dyn ActiveKeyExchange>,
        peer_pub_key: &[u8],
        label: &[u8],
        seed: &[u8],
    ) -> Result<(), Error> {
        self.prf.for_key_exchange(output, kx, peer_pub_key, label, seed)
    }

    fn for_secret(&self, output: &mut [u8], secret: &[u8], label: &[u8], seed: &[u8]) {
        self.prf.for_secret(output, secret, label, seed);
        let mac_keys = self.mac_bytes * 2;
        if label == KEY_EXPANSION && mac_keys <= output.len() {
            output.rotate_left(mac_keys);
        }
    }
}
