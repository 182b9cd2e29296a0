//! The steps: format, clippy, docs, tests, packages.
//!
//! None of them sets `RUSTFLAGS`: with the same flags everywhere nothing is built twice.

use crate::shell::{cargo, has_cargo_tool, root, run, target_folder};
use crate::tidy::HARNESS;
use anyhow::Result;
use std::path::Path;
use std::process::{Command, Stdio};

/// Formatting, of the fuzz targets too.
pub(crate) fn format() -> Result<()> {
    run(&mut cargo(&["fmt", "--all", "--", "--check"]))?;
    run(&mut cargo(&["fmt", "--manifest-path", "fuzz/Cargo.toml", "--", "--check"]))
}

/// Clippy on everything; its warnings are errors.
pub(crate) fn clippy() -> Result<()> {
    let arguments = ["clippy", "--workspace", "--all-targets", "--locked", "--", "--deny", "warnings"];
    run(&mut cargo(&arguments))
}

/// Formatting and clippy.
pub(crate) fn lint() -> Result<()> {
    format()?;
    clippy()
}

/// Documentation with private items, so that no link in it is broken.
pub(crate) fn doc() -> Result<()> {
    let mut command = cargo(&["doc", "--workspace", "--no-deps", "--document-private-items", "--locked"]);
    run(command.env("RUSTDOCFLAGS", "-Dwarnings"))
}

/// All tests, or those that the arguments choose.
pub(crate) fn test(arguments: &[&str]) -> Result<()> {
    if !arguments.is_empty() {
        return chosen_tests(arguments);
    }
    all_tests()
}

/// All tests, those in the documentation included; and what could not be run on this machine, by name.
pub(crate) fn all_tests() -> Result<()> {
    let notes = tempfile::NamedTempFile::new()?;
    let outcome = every_test(notes.path());
    let not_run = std::fs::read_to_string(notes.path())?;
    print!("{not_run}");
    println!("{} tests could not be run on this machine", not_run.lines().count());
    outcome
}

/// All tests; those that cannot be run are listed in this file.
fn every_test(notes: &Path) -> Result<()> {
    if !has_cargo_tool("nextest") {
        println!("cargo-nextest is not installed: cargo test runs the tests, without their time limits");
        let mut tests = cargo(&["test", "--workspace", "--locked", "--no-fail-fast"]);
        return run(with_binary(&mut tests).env("FAULTFINDER_NOT_RUN", notes));
    }
    let mut tests = cargo(&["nextest", "run", "--workspace", "--locked", "--no-fail-fast"]);
    run(with_binary(&mut tests).env("FAULTFINDER_NOT_RUN", notes))?;
    run(&mut cargo(&["test", "--doc", "--workspace", "--locked", "--no-fail-fast"]))
}

/// Names the binary that tests call. It is built with them, because the crate of the binary has a test, too: built alone it has
/// other features, and almost everything that it needs would be built twice.
fn with_binary(tests: &mut Command) -> &mut Command {
    let folder = target_folder().join("debug");
    tests.env("FAULTFINDER_BINARY", folder.join(format!("faultfinder{}", std::env::consts::EXE_SUFFIX)))
}

/// The tests that the arguments choose, in the words of the runner.
fn chosen_tests(arguments: &[&str]) -> Result<()> {
    let runner: &[&str] = if has_cargo_tool("nextest") { &["nextest", "run"] } else { &["test"] };
    run(with_binary(&mut cargo(&[runner, &["--workspace", "--locked"], arguments].concat())))
}

/// Packs every crate that is published, without building it again: its metadata, README and dependencies.
pub(crate) fn package() -> Result<()> {
    let mut arguments = vec!["package", "--workspace", "--locked", "--no-verify", "--allow-dirty", "--quiet"];
    arguments.extend(HARNESS.iter().flat_map(|member| ["--exclude", member]));
    run(&mut cargo(&arguments))
}

/// Builds the image, where buildah is installed. Elsewhere `tests/it/packaging` does the steps of the Dockerfile in a folder.
pub(crate) fn image() -> Result<()> {
    let mut buildah = Command::new("buildah");
    buildah.arg("--version").stdout(Stdio::null()).stderr(Stdio::null());
    if !buildah.status().is_ok_and(|status| status.success()) {
        println!("not run: buildah is not installed, so the image is not built");
        return Ok(());
    }
    let mut build = Command::new("buildah");
    build.args(["build", "--file", "packaging/Dockerfile", "--tag", "faultfinder", "."]);
    run(build.current_dir(root()))
}
