//! Tests that cannot be run on this machine. The tests of other crates include this file.

use std::io::Write as _;

/// Reports that the calling test is not run, and why: on standard error, and in the file that `FAULTFINDER_NOT_RUN` names,
/// which `cargo xtask test` prints at its end.
pub(crate) fn report(why: &str) {
    let thread = std::thread::current();
    let line = format!("not run: {}: {why}\n", thread.name().unwrap_or("a test"));
    // Past what the harness captures: it must be seen although the test passes.
    let _ = std::io::stderr().write_all(line.as_bytes());
    if let Some(file) = std::env::var_os("FAULTFINDER_NOT_RUN") {
        let file = std::fs::OpenOptions::new().append(true).create(true).open(file);
        let _ = file.and_then(|mut file| file.write_all(line.as_bytes()));
    }
}
