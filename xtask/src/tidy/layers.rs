//! A crate depends only on floors below its own; the pure ones stay pure; some crates are reserved.
//!
//! Development dependencies count too: a probe whose tests need another probe is not alone. Workspace-wide tests and
//! benchmarks have no floor and may use everything.

use super::floors::{HARNESS, IMPURE, PROBES, PURE, RESERVED, Reserved, floor};
use super::graph::{Graph, Package};
use super::violation::Violation;
use std::collections::HashSet;

/// All violations of the layering in a graph.
pub(crate) fn check(graph: &Graph) -> Vec<Violation> {
    let mut violations = Vec::new();
    for (place, member) in graph.members() {
        violations.extend(homeless(member));
        let mut seen = HashSet::new();
        let names = member.declared.iter().map(|declared| declared.name.as_str());
        for dependency in names.filter(|name| seen.insert(*name)) {
            let wrong = wrong_arrow(member, dependency).or_else(|| reserved(member, dependency));
            violations.extend(wrong);
        }
        violations.extend(impure(graph, place, member));
    }
    violations
}

/// A member without a floor.
fn homeless(member: &Package) -> Option<Violation> {
    if floor(&member.name).is_some() || HARNESS.contains(&member.name.as_str()) {
        return None;
    }
    Some(Violation {
        file: member.manifest.clone(),
        line: None,
        what: format!("{} has no floor", member.name),
        advice: "give it a floor in xtask/src/tidy/floors.rs and a row in deny.toml".to_owned(),
    })
}

/// A dependency on the same floor or above.
fn wrong_arrow(member: &Package, dependency: &str) -> Option<Violation> {
    let wrong = |what: String, advice: &str| {
        let line = member.line_of(dependency);
        Some(Violation { file: member.manifest.clone(), line, what, advice: advice.to_owned() })
    };
    if HARNESS.contains(&dependency) {
        let what = format!("{} depends on {dependency}, which is harness", member.name);
        return wrong(what, "move what both need into a crate with a floor");
    }
    let (Some(own), Some(other)) = (floor(&member.name), floor(dependency)) else { return None };
    if other < own {
        return None;
    }
    let (from, to) = (&member.name, dependency);
    if own == PROBES && other == PROBES {
        let what = format!("probe {from} depends on probe {to}");
        return wrong(
            what,
            "probes never call each other: move what both need into faultfinder-net or below",
        );
    }
    let what = format!("{from} (floor {own}) depends on {to} (floor {other})");
    wrong(what, "a crate depends only on floors below its own: move the code down, or the caller up")
}

/// A third-party crate that is reserved for some of ours.
fn reserved(member: &Package, dependency: &str) -> Option<Violation> {
    let Reserved { users, reason, .. } = RESERVED.iter().find(|reserved| reserved.name == dependency)?;
    let name = member.name.as_str();
    if users.contains(&name) || HARNESS.contains(&name) {
        return None;
    }
    Some(Violation {
        file: member.manifest.clone(),
        line: member.line_of(dependency),
        what: format!("{name} depends on {dependency}, which is reserved: {reason}"),
        advice: match users {
            [] => "do without it".to_owned(),
            users => format!("go through {}", users.join(" or ")),
        },
    })
}

/// The path from a pure crate to something impure that it is linked with.
fn impure(graph: &Graph, place: usize, member: &Package) -> Option<Violation> {
    if !PURE.contains(&member.name.as_str()) {
        return None;
    }
    let way = way_to(graph, place, |package| &package.linked, |name| IMPURE.contains(&name))?;
    Some(Violation {
        file: member.manifest.clone(),
        line: None,
        what: format!("{} is pure, but is linked with I/O: {}", member.name, way.join(" -> ")),
        advice: "pure crates take bytes and times as arguments: no I/O, no clock, no async".to_owned(),
    })
}

/// The shortest path from a package to one with a wanted name, by name.
pub(super) fn way_to(
    graph: &Graph,
    from: usize,
    edges: impl Fn(&Package) -> &Vec<usize>,
    wanted: impl Fn(&str) -> bool,
) -> Option<Vec<String>> {
    let mut seen = HashSet::from([from]);
    let mut ways: Vec<Vec<usize>> = vec![vec![from]];
    let mut next = 0;
    while let Some(way) = ways.get(next).cloned() {
        next += 1;
        let package = graph.packages.get(*way.last()?)?;
        for (place, target) in graph.at(edges(package)).filter(|(place, _)| seen.insert(*place)) {
            let mut longer = way.clone();
            longer.push(place);
            if wanted(&target.name) {
                return Some(graph.at(&longer).map(|(_, package)| package.name.clone()).collect());
            }
            ways.push(longer);
        }
    }
    None
}

#[cfg(test)]
mod tests;
