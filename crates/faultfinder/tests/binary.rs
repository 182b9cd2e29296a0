//! The binary is there and starts.
//!
//! That this crate has a test of its binary makes cargo build the binary together with all tests of the workspace, with the same
//! features: `cargo xtask test` runs the tests of `tests/it` with it.

use std::process::Command;

#[test]
fn it_says_which_version_it_is() {
    let output = Command::new(env!("CARGO_BIN_EXE_faultfinder")).arg("--version").output().unwrap();
    assert!(output.status.success(), "{output:?}");
    let said = String::from_utf8(output.stdout).unwrap();
    assert_eq!(said.trim_end(), concat!("faultfinder ", env!("CARGO_PKG_VERSION")));
}
