#![no_main]
//! What a server answers to the hello of the diagnostic handshake: no input panics, nothing is read twice, and the segments in
//! which it arrives do not matter.

use faultfinder_net::tls::Flight;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let mut whole = Flight::default();
    let is_over = whole.push(bytes);
    let mut single = Flight::default();
    let ended = bytes.iter().any(|byte| single.push(&[*byte]));
    assert_eq!(is_over, ended);
    let (whole, single) = (whole.seen(), single.seen());
    assert_eq!(whole.chosen, single.chosen);
    assert_eq!(whole.certificates, single.certificates);
    assert_eq!(whole.alert, single.alert);
});
