//! The definitions of the lab as files, so that `run` can be tried on them.

use crate::exit::Failure;
use crate::output::{Output, note};
use faultfinder_lab::Exhibit;
use faultfinder_taxonomy::Protocol;
use serde_json::json;
use std::path::Path;

/// Writes one file per protocol.
pub(super) fn write(folder: &Path, exhibits: &[Exhibit]) -> Result<(), Failure> {
    std::fs::create_dir_all(folder)
        .map_err(|error| Failure::usage(format!("{}: cannot be made: {error}", folder.display())))?;
    for protocol in Protocol::ALL {
        let tests: Vec<_> = exhibits
            .iter()
            .filter(|exhibit| exhibit.protocol == protocol)
            .map(|exhibit| &exhibit.definition)
            .collect();
        if tests.is_empty() {
            continue;
        }
        let count = tests.len();
        let text = serde_json::to_string_pretty(&json!({"version": 1, "tests": tests}))
            .map_err(|error| Failure::ourselves("cannot write the definitions", &error))?;
        let path = folder.join(format!("{protocol}.json"));
        let mut output = Output::open(Some(&path))?;
        output.write(&format!("{text}\n"))?;
        output.close()?;
        note(&format!(
            "wrote {} with {}",
            path.display(),
            crate::diagnostics::plural(count, "test", "tests")
        ));
    }
    Ok(())
}
