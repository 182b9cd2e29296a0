//! libFuzzer with the stable toolchain.
//!
//! The targets are plain programs of the crate in `fuzz/`. They are built with the compiler's own coverage pass, which
//! `-C passes` reaches without nightly, so no tool needs to be installed. AddressSanitizer needs `RUSTC_BOOTSTRAP=1`
//! and is worth its cost only for C code.

use crate::shell::{cargo, root, run as execute};
use anyhow::{Context, Result, bail};
use std::path::PathBuf;

/// The targets.
const TARGETS: &[&str] = &[
    "envelope",
    "certificate",
    "crl",
    "ocsp",
    "verify",
    "dns_answer",
    "tls_flight",
    "cbc_record",
    "http2",
    "http3",
    "resolv_conf",
    "hosts",
    "charset",
    "definition",
    "blackbox",
    "gatus",
    "uptime_kuma",
    "datadog",
    "assertion",
    "evaluation",
    "script",
    "template",
];
/// A build for a named platform keeps the flags away from build scripts and macros.
const PLATFORM: &str =
    if cfg!(target_arch = "aarch64") { "aarch64-unknown-linux-gnu" } else { "x86_64-unknown-linux-gnu" };
/// Default time for one target.
const SECONDS: u32 = 60;
/// Longer inputs find nothing that shorter ones do not.
const INPUT_BYTES_MAX: u32 = 65_536;
/// A single input that takes longer is a finding: everything that reads from peers must be bounded.
const INPUT_SECONDS_MAX: u32 = 10;
/// A target that takes more memory is a finding.
const MEMORY_MIB_MAX: u32 = 2048;

/// What the compiler adds so that libFuzzer sees which code an input reaches and what it compares.
const COVERAGE: &[&str] = &[
    "--cfg=fuzzing",
    "-Cpasses=sancov-module",
    "-Cllvm-args=-sanitizer-coverage-level=4",
    "-Cllvm-args=-sanitizer-coverage-inline-8bit-counters",
    "-Cllvm-args=-sanitizer-coverage-pc-table",
    "-Cllvm-args=-sanitizer-coverage-trace-compares",
    "-Ccodegen-units=1",
    "-Cdebug-assertions=yes",
    "-Coverflow-checks=yes",
];

/// Checks that every target still compiles against the crates it calls.
pub(crate) fn check() -> Result<()> {
    // Each feature by its name: `--all-features` leaves out a target whose feature is missing.
    let features = TARGETS.join(",");
    let mut command = cargo(&[
        "check",
        "--locked",
        "--manifest-path",
        "fuzz/Cargo.toml",
        "--features",
        &features,
        "--bins",
    ]);
    // libFuzzer itself is C++ and is only needed for linking, which a check does not do.
    execute(command.env("CUSTOM_LIBFUZZER_PATH", "not-linked/libfuzzer.a"))
}

/// What to fuzz and how.
struct Plan<'a> {
    targets: Vec<&'a str>,
    seconds: u32,
    address: bool,
    check: bool,
}

/// Fuzzes one target or all.
pub(crate) fn run(arguments: &[&str]) -> Result<()> {
    let plan = parse(arguments)?;
    if plan.check {
        return check();
    }
    for target in &plan.targets {
        fuzz(target, &plan)?;
    }
    Ok(())
}

fn parse<'a>(arguments: &[&'a str]) -> Result<Plan<'a>> {
    let mut plan = Plan { targets: Vec::new(), seconds: SECONDS, address: false, check: false };
    let mut rest = arguments.iter();
    while let Some(argument) = rest.next() {
        match *argument {
            "--seconds" => {
                let value = rest.next().context("--seconds needs a number")?;
                plan.seconds =
                    value.parse().with_context(|| format!("--seconds needs a number, not `{value}`"))?;
            }
            "--check" => plan.check = true,
            "--address" => plan.address = true,
            target if TARGETS.contains(&target) => plan.targets.push(target),
            other => bail!("no fuzz target `{other}`; there are {}", TARGETS.join(", ")),
        }
    }
    if plan.targets.is_empty() {
        plan.targets.extend(TARGETS);
    }
    Ok(plan)
}

/// Targets that begin with the files of tests, which are in this folder of the workspace.
const SEEDS_OF_TESTS: &str = "crates/faultfinder-spec/tests/data";

/// The folder with what a target begins with: its own, or that of tests.
fn seeds(target: &str) -> PathBuf {
    let own = root().join("fuzz/seeds").join(target);
    if own.is_dir() { own } else { root().join(SEEDS_OF_TESTS).join(target) }
}

/// Builds and runs one target, starting from its kept corpus and its seeds.
fn fuzz(target: &str, plan: &Plan<'_>) -> Result<()> {
    let folder = root().join("fuzz");
    let (corpus, artifacts) = (folder.join("corpus").join(target), folder.join("artifacts").join(target));
    let seeds = seeds(target);
    std::fs::create_dir_all(&corpus)?;
    std::fs::create_dir_all(&artifacts)?;
    let mut flags = COVERAGE.to_vec();
    if plan.address {
        flags.push("-Zsanitizer=address");
    }
    let mut command =
        cargo(&["run", "--manifest-path", "fuzz/Cargo.toml", "--release", "--target", PLATFORM]);
    command.args(["--bin", target, "--features", target, "--"]).arg(&corpus);
    if seeds.is_dir() {
        command.arg(&seeds);
    }
    command
        .arg(format!("-max_total_time={}", plan.seconds))
        .arg(format!("-artifact_prefix={}/", artifacts.display()))
        .arg(format!("-max_len={INPUT_BYTES_MAX}"))
        .arg(format!("-timeout={INPUT_SECONDS_MAX}"))
        .arg(format!("-rss_limit_mb={MEMORY_MIB_MAX}"))
        .arg("-print_final_stats=1")
        .env("RUSTC_BOOTSTRAP", "1")
        .env("RUSTFLAGS", flags.join(" "));
    if let Some(target_folder) = std::env::var_os("CARGO_TARGET_DIR") {
        // Not among the workspace's own builds, whose flags differ.
        command.env("CARGO_TARGET_DIR", std::path::Path::new(&target_folder).join("fuzz"));
    }
    execute(&mut command)
        .with_context(|| format!("fuzz target {target}; findings are in fuzz/artifacts/{target}"))
}

#[cfg(test)]
mod tests {
    use super::{SECONDS, TARGETS, parse};

    #[test]
    fn without_arguments_all_targets_run() {
        let plan = parse(&[]).unwrap();
        assert_eq!(plan.targets, TARGETS);
        assert_eq!((plan.seconds, plan.address), (SECONDS, false));
    }

    #[test]
    fn a_target_and_its_time_can_be_chosen() {
        let plan = parse(&["dns_answer", "--seconds", "5", "--address"]).unwrap();
        assert_eq!((plan.targets, plan.seconds, plan.address), (vec!["dns_answer"], 5, true));
        assert!(parse(&["dns"]).is_err());
        assert!(parse(&["--seconds"]).is_err());
        assert!(parse(&["--seconds", "soon"]).is_err());
    }

    #[test]
    fn every_target_is_a_program_of_the_fuzz_crate() {
        let manifest = include_str!("../../fuzz/Cargo.toml");
        for target in TARGETS {
            assert!(manifest.contains(&format!("name = \"{target}\"")), "{target}");
        }
        assert_eq!(manifest.matches("[[bin]]").count(), TARGETS.len());
    }
}
