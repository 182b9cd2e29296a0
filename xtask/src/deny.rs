//! cargo-deny, where it is installed.

use crate::shell::{self, cargo, has_cargo_tool};
use anyhow::{Result, bail};

/// Licenses, bans and sources, which need only the lock file; then advisories, which need a database.
fn run_installed() -> Result<()> {
    // An exception that outlived its reason fails.
    let levels = ["--deny", "unused-wrapper", "--deny", "unmatched-skip"];
    let checks = ["licenses", "bans", "sources"];
    shell::run(&mut cargo(
        &[&["deny", "--workspace", "--locked", "check"], &levels[..], &checks[..]].concat(),
    ))?;
    advisories()
}

/// Runs cargo-deny, or reports that it is not installed.
pub(crate) fn run() -> Result<()> {
    if has_cargo_tool("deny") {
        return run_installed();
    }
    println!("cargo-deny is not installed: deny.toml, advisories and duplicates were NOT checked.");
    println!("`cargo xtask tidy` has checked licenses, banned crates and layers with cargo's own metadata.");
    Ok(())
}

/// Advisories. A database that cannot be fetched is not a failure, but it is reported.
fn advisories() -> Result<()> {
    let output = cargo(&["deny", "--workspace", "--locked", "check", "advisories"]).output()?;
    let text = String::from_utf8_lossy(&output.stderr);
    if output.status.success() {
        println!("advisories: none that apply");
        return Ok(());
    }
    if text.contains("failed to fetch advisory database") || text.contains("failed to load advisory database")
    {
        println!("advisories SKIPPED: the database of RustSec cannot be fetched from here");
        return Ok(());
    }
    eprint!("{text}");
    bail!("cargo-deny reports advisories")
}
