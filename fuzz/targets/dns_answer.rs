#![no_main]
//! DNS answers as a name server sends them: no input panics or loops.

use libfuzzer_sys::fuzz_target;

fuzz_target!(|message: &[u8]| {
    let _ = faultfinder_net::dns::decode(message);
});
