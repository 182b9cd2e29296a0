#![no_main]
//! Bodies of a tested API as the error envelope: no input panics, and what was read once is read alike again.

use faultfinder_taxonomy::ErrorEnvelope;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|body: &[u8]| {
    let Ok(envelope) = serde_json::from_slice::<ErrorEnvelope>(body) else { return };
    let written = serde_json::to_value(&envelope).expect("an envelope is plain data");
    assert_eq!(ErrorEnvelope::read(&written), Some(envelope));
});
