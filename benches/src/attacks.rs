//! Whether a service holds while everybody attacks it: targets that answer with what takes memory or time, clients that send
//! what takes long, read nothing or send slowly, and tests that take all places. Beside them 300 tests run at 1 s.
//!
//! The service is the given program, over SQLite in a temporary folder; targets and clients are in this process. All of it is
//! on loopback. It ends with what was measured, and fails beyond the bounds.
//!
//! `cargo xtask bench attacks [--seconds N] [--only KIND]`

mod service; // the program, as a service
mod call; // one request of a client
mod targets; // what the tests ask
mod tests; // definitions: of tests that are healthy, and of those that are not
mod attacks; // what clients do
mod watch; // how the service is doing meanwhile

use anyhow::{Context as _, Result, ensure};
use service::Service;
use std::time::Duration;
use targets::Targets;

/// How long the service is attacked, in seconds.
const SECONDS: u64 = 1_200;

/// What must hold.
const START_DELAY_MAX: Duration = Duration::from_secs(1);
const ALIVE_P99_MAX: Duration = Duration::from_millis(100);
const MEMORY_MIB_MAX: u64 = 300;

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let value = |name: &str| {
        let at = arguments.iter().position(|argument| argument == name)?;
        Some(arguments.get(at + 1).map(String::as_str).with_context(|| format!("{name} needs a value")))
    };
    let program = value("--program").context("--program PATH names the program to attack")??;
    let seconds = match value("--seconds") {
        None => SECONDS,
        Some(given) => given?.parse().context("--seconds needs a number")?,
    };
    let only = value("--only").transpose()?;
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    runtime.block_on(measure(program, Duration::from_secs(seconds), only))
}

async fn measure(program: &str, time: Duration, only: Option<&str>) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let targets = Targets::start().await?;
    std::fs::write(folder.path().join("healthy.yaml"), tests::healthy(targets.healthy))?;
    let service = Service::start(program, folder.path()).await?;
    println!("{} healthy tests at 1 s; attacks: {}", tests::HEALTHY, attacks::NAMES.join(", "));
    attacks::check(&service, &targets).await?;
    // The first seconds are those of the start.
    tokio::time::sleep(Duration::from_secs(5)).await;
    let attacks = attacks::start(&service, &targets, only).await?;
    let seen = watch::watch(&service, time).await?;
    for attack in &attacks {
        attack.abort();
    }
    let from = seen.from;
    service.stop().await?;
    let runs = watch::runs(folder.path(), from).await?;
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
