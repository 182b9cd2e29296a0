//! Whole probes, side by side: the program, the floor, and the exporter of Prometheus where it is installed.
//!
//! Each side is a process of its own, and its whole CPU time counts: start, definitions and results included. The rounds of
//! the sides alternate, and medians are compared. What is counted and not measured (system calls, allocations) is counted in
//! runs of its own.

mod calls; // system calls, by perf or strace
mod exporter; // blackbox_exporter
mod table; // what is printed

use crate::greeting::Greeting;
use crate::kind::Kind;
use crate::ours::Ours;
use crate::peer::Peer;
use crate::program::Program;
use crate::{allocations, child, floor, meter};
use anyhow::{Context as _, Result, ensure};
use exporter::Exporter;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Duration;
use table::Row;

/// Tests whose allocations are counted, and as many that run before them.
const COUNTED: usize = 200;

/// What is to be measured.
#[derive(Debug)]
pub(crate) struct Settings {
    /// Probes per side and round.
    pub(crate) runs: usize,
    /// Rounds; the median counts.
    pub(crate) rounds: usize,
    /// Probes in flight.
    pub(crate) concurrency: usize,
    /// One kind, or all.
    pub(crate) only: Option<Kind>,
    /// The program; otherwise the one beside this executable.
    pub(crate) program: Option<PathBuf>,
}

/// Measures and prints the table.
pub(crate) async fn compare(settings: &Settings) -> Result<()> {
    ensure!(settings.runs > 0 && settings.concurrency > 0, "there is nothing to run");
    let peer = Peer::start()?;
    let program = Program::new(settings.program.clone(), &peer.greeting)?;
    let exporter = Exporter::start(&program)?;
    println!(
        "{} probes per side and round, {} rounds, {} in flight; CPU time of each side's process per probe, medians",
        settings.runs, settings.rounds, settings.concurrency
    );
    match &exporter {
        Some(exporter) => println!("{}", exporter.version),
        None => println!("blackbox_exporter is not installed: not compared"),
    }
    println!("{}", table::head());
    for kind in Kind::ALL {
        if settings.only.is_none_or(|only| only == kind) {
            let row = measure(kind, settings, &peer.greeting, &program, exporter.as_ref())
                .await
                .with_context(|| format!("{} was not measured", kind.name()))?;
            println!("{}", row.line(kind));
        }
    }
    Ok(())
}

/// Measures one kind.
async fn measure(
    kind: Kind,
    settings: &Settings,
    greeting: &Greeting,
    program: &Program,
    exporter: Option<&Exporter>,
) -> Result<Row> {
    let Settings { runs, rounds, concurrency, .. } = *settings;
    let file = program.write(kind, greeting, runs)?;
    let few = program.write(kind, greeting, runs.div_ceil(10))?;
    let exporter = exporter.filter(|_| kind.exporter_aim().is_some());
    // Once without counting: the peer warms up, and what does not work fails early.
    let floor_works = floor_cpu(kind, greeting, runs.div_ceil(10), concurrency)?.is_some();
    program.run(&few, concurrency)?;
    if let Some(exporter) = exporter {
        exporter.ask(kind, greeting, runs.div_ceil(10), concurrency).await?;
    }
    let (mut floors, mut own, mut others) = (Vec::new(), Vec::new(), Vec::new());
    let mut peak_kib = 0;
    for _ in 0..rounds.max(1) {
        if floor_works {
            floors.extend(floor_cpu(kind, greeting, runs, concurrency)?);
        }
        let usage = program.run(&file, concurrency)?;
        own.push(usage.cpu);
        peak_kib = peak_kib.max(usage.peak_kib);
        if let Some(exporter) = exporter {
            others.push(exporter.ask(kind, greeting, runs, concurrency).await?);
        }
    }
    let per_probe = |mut times: Vec<Duration>| -> Option<f64> {
        let micros = meter::median(&mut times).as_secs_f64() * 1e6;
        (!times.is_empty()).then(|| micros / table::float(runs))
    };
    Ok(Row {
        floor: per_probe(floors),
        ours: per_probe(own).context("there was no round")?,
        exporter: per_probe(others),
        calls: calls::per_probe(
            program,
            (few.as_path(), runs.div_ceil(10)),
            (file.as_path(), runs),
            concurrency,
        )?,
        allocations: allocations_per_probe(kind, greeting, concurrency).await?,
        peak_kib,
    })
}

/// CPU time of the floor; nothing where fping is missing.
fn floor_cpu(kind: Kind, greeting: &Greeting, runs: usize, concurrency: usize) -> Result<Option<Duration>> {
    if kind == Kind::Icmp {
        return pings(greeting, runs);
    }
    let mut command = Command::new(std::env::current_exe()?);
    command.args(["floor", kind.word(), &runs.to_string(), &concurrency.to_string()]);
    command.arg(serde_json::to_string(greeting)?);
    Ok(Some(child::run(&mut command)?.cpu))
}

/// The floor in this process: what [`floor_cpu`] starts.
pub(crate) async fn run_floor(kind: &str, runs: &str, concurrency: &str, greeting: &str) -> Result<()> {
    let greeting = serde_json::from_str(greeting).context("the peer's greeting is not JSON")?;
    floor::run(Kind::of(kind)?, &greeting, runs.parse()?, concurrency.parse()?).await
}

/// One echo request to each host, as fast as fping can.
fn pings(greeting: &Greeting, runs: usize) -> Result<Option<Duration>> {
    let mut hosts = String::new();
    for number in 0..runs {
        hosts += &format!("{}\n", greeting.target(Kind::Icmp, number)?.ip());
    }
    let file = tempfile::NamedTempFile::new()?;
    std::fs::write(file.path(), hosts)?;
    let mut command = Command::new("fping");
    command.args(["-q", "-c", "1", "-i", "0", "-f"]).arg(file.path());
    match child::run(command.stdout(Stdio::null()).stderr(Stdio::null())) {
        Ok(usage) => Ok(Some(usage.cpu)),
        Err(error) => match error.downcast_ref::<std::io::Error>() {
            Some(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            _ => Err(error),
        },
    }
}

/// Allocations of the engine per run, when its caches are warm and the definition is new; results are not written.
async fn allocations_per_probe(kind: Kind, greeting: &Greeting, concurrency: usize) -> Result<f64> {
    Ours::load(kind, greeting, COUNTED..2 * COUNTED)?.run(concurrency).await?;
    let ours = Ours::load(kind, greeting, 0..COUNTED)?;
    allocations::begin();
    let outcome = ours.run(concurrency).await;
    let count = allocations::end();
    outcome?;
    // Far from where a float loses digits.
    #[expect(clippy::cast_precision_loss, reason = "a count of some thousands")]
    Ok(count as f64 / COUNTED as f64)
}
