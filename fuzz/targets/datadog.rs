#![no_main]
//! Tests of Datadog, whatever they are: nothing panics, and what is imported without a mistake is a native file without one.

use faultfinder_spec::{ForeignFormat, Source, import, parse, parse_str};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let source = Source::new("fuzz.json", text);
    for diagnostic in &parse(&source).diagnostics {
        let _ = diagnostic.render(&source, false);
    }
    let Ok((native, _)) = import(&source, ForeignFormat::Datadog) else { return };
    if !parse(&source).has_errors() {
        assert!(!parse_str("imported.yaml", &native).has_errors(), "{native}");
    }
});
