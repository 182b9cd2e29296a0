//! Whether a service holds while everybody attacks it: targets that answer with what takes memory or time, clients that send
//! what takes long, read nothing or send slowly, and tests that take all places. Beside them 300 tests run at 1 s.
//!
//! The service is the given program, over SQLite in a temporary folder; targets and clients are in this process. All of it is
//! on loopback. It ends with what was measured, and fails beyond the bounds.
//!
//! `cargo xtask bench attacks [--seconds N] [--only KIND]`

mod targets; // what the tests ask
mod tests; // definitions: of tests that are healthy, and of those that are not
mod clients; // what clients do

use crate::service::Service;
use crate::watch::{self, Expected};
use anyhow::{Result, ensure};
use std::path::Path;
use std::time::Duration;
use targets::Targets;

/// How long the service is attacked, in seconds.
pub(crate) const SECONDS: usize = 1_200;

/// What must hold.
const START_DELAY_MAX: Duration = Duration::from_secs(1);
const ALIVE_P99_MAX: Duration = Duration::from_millis(100);
const MEMORY_MIB_MAX: u64 = 300;

const HEALTHY: Expected =
    Expected { named: tests::HEALTHY_NAME, tests: tests::HEALTHY, every: Duration::from_secs(1) };

/// Attacks the program for a time, with all or one kind.
pub(crate) async fn measure(program: &Path, time: Duration, only: Option<&str>) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let targets = Targets::start().await?;
    std::fs::write(folder.path().join("healthy.yaml"), tests::healthy(targets.healthy))?;
    let service = Service::start(program, folder.path(), "healthy.yaml", &[]).await?;
    println!("{} healthy tests at 1 s; attacks: {}", tests::HEALTHY, clients::NAMES.join(", "));
    clients::check(&service, &targets).await?;
    // The first seconds are those of the start.
    tokio::time::sleep(Duration::from_secs(5)).await;
    let attacks = clients::start(&service, &targets, only).await?;
    let seen = watch::watch(&service, time).await?;
    for attack in &attacks {
        attack.abort();
    }
    let from = seen.from;
    service.stop().await?;
    let runs = watch::runs(folder.path(), from, &HEALTHY).await?;
    seen.print();
    runs.print();
    ensure!(
        seen.alive_p99() <= ALIVE_P99_MAX,
        "/healthz took longer than {ALIVE_P99_MAX:?} at the 99th percentile"
    );
    ensure!(seen.memory_mib() < MEMORY_MIB_MAX, "the service took {MEMORY_MIB_MAX} MiB or more");
    ensure!(runs.latest() <= START_DELAY_MAX, "a run began later than {START_DELAY_MAX:?}");
    ensure!(runs.missing() == 0, "runs are missing");
    Ok(())
}
