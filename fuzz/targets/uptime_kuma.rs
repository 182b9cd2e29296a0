#![no_main]
//! Backups of Uptime Kuma: no input panics, and what can be imported can be read.

use faultfinder_spec::{ForeignFormat, Source, import, parse, parse_str};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let source = Source::new("fuzz.json", text);
    let _ = format!("{:?}", parse(&source));
    if let Ok((native, _)) = import(&source, ForeignFormat::UptimeKuma) {
        assert!(parse_str("native.yaml", &native).document.is_some());
    }
});
