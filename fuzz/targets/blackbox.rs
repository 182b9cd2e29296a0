#![no_main]
//! Modules of blackbox_exporter, with targets of every kind: no input panics, and what can be imported can be read.

use faultfinder_spec::{ForeignFormat, ForeignOptions, Source, import, parse, parse_str};
use libfuzzer_sys::fuzz_target;
use std::sync::Arc;

/// What the modules probe: one for each prober.
const TARGETS: &[&str] = &["https://a.test/", "a.test:80", "[::1]:53", "ws://a.test/"];

fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    for target in TARGETS {
        let mut options = ForeignOptions::default();
        options.targets = vec![(*target).to_owned()];
        let source = Source::new("fuzz.yml", text).with_foreign_options(Arc::new(options));
        let _ = format!("{:?}", parse(&source));
        if let Ok((native, _)) = import(&source, ForeignFormat::Blackbox) {
            assert!(parse_str("native.yaml", &native).document.is_some());
        }
    }
});
