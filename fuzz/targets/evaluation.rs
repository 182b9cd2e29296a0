#![no_main]
//! An assertion of one line and a body, whatever they are: JSONPath, XPath over XML and HTML, JSON Schemas, patterns.
//! Nothing panics, and what is evaluated ends within its limits.

use faultfinder_assert::{Observation, evaluate, parse};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let at = bytes.iter().position(|byte| *byte == b'\n').unwrap_or(bytes.len());
    let Ok(line) = std::str::from_utf8(&bytes[..at]) else { return };
    let Ok(assertion) = parse(line) else { return };
    let body = bytes.get(at + 1..).unwrap_or_default();
    let headers = [("content-type".to_owned(), b"text/html".to_vec())];
    for headers in [&headers[..], &[]] {
        let mut seen = Observation::new();
        seen.headers = Some(headers);
        seen.body = Some(body);
        seen.received = Some(body);
        seen.now = Some(0);
        let _ = assertion.work_max(&seen);
        let _ = evaluate(&assertion, &seen);
    }
});
