#![no_main]
//! Certificates as a peer sends them, with their details, and whole verification cases: no input panics, hangs or eats the
//! memory. The seed `details.der` is the server certificate of `tests/details.rs`.

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if bytes.first() == Some(&b'{') {
        if let Ok(line) = std::str::from_utf8(bytes) {
            let _ = faultfinder_x509::case::answer_line(line);
        }
    } else {
        let _ =
            faultfinder_x509::Certificate::from_der(bytes).map(|certificate| certificate.facts_in_detail());
    }
});
