//! Instructions per probe as callgrind counts them, compared with recorded numbers.
//!
//! Times vary from run to run, instructions hardly do: a change that makes probes more expensive shows before it can be
//! measured. One test runs at a time, on one processor. The difference between a long and a short run counts, so that
//! starting and ending do not.

use crate::kind::Kind;
use crate::peer::Peer;
use crate::program::Program;
use anyhow::{Context as _, Result, bail, ensure};
use serde_json::{Map, Value, json};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The kinds whose instructions are counted.
const KINDS: [Kind; 2] = [Kind::Http, Kind::Dns];
/// Tests of the long run and of the short one.
const MANY: usize = 220;
const FEW: usize = 20;
/// How far a count may be from the recorded one, in percent.
const TOLERANCE: f64 = 3.0;

/// A count, and what it is compared with.
#[derive(Debug)]
struct Count {
    kind: Kind,
    found: u64,
    recorded: Option<u64>,
}

/// Counts, and compares with what is recorded; a count that differs too much is an error. Without valgrind nothing is counted.
pub(crate) fn compare(program: Option<PathBuf>) -> Result<()> {
    if !works()? {
        println!("not run: valgrind and taskset are not installed, or do not work here");
        return Ok(());
    }
    let (profile, found) = count(program)?;
    let all = recorded()?;
    let recorded = all.get(&profile);
    let rustc = recorded.and_then(|recorded| recorded.get("rustc")).and_then(Value::as_str);
    let is_comparable = rustc == Some(compiler()?.as_str());
    let mut bad = Vec::new();
    for (kind, found) in found {
        let recorded = recorded.and_then(|recorded| recorded.get("per_probe")?.get(kind.word())?.as_u64());
        let count = Count { kind, found, recorded: recorded.filter(|_| is_comparable) };
        println!("{}", count.line());
        if count.percent().is_some_and(|percent| percent.abs() > TOLERANCE) {
            bad.push(count.line());
        }
    }
    match rustc {
        None => println!("not compared: nothing is recorded for the profile {profile}"),
        Some(rustc) if !is_comparable => println!("not compared: recorded with {rustc}"),
        Some(_) => {}
    }
    if !bad.is_empty() {
        bail!(
            "more than {TOLERANCE} % from what is recorded; if that is intended, call `cargo xtask bench instructions --record`:\n{}",
            bad.join("\n")
        );
    }
    Ok(())
}

/// Counts and records.
pub(crate) fn record(program: Option<PathBuf>) -> Result<()> {
    ensure!(works()?, "valgrind and taskset are not installed, or do not work here");
    let (profile, found) = count(program)?;
    let counts: Map<String, Value> =
        found.iter().map(|(kind, count)| (kind.word().to_owned(), json!(count))).collect();
    let mut all = recorded()?;
    all.insert(profile, json!({ "rustc": compiler()?, "per_probe": counts }));
    std::fs::write(file(), serde_json::to_string_pretty(&all)? + "\n")?;
    println!("recorded in {}", file().display());
    Ok(())
}

/// valgrind with its arguments, on one processor.
fn valgrind(arguments: &[&str]) -> Result<Command> {
    let mut command = Command::new("taskset");
    command.args(["--cpu-list", &processor()?, "valgrind"]).args(arguments);
    Ok(command)
}

/// Whether it is installed and works.
fn works() -> Result<bool> {
    let mut command = valgrind(&["--tool=none", "true"])?;
    let status = command.stdout(Stdio::null()).stderr(Stdio::null()).status();
    Ok(status.is_ok_and(|status| status.success()))
}

/// The folder that the program is in: `debug` or `release`. Numbers are recorded for each.
fn profile(program: &Program) -> Result<String> {
    let folder = program.path().parent().and_then(Path::file_name).context("the program is in no folder")?;
    Ok(folder.to_string_lossy().into_owned())
}

/// The profile of the program, and its instructions per probe.
fn count(program: Option<PathBuf>) -> Result<(String, Vec<(Kind, u64)>)> {
    let peer = Peer::start()?;
    let program = Program::new(program, &peer.greeting)?;
    let mut counts = Vec::new();
    for kind in KINDS {
        let few = collected(&program, &program.write(kind, &peer.greeting, FEW)?)?;
        let many = collected(&program, &program.write(kind, &peer.greeting, MANY)?)?;
        counts.push((kind, many.saturating_sub(few) / u64::try_from(MANY - FEW)?));
    }
    Ok((profile(&program)?, counts))
}

/// Instructions of one run of the program, in all its threads.
fn collected(program: &Program, definitions: &Path) -> Result<u64> {
    let log = program.file("callgrind.txt");
    let log_file = format!("--log-file={}", log.display());
    let command = valgrind(&["--tool=callgrind", "--callgrind-out-file=/dev/null", &log_file])?;
    program.run_with(command, definitions, 1)?;
    let text = std::fs::read_to_string(&log)?;
    let line = text.lines().find_map(|line| line.split_once("Collected :"));
    line.and_then(|(_, count)| count.trim().parse().ok()).context("callgrind reported no count")
}

/// A processor that this process may use.
fn processor() -> Result<String> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let list = status.lines().find_map(|line| line.strip_prefix("Cpus_allowed_list:"));
    let first = list.and_then(|list| list.trim().split([',', '-']).next());
    Ok(first.context("the kernel lists no processors")?.to_owned())
}

/// The compiler, as it calls itself.
fn compiler() -> Result<String> {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let output = Command::new(rustc).arg("--version").output().context("cannot call rustc")?;
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// The file with what is recorded.
fn file() -> PathBuf {
    // Asked for when it runs: two checkouts may share a target folder.
    let here = std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
    Path::new(&here).join("instructions.json")
}

fn recorded() -> Result<Map<String, Value>> {
    match std::fs::read_to_string(file()) {
        Ok(text) => serde_json::from_str(&text).context("instructions.json is not an object"),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Map::new()),
        Err(error) => Err(error.into()),
    }
}

impl Count {
    /// The difference to what is recorded.
    #[expect(clippy::cast_precision_loss, reason = "counts are far below 2^53")]
    fn percent(&self) -> Option<f64> {
        let recorded = self.recorded.filter(|recorded| *recorded > 0)?;
        Some((self.found as f64 / recorded as f64 - 1.0) * 100.0)
    }

    fn line(&self) -> String {
        let difference = match (self.recorded, self.percent()) {
            (Some(recorded), Some(percent)) => format!(" (recorded: {recorded}, {percent:+.2} %)"),
            _ => String::new(),
        };
        format!("{:<15} {:>10} instructions per probe{difference}", self.kind.name(), self.found)
    }
}
