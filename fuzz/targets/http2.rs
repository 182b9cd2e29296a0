#![no_main]
//! What an HTTP/2 server sends: no input panics or loops, and the rule that it breaks can be named.

use faultfinder_net::http2::violation;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    for is_head in [false, true] {
        if let Some(rule) = violation(bytes, is_head) {
            // Names and values are cut.
            assert!(rule.what.len() < 2048, "{}", rule.what);
        }
    }
});
