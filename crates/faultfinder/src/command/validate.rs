//! `faultfinder validate`: checks definition files without running them.

use crate::diagnostics::{counts, of_files, plural};
use crate::exit::{Exit, Failure, Outcome};
use crate::foreign::ForeignArguments;
use crate::paint::Paint;
use crate::suite::{Checked, Variables};
use clap::{Args, ValueEnum};
use faultfinder_spec::{Diagnostic, Place, Source};
use serde_json::json;
use std::path::PathBuf;

/// Which files, and the output format.
#[derive(Debug, Args)]
#[command(after_help = "\
All mistakes in all files are reported at once, each with line, column and a caret. Warnings do not make a file invalid. \
Environment variables need not be set.

Examples:
  faultfinder validate shop.yaml
  faultfinder validate tests/ --format json | jq '.diagnostics[] | {source, line, message}'")]
pub(crate) struct Arguments {
    /// Definition files, folders of them, or - for standard input
    #[arg(required = true, value_name = "FILE|DIR")]
    files: Vec<PathBuf>,

    /// Output format
    #[arg(long, value_enum, default_value_t)]
    format: Format,

    #[command(flatten)]
    variables: Variables,

    #[command(flatten)]
    foreign: ForeignArguments,
}

/// How diagnostics are shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people, with carets
    #[default]
    Pretty,
    /// One JSON object
    Json,
}

/// Checks the files.
pub(crate) fn run(arguments: &Arguments) -> Outcome {
    let checked = crate::suite::check(&arguments.files, &arguments.variables, &arguments.foreign)?;
    if arguments.format == Format::Pretty {
        crate::sources::note_left_out(&checked.left_out);
    }
    let text = match arguments.format {
        Format::Pretty if !checked.unread.is_empty() => {
            crate::sources::note_unread(&checked.unread);
            return Err(Failure::Invalid);
        }
        Format::Pretty => pretty(&checked, Paint::for_stdout()),
        Format::Json => json_text(&checked)?,
    };
    crate::output::print(&text)?;
    crate::output::note_unless_empty(&crate::render::github::of_files(&checked.found));
    Ok(if checked.is_valid() { Exit::Passed } else { Exit::Usage })
}

fn pretty(checked: &Checked, paint: Paint) -> String {
    let mut text = of_files(&checked.found, paint);
    let files = plural(checked.found.len(), "file", "files");
    let counted = counts(&checked.found);
    let line = match (checked.is_valid(), counted) {
        (true, None) => format!("{}: {}", paint.good("valid"), tests_in(checked)),
        (true, Some(counted)) => format!("{}: {}, {counted}", paint.good("valid"), tests_in(checked)),
        (false, counted) => format!("{}: {} in {files}", paint.bad("invalid"), counted.unwrap_or_default()),
    };
    text.push_str(&format!("{line}\n"));
    text
}

fn tests_in(checked: &Checked) -> String {
    let files = plural(checked.found.len(), "file", "files");
    format!("{} in {files}", plural(checked.tests, "test", "tests"))
}

fn json_text(checked: &Checked) -> Result<String, Failure> {
    let unread = checked.unread.iter().map(|file| {
        let source = Source::new(&file.path.display().to_string(), "");
        Diagnostic::error(&source, Place::START, file.why.as_str())
    });
    let found = checked.found.iter().flat_map(|(_, diagnostics)| diagnostics).cloned();
    let diagnostics: Vec<Diagnostic> = unread.chain(found).collect();
    let answer = json!({
        "version": 1,
        "valid": checked.is_valid(),
        "files": checked.found.len(),
        "tests": checked.tests,
        "left_out": checked.left_out,
        "diagnostics": diagnostics,
    });
    let text = serde_json::to_string_pretty(&answer)
        .map_err(|error| Failure::ourselves("cannot write the diagnostics as JSON", &error))?;
    Ok(format!("{text}\n"))
}
