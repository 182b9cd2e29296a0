#![no_main]
//! What an HTTP/3 server sends on the stream of a request: no input panics or loops, and the rule that it breaks can be named.

use faultfinder_net::http3::broken_rule;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Some(rule) = broken_rule(bytes) {
        // Names and values are cut.
        assert!(rule.len() < 2048, "{rule}");
        // A rule that is broken stays so, whatever follows.
        assert_eq!(broken_rule(&[bytes, b"\x00\x01a"].concat()), Some(rule));
    }
});
