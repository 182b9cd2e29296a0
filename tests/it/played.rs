//! Commands of the pages, played by a shell in a folder.

use faultfinder_tests::binary;
use std::path::Path;
use std::process::{Command, Output};

/// How long they may take, in seconds: shorter than the time that a test may take.
const BOUND: &str = "60";

/// An address of loopback that no other test has, since the commands name their ports.
pub(crate) fn host() -> String {
    let [high, low] = u16::try_from(std::process::id() % 0xffff).unwrap().to_be_bytes();
    format!("127.86.{high}.{low}")
}

/// What comes of a script for bash in which `faultfinder` is the program that is tested, and a service listens there.
pub(crate) fn play(script: &str, folder: &Path, listen: &str, variables: &[(&str, &str)]) -> Output {
    let path = std::env::var("PATH").unwrap_or_default();
    Command::new("timeout")
        .args([BOUND, "bash", "-c", script])
        .env("PATH", format!("{}:{path}", binary().parent().unwrap().display()))
        .env("FAULTFINDER_LISTEN", listen)
        .env_remove("FAULTFINDER_CONFIG")
        .envs(variables.iter().copied())
        .current_dir(folder)
        .output()
        .unwrap()
}
