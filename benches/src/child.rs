//! Processes whose CPU time and memory the kernel reports when they end.

use anyhow::{Context as _, Result, bail};
use std::os::unix::process::ExitStatusExt as _;
use std::process::{Child, Command, ExitStatus};
use std::time::Duration;

/// What a process used, with all its threads.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Usage {
    /// User and system time.
    pub(crate) cpu: Duration,
    /// Highest memory that was resident, in KiB. At least that of the process that started it.
    pub(crate) peak_kib: u64,
}

/// Runs a command to its end, which must be a success.
pub(crate) fn run(command: &mut Command) -> Result<Usage> {
    let name = command.get_program().to_string_lossy().into_owned();
    let child = command.spawn().with_context(|| format!("cannot start {name}"))?;
    let (status, usage) = wait(&child).with_context(|| format!("cannot wait for {name}"))?;
    if !status.success() {
        bail!("{name} failed ({status})");
    }
    Ok(usage)
}

/// Waits for a process. It must not be waited for again.
#[expect(unsafe_code, reason = "wait4 reports what exactly this child used, and no library wraps it")]
fn wait(child: &Child) -> Result<(ExitStatus, Usage)> {
    let id = libc::pid_t::try_from(child.id())?;
    loop {
        let mut status = 0;
        let mut usage = std::mem::MaybeUninit::<libc::rusage>::zeroed();
        // SAFETY: both pointers are to memory of the right type that outlives the call.
        let waited = unsafe { libc::wait4(id, &raw mut status, 0, usage.as_mut_ptr()) };
        if waited == id {
            // SAFETY: all fields are integers, for which zeros are valid, and the kernel filled them in.
            let usage = unsafe { usage.assume_init() };
            let cpu = duration(usage.ru_utime) + duration(usage.ru_stime);
            let usage = Usage { cpu, peak_kib: u64::try_from(usage.ru_maxrss).unwrap_or_default() };
            return Ok((ExitStatus::from_raw(status), usage));
        }
        let error = std::io::Error::last_os_error();
        if error.kind() != std::io::ErrorKind::Interrupted {
            return Err(error.into());
        }
    }
}

fn duration(time: libc::timeval) -> Duration {
    Duration::from_secs(part(time.tv_sec)) + Duration::from_micros(part(time.tv_usec))
}

/// Types of both parts differ between systems.
fn part(value: impl Into<i64>) -> u64 {
    u64::try_from(value.into()).unwrap_or_default()
}
