#![no_main]
//! Records of CBC suites as a peer sends them: no input panics, and none is authentic, whatever key it is read with.

use libfuzzer_sys::fuzz_target;
use rustls::crypto::cipher::{AeadKey, InboundOpaqueMessage};
use rustls::{ContentType, Error, ProtocolVersion};

/// The bytes of keys of AES-256, the only ones that can be made outside of rustls.
const KEY_BYTES: usize = 32;

fuzz_target!(|record: &[u8]| {
    let provider = faultfinder_net::tls::provider();
    let suites = provider.cipher_suites.iter().filter_map(|suite| match suite {
        rustls::SupportedCipherSuite::Tls12(suite) => Some(suite),
        rustls::SupportedCipherSuite::Tls13(_) => None,
    });
    let is_cbc = |name: &str| name.contains("AES_256_CBC");
    for suite in suites.filter(|suite| suite.common.suite.as_str().is_some_and(is_cbc)) {
        let mac_key = vec![0; suite.aead_alg.key_block_shape().fixed_iv_len];
        let mut reader = suite.aead_alg.decrypter(AeadKey::from([0; KEY_BYTES]), &mac_key);
        let mut bytes = record.to_vec();
        let message =
            InboundOpaqueMessage::new(ContentType::ApplicationData, ProtocolVersion::TLSv1_2, &mut bytes);
        assert_eq!(reader.decrypt(message, 0).err(), Some(Error::DecryptError));
    }
});
