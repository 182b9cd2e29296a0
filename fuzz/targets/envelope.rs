#![no_main]
//! Bodies of a tested API as the error envelope: no input panics, and what was read once is read alike again.

use faultfinder_taxonomy::ErrorEnvelope;
use libfuzzer_sys::fuzz_target;
use serde_json::Value;

fuzz_target!(|body: &[u8]| {
    // Through a value, as callers do: it has each key once, whatever was sent.
    let Ok(body) = serde_json::from_slice::<Value>(body) else { return };
    let Some(envelope) = ErrorEnvelope::read(&body) else { return };
    let written = serde_json::to_value(&envelope).expect("an envelope is plain data");
    assert_eq!(ErrorEnvelope::read(&written), Some(envelope));
});
