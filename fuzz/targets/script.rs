#![no_main]
//! Scripts, whatever they are: nothing panics, and each run ends within its limits of time, memory and output.

use faultfinder_script::{Input, OUTPUT_CHARS_MAX, Response, Script, VARIABLES_MAX, WAIT_MAX};
use libfuzzer_sys::fuzz_target;
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

/// What starting the engine may take in addition, on a machine that does other work.
const STARTING: Duration = Duration::from_secs(3);

fuzz_target!(|bytes: &[u8]| {
    let Ok(code) = std::str::from_utf8(bytes) else { return };
    let Ok(script) = Script::new(code) else { return };
    let response = Response { status: 200, headers: BTreeMap::new(), body: Some("{\"a\":[1,\"b\"]}") };
    let variables = BTreeMap::from([("A", "b")]);
    let began = Instant::now();
    let finished = script.run(&Input { response: Some(response), variables });
    assert!(began.elapsed() <= WAIT_MAX + STARTING, "it took {:?}", began.elapsed());
    assert!(finished.output.chars().count() <= OUTPUT_CHARS_MAX);
    assert!(finished.variables.len() <= VARIABLES_MAX);
});
