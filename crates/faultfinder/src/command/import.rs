//! `faultfinder import`: a file of another tool as one of ours.

use crate::diagnostics::{counts, plural};
use crate::exit::{Exit, Failure, Outcome};
use crate::foreign::ForeignArguments;
use crate::output::Output;
use crate::paint::Paint;
use crate::sources::Sources;
use clap::{Args, ValueEnum};
use faultfinder_engine::EmptyFolder;
use faultfinder_spec::{Diagnostic, ForeignFormat, Source};
use std::collections::BTreeSet;
use std::path::PathBuf;

/// Which file, and what it is.
#[derive(Debug, Args)]
#[command(after_help = "\
The files themselves can be run, too: `faultfinder run blackbox.yml --target example.com`. The file that is written does \
the same; comments in it say what is different from the original.

Examples:
  faultfinder import datadog export.json -o shop.yaml
  faultfinder import blackbox blackbox.yml --module http_2xx --target https://example.com
  faultfinder import gatus config.yaml -o shop.yaml
  faultfinder import uptime-kuma backup.json -o shop.yaml")]
pub(crate) struct Arguments {
    /// The tool that the file is of
    #[arg(value_enum, value_name = "TOOL")]
    tool: Tool,

    /// The file, or - for standard input
    #[arg(value_name = "FILE")]
    file: PathBuf,

    /// Write the definitions to this file instead of standard output; it appears when it is complete
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,

    #[command(flatten)]
    foreign: ForeignArguments,
}

/// The tools whose files are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Tool {
    /// API tests of Datadog Synthetics
    Datadog,
    /// Modules of Prometheus' blackbox_exporter
    Blackbox,
    /// Endpoints of Gatus
    Gatus,
    /// Monitors of a backup of Uptime Kuma 1
    UptimeKuma,
}

/// Writes the file.
pub(crate) fn run(arguments: &Arguments) -> Outcome {
    let format = match arguments.tool {
        Tool::Datadog => ForeignFormat::Datadog,
        Tool::Blackbox => ForeignFormat::Blackbox,
        Tool::Gatus => ForeignFormat::Gatus,
        Tool::UptimeKuma => ForeignFormat::UptimeKuma,
    };
    // Nothing is given: the imported file says which variables need a value.
    let file = std::slice::from_ref(&arguments.file);
    let sources = Sources::read(file, EmptyFolder::IsWrong, &arguments.foreign, BTreeSet::new())?.all;
    let [source] = sources.as_slice() else {
        return Err(Failure::usage("a folder cannot be imported; give one file"));
    };
    let imported = faultfinder_spec::import(source, format);
    let (text, found) = match imported {
        Ok((text, warnings)) => (Some(text), warnings),
        Err(wrong) => (None, wrong),
    };
    let found = [(source.clone(), found)];
    crate::output::note_unless_empty(&crate::diagnostics::of_files(&found, Paint::for_stderr()));
    let text = text.ok_or(Failure::Invalid)?;
    crate::output::refuse_inputs(arguments.output.as_deref(), [&arguments.file])?;
    let mut output = Output::open(arguments.output.as_deref())?;
    output.write(&text)?;
    output.close()?;
    crate::output::note(&summary(&text, &found));
    Ok(Exit::Passed)
}

/// How many tests there are now, and how much is different.
fn summary(text: &str, found: &[(Source, Vec<Diagnostic>)]) -> String {
    let document = faultfinder_spec::parse_str("imported", text).document;
    let tests = document.map_or(0, |document| document.tests.len());
    let written = format!("{} written", plural(tests, "test", "tests"));
    match counts(found) {
        Some(counted) => format!("{written}, {counted}: see above"),
        None => written,
    }
}
