//! `faultfinder schema`: the JSON Schema of definition files.

use crate::exit::{Exit, Failure, Outcome};

/// Prints the schema.
pub(crate) fn run() -> Outcome {
    let schema = faultfinder_spec::schema();
    let text = serde_json::to_string_pretty(&schema)
        .map_err(|error| Failure::ourselves("cannot write the schema", &error))?;
    crate::output::print(&format!("{text}\n"))?;
    Ok(Exit::Passed)
}
