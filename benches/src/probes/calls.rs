//! System calls of the program, counted by perf or strace.

use super::table::float;
use crate::program::Program;
use anyhow::{Context as _, Result};
use std::path::Path;
use std::process::{Command, Stdio};

/// What counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Counter {
    /// With the kernel's tracepoint, which needs permission.
    Perf,
    /// By stopping at each call, which is slow.
    Strace,
}

impl Counter {
    /// The command that a program and its arguments are appended to. The count goes to a file.
    fn command(self, count: &Path) -> Command {
        let mut command = match self {
            Self::Perf => {
                let mut perf = Command::new("perf");
                perf.args(["stat", "-x", ",", "-e", "raw_syscalls:sys_enter"]);
                perf
            }
            Self::Strace => {
                let mut strace = Command::new("strace");
                strace.args(["-f", "-c"]);
                strace
            }
        };
        command.arg("-o").arg(count);
        command
    }

    /// The count in such a file.
    fn read(self, text: &str) -> Option<u64> {
        match self {
            Self::Perf => {
                let line = text.lines().find(|line| line.contains("raw_syscalls"))?;
                line.split(',').next()?.parse().ok()
            }
            // Share, seconds, microseconds per call, calls, and errors if there were any.
            Self::Strace => {
                let line = text.lines().find(|line| line.ends_with(" total"))?;
                line.split_whitespace().nth(3)?.parse().ok()
            }
        }
    }

    /// Whether it is installed and permitted.
    fn works(self, count: &Path) -> bool {
        let mut command = self.command(count);
        command.arg("true").stdout(Stdio::null()).stderr(Stdio::null());
        command.status().is_ok_and(|status| status.success())
            && std::fs::read_to_string(count).is_ok_and(|text| self.read(&text).is_some())
    }
}

/// System calls per probe: the difference between many and few tests, so that start and end do not count. Nothing where
/// nothing can count.
pub(super) fn per_probe(
    program: &Program,
    few: (&Path, usize),
    many: (&Path, usize),
    concurrency: usize,
) -> Result<Option<f64>> {
    let file = program.file("calls.txt");
    let Some(counter) = [Counter::Perf, Counter::Strace].into_iter().find(|counter| counter.works(&file))
    else {
        return Ok(None);
    };
    let count = |definitions: &Path| -> Result<u64> {
        program.run_with(counter.command(&file), definitions, concurrency)?;
        let text = std::fs::read_to_string(&file)?;
        counter.read(&text).context("the system calls were not counted")
    };
    let (less, more) = (count(few.0)?, count(many.0)?);
    let calls = usize::try_from(more.saturating_sub(less))?;
    Ok((many.1 > few.1).then(|| float(calls) / float(many.1 - few.1)))
}
