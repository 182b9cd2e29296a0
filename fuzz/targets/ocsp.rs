#![no_main]
//! Answers of OCSP responders as they arrive: no input panics, hangs or eats the memory, and none without the issuer's
//! signature is believed.

use faultfinder_x509::{Certificate, ocsp};
use libfuzzer_sys::fuzz_target;
use std::sync::LazyLock;

/// The issuer of the seeds and a certificate of its. The key is nowhere; the seeds are all that it ever signed.
static PAIR: LazyLock<Option<(Certificate, Certificate)>> = LazyLock::new(|| {
    let leaf = Certificate::from_der(include_bytes!("../seeds/ocsp/leaf.der")).ok()?;
    let issuer = Certificate::from_der(include_bytes!("../seeds/ocsp/issuer.der")).ok()?;
    Some((leaf, issuer))
});

/// When the seeds were current: 2026-01-01.
const NOW: i64 = 1_767_225_600;

fuzz_target!(|bytes: &[u8]| {
    if let (Ok(answer), Some((leaf, issuer))) = (ocsp::Response::from_der(bytes), &*PAIR)
        && let Ok(answer) = ocsp::check_response(&answer, leaf, issuer, NOW)
    {
        assert!(answer.responder == "CN=issuer" || answer.responder == "CN=responder");
    }
    if let Ok(certificate) = Certificate::from_der(bytes) {
        let _ = (certificate.ocsp_urls(), certificate.ca_issuer_urls(), certificate.crl_urls());
        let _ = certificate.requires_stapling();
    }
});
