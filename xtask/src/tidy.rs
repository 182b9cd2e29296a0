//! The rules that no lint covers.
//!
//! Each violation names its file and line, what is wrong, and what to do. The tables are [`floors`] (who may depend on
//! whom), the list of `licences` and the phrases of `words`; everything else is in the module of its rule. Two other
//! files belong to the rules: `deny.toml`, whose exceptions must all be in use, and `xtask/rings.txt`, the rings of files
//! that are accepted until they are removed.

mod violation; // what breaks a rule
mod floors; // crates and their floors, and which crates are reserved
mod graph; // cargo's metadata, cut down to what the rules need
mod layers; // a crate depends only on floors below its own
mod wrappers; // deny.toml and the floors allow exactly what packages use
mod banned; // crates that must not be in the graph at all
mod licences; // licenses, by SPDX expression
mod manifests; // versions only through the workspace
mod sources; // rules on the text of sources
mod code; // what the code of a package says: uses between files, names of other crates
mod words; // phrases to avoid in prose
mod rings; // files that use each other in a circle
mod unused; // dependencies that no code names

use crate::shell::root;
use anyhow::{Result, anyhow, bail};
use code::Survey;
pub(crate) use floors::HARNESS;
use graph::{Graph, Package};
use std::num::NonZero;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use violation::Violation;

/// Checks all rules and prints every violation.
pub(crate) fn run() -> Result<()> {
    let root = root();
    // First what the members declare: a wrong dependency must be reported even if the lock file does not have it yet.
    report(&layers::check(&graph::load_members(&root)?))?;
    let graph = graph::load(&root)?;
    let mut violations = layers::check(&graph);
    violations.extend(banned::check(&graph));
    violations.extend(licences::check(&graph));
    violations.extend(wrappers::check(&std::fs::read_to_string(root.join("deny.toml"))?, &graph));
    violations.extend(manifests::check(&root, &graph)?);
    violations.extend(sources::check(&root)?);
    let surveys = survey(&root, &graph)?;
    violations.extend(unused::check(&graph, &surveys));
    violations.extend(rings::check(&root, &graph, &surveys)?);
    violations.extend(words::check(&root)?);
    report(&violations)?;
    println!("tidy: {} packages and all sources keep the rules", graph.packages.len());
    Ok(())
}

/// Prints the rings of files that use each other, or shrinks the list of accepted rings.
pub(crate) fn rings(write: bool) -> Result<()> {
    let root = root();
    let graph = graph::load(&root)?;
    let surveys = survey(&root, &graph)?;
    if write {
        return rings::write(&root, &graph, &surveys);
    }
    rings::show(&graph, &surveys);
    Ok(())
}

/// Lists the phrases to avoid in prose, and fails if there are any.
pub(crate) fn words() -> Result<()> {
    words::show(&root())
}

/// Surveys the code of all members, in their order, on all processors.
fn survey(root: &Path, graph: &Graph) -> Result<Vec<Survey>> {
    let members: Vec<&Package> = graph.members().map(|(_, member)| member).collect();
    let next = AtomicUsize::new(0);
    let read = |path: &Path| std::fs::read_to_string(root.join(path)).ok();
    let work = || {
        let mut done = Vec::new();
        while let place = next.fetch_add(1, Ordering::Relaxed)
            && let Some(member) = members.get(place)
        {
            done.push((place, code::survey(&member.sources, &read)));
        }
        done
    };
    let surveys = std::thread::scope(|scope| {
        let count = std::thread::available_parallelism().map_or(1, NonZero::get);
        let workers: Vec<_> = (0..count).map(|_| scope.spawn(work)).collect();
        let results = workers.into_iter().map(|worker| worker.join());
        results.collect::<Result<Vec<_>, _>>()
    })
    .map_err(|_| anyhow!("the survey of a package panicked"))?;
    let mut surveys: Vec<_> = surveys.into_iter().flatten().collect();
    surveys.sort_by_key(|(place, _)| *place);
    surveys.into_iter().map(|(_, survey)| survey).collect()
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
