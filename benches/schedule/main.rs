//! How late tests start, and how much memory they take: 100,000 plain TCP tests at an interval of 60 s.
//!
//! The real scheduler runs real definitions through the real engine against a listener on loopback in a separate process;
//! results are counted and dropped. The runtime has two threads.
//!
//! `cargo bench --package faultfinder-benches --bench schedule [-- --tests N] [--seconds N]`

#[path = "../src/meter.rs"]
#[expect(dead_code, reason = "the CPU time of a thread is for other benchmarks")]
mod meter; // CPU time and memory as the kernel counts them

use anyhow::{Context as _, Result, anyhow, ensure};
use faultfinder_engine::{PlannedTest, RunOptions, Status, Suite};
use faultfinder_net::{Clock, Vantage};
use faultfinder_service::Timestamp;
use faultfinder_service::schedule::{Carrier, Due, Missed, MissedReason, Options, Scheduler, Share};
use faultfinder_spec::{Source, TESTS_MAX};
use futures_util::future::BoxFuture;
use std::collections::HashMap;
use std::io::{BufRead as _, Write as _};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::net::TcpListener;

/// Tests.
const TESTS: usize = 100_000;
/// How long it is measured: each test runs once in 60 s, and some a second time.
const SECONDS: usize = 75;
/// Ports of the peer, so that connections that are just closed leave enough free.
const PORTS: usize = 10;
/// Threads of the runtime.
const THREADS: usize = 2;

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if arguments.first().is_some_and(|argument| argument == "peer") {
        return tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(serve());
    }
    let number = |name: &str, default: usize| -> Result<usize> {
        match arguments.iter().position(|argument| argument == name) {
            None => Ok(default),
            Some(at) => arguments
                .get(at + 1)
                .and_then(|value| value.parse().ok())
                .with_context(|| format!("{name} needs a number")),
        }
    };
    let (tests, seconds) = (number("--tests", TESTS)?, number("--seconds", SECONDS)?);
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(THREADS).enable_all().build()?;
    runtime.block_on(measure(tests, Duration::from_secs(u64::try_from(seconds)?)))
}

/// Accepts connections and closes them, until standard input ends; prints the ports as JSON.
async fn serve() -> Result<()> {
    let mut ports = Vec::new();
    for _ in 0..PORTS {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        ports.push(listener.local_addr()?.port());
        tokio::spawn(async move {
            loop {
                let _ = listener.accept().await;
            }
        });
    }
    println!("{}", serde_json::json!(ports));
    std::io::stdout().flush()?;
    tokio::task::spawn_blocking(|| std::io::copy(&mut std::io::stdin(), &mut std::io::sink())).await??;
    Ok(())
}

/// The peer, ended when this is dropped.
struct Peer {
    child: Child,
    ports: Vec<u16>,
}

impl Peer {
    fn start() -> Result<Self> {
        let mut child = Command::new(std::env::current_exe()?)
            .arg("peer")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .context("cannot start the peer")?;
        let stdout = child.stdout.take().context("the peer has no output")?;
        let mut line = String::new();
        std::io::BufReader::new(stdout).read_line(&mut line)?;
        let ports = serde_json::from_str(&line).context("the peer does not print its ports")?;
        Ok(Self { child, ports })
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        let _ = self.child.wait();
    }
}

/// Runs tests and counts.
struct Counter {
    tests: HashMap<String, Arc<PlannedTest>>,
    vantage: Arc<Vantage>,
    options: Arc<RunOptions>,
    counts: Arc<Counts>,
}

#[derive(Default)]
struct Counts {
    /// How late each run began, in microseconds, when its future was first polled.
    delays: Mutex<Vec<u32>>,
    passed: AtomicU64,
    failed: AtomicU64,
    /// The first fault.
    fault: Mutex<Option<String>>,
}

impl Carrier for Counter {
    fn begin(&self, due: Due) -> Option<BoxFuture<'static, ()>> {
        let test = Arc::clone(self.tests.get(&*due.test)?);
        let (vantage, options) = (Arc::clone(&self.vantage), Arc::clone(&self.options));
        let counts = Arc::clone(&self.counts);
        Some(Box::pin(async move {
            counts.began(&due, vantage.clock());
            let result = faultfinder_engine::run(&vantage, &test, &options).await;
            if result.status == Status::Passed {
                counts.passed.fetch_add(1, Ordering::Relaxed);
            } else {
                counts.failed.fetch_add(1, Ordering::Relaxed);
                let mut first = counts.fault.lock().unwrap_or_else(PoisonError::into_inner);
                first.get_or_insert_with(|| format!("{:?}", result.fault));
            }
        }))
    }

    fn share(&self, test: &Arc<str>) -> Share {
        let target = self.tests.get(&**test).and_then(|test| test.target());
        Share::of_target(target.as_deref().unwrap_or(test))
    }

    fn missed(&self, _: Missed) {}
}

impl Counts {
    fn began(&self, due: &Due, clock: &Clock) {
        let since_1970 = clock.now().duration_since(std::time::SystemTime::UNIX_EPOCH).unwrap_or_default();
        let at = Duration::from_millis(u64::try_from(due.at.millis()).unwrap_or(0));
        let late = u32::try_from(since_1970.saturating_sub(at).as_micros()).unwrap_or(u32::MAX);
        self.delays.lock().unwrap_or_else(PoisonError::into_inner).push(late);
    }
}

/// The tests of one file, which holds at most [`TESTS_MAX`].
fn load(file: usize, tests: usize, ports: &[u16]) -> Result<Vec<PlannedTest>> {
    let port = ports.get(file % ports.len().max(1)).context("the peer has no port")?;
    // As people write them. For as many tests, JSON in a single line temporarily takes the YAML reader 50 MiB.
    let mut text = "defaults: { every: 60s }\ntests:\n".to_owned();
    for test in 0..tests {
        text.push_str(&format!(
            "  - name: test {test} of file {file}\n    tcp: {{ host: 127.0.0.1, port: {port} }}\n"
        ));
    }
    let source = Source::new(&format!("tests/{file}.yaml"), &text);
    let suite = Suite::load(&[source], &[], |_| None)
        .map_err(|wrong| anyhow!("{}", wrong.first().map(ToString::to_string).unwrap_or_default()))?;
    Ok(suite.into_tests())
}

async fn measure(tests: usize, time: Duration) -> Result<()> {
    faultfinder_engine::warm_up();
    let peer = Peer::start()?;
    let mut planned = HashMap::new();
    for (file, from) in (0..tests).step_by(TESTS_MAX).enumerate() {
        for test in load(file, TESTS_MAX.min(tests - from), &peer.ports)? {
            planned.insert(test.id().to_owned(), Arc::new(test));
        }
    }
    ensure!(planned.len() == tests, "{} tests instead of {tests}", planned.len());
    println!(
        "{tests} plain TCP tests at 60 s, {} s on {THREADS} threads; {} MiB at the peak after loading",
        time.as_secs(),
        meter::peak_memory_kib()? / 1024
    );
    let counts = Arc::new(Counts::default());
    let ids: Vec<(String, Duration)> =
        planned.iter().map(|(id, test)| (id.clone(), test.every().unwrap_or_default())).collect();
    let carrier = Arc::new(Counter {
        tests: planned,
        vantage: Arc::new(Vantage::system()),
        options: Arc::new(RunOptions::default()),
        counts: Arc::clone(&counts),
    });
    let scheduler = Scheduler::start(carrier, Clock::system(), Options::default());
    let (before, began) = (meter::cpu_time()?, Timestamp::from(Clock::system().now()));
    for (id, every) in ids {
        scheduler.set(&id, every);
    }
    tokio::time::sleep(time).await;
    let cpu = meter::cpu_time()?.saturating_sub(before);
    let took = Timestamp::from(Clock::system().now()).since(began);
    let stats = scheduler.stats();
    scheduler.shut_down(Duration::from_secs(5)).await;
    report(&counts, cpu, took)?;
    for reason in MissedReason::ALL {
        if stats.missed_by(reason) > 0 {
            println!("missed, {reason}: {}", stats.missed_by(reason));
        }
    }
    Ok(())
}

fn report(counts: &Counts, cpu: Duration, took: Duration) -> Result<()> {
    let (passed, failed) = (counts.passed.load(Ordering::Relaxed), counts.failed.load(Ordering::Relaxed));
    let mut delays = counts.delays.lock().unwrap_or_else(PoisonError::into_inner);
    delays.sort_unstable();
    let at = |hundredths: usize| {
        let place = (delays.len() * hundredths / 100).min(delays.len().saturating_sub(1));
        f64::from(delays.get(place).copied().unwrap_or_default()) / 1e3
    };
    println!("runs: {passed} passed, {failed} failed, in {:.1} s", took.as_secs_f64());
    if let Some(fault) = counts.fault.lock().unwrap_or_else(PoisonError::into_inner).as_deref() {
        println!("first fault: {fault}");
    }
    println!(
        "start delay: p50 {:.1} ms, p99 {:.1} ms (goal: below 100), max {:.1} ms",
        at(50),
        at(99),
        at(100)
    );
    println!("CPU time: {:.1} % of one core", 100.0 * cpu.as_secs_f64() / took.as_secs_f64());
    let kib = meter::peak_memory_kib()?;
    println!("memory: {}.{} MiB at the peak (goal: below 300)", kib / 1024, kib % 1024 * 10 / 1024);
    Ok(())
}
