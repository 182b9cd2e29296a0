//! The service at size: very many tests of a real mix, stored in SQLite, while the API is read.
//!
//! The peers, the clients and the service share the processors of this host; peers and clients are processes of their own.

pub(crate) mod mix; // the definitions
mod reader; // who reads the API

use crate::peer::Peer;
use crate::service::Service;
use crate::watch::{self, Expected};
use anyhow::{Result, ensure};
use std::path::Path;
use std::time::Duration;

/// What is measured.
#[derive(Debug)]
pub(crate) struct Settings {
    pub(crate) tests: usize,
    /// The interval of each, in seconds.
    pub(crate) every: usize,
    /// How long it is measured, in seconds.
    pub(crate) seconds: usize,
    /// Reads of the API per second.
    pub(crate) reads: usize,
}

/// By default: a hundred thousand at a minute, for four of them.
pub(crate) const TESTS: usize = 100_000;
pub(crate) const EVERY: usize = 60;
pub(crate) const SECONDS: usize = 240;
pub(crate) const READS: usize = 50;

/// What must hold.
const START_DELAY_P99_MAX: Duration = Duration::from_millis(100);
const MEMORY_MIB_MAX: u64 = 400;

/// The readers are few, and may do more than a client usually may.
const RATE: [&str; 4] = ["--rate-per-second", "100000", "--rate-burst", "100000"];

/// Runs the service and prints what it did; fails beyond the bounds.
pub(crate) async fn measure(program: &Path, settings: &Settings) -> Result<()> {
    let &Settings { tests, every, seconds, reads } = settings;
    let peer = Peer::start()?;
    let folder = tempfile::tempdir()?;
    mix::write(folder.path(), &peer.greeting, tests, every)?;
    let service = Service::start(program, folder.path(), "definitions", &RATE).await?;
    let token = service.token(&["tests:read", "results:read"]).await?;
    println!("{tests} tests at {every} s, {reads} reads of the API a second, for {seconds} s");
    // All of them have begun once.
    tokio::time::sleep(Duration::from_secs(u64::try_from(every)? + 10)).await;
    let time = Duration::from_secs(u64::try_from(seconds)?);
    let before = service.cpu()?;
    let reading = tokio::spawn(reader::read(service.address, token, reads, time));
    let seen = watch::watch(&service, time).await?;
    let took = service.cpu()?.saturating_sub(before);
    let read = reading.await??;
    service.stop().await?;
    let expected = Expected { named: mix::NAMED, tests, every: Duration::from_secs(u64::try_from(every)?) };
    let runs = watch::runs(folder.path(), seen.from, &expected).await?;
    seen.print();
    runs.print();
    read.print();
    println!(
        "CPU time of the service: {:.1} % of one processor, {} runs a second",
        took.as_secs_f64() / time.as_secs_f64() * 100.0,
        runs.count() / seconds.max(1)
    );
    ensure!(seen.memory_mib() < MEMORY_MIB_MAX, "the service took {MEMORY_MIB_MAX} MiB or more");
    ensure!(
        runs.began_late(99) < START_DELAY_P99_MAX,
        "runs began {START_DELAY_P99_MAX:?} late or more at the 99th percentile"
    );
    ensure!(runs.missing() == 0, "runs are missing, or did not pass");
    Ok(())
}
