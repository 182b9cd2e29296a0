//! What processes used, as the kernel counts it.

use anyhow::{Context as _, Result};
use std::time::Duration;

/// CPU time of all threads of this process so far.
pub(crate) fn cpu_time() -> Result<Duration> {
    cpu_time_of("self")
}

/// CPU time of all threads that a process has, from the scheduler's own nanosecond counters.
pub(crate) fn cpu_time_of(process: &str) -> Result<Duration> {
    let mut nanos = 0_u64;
    let threads = format!("/proc/{process}/task");
    for thread in std::fs::read_dir(threads).context("cannot list the threads of a process")? {
        let text =
            std::fs::read_to_string(thread?.path().join("schedstat")).context("cannot read schedstat")?;
        let on_cpu = text.split_whitespace().next().context("schedstat is empty")?;
        nanos = nanos.saturating_add(on_cpu.parse::<u64>().context("schedstat holds no number")?);
    }
    Ok(Duration::from_nanos(nanos))
}

/// CPU time of this thread so far, to the nanosecond: the scheduler's counters only move when it is looked at.
pub(crate) fn thread_cpu_time() -> Duration {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    let part = |value: i64| u64::try_from(value).unwrap_or_default();
    Duration::from_secs(part(time.tv_sec)) + Duration::from_nanos(part(time.tv_nsec))
}

/// Highest memory that was resident so far, in KiB.
pub(crate) fn peak_memory_kib() -> Result<u64> {
    let text = std::fs::read_to_string("/proc/self/status").context("cannot read this process's status")?;
    let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:")).context("VmHWM is missing")?;
    let number = line.trim().trim_end_matches("kB").trim();
    number.parse().context("VmHWM holds no number")
}

/// The median; nothing takes no time.
pub(crate) fn median(times: &mut [Duration]) -> Duration {
    times.sort();
    times.get(times.len() / 2).copied().unwrap_or_default()
}
