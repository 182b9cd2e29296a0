//! `faultfinder demo`: the lab, one test per scenario, and the table of what was found.

mod agreement; // whether a result says what the scenario expects
mod shown; // Row, Shown: what came of the demonstration
mod table; // the lines of the table
mod export; // the definitions as files
mod apart; // the scenarios that need a network of their own

pub(crate) use table::expected;

use crate::exit::{Exit, Failure, Outcome};
use crate::output::{note, print};
use crate::paint::Paint;
use crate::plan::Plan;
use crate::render::style::{Places, Style};
use crate::runner::{KeepAll, Manner};
use crate::suite::Test;
use agreement::Found;
use clap::{Args, ValueEnum};
use faultfinder_lab::Exhibit;
use faultfinder_taxonomy::{Code, Protocol};
use shown::{Row, Shown};
use std::collections::HashMap;
use std::path::PathBuf;

/// Which scenarios, and what else to do.
#[derive(Debug, Args)]
#[command(after_help = "\
Starts every misbehaving peer of the lab on loopback, runs one test against each, and compares the result with what is \
expected. The exit status is 1 if anything differs.

Scenarios that need their own network (no route, a firewall, ICMP errors, hops) run in network namespaces, which needs \
root on Linux and the programs ip and nft; elsewhere they are listed as not run, with the reason.

Examples:
  faultfinder demo
  faultfinder demo --only ssl
  faultfinder demo --keep --write lab-tests        then, elsewhere: faultfinder run lab-tests")]
pub(crate) struct Arguments {
    /// Only the scenarios whose name contains this
    #[arg(long, value_name = "PATTERN")]
    only: Option<String>,

    /// How many tests run at once
    #[arg(long, short = 'j', value_name = "COUNT", default_value_t = 64, value_parser = super::run::concurrency)]
    concurrency: usize,

    /// Keep serving afterwards, until Ctrl-C
    #[arg(long)]
    keep: bool,

    /// Write the definitions into this folder, one file per protocol, to run them with `run`
    #[arg(long, value_name = "DIR")]
    write: Option<PathBuf>,

    /// Output format
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// How the demonstration is shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people: the table, and one worked example per protocol
    #[default]
    Pretty,
    /// One JSON object, with every expected and found fault
    Json,
}

/// Runs the demonstration.
pub(crate) async fn run(arguments: &Arguments) -> Outcome {
    let served = super::lab::serve(arguments.only.as_deref())?;
    served.complain();
    let mut examples = None;
    if let Some(folder) = &arguments.write {
        export::write(folder, &served.exhibits)?;
        examples = export::examples_command(folder, &served.exhibits)?;
    }
    let mut stop = std::pin::pin!(crate::runner::stopped());
    let (of_loopback, apart) =
        tokio::join!(run_all(served.exhibits, arguments.concurrency), apart::run(&served.lab, served.apart));
    let (mut rows, interrupted) = of_loopback?;
    rows.extend(apart.rows);
    rows.sort_by_key(|row| Protocol::ALL.iter().position(|protocol| *protocol == row.exhibit.protocol));
    let mut missing = served.missing;
    missing.extend(apart.missing);
    let shown = Shown { rows, missing, not_run: apart.not_run };
    match arguments.format {
        Format::Json => print(&table::json(&shown)?)?,
        Format::Pretty => show(&shown)?,
    }
    if interrupted || apart.interrupted {
        return Ok(Exit::Interrupted);
    }
    if arguments.keep {
        if let (Some(folder), Some(examples)) = (&arguments.write, &examples) {
            note(&format!("\nTry:\n  faultfinder run {}\n  {examples}\n", folder.display()));
        }
        note("serving until Ctrl-C");
        (&mut stop).await;
    }
    drop(served.lab);
    Ok(if shown.differing() > 0 { Exit::Failed } else { Exit::Passed })
}

/// Runs one test per exhibit; in the order of the exhibits.
async fn run_all(exhibits: Vec<Exhibit>, concurrency: usize) -> Result<(Vec<Row>, bool), Failure> {
    let mut found: HashMap<usize, Found> = HashMap::new();
    let mut tests: Vec<Test> = Vec::new();
    let mut places = Vec::new();
    for (place, exhibit) in exhibits.iter().enumerate() {
        match crate::suite::from_definition(&exhibit.id, &exhibit.definition) {
            Ok(test) => {
                tests.push(test);
                places.push(place);
            }
            Err(diagnostics) => {
                found.insert(place, Found::Invalid(diagnostics));
            }
        }
    }
    let manner = Manner::all(concurrency);
    let done = crate::runner::run(Plan::once(tests), manner, &mut KeepAll).await?;
    for (place, result) in done.places.into_iter().zip(done.report.results) {
        if let Some(place) = places.get(place) {
            found.insert(*place, Found::Result(Box::new(result)));
        }
    }
    let rows = exhibits.into_iter().enumerate();
    let rows =
        rows.filter_map(|(place, exhibit)| Some(Row { exhibit, found: found.remove(&place)? })).collect();
    Ok((rows, done.cut_off.is_some()))
}

/// The table, an example per protocol, what was not run, what differs, and the counts.
fn show(shown: &Shown) -> Result<(), Failure> {
    let paint = Paint::for_stdout();
    print(&table::table(&shown.rows, paint))?;
    print(&examples(&shown.rows, paint))?;
    print(&table::not_run(&shown.not_run, paint))?;
    print(&table::differences(&shown.rows, &shown.missing, paint))?;
    print(&table::counts(shown, paint))
}

/// The most informative result of each protocol, in full.
fn examples(rows: &[Row], paint: Paint) -> String {
    let width = crate::render::text::terminal_width();
    let style = Style { paint, width, full: true, verbose: false, places: Places::Never };
    let mut text = String::new();
    for protocol in Protocol::ALL {
        let told = rows.iter().filter(|row| row.exhibit.protocol == protocol && row.agrees());
        let Some((row, result)) =
            told.filter_map(|row| Some((row, row.found.result()?))).max_by_key(|(_, result)| telling(result))
        else {
            continue;
        };
        let title = format!("An example of {protocol}: {}", row.exhibit.shows);
        text.push_str(&format!(
            "\n{}\n\n{}",
            paint.strong(&title),
            crate::render::result::result(result, style)
        ));
    }
    text
}

/// How much there is to see in a result: a fault of the target that came quickly, many phases, objections, certificates.
fn telling(result: &faultfinder_engine::TestResult) -> (bool, usize, usize, usize) {
    let quick = result.duration_ms < 1000.0;
    let fault = result.fault.as_ref().is_some_and(|fault| fault.code != Code::IncorrectAssertion);
    let phases = result.timings.phases().filter(|(_, took)| !took.is_zero()).count();
    let (objections, certificates) =
        result.observed.tls.as_ref().map_or((0, 0), |tls| (tls.events.len(), tls.chain.len()));
    (fault && quick, phases, objections, certificates)
}
