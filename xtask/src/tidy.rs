//! The rules that no lint knows.
//!
//! Each violation names its file and line, what is wrong, and what to do. The tables are [`floors`] (who may depend on
//! whom) and the list of `licences`; everything else is in the module of its rule.

mod violation; // what breaks a rule
mod floors; // the house of the design: crates and their floors, and which crates are reserved for whom
mod graph; // cargo's metadata, cut down to what the rules need
mod layers; // a crate depends only on floors below its own
mod banned; // crates that must not be in the graph at all
mod licences; // licences, by SPDX expression
mod manifests; // versions only through the workspace
mod sources; // rules on the text of sources

use crate::shell::root;
use anyhow::{Result, bail};
use violation::Violation;

/// Checks all rules and prints every violation.
pub(crate) fn run() -> Result<()> {
    let root = root();
    // First what the members declare: a wrong arrow must be named even if the lock file does not know it yet.
    report(&layers::check(&graph::load_members(&root)?))?;
    let graph = graph::load(&root)?;
    let mut violations = layers::check(&graph);
    violations.extend(banned::check(&graph));
    violations.extend(licences::check(&graph));
    violations.extend(manifests::check(&root, &graph)?);
    violations.extend(sources::check(&root)?);
    report(&violations)?;
    println!("tidy: {} packages and all sources keep the rules", graph.packages.len());
    Ok(())
}

/// Prints violations, and fails if there are any.
fn report(violations: &[Violation]) -> Result<()> {
    for violation in violations {
        println!("{violation}");
    }
    if !violations.is_empty() {
        bail!("{} violation(s) of the rules", violations.len());
    }
    Ok(())
}
