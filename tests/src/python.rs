//! Peers that are written in Python.

use crate::peers::{not_run, python};
use crate::workspace;
use serde_json::Value;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

/// The exit status with which a script of `tests/data/` says that a module which it needs is not installed.
const NOT_INSTALLED: i32 = 77;

/// A script of `tests/data/` that listens; it ends when this is dropped.
#[derive(Debug)]
pub struct Peer {
    process: Child,
    told: Value,
}

impl Peer {
    /// Starts a script, and waits for the line of JSON that says where it listens. Nothing when the interpreter or one of
    /// the modules that it needs is not installed; the calling test is then reported as not run.
    ///
    /// # Panics
    ///
    /// When the script fails for another reason.
    #[must_use]
    pub fn start(script: &str, modules: &[&str]) -> Option<Self> {
        let mut command = Command::new(python(modules)?);
        command.args(["-W", "ignore"]).arg(workspace().join("tests/data").join(script));
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut process = command.spawn().ok()?;
        let mut line = String::new();
        if let Some(stdout) = process.stdout.take() {
            // What the script says later is of no interest, and must not block it: it says nothing more.
            let _ = BufReader::new(stdout).read_line(&mut line);
        }
        if let Ok(told) = serde_json::from_str(&line) {
            return Some(Self { process, told });
        }
        let ended = process.wait_with_output();
        let (status, said) = match &ended {
            Ok(output) => (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned()),
            Err(error) => (None, error.to_string()),
        };
        assert!(status == Some(NOT_INSTALLED), "{script} ended with {status:?}: {said}");
        not_run(said.trim());
        None
    }

    /// What it said when it began to listen.
    #[must_use]
    pub const fn told(&self) -> &Value {
        &self.told
    }

    /// The port on 127.0.0.1 that it listens on; 0 when it did not say one.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.told.get("port").and_then(Value::as_u64).and_then(|port| u16::try_from(port).ok()).unwrap_or(0)
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
