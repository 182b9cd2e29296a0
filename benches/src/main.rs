//! Benchmarks, each against its floor in the same run.
//!
//! The floor is a bare tokio (or tokio-rustls) loop that moves the same bytes. Both sides connect to the same peer, which is a
//! separate process, 64 at a time, with a new connection each, in interleaved rounds. The CPU time of this process is compared.
//! Absolute times vary between machines and runs; the ratios are stable.
//!
//! `cargo xtask bench [--runs N] [--rounds N]`; a child of it measures the peak memory of 20,000 runs. `cargo xtask bench
//! x509` measures the verification of certificate chains, compared with OpenSSL and webpki; `cargo xtask bench load` how large
//! files of definitions are loaded.

mod floor; // the bare loop
mod load; // large files of definitions
mod meter; // CPU time and memory as the kernel counts them
mod ours; // the whole engine
mod server; // the peer, in a separate process
mod x509; // verification of chains, compared with other libraries

use anyhow::{Context as _, Result, bail};
use futures_util::StreamExt as _;
use ours::Ours;
use std::future::Future;
use std::io::BufRead as _;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// That of the program.
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

/// Runs in flight.
const CONCURRENCY: usize = 64;
/// Runs per side and round.
const RUNS: usize = 4_000;
/// Rounds; the median counts.
const ROUNDS: usize = 5;
/// Runs of the memory measurement.
const MEMORY_RUNS: usize = 20_000;

fn main() -> Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["x509"] => x509::compare(),
        ["load"] => load::compare(),
        ["load", file] => load::measure(file),
        ["serve"] => runtime.block_on(server::serve()),
        ["memory", plain] => runtime.block_on(memory(plain.parse()?)),
        options => {
            runtime.block_on(compare(number(options, "--runs", RUNS)?, number(options, "--rounds", ROUNDS)?))
        }
    }
}

/// The value of an option.
fn number(options: &[&str], name: &str, default: usize) -> Result<usize> {
    match options.iter().position(|option| *option == name) {
        None => Ok(default),
        Some(at) => {
            let value = options.get(at + 1).with_context(|| format!("{name} needs a number"))?;
            value.parse().with_context(|| format!("{name} needs a number, found {value:?}"))
        }
    }
}

/// The peer, ended when this is dropped.
struct Peer {
    child: Child,
    plain: u16,
    tls: u16,
    root: String,
}

impl Peer {
    fn start() -> Result<Self> {
        let mut child = Command::new(std::env::current_exe()?)
            .arg("serve")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .context("cannot start the peer")?;
        let stdout = child.stdout.take().context("the peer has no output")?;
        let mut line = String::new();
        std::io::BufReader::new(stdout).read_line(&mut line)?;
        let greeting: serde_json::Value =
            serde_json::from_str(&line).context("the peer's greeting is not JSON")?;
        let port = |name: &str| -> Result<u16> {
            let number =
                greeting.get(name).and_then(serde_json::Value::as_u64).context("the peer names no port")?;
            Ok(u16::try_from(number)?)
        };
        let root =
            greeting.get("root").and_then(serde_json::Value::as_str).context("the peer names no root")?;
        Ok(Self { plain: port("plain")?, tls: port("tls")?, root: root.to_owned(), child })
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        let _ = self.child.wait();
    }
}

async fn compare(runs: usize, rounds: usize) -> Result<()> {
    faultfinder_engine::warm_up();
    let peer = Peer::start()?;
    let plain = Ours::plain(peer.plain)?;
    let tls = Ours::tls(peer.tls, &peer.root)?;
    let connector = floor::connector(&peer.root)?;
    println!(
        "{runs} runs per side and round, {rounds} rounds, {CONCURRENCY} at a time; CPU time of this process per run"
    );
    let row = ratio(runs, rounds, || floor::plain(peer.plain), || plain.run()).await?;
    row.print("HTTP/1.1, plain", 1.5);
    let row = ratio(runs, rounds, || floor::tls(peer.tls, &connector), || tls.run()).await?;
    row.print("HTTPS, TLS 1.3, chain of three", 1.25);
    let output = Command::new(std::env::current_exe()?)
        .args(["memory", &peer.plain.to_string()])
        .output()
        .context("cannot start the memory measurement")?;
    if !output.status.success() {
        bail!("the memory measurement failed: {}", String::from_utf8_lossy(&output.stderr));
    }
    print!("{}", String::from_utf8_lossy(&output.stdout));
    Ok(())
}

/// Peak memory of many runs, in a process that does nothing else.
async fn memory(port: u16) -> Result<()> {
    let ours = Ours::plain(port)?;
    batch(MEMORY_RUNS, || ours.run()).await?;
    let kib = meter::peak_memory_kib()?;
    println!(
        "{MEMORY_RUNS} plain runs: {}.{} MiB at the peak (goal: below 40)",
        kib / 1024,
        kib % 1024 * 10 / 1024
    );
    Ok(())
}

/// The medians of both sides.
struct Row {
    floor: Duration,
    ours: Duration,
    ratio: f64,
}

impl Row {
    fn print(&self, name: &str, aim: f64) {
        let micros = |duration: Duration| duration.as_secs_f64() * 1e6;
        println!(
            "{name:<32} floor {:>7.1} us   ours {:>7.1} us   ratio {:.2} (goal: at most {aim})",
            micros(self.floor),
            micros(self.ours),
            self.ratio
        );
    }
}

async fn ratio<A, B>(runs: usize, rounds: usize, floor: impl Fn() -> A, ours: impl Fn() -> B) -> Result<Row>
where
    A: Future<Output = Result<()>>,
    B: Future<Output = Result<()>>,
{
    // Once without counting: caches, the allocator and the peer warm up.
    batch(runs / 10, &floor).await?;
    batch(runs / 10, &ours).await?;
    let (mut floors, mut own) = (Vec::new(), Vec::new());
    for _ in 0..rounds.max(1) {
        floors.push(batch(runs, &floor).await?);
        own.push(batch(runs, &ours).await?);
    }
    let per_run = |times: &mut Vec<Duration>| -> Duration {
        times.sort();
        times.get(times.len() / 2).copied().unwrap_or_default()
            / u32::try_from(runs.max(1)).unwrap_or(u32::MAX)
    };
    let (floor, ours) = (per_run(&mut floors), per_run(&mut own));
    Ok(Row { floor, ours, ratio: ours.as_secs_f64() / floor.as_secs_f64() })
}

/// CPU time that so many runs take together.
async fn batch<F: Future<Output = Result<()>>>(runs: usize, run: impl Fn() -> F) -> Result<Duration> {
    let before = meter::cpu_time()?;
    let mut results = futures_util::stream::iter((0..runs).map(|_| run())).buffer_unordered(CONCURRENCY);
    while let Some(result) = results.next().await {
        result?;
    }
    Ok(meter::cpu_time()?.saturating_sub(before))
}
