//! What the system counts about this process, under the names that the clients of Prometheus share.
//!
//! It is read from `/proc`, as Linux has it. Where that cannot be read, these metrics are left out.

use super::out::Out;
use rustix::process::{Resource, getrlimit};
use std::fmt::Error;

/// What `/proc/self/stat` says about a process, in the units of the kernel.
#[derive(Debug, PartialEq, Eq)]
struct Stat {
    /// Processor time, in ticks.
    cpu_ticks: u64,
    threads: u64,
    virtual_bytes: u64,
    resident_pages: u64,
}

impl Stat {
    /// Reads proc_pid_stat(5): the name of the program is in parentheses and may have any character, also these.
    fn parse(line: &str) -> Option<Self> {
        let (_, rest) = line.rsplit_once(')')?;
        let fields: Vec<&str> = rest.split_ascii_whitespace().collect();
        // The manual counts from 1, and the third field is the first after the name.
        let field = |number: usize| fields.get(number.checked_sub(3)?)?.parse::<u64>().ok();
        Some(Self {
            cpu_ticks: field(14)?.checked_add(field(15)?)?,
            threads: field(20)?,
            virtual_bytes: field(23)?,
            resident_pages: field(24)?,
        })
    }
}

/// Writes what can be read.
pub(super) fn write(out: &mut Out<'_>) -> Result<(), Error> {
    if let Some(stat) = std::fs::read_to_string("/proc/self/stat").ok().as_deref().and_then(Stat::parse) {
        write_stat(out, &stat)?;
    }
    if let Some(open) = open_descriptors() {
        out.gauge("process_open_fds", "Open file descriptors.", open)?;
        // Linux always has a limit (fs.nr_open).
        if let Some(most) = getrlimit(Resource::Nofile).current {
            out.gauge("process_max_fds", "Maximum number of open file descriptors.", most)?;
        }
    }
    Ok(())
}

fn write_stat(out: &mut Out<'_>, stat: &Stat) -> Result<(), Error> {
    #[expect(clippy::cast_precision_loss, reason = "exact below 2^53 ticks, which is 2,800,000 years")]
    let cpu = stat.cpu_ticks as f64 / rustix::param::clock_ticks_per_second() as f64;
    let page = u64::try_from(rustix::param::page_size()).unwrap_or(u64::MAX);
    let resident = stat.resident_pages.saturating_mul(page);
    out.counter("process_cpu_seconds", "Processor time, of the program and of the system for it.", cpu)?;
    out.gauge("process_resident_memory_bytes", "Memory in use.", resident)?;
    out.gauge("process_virtual_memory_bytes", "Address space in use.", stat.virtual_bytes)?;
    out.gauge("process_threads", "Threads of the process.", stat.threads)
}

/// How many file descriptors are open, without the one that counts them.
fn open_descriptors() -> Option<u64> {
    let count = std::fs::read_dir("/proc/self/fd").ok()?.count();
    u64::try_from(count).ok()?.checked_sub(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The fields of a process from its name on; from the fourth they are as large as their number.
    fn line(name: &str) -> String {
        let numbers: Vec<String> = (4..=52).map(|number: u32| number.to_string()).collect();
        format!("7 ({name}) S {}\n", numbers.join(" "))
    }

    #[test]
    fn the_name_of_a_program_may_look_like_anything() {
        let expected = Stat { cpu_ticks: 14 + 15, threads: 20, virtual_bytes: 23, resident_pages: 24 };
        for name in ["faultfinder", "a b", "a) S 1 1 (b", ")", "\n"] {
            assert_eq!(Stat::parse(&line(name)), Some(Stat { ..expected }), "{name}");
        }
    }

    #[test]
    fn what_is_not_such_a_line_is_left_out() {
        let short = line("a").split_inclusive(' ').take(20).collect::<String>();
        for text in ["", "7 (a) S", &short, &line("a").replace(" 14 ", " -14 ")] {
            assert_eq!(Stat::parse(text), None, "{text}");
        }
    }
}
