#![no_main]
//! A name and a hosts file, with a NUL between them: no input panics, and every address is in the file as text.

use faultfinder_net::dns::addresses_in_hosts;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    let mut parts = input.splitn(2, |byte| *byte == 0);
    let name = parts.next().and_then(|name| std::str::from_utf8(name).ok()).unwrap_or("box");
    let file = parts.next().unwrap_or_default();
    let addresses = addresses_in_hosts(file, name);
    let text = String::from_utf8_lossy(file);
    let written: Vec<_> = text.split_whitespace().filter_map(|word| word.parse().ok()).collect();
    assert!(addresses.iter().all(|address| written.contains(address)), "{addresses:?}");
});
