#![no_main]
//! A name, `LOCALDOMAIN`, `RES_OPTIONS` and a `resolv.conf`, with NULs between them: no input panics, and
//! there is always a server to ask and a name to ask for.

use faultfinder_net::dns::planned_lookup;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    let mut parts = input.splitn(4, |byte| *byte == 0);
    let mut text = || parts.next().and_then(|part| std::str::from_utf8(part).ok());
    let (name, local_domain, options) = (text().unwrap_or("box"), text(), text());
    let file = parts.next().unwrap_or_default();
    let (servers, names) = planned_lookup(file, local_domain, options, name);
    assert!((1..=3).contains(&servers.len()), "{servers:?}");
    assert!(names.iter().any(|asked| asked == name), "{names:?}");
    assert!(names.iter().all(|asked| asked.starts_with(name)), "{names:?}");
});
