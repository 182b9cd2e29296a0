//! What the workspace-wide tests in `it/` share: the binary under test, and how it is called.

mod not_run;
pub mod json_schema;
pub mod peers;
pub mod python;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::OnceLock;

/// The top of the workspace.
#[must_use]
pub fn workspace() -> PathBuf {
    // Asked for when it runs: two checkouts may share a target folder, and then what one compiled is run in the other.
    let here = std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
    let here = PathBuf::from(here);
    here.parent().map_or_else(|| here.clone(), Path::to_owned)
}

/// The binary: the one that `FAULTFINDER_BINARY` names, or one that is built once per process; building what is up to date takes
/// no time.
///
/// `cargo xtask test` names it: `cargo nextest run --workspace` has built it with the tests. Built alone it has other features,
/// and with them almost everything that it needs would be built a second time.
///
/// It lies beside the folder of the test executable: `target/debug/deps/it-..` and `target/debug/faultfinder`.
///
/// # Panics
///
/// When it cannot be built.
#[must_use]
pub fn binary() -> &'static Path {
    static BINARY: OnceLock<PathBuf> = OnceLock::new();
    BINARY.get_or_init(|| {
        if let Some(named) = std::env::var_os("FAULTFINDER_BINARY") {
            let named = PathBuf::from(named);
            assert!(named.is_file(), "FAULTFINDER_BINARY: {} is not a file", named.display());
            return named;
        }
        let test = std::env::current_exe().unwrap_or_default();
        let profile = test.parent().and_then(Path::parent).map(Path::to_owned).unwrap_or_default();
        let target = profile.parent().map(Path::to_owned).unwrap_or_default();
        let mut build = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        build.args(["build", "--quiet", "--locked", "--package", "faultfinder"]).current_dir(workspace());
        build.env("CARGO_TARGET_DIR", target);
        if profile.file_name().is_some_and(|name| name == "release") {
            build.arg("--release");
        }
        let built = build.status().is_ok_and(|status| status.success());
        let binary = profile.join(format!("faultfinder{}", std::env::consts::EXE_SUFFIX));
        assert!(built && binary.is_file(), "{} cannot be built", binary.display());
        binary
    })
}

/// Reports that the calling test is not run because something that is not part of this repository is not on this machine,
/// also where everything is installed that can be.
pub fn not_here(what: &str) {
    not_run::report(what);
}

/// What a call of the binary answered.
#[derive(Debug)]
#[non_exhaustive]
pub struct Answer {
    /// The exit status; -1 when a signal ended it.
    pub status: i32,
    /// Standard output.
    pub stdout: String,
    /// Standard error.
    pub stderr: String,
}

impl Answer {
    /// Standard output as JSON; null when it is none.
    #[must_use]
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.stdout).unwrap_or_default()
    }
}

impl From<Output> for Answer {
    fn from(output: Output) -> Self {
        Self {
            status: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }
}

/// A call of the binary, without what the caller's environment could change.
#[must_use]
pub fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(binary());
    command.args(arguments).current_dir(workspace());
    for name in ["NO_COLOR", "COLUMNS", "CLICOLOR_FORCE", "GITHUB_ACTIONS", "GITHUB_WORKSPACE"] {
        command.env_remove(name);
    }
    command
}

/// Calls the binary.
///
/// # Panics
///
/// When it cannot be called.
#[must_use]
pub fn faultfinder(arguments: &[&str]) -> Answer {
    faultfinder_with_input(arguments, b"")
}

/// Calls the binary with something on its standard input.
///
/// # Panics
///
/// When it cannot be called.
#[must_use]
pub fn faultfinder_with_input(arguments: &[&str], input: &[u8]) -> Answer {
    let mut command = command(arguments);
    let command = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let answer = command.spawn().and_then(|mut child| {
        if let Some(mut stdin) = child.stdin.take() {
            // It may have ended without reading; what it answered is what counts.
            let _ = stdin.write_all(input);
        }
        child.wait_with_output()
    });
    match answer {
        Ok(output) => output.into(),
        Err(error) => Answer { status: -1, stdout: String::new(), stderr: error.to_string() },
    }
}
