//! How the service is doing meanwhile.

use crate::call::Call;
use crate::service::Service;
use anyhow::{Context as _, Result};
use sqlx::Row as _;
use std::path::Path;
use std::time::{Duration, UNIX_EPOCH};
use tokio::time::{Instant, MissedTickBehavior};

/// How often memory is looked at, and the service is asked whether it lives.
const EVERY: Duration = Duration::from_millis(50);
const ALIVE_EVERY: Duration = Duration::from_millis(200);

/// What was seen.
pub(crate) struct Seen {
    /// When it began, in milliseconds since 1970.
    pub(crate) from: i64,
    /// How long `/healthz` took, in order.
    alive: Vec<Duration>,
    /// Memory in KiB, in order: all, and what is not of files.
    memory: Vec<u64>,
    anonymous: Vec<u64>,
}

/// Watches for a time.
pub(crate) async fn watch(service: &Service, time: Duration) -> Result<Seen> {
    let since_1970 = faultfinder_net::Clock::system().now().duration_since(UNIX_EPOCH)?;
    let mut seen = Seen {
        from: i64::try_from(since_1970.as_millis())?,
        alive: Vec::new(),
        memory: Vec::new(),
        anonymous: Vec::new(),
    };
    let address = service.address;
    let alive = tokio::spawn(async move {
        let (call, end) = (Call::get("/healthz").from(99), Instant::now() + time);
        let mut took = Vec::new();
        while Instant::now() < end {
            let began = Instant::now();
            // One that fails took as long as a call may.
            let is_alive = matches!(call.send(address).await, Ok(outcome) if outcome.status == 200);
            took.push(if is_alive { began.elapsed() } else { Duration::MAX });
            tokio::time::sleep(ALIVE_EVERY).await;
        }
        took
    });
    let mut ticks = tokio::time::interval(EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Skip);
    let (end, mut shown) = (Instant::now() + time, Instant::now());
    while Instant::now() < end {
        ticks.tick().await;
        let (all, anonymous) = service.memory_kib()?;
        seen.memory.push(all);
        seen.anonymous.push(anonymous);
        if shown.elapsed() > Duration::from_secs(60) {
            shown = Instant::now();
            let highest = seen.memory.iter().max().copied().unwrap_or_default();
            println!(
                "  {} s left: {} MiB now, {} at most",
                (end - shown).as_secs(),
                all >> 10,
                highest >> 10
            );
        }
    }
    seen.alive = alive.await?;
    seen.alive.sort_unstable();
    seen.memory.sort_unstable();
    seen.anonymous.sort_unstable();
    Ok(seen)
}

/// The value below which so many of a hundred are.
pub(crate) fn at<T: Copy + Default>(sorted: &[T], hundredths: usize) -> T {
    let place = (sorted.len() * hundredths / 100).min(sorted.len().saturating_sub(1));
    sorted.get(place).copied().unwrap_or_default()
}

impl Seen {
    pub(crate) fn alive_p99(&self) -> Duration {
        at(&self.alive, 99)
    }

    pub(crate) fn memory_mib(&self) -> u64 {
        at(&self.memory, 100) >> 10
    }

    pub(crate) fn print(&self) {
        let [p50, p99, max] = [50, 99, 100].map(|hundredths| at(&self.alive, hundredths));
        println!("/healthz: {} times, p50 {p50:.1?}, p99 {p99:.1?}, max {max:.1?}", self.alive.len());
        for (what, kib) in [("memory", &self.memory), ("memory not of files", &self.anonymous)] {
            let [p50, p99, max] = [50, 99, 100].map(|hundredths| at(kib, hundredths) >> 10);
            println!("{what}: p50 {p50} MiB, p99 {p99} MiB, max {max} MiB");
        }
    }
}

/// Tests whose results are read.
pub(crate) struct Expected {
    /// How their names begin.
    pub(crate) named: &'static str,
    /// How many there are.
    pub(crate) tests: usize,
    /// Their interval: whole seconds.
    pub(crate) every: Duration,
}

/// What came of tests.
pub(crate) struct Runs {
    /// How late each began, in milliseconds, in order.
    delays: Vec<f64>,
    /// Those that did not pass, by outcome.
    failed: u64,
    /// Starts of which there is no result.
    missing: u64,
}

/// Reads the results of tests from a moment on. The service has ended.
pub(crate) async fn runs(folder: &Path, from: i64, expected: &Expected) -> Result<Runs> {
    let url = format!("sqlite://{}", folder.join("measured.db").display());
    let pool = sqlx::SqlitePool::connect(&url).await.context("cannot open the database")?;
    let query = "SELECT started_at, outcome, delay_ms, test FROM results WHERE started_at >= ? AND body LIKE ? ORDER BY test, started_at";
    let named = format!("%\"{} %", expected.named);
    let every = i64::try_from(expected.every.as_millis())?;
    let rows = sqlx::query(query).bind(from).bind(named).fetch_all(&pool).await?;
    let mut runs = Runs { delays: Vec::new(), failed: 0, missing: 0 };
    let (mut last, mut tests) = (None::<(Vec<u8>, i64)>, 0);
    for row in rows {
        let (at, outcome): (i64, i64) = (row.try_get("started_at")?, row.try_get("outcome")?);
        let test: Vec<u8> = row.try_get("test")?;
        runs.failed += u64::from(outcome != 0);
        runs.delays.push(row.try_get("delay_ms")?);
        match &last {
            Some((before, began)) if *before == test => {
                // A start that is missing leaves two intervals.
                let intervals = (at - began + every / 2) / every;
                runs.missing += u64::try_from(intervals - 1).unwrap_or_default();
            }
            _ => tests += 1,
        }
        last = Some((test, at));
    }
    anyhow::ensure!(tests == expected.tests, "there are results of {tests} tests, not of {}", expected.tests);
    runs.delays.sort_by(f64::total_cmp);
    Ok(runs)
}

impl Runs {
    pub(crate) fn latest(&self) -> Duration {
        self.began_late(100)
    }

    /// How late so many of a hundred began at the most.
    pub(crate) fn began_late(&self, hundredths: usize) -> Duration {
        Duration::from_secs_f64(at(&self.delays, hundredths).max(0.0) / 1e3)
    }

    pub(crate) fn count(&self) -> usize {
        self.delays.len()
    }

    pub(crate) const fn missing(&self) -> u64 {
        self.missing + self.failed
    }

    pub(crate) fn print(&self) {
        let [p50, p99, max] = [50, 99, 100].map(|hundredths| at(&self.delays, hundredths));
        println!(
            "runs: {}, began late by p50 {p50:.1} ms, p99 {p99:.1} ms, max {max:.1} ms; {} did not pass, {} are missing",
            self.delays.len(),
            self.failed,
            self.missing
        );
    }
}
