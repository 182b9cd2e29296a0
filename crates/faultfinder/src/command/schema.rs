//! `faultfinder schema`: the JSON Schemas of what is read and of what is written.

use crate::exit::{Exit, Failure, Outcome};
use clap::{Args, ValueEnum};

/// Which schema.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  faultfinder schema > faultfinder.schema.json
  faultfinder schema results > results.schema.json")]
pub(crate) struct Arguments {
    /// What the schema describes
    #[arg(value_enum, default_value_t, value_name = "OF")]
    of: Of,
}

/// What a schema describes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
enum Of {
    /// Definition files, for editors
    #[default]
    Definitions,
    /// Results as `--format json` and `--format jsonl` write them, for programs
    Results,
}

/// Prints the schema.
pub(crate) fn run(arguments: &Arguments) -> Outcome {
    let schema = match arguments.of {
        Of::Definitions => faultfinder_engine::definition_schema(),
        Of::Results => faultfinder_engine::result_schema(),
    };
    let text = serde_json::to_string_pretty(&schema)
        .map_err(|error| Failure::ourselves("cannot write the schema", &error))?;
    crate::output::print(&format!("{text}\n"))?;
    Ok(Exit::Passed)
}
