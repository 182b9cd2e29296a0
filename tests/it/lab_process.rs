//! The lab's own process, and what it says that it serves.

use serde_json::Value;
use std::process::{Child, Stdio};

/// The lab, which serves until this is dropped.
#[derive(Debug)]
pub(crate) struct Lab {
    process: Child,
    /// Its manifest: every scenario with its target, its definition and the expected result.
    manifest: Value,
}

impl Lab {
    /// Starts it.
    pub(crate) fn start() -> Self {
        let mut command = faultfinder_tests::command(&["lab", "--json"]);
        let mut process = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let output = process.stdout.take().unwrap();
        let mut manifests = serde_json::Deserializer::from_reader(output).into_iter::<Value>();
        Self { process, manifest: manifests.next().unwrap().unwrap() }
    }

    /// The scenarios of the manifest.
    pub(crate) fn scenarios(&self) -> &[Value] {
        self.manifest["scenarios"].as_array().unwrap()
    }
}

impl Drop for Lab {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
