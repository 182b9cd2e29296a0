//! `faultfinder alerts`: tests of alerts, and a webhook to try them with.

mod receive; // a webhook that prints the notices that come

use crate::diagnostics::{of_files, plural};
use crate::exit::{Exit, Failure, Outcome};
use crate::foreign::ForeignArguments;
use crate::paint::Paint;
use crate::sources::Sources;
use clap::{Args, Subcommand};
use faultfinder_engine::EmptyFolder;
use faultfinder_spec::{Diagnostic, read_histories};
use std::collections::BTreeSet;
use std::path::PathBuf;

/// What to do with alerts.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Compare the alerts of histories of results with those that must come
    #[command(after_help = "\
A file has `histories`: each with a rule (`alert`, as in a test), results, what else happens, and the notices that are expected. \
`docs/alerts.md` describes the format.

Examples:
  faultfinder alerts test alerts-test.yaml")]
    Test {
        /// Files with histories, or - for standard input
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
    },
    /// Receive the notices of a webhook, and print each as a line of JSON
    #[command(after_help = "\
It shows what a notifier of type `webhook` sends, where nothing else is there to receive it.

Examples:
  faultfinder alerts receive
  faultfinder alerts receive --listen 127.0.0.1:9000 --count 1")]
    Receive(receive::Arguments),
}

/// Does it.
pub(crate) fn run(arguments: &Arguments) -> Outcome {
    match &arguments.what {
        What::Test { files } => test(files),
        What::Receive(arguments) => crate::runtime::on_this_thread(receive::run(arguments)),
    }
}

fn test(files: &[PathBuf]) -> Outcome {
    let foreign = ForeignArguments::default();
    let sources = Sources::read(files, EmptyFolder::IsWrong, &foreign, BTreeSet::new())?.all;
    let (mut histories, mut invalid) = (Vec::new(), Vec::new());
    for source in sources {
        match read_histories(&source) {
            Ok(read) => histories.push((source, read)),
            Err(diagnostics) => invalid.push((source, diagnostics)),
        }
    }
    let paint = Paint::for_stdout();
    if !invalid.is_empty() {
        crate::output::print(&of_files(&invalid, paint))?;
        return Err(Failure::Invalid);
    }
    let (mut failed, mut found, mut count) = (0_usize, Vec::new(), 0_usize);
    for (source, read) in histories {
        count = count.saturating_add(read.len());
        let mut diagnostics = Vec::new();
        for history in &read {
            let mismatches = faultfinder_alert::check(history);
            failed = failed.saturating_add(usize::from(!mismatches.is_empty()));
            diagnostics.extend(mismatches.into_iter().map(|mismatch| {
                let message = format!("{}: {}", history.name.value, mismatch.message);
                Diagnostic::error(&source, mismatch.place, message)
            }));
        }
        found.push((source, diagnostics));
    }
    let mut text = of_files(&found, paint);
    let counted = plural(count, "history", "histories");
    text.push_str(&match failed {
        0 => format!("{}: {counted}\n", paint.good("passed")),
        _ => format!("{}: {failed} of {counted}\n", paint.bad("failed")),
    });
    crate::output::print(&text)?;
    Ok(if failed == 0 { Exit::Passed } else { Exit::Failed })
}
