//! Benchmarks, each against its floor in the same run.
//!
//! The floor is a bare tokio (or tokio-rustls) loop that moves the same bytes. All sides connect to the same peer, which is a
//! separate process, 64 at a time, with a new connection each, in interleaved rounds. CPU times are compared. Absolute times
//! vary between machines and runs; the ratios are stable.
//!
//! * `cargo xtask bench probes [--runs N] [--rounds N] [--concurrency N] [--only KIND] [--program PATH]` compares the program
//!   (`faultfinder run` of distinct definitions), the floor and, where they are installed, blackbox_exporter and fping, each
//!   as a process of its own, for all kinds of probes. The program must exist: `cargo build --release --package faultfinder`.
//! * `cargo xtask bench [--runs N] [--rounds N]` compares the engine with the floor inside one process, for HTTP and HTTPS; a
//!   child of it measures the peak memory of 20,000 runs.
//! * `cargo xtask bench instructions [--program PATH] [--record]` counts the instructions of a probe with callgrind, and
//!   compares them with `benches/instructions.json`.
//! * `cargo xtask bench attacks [--seconds N] [--only KIND] [--program PATH]` attacks the service, and `cargo xtask bench size
//!   [--tests N] [--every SECONDS] [--seconds N] [--reads N] [--program PATH]` runs it with very many tests.
//! * `cargo xtask bench pages [--program PATH]` opens pages of a service with 5,000 tests.
//! * `cargo xtask bench x509` measures the verification of certificate chains, compared with OpenSSL and webpki.
//! * `cargo xtask bench load` measures how large files of definitions are loaded.

mod attacks; // a service that everybody attacks
mod allocations; // the allocator, with a count
mod batch; // many runs with a bounded number in flight
mod call; // one request of a client of the service
mod client; // a client of the service with a persistent connection
mod child; // processes that the kernel measures
mod definitions; // definitions as users have them
mod engine; // the engine and the floor in this process
mod floor; // the bare loop
mod greeting; // where the peer listens
mod instructions; // instructions per probe, compared with recorded numbers
mod http2; // frames of HTTP/2
mod kind; // the kinds of probes
mod load; // large files of definitions
mod meter; // CPU time and memory as the kernel counts them
mod options; // the command line
mod ours; // the whole engine
mod peer; // the peer, as its parent sees it
mod pages; // how long pages take with many tests
mod probes; // the program, the floor and the exporter as processes
mod program; // the program, and the files that it runs
mod service; // the program, as a service
mod size; // the service with very many tests
mod watch; // how a service is doing
mod server; // the peer, in a separate process
mod websocket; // frames of WebSockets
mod x509; // verification of chains, compared with other libraries

use anyhow::Result;
use kind::Kind;
use options::Options;
use std::path::PathBuf;
use std::time::Duration;

/// That of the program, with a count.
#[global_allocator]
static ALLOCATOR: allocations::Counting = allocations::Counting;

/// Probes in flight.
const CONCURRENCY: usize = 64;
/// Runs per side and round.
const RUNS: usize = 4_000;
/// Rounds; the median counts.
const ROUNDS: usize = 5;

fn main() -> Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["x509"] => x509::compare(),
        ["load"] => load::compare(),
        ["load", file] => load::measure(file),
        ["probes", options @ ..] => runtime.block_on(probes::compare(&probe_settings(options)?)),
        ["instructions", options @ ..] => {
            let is_recording = options.contains(&"--record");
            let options: Vec<&str> = options.iter().copied().filter(|word| *word != "--record").collect();
            let program = Options::new(&options, &["--program"])?.text("--program").map(Into::into);
            if is_recording { instructions::record(program) } else { instructions::compare(program) }
        }
        ["attacks", options @ ..] => {
            let options = Options::new(options, &["--seconds", "--only", "--program"])?;
            let seconds = u64::try_from(options.number("--seconds", attacks::SECONDS)?)?;
            let (program, time) = (program(&options)?, Duration::from_secs(seconds));
            runtime.block_on(attacks::measure(&program, time, options.text("--only")))
        }
        ["size", options @ ..] => {
            let options =
                Options::new(options, &["--tests", "--every", "--seconds", "--reads", "--program"])?;
            let settings = size::Settings {
                tests: options.number("--tests", size::TESTS)?,
                every: options.number("--every", size::EVERY)?,
                seconds: options.number("--seconds", size::SECONDS)?,
                reads: options.number("--reads", size::READS)?,
            };
            runtime.block_on(size::measure(&program(&options)?, &settings))
        }
        ["pages", options @ ..] => {
            runtime.block_on(pages::measure(&program(&Options::new(options, &["--program"])?)?))
        }
        // What this process starts.
        ["serve"] => runtime.block_on(server::serve()),
        ["memory", greeting] => runtime.block_on(engine::memory(greeting)),
        ["floor", kind, runs, concurrency, greeting] => {
            runtime.block_on(probes::run_floor(kind, runs, concurrency, greeting))
        }
        options => {
            let options = Options::new(options, &["--runs", "--rounds"])?;
            let (runs, rounds) = (options.number("--runs", RUNS)?, options.number("--rounds", ROUNDS)?);
            runtime.block_on(engine::compare(runs, rounds))
        }
    }
}

/// The program that is named, or the one beside this executable.
fn program(options: &Options<'_>) -> Result<PathBuf> {
    match options.text("--program") {
        Some(path) => Ok(std::path::absolute(path)?),
        None => Ok(std::env::current_exe()?.with_file_name("faultfinder")),
    }
}

fn probe_settings(options: &[&str]) -> Result<probes::Settings> {
    let options = Options::new(options, &["--runs", "--rounds", "--concurrency", "--only", "--program"])?;
    Ok(probes::Settings {
        runs: options.number("--runs", RUNS)?,
        rounds: options.number("--rounds", ROUNDS)?,
        concurrency: options.number("--concurrency", CONCURRENCY)?,
        only: options.text("--only").map(Kind::of).transpose()?,
        program: options.text("--program").map(Into::into),
    })
}
