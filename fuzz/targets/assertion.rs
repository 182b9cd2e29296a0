#![no_main]
//! Assertions of one line: no input panics.

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(line) = std::str::from_utf8(bytes) {
        let _ = faultfinder_assert::parse(line);
    }
});
