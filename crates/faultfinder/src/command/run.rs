//! `faultfinder run`: the tests of definition files.

use crate::exit::{Failure, Outcome};
use crate::output::Output;
use crate::paint::Paint;
use crate::render::result::Style;
use crate::runner::{Done, Keep};
use crate::suite::{Test, Variables};
use clap::{Args, ValueEnum};
use faultfinder_engine::{RunReport, Status, TestResult};
use std::path::PathBuf;

/// Default number of tests at once: enough that waiting overlaps, few enough that timings stay accurate.
pub(crate) const CONCURRENCY: usize = 16;

/// Which files, and how.
#[derive(Debug, Args)]
#[command(after_help = "\
A folder means all *.yaml, *.yml and *.json files in it and below, ordered by path; names that begin \
with a dot are skipped. `-` is standard input. Nothing runs unless all files are valid.

Examples:
  faultfinder run shop.yaml
  faultfinder run tests/ --var BASE=https://staging.example --only checkout
  faultfinder run tests/ --format junit --output report.xml
  faultfinder run tests/ --format jsonl | jq -r 'select(.fault) | [.name, .fault.code] | @tsv'
  generate-tests | faultfinder run -

Ctrl-C ends the run: what is done is reported, and the exit status is 130.")]
pub(crate) struct Arguments {
    /// Definition files, folders of them, or - for standard input
    #[arg(required = true, value_name = "FILE|DIR")]
    files: Vec<PathBuf>,

    /// How to show the results
    #[arg(long, value_enum, default_value_t)]
    format: Format,

    /// Write the results to this file; it appears when it is complete
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,

    #[command(flatten)]
    variables: Variables,

    /// Only the tests whose name contains this, or matches it if it has a * or ?
    #[arg(long, value_name = "PATTERN")]
    only: Option<String>,

    /// How many tests run at once
    #[arg(long, short = 'j', value_name = "COUNT", default_value_t = CONCURRENCY, value_parser = concurrency)]
    concurrency: usize,

    /// Show passed tests in full too
    #[arg(long, short)]
    verbose: bool,
}

/// How results are shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people: one line per passed test, full details of a failed one
    #[default]
    Pretty,
    /// One JSON object with all results, in the order of the definitions
    Json,
    /// One JSON object per test and line, as they finish
    Jsonl,
    /// JUnit XML, for continuous integration
    Junit,
}

/// Most tests at once: each may need a few file descriptors.
pub(crate) const CONCURRENCY_MAX: usize = 10_000;

/// Reads `--concurrency`.
pub(crate) fn concurrency(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(count) if (1..=CONCURRENCY_MAX).contains(&count) => Ok(count),
        _ => Err(format!("must be a number from 1 to {CONCURRENCY_MAX}")),
    }
}

/// Runs the files.
pub(crate) fn run(arguments: &Arguments) -> Outcome {
    let tests = crate::suite::from_files(&arguments.files, &arguments.variables, arguments.only.as_deref())?;
    if tests.is_empty() {
        return Err(Failure::usage("these files contain no test"));
    }
    crate::runtime::in_runtime(carry_out(tests, arguments))
}

async fn carry_out(tests: Vec<Test>, arguments: &Arguments) -> Outcome {
    // Opened before anything runs, so that a wrong name is reported at once.
    let mut output = Output::open(arguments.output.as_deref())?;
    let total = tests.len();
    let files: Vec<String> = tests.iter().map(|test| test.file().to_owned()).collect();
    let style = Style {
        paint: if output.is_stdout() { Paint::for_stdout() } else { Paint::plain() },
        width: crate::render::text::terminal_width(),
        full: arguments.verbose,
        verbose: false,
    };
    let format = arguments.format;
    // What was written is kept only if it is shown again at the end: thousands of results are a lot of memory.
    let each = |result: &TestResult| match format {
        Format::Jsonl => {
            output.write(&format!("{}\n", serialized(result)?))?;
            Ok(Keep::No)
        }
        Format::Pretty => {
            output.write(&crate::render::result::result(result, style))?;
            Ok(if result.status == Status::Passed { Keep::No } else { Keep::Yes })
        }
        Format::Json | Format::Junit => Ok(Keep::Yes),
    };
    let done = crate::runner::run(tests, arguments.concurrency, each).await?;
    match format {
        Format::Json => output.write(&json(&done.report)?)?,
        Format::Junit => {
            let suites: Vec<String> =
                done.places.iter().filter_map(|place| files.get(*place).cloned()).collect();
            output.write(&crate::render::junit::junit(&done.report, &suites))?;
        }
        Format::Pretty => {
            let summary = crate::render::summary::summary(&done.report.summary, style.paint);
            output.write(&format!("\n{}", failures(&done.report, style.paint)))?;
            output.write(&summary)?;
        }
        Format::Jsonl => {}
    }
    output.close()?;
    tell(&done, total, arguments);
    Ok(done.exit())
}

/// The summary on standard error at the end.
fn tell(done: &Done, total: usize, arguments: &Arguments) {
    if done.interrupted {
        let count = done.report.summary.total;
        crate::output::note(&format!("interrupted: {count} of {total} tests were done"));
    }
    if let Some(file) = &arguments.output {
        crate::output::note(&format!("wrote {}", file.display()));
    }
}

/// The failed tests once more, a line each, when there are so many results that they have scrolled away.
fn failures(report: &RunReport, paint: Paint) -> String {
    const FEW: usize = 3;
    if report.summary.total <= FEW {
        return String::new();
    }
    let mut text = String::new();
    for result in report.results.iter().filter(|result| result.status != Status::Passed) {
        let title =
            result.fault.as_ref().map(|fault| crate::render::fault::title(fault, paint)).unwrap_or_default();
        let mark = crate::render::result::mark(result.status, paint);
        text.push_str(&format!("{mark} {}  {title}\n", crate::render::text::inert(&result.name)));
    }
    text
}

/// The report as JSON.
pub(crate) fn json(report: &RunReport) -> Result<String, Failure> {
    let text = serde_json::to_string_pretty(report)
        .map_err(|error| Failure::ourselves("cannot write the report as JSON", &error))?;
    Ok(format!("{text}\n"))
}

fn serialized(result: &TestResult) -> Result<String, Failure> {
    serde_json::to_string(result).map_err(|error| Failure::ourselves("cannot write a result as JSON", &error))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exit::Exit;
    use crate::render::fixture;

    #[test]
    fn concurrency_has_bounds() {
        assert_eq!(concurrency("1"), Ok(1));
        assert_eq!(concurrency("10000"), Ok(CONCURRENCY_MAX));
        assert!(concurrency("0").is_err() && concurrency("10001").is_err() && concurrency("many").is_err());
    }

    #[test]
    fn our_own_failures_are_not_the_targets() {
        let done =
            |results| Done { report: RunReport::new(results, 0.0), places: Vec::new(), interrupted: false };
        assert_eq!(done(vec![fixture::passed()]).exit(), Exit::Passed);
        assert_eq!(done(vec![fixture::passed(), fixture::refused()]).exit(), Exit::Failed);
        assert_eq!(done(vec![fixture::passed(), fixture::ours()]).exit(), Exit::Ourselves);
    }
}
