#![no_main]
//! Definitions as people write them: no input panics, and every diagnostic can be shown.

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(text) = std::str::from_utf8(bytes) {
        let parsed = faultfinder_spec::parse_str("fuzz.yaml", text);
        let _ = format!("{parsed:?}");
        // What can be read without a mistake is never taken for a file of others.
        if !parsed.has_errors() {
            assert_eq!(faultfinder_spec::nature(text), faultfinder_spec::Nature::Definitions);
        }
    }
});
