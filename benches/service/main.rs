//! How many results per second a service stores, and how fast its API is at the same time.
//!
//! The service is the real one, over SQLite in a temporary folder and, if a URL is given, over PostgreSQL. Results are
//! those of real runs, of many tests in turn, and go through the writer as those of the schedule do: each is acknowledged
//! when it is durable. The API is read over persistent connections by clients in this process, which share its cores,
//! so a real service is at least this fast.
//!
//! `cargo bench --package faultfinder-benches --bench service [-- --seconds N] [--readers N] [--postgres URL]`

#[path = "../src/client.rs"]
mod client; // one connection to the API
mod figures; // times, and what is printed of them

use anyhow::{Context as _, Result, anyhow, ensure};
use client::Client;
use faultfinder_engine::{PlannedTest, RunOptions, Suite};
use faultfinder_net::{Clock, Vantage};
use faultfinder_service::store::{self, Outcome, RawObject, ResultRecord, Store, Writer, WriterLimits};
use faultfinder_service::{Config, Rates, Running, Timestamp};
use faultfinder_spec::Source;
use figures::Times;
use std::collections::VecDeque;
use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::time::Instant;

/// How long each half is measured, in seconds.
const SECONDS: u64 = 15;
/// Clients that read at a time.
const READERS: u64 = 4;
/// Tests that the results are of.
const TESTS: usize = 500;
/// Results that wait for their commit at most, below what the writer buffers.
const WAITING_MAX: usize = 20_000;
/// One in so many results is a failure, with its fault and evidence.
const FAILED_EVERY: u64 = 50;
/// Threads of the runtime.
const THREADS: usize = 2;

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let value = |name: &str| {
        let at = arguments.iter().position(|argument| argument == name)?;
        Some(arguments.get(at + 1).map(String::as_str).with_context(|| format!("{name} needs a value")))
    };
    let number = |name: &str, default: u64| match value(name) {
        None => Ok(default),
        Some(given) => given?.parse().with_context(|| format!("{name} needs a number")),
    };
    let (seconds, readers) = (number("--seconds", SECONDS)?, number("--readers", READERS)?);
    let postgres = value("--postgres").transpose()?;
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(THREADS).enable_all().build()?;
    runtime.block_on(async {
        let folder = tempfile::tempdir()?;
        let sqlite = format!("sqlite://{}", folder.path().join("bench.db").display());
        println!("results of {TESTS} tests for {seconds} s, then the same with {readers} clients that read");
        for url in [Some(sqlite.as_str()), postgres].into_iter().flatten() {
            measure(url, Duration::from_secs(seconds), readers).await?;
        }
        Ok(())
    })
}

async fn measure(url: &str, time: Duration, readers: u64) -> Result<()> {
    let store = store::open(url).await?;
    const UNBOUNDED: NonZeroU32 = NonZeroU32::MIN.saturating_add(9_999_999);
    let config = Config {
        listen: SocketAddr::from(([127, 0, 0, 1], 0)),
        rates: Rates { per_second: UNBOUNDED, burst: UNBOUNDED },
        ..Config::default()
    };
    let running = Running::start(config, Arc::clone(&store), Clock::system(), Vantage::system()).await?;
    let ids = Arc::new(create(running.address()).await?);
    let bodies = Arc::new([body(true).await?, body(false).await?]);

    let alone = storing(&store, &ids, &bodies, time).await?;
    println!("{}: {alone:.0} results a second are stored", store.kind());
    let stop = Arc::new(AtomicBool::new(false));
    let clients: Vec<_> = (0..readers)
        .map(|number| tokio::spawn(read(running.address(), Arc::clone(&ids), number, Arc::clone(&stop))))
        .collect();
    let meanwhile = storing(&store, &ids, &bodies, time).await;
    stop.store(true, Ordering::Relaxed);
    let (mut results, mut tests) = (Times::default(), Times::default());
    for client in clients {
        let (of_results, of_tests) = client.await??;
        results.extend(of_results);
        tests.extend(of_tests);
    }
    println!("{}: {:.0} results a second are stored while the API is read:", store.kind(), meanwhile?);
    results.print("GET /api/v1/results?test=ID&limit=50", time);
    tests.print("GET /api/v1/tests/ID", time);
    running.shut_down().await;
    Ok(())
}

/// Tests that run on demand, made over the API.
async fn create(address: SocketAddr) -> Result<Vec<String>> {
    let mut client = Client::connect(address, None).await?;
    let mut ids = Vec::with_capacity(TESTS);
    for number in 0..TESTS {
        let test = serde_json::json!({ "name": format!("test {number}"), "tcp": { "host": "127.0.0.1", "port": 1 } });
        let body = serde_json::json!({ "definition": { "version": 1, "tests": [test] } });
        let created = client.call("POST", "/api/v1/tests", &body.to_string()).await?;
        let created: serde_json::Value = serde_json::from_slice(&created)?;
        let id = created.get("id").and_then(serde_json::Value::as_str);
        ids.push(id.with_context(|| format!("no id: {created}"))?.to_owned());
    }
    Ok(ids)
}

/// The result of a real run as it is kept: one that passes, or one that fails.
async fn body(passes: bool) -> Result<RawObject> {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    let port = listener.local_addr()?.port();
    let kept = passes.then_some(listener);
    let test = plan(port)?;
    let result = faultfinder_engine::run(&Vantage::system(), &test, &RunOptions::default()).await;
    drop(kept);
    ensure!(result.fault.is_none() == passes, "unexpected: {:?}", result.fault);
    Ok(RawObject::of(&result)?)
}

fn plan(port: u16) -> Result<PlannedTest> {
    let text = format!("tests:\n  - name: bench\n    tcp: {{ host: 127.0.0.1, port: {port} }}\n");
    let suite = Suite::load(&[Source::new("bench.yaml", &text)], &[], |_| None)
        .map_err(|wrong| anyhow!("{}", wrong.first().map(ToString::to_string).unwrap_or_default()))?;
    suite.into_tests().into_iter().next().context("no test")
}

/// Writes results at full speed for a while, and yields how many a second were acknowledged.
async fn storing(
    store: &Arc<dyn Store>,
    ids: &Arc<Vec<String>>,
    bodies: &Arc<[RawObject; 2]>,
    time: Duration,
) -> Result<f64> {
    let writer = Writer::start(Arc::clone(store), Clock::system(), WriterLimits::default());
    let (ids, bodies) = (Arc::clone(ids), Arc::clone(bodies));
    let began = Instant::now();
    // In a task: what drives all of this is not one of the runtime's threads.
    let storing = tokio::spawn(async move {
        let mut waiting = VecDeque::new();
        let mut ids = ids.iter().cycle();
        for number in 0_u64.. {
            if began.elapsed() >= time {
                break;
            }
            let id = ids.next().context("no tests")?;
            waiting.push_back(writer.reserve()?.write(row(number, id, &bodies)));
            if waiting.len() >= WAITING_MAX
                && let Some(oldest) = waiting.pop_front()
            {
                oldest.await?;
            }
        }
        for written in waiting {
            written.await?;
        }
        let (written, took) = (writer.stats().commits.written, began.elapsed());
        ensure!(writer.close(Duration::from_secs(10)).await == 0, "results were lost");
        Ok(figures::per_second(written, took))
    });
    storing.await?
}

fn row(number: u64, test: &str, [passed, failed]: &[RawObject; 2]) -> ResultRecord {
    let fails = number.is_multiple_of(FAILED_EVERY);
    let outcome = if fails { Outcome::Failed } else { Outcome::Passed };
    ResultRecord {
        test: test.to_owned(),
        test_version: 1,
        location: "local".to_owned(),
        code: fails.then(|| "CONNREFUSED".to_owned()),
        duration_ms: 12.5,
        delay_ms: 0.5,
        body: if fails { failed.clone() } else { passed.clone() },
        ..ResultRecord::new(Timestamp::from(Clock::system().now()), outcome)
    }
}

/// Reads results and tests in turn until it is stopped, and returns how long each took.
async fn read(
    address: SocketAddr,
    ids: Arc<Vec<String>>,
    number: u64,
    stop: Arc<AtomicBool>,
) -> Result<(Times, Times)> {
    let mut client = Client::connect(address, None).await?;
    let (mut results, mut tests) = (Times::default(), Times::default());
    // Each begins somewhere else.
    let ids = ids.iter().cycle().skip(usize::try_from(number)?.saturating_mul(TESTS / 7));
    for id in ids {
        if stop.load(Ordering::Relaxed) {
            break;
        }
        results.add(client.get(&format!("/api/v1/results?test={id}&limit=50")).await?);
        tests.add(client.get(&format!("/api/v1/tests/{id}")).await?);
    }
    Ok((results, tests))
}
