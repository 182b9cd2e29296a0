//! A lab that serves one scenario.

use faultfinder_tests::command;
use serde_json::Value;
use std::process::{Child, Stdio};

/// A lab that serves one scenario, until it is dropped.
pub(crate) struct Served {
    lab: Child,
    pub(crate) exhibit: Value,
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.lab.kill();
        let _ = self.lab.wait();
    }
}

/// Serves one scenario; nothing when this host cannot.
pub(crate) fn serve(id: &str) -> Option<Served> {
    let mut lab = command(&["lab", "--json", "--only", id]).stdout(Stdio::piped()).spawn().unwrap();
    let output = lab.stdout.take().unwrap();
    let manifest = serde_json::Deserializer::from_reader(output).into_iter::<Value>().next();
    let manifest = manifest.and_then(Result::ok).unwrap_or_default();
    let exhibit = manifest["scenarios"].as_array().and_then(|all| all.iter().find(|one| one["id"] == *id));
    let exhibit = exhibit.cloned();
    let mut served = Served { lab, exhibit: Value::Null };
    served.exhibit = exhibit?;
    Some(served)
}
