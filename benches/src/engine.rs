//! The engine in this process, compared with the floor in this process; and the memory of many runs.

use crate::batch::batch;
use crate::kind::Kind;
use crate::ours::Ours;
use crate::peer::Peer;
use crate::{floor, meter};
use anyhow::{Context as _, Result, bail};
use std::future::Future;
use std::process::Command;
use std::time::Duration;

/// Runs in flight.
const CONCURRENCY: usize = 64;
/// Runs of the memory measurement.
const MEMORY_RUNS: usize = 20_000;

/// Compares plain HTTP and HTTPS.
pub(crate) async fn compare(runs: usize, rounds: usize) -> Result<()> {
    faultfinder_engine::warm_up();
    let peer = Peer::start()?;
    let greeting = &peer.greeting;
    let plain = Ours::load(Kind::Http, greeting, 0..1)?;
    let tls = Ours::load(Kind::Https, greeting, 0..1)?;
    let plain_target = greeting.target(Kind::Http, 0)?;
    let tls_target = greeting.target(Kind::Https, 0)?;
    let connector = floor::connector(&greeting.root)?;
    println!(
        "{runs} runs per side and round, {rounds} rounds, {CONCURRENCY} at a time; CPU time of this process per run"
    );
    let row = ratio(runs, rounds, |_| floor::plain(plain_target, 0), |_| plain.run_one(0)).await?;
    row.print("HTTP/1.1, plain", 1.5);
    let row = ratio(runs, rounds, |_| floor::tls(tls_target, 0, &connector), |_| tls.run_one(0)).await?;
    row.print("HTTPS, TLS 1.3, chain of three", 1.25);
    let output = Command::new(std::env::current_exe()?)
        .args(["memory", &serde_json::to_string(greeting)?])
        .output()
        .context("cannot start the memory measurement")?;
    if !output.status.success() {
        bail!("the memory measurement failed: {}", String::from_utf8_lossy(&output.stderr));
    }
    print!("{}", String::from_utf8_lossy(&output.stdout));
    Ok(())
}

/// Peak memory of many runs, in a process that does nothing else.
pub(crate) async fn memory(greeting: &str) -> Result<()> {
    let greeting = serde_json::from_str(greeting).context("the peer's greeting is not JSON")?;
    let ours = Ours::load(Kind::Http, &greeting, 0..1)?;
    batch(MEMORY_RUNS, CONCURRENCY, |_| ours.run_one(0)).await?;
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

async fn ratio<A, B>(
    runs: usize,
    rounds: usize,
    floor: impl Fn(usize) -> A,
    ours: impl Fn(usize) -> B,
) -> Result<Row>
where
    A: Future<Output = Result<()>>,
    B: Future<Output = Result<()>>,
{
    // Once without counting: caches, the allocator and the peer warm up.
    timed(runs / 10, &floor).await?;
    timed(runs / 10, &ours).await?;
    let (mut floors, mut own) = (Vec::new(), Vec::new());
    for _ in 0..rounds.max(1) {
        floors.push(timed(runs, &floor).await?);
        own.push(timed(runs, &ours).await?);
    }
    let per_run =
        |times: &mut Vec<Duration>| meter::median(times) / u32::try_from(runs.max(1)).unwrap_or(u32::MAX);
    let (floor, ours) = (per_run(&mut floors), per_run(&mut own));
    Ok(Row { floor, ours, ratio: ours.as_secs_f64() / floor.as_secs_f64() })
}

/// CPU time that so many runs take together.
async fn timed<F: Future<Output = Result<()>>>(runs: usize, run: impl Fn(usize) -> F) -> Result<Duration> {
    let before = meter::cpu_time()?;
    batch(runs, CONCURRENCY, run).await?;
    Ok(meter::cpu_time()?.saturating_sub(before))
}
