//! `faultfinder run`: the tests of definition files.

mod format; // the formats
mod report; // results into a format, as they come and at the end

use crate::exit::Outcome;
use crate::foreign::ForeignArguments;
use crate::output::Output;
use crate::paint::Paint;
use crate::plan::Plan;
use crate::render::style::{Places, Style};
use crate::runner::{Done, Manner};
use crate::selection::Selection;
use crate::suite::{Test, Variables};
use clap::Args;
use format::Format;
use std::path::PathBuf;

pub(crate) use report::json;

/// Default number of tests at once: enough that waiting overlaps, few enough that timings stay accurate.
pub(crate) const CONCURRENCY: usize = 16;

/// Which files, and how.
#[derive(Debug, Args)]
#[command(after_help = "\
A folder means all *.yaml, *.yml and *.json files in it and below, ordered by path; names that begin \
with a dot, and node_modules, are skipped. Files in folders that hold no tests (reports of Faultfinder, files of \
other tools) are left out, with a line for each. `-` is standard input. Nothing runs unless all files are valid.

Examples:
  faultfinder run shop.yaml
  faultfinder run tests/ --var BASE=https://staging.example --only checkout
  faultfinder run tests/ --tag smoke --exclude slow --fail-fast
  faultfinder run tests/ --format junit --output report.xml
  faultfinder run tests/ --format html --output report.html
  faultfinder run tests/ --format jsonl | jq -r 'select(.fault) | [.name, .fault.code] | @tsv'
  faultfinder run tests/ --repeat 20 --shuffle random
  generate-tests | faultfinder run -
  faultfinder run blackbox.yml --module http_2xx --target https://example.com

Ctrl-C ends the run: what is done is reported, the report says what was not run, and the exit status is 130. In \
GitHub Actions, each test that fails is an annotation at its line.")]
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

    #[command(flatten)]
    selection: Selection,

    /// End the run after the first test that does not pass
    #[arg(long)]
    fail_fast: bool,

    /// Run each test so many times (up to 1000)
    #[arg(long, value_name = "COUNT", value_parser = crate::plan::repeat)]
    repeat: Option<u32>,

    /// Run the tests in an order made from this number, or from a `random` one; the number is shown
    #[arg(long, value_name = "SEED", value_parser = crate::plan::seed)]
    shuffle: Option<u64>,

    /// How many tests run at once
    #[arg(long, short = 'j', value_name = "COUNT", default_value_t = CONCURRENCY, value_parser = concurrency)]
    concurrency: usize,

    /// Show passed tests in full too
    #[arg(long, short)]
    verbose: bool,

    #[command(flatten)]
    foreign: ForeignArguments,
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
    if arguments.verbose && !arguments.format.is_for_people() {
        let help = "the other formats have everything in any case";
        crate::finish::warn("--verbose changes nothing: it is for --format pretty", Some(help));
    }
    let tests = crate::suite::from_files(
        &arguments.files,
        &arguments.variables,
        &arguments.foreign,
        &arguments.selection,
    )?;
    if tests.is_empty() {
        return Err(crate::exit::Failure::usage("these files contain no test"));
    }
    crate::runtime::on_this_thread(carry_out(tests, arguments))
}

async fn carry_out(tests: Vec<Test>, arguments: &Arguments) -> Outcome {
    let places = if in_one_file(&tests) { Places::NotPassed } else { Places::All };
    let plan = Plan::new(tests, arguments.repeat, arguments.shuffle)?;
    let read = plan.tests.iter().map(Test::file);
    crate::output::refuse_inputs(arguments.output.as_deref(), read)?;
    // Opened before anything runs, so that a wrong name is reported at once.
    let output = Output::open(arguments.output.as_deref())?;
    let style = Style {
        paint: if output.is_stdout() { Paint::for_stdout() } else { Paint::plain() },
        width: crate::render::text::terminal_width(),
        full: arguments.verbose,
        verbose: false,
        places,
    };
    if let Some(seed) = plan.seed {
        crate::output::note(&format!("shuffled: the same order again with --shuffle {seed}"));
    }
    let mut report = report::Report::begin(arguments.format, output, style, plan.tests.len())?;
    let manner = Manner { concurrency: arguments.concurrency, fail_fast: arguments.fail_fast };
    let done = crate::runner::run(plan, manner, &mut report).await?;
    report.end(&done)?;
    tell(&done, arguments);
    Ok(done.exit())
}

fn in_one_file(tests: &[Test]) -> bool {
    tests.windows(2).all(|pair| matches!(pair, [one, next] if one.file() == next.file()))
}

/// What there is to say on standard error at the end.
fn tell(done: &Done, arguments: &Arguments) {
    let summary = &done.report.summary;
    let counted = format!("{} of {} tests were done", summary.total, summary.planned);
    if summary.interrupted {
        crate::output::note(&format!("interrupted: {counted}"));
    } else if done.cut_off.is_some() {
        crate::output::note(&format!("ended by --fail-fast: {counted}"));
    }
    if let Some(file) = &arguments.output {
        // Nobody sees the results then.
        let shown = crate::render::summary::summary(summary, Paint::for_stderr());
        crate::output::note(shown.trim_end());
        crate::output::note(&format!("wrote {}", file.display()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exit::Exit;
    use crate::render::fixture;
    use faultfinder_engine::{CutOff, RunReport};

    #[test]
    fn concurrency_has_bounds() {
        assert_eq!(concurrency("1"), Ok(1));
        assert_eq!(concurrency("10000"), Ok(CONCURRENCY_MAX));
        assert!(concurrency("0").is_err() && concurrency("10001").is_err() && concurrency("many").is_err());
    }

    #[test]
    fn our_own_failures_are_not_the_targets() {
        let done =
            |results, cut_off| Done { report: RunReport::new(results, 0.0), places: Vec::new(), cut_off };
        assert_eq!(done(vec![fixture::passed()], None).exit(), Exit::Passed);
        assert_eq!(done(vec![fixture::passed(), fixture::refused()], None).exit(), Exit::Failed);
        assert_eq!(done(vec![fixture::passed(), fixture::ours()], None).exit(), Exit::Ourselves);
        assert_eq!(done(vec![fixture::refused()], Some(CutOff::FailFast)).exit(), Exit::Failed);
        assert_eq!(done(vec![fixture::refused()], Some(CutOff::Interrupted)).exit(), Exit::Interrupted);
    }
}
