//! Rings: files of one crate that use each other in a circle.
//!
//! In a ring, no file can be read, tested or moved without all the others. [`find`] finds the rings in the uses that
//! the survey of the code collected (its rules are in `code.rs`); [`listed`] keeps those of today in a file that may
//! only shrink; [`picture`] shows them. Tests are not looked at, nor the workspace's own tests and benchmarks.

mod find; // from uses to rings
mod listed; // the file of accepted rings
mod picture; // the rings in text

use super::code::Survey;
use super::graph::{Graph, Package};
use super::violation::Violation;
use anyhow::{Context, Result};
use find::Ring;
use listed::LIST;
use std::path::Path;

/// Members outside `crates/` that are looked at too.
const ALSO: &[&str] = &["faultfinder-conformance", "xtask"];

/// All rings that are not listed, and all listed ones that are gone or smaller.
pub(crate) fn check(root: &Path, graph: &Graph, surveys: &[Survey]) -> Result<Vec<Violation>> {
    let text = std::fs::read_to_string(root.join(LIST)).with_context(|| format!("cannot read {LIST}"))?;
    Ok(listed::compare(&text, &all(graph, surveys)))
}

/// Prints all rings.
pub(crate) fn show(graph: &Graph, surveys: &[Survey]) {
    print!("{}", picture::of(&all(graph, surveys)));
}

/// Rewrites the list, unless a ring is new or has grown.
pub(crate) fn write(root: &Path, graph: &Graph, surveys: &[Survey]) -> Result<()> {
    let path = root.join(LIST);
    let text = std::fs::read_to_string(&path).with_context(|| format!("cannot read {LIST}"))?;
    std::fs::write(&path, listed::shrunk(&text, &all(graph, surveys))?)?;
    println!("wrote {LIST}");
    Ok(())
}

/// All rings, the largest first.
fn all(graph: &Graph, surveys: &[Survey]) -> Vec<Ring> {
    let members = graph.members().map(|(_, member)| member).zip(surveys);
    let looked_at = members
        .filter(|(member, _)| member.manifest.starts_with("crates/") || ALSO.contains(&member.name.as_str()));
    let mut rings: Vec<Ring> =
        looked_at.flat_map(|(member, survey)| find::rings(&member.name, folder(member), survey)).collect();
    rings.sort_by(|one, other| other.files.len().cmp(&one.files.len()).then_with(|| one.cmp(other)));
    rings
}

/// The folder of a member, relative to the workspace.
fn folder(member: &Package) -> &str {
    member.manifest.strip_suffix("Cargo.toml").unwrap_or_default()
}
