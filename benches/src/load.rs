//! How long large files take to load, and how much memory: each in a process that does nothing else.

use crate::meter;
use anyhow::{Context as _, Result, bail, ensure};
use faultfinder_engine::Suite;
use faultfinder_spec::{DEFINITION_BYTES_MAX, Source};
use std::fmt::Write as _;
use std::process::Command;

/// How many tests one file has.
const TESTS: usize = 60_000;

/// A file, by the word for it on the command line.
struct File {
    word: &'static str,
    name: &'static str,
    text: fn() -> String,
    /// Whether it can be loaded.
    is_good: bool,
    goal: &'static str,
}

const FILES: &[File] = &[
    File {
        word: "tests",
        name: "60,000 tests",
        text: tests,
        is_good: true,
        goal: "below 3 s of CPU time and 300 MiB",
    },
    File { word: "noise", name: "10 MB that are not YAML", text: noise, is_good: false, goal: "below 1 s" },
    File { word: "fields", name: "10 MB of wrong fields", text: fields, is_good: false, goal: "below 2 s" },
    File { word: "brackets", name: "10 MB of brackets", text: brackets, is_good: false, goal: "below 1 s" },
];

/// Tests as a program writes them.
fn tests() -> String {
    let mut text = "version: 1\ntests:\n".to_owned();
    for number in 0..TESTS {
        // Writing to a text does not fail.
        let _ = write!(
            text,
            "  - name: shop page {number}\n    http: {{ url: \"http://127.0.0.1:9/page/{number}?q={number}\" }}\n    \
             assert: [ status is 200, response_time < 2 s ]\n"
        );
    }
    text
}

fn filled(piece: &str) -> String {
    piece.repeat(DEFINITION_BYTES_MAX / piece.len())
}

fn noise() -> String {
    filled("}{ lorem: [ipsum \"dolor\n")
}

fn fields() -> String {
    format!("version: 1\ntests:\n{}", filled("  - nmae: a\n    htpp: { ulr: x }\n").split_at(9_999_000).0)
}

fn brackets() -> String {
    filled("[")
}

/// Loads each file in a process of its own.
pub(crate) fn compare() -> Result<()> {
    for file in FILES {
        let output = Command::new(std::env::current_exe()?).args(["load", file.word]).output()?;
        if !output.status.success() {
            bail!("{} failed: {}", file.name, String::from_utf8_lossy(&output.stderr));
        }
        println!(
            "{:<26} {} (goal: {})",
            file.name,
            String::from_utf8_lossy(&output.stdout).trim_end(),
            file.goal
        );
    }
    Ok(())
}

/// Loads one file in this process, and says what that took.
pub(crate) fn measure(word: &str) -> Result<()> {
    let file = FILES.iter().find(|file| file.word == word).context("there is no such file")?;
    let source = Source::new("load.yaml", &(file.text)());
    let before = meter::cpu_time()?;
    let loaded = Suite::load(std::slice::from_ref(&source), &[], |_: &str| None);
    let took = meter::cpu_time()?.saturating_sub(before);
    ensure!(loaded.is_ok() == file.is_good, "it was not judged as it should be");
    println!("{:>7.0} ms, {:>4} MiB at the peak", took.as_secs_f64() * 1e3, meter::peak_memory_kib()? / 1024);
    Ok(())
}
