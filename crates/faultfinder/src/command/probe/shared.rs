//! Options that are not about the test: how it is shown.

use clap::{Args, ValueEnum};
use std::path::PathBuf;

/// The heading of options that say how a test is carried out and shown.
pub(super) const TEST: &str = "Test and output";

/// What every protocol has in addition to the fields of a test.
#[derive(Debug, Args)]
#[command(next_help_heading = TEST)]
pub(super) struct Shared {
    /// How to show the result
    #[arg(long, value_enum, default_value_t)]
    pub(super) format: Format,

    /// Show all about certificates, as `verify -text` does
    #[arg(long)]
    pub(super) verbose: bool,

    /// Write the result to this file
    #[arg(long, short, value_name = "FILE")]
    pub(super) output: Option<PathBuf>,

    /// Print the definition instead of running it, to begin a file with
    #[arg(long)]
    pub(super) definition: bool,
}

/// How the result of a probe is shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// For people
    #[default]
    Pretty,
    /// The report, as `run --format json` writes it
    Json,
}
