//! Crates that must not be in the graph at all: one TLS stack, and no system libraries.

use super::graph::Graph;
use super::layers::way_to;
use super::violation::Violation;

/// A crate, what to do instead, and which crates may use it anyway.
struct Banned {
    name: &'static str,
    advice: &'static str,
    users: &'static [&'static str],
}

const fn banned(name: &'static str, advice: &'static str) -> Banned {
    Banned { name, advice, users: &[] }
}

const ONE_STACK: &str = "one TLS stack (rustls): disable the default features and choose the rustls ones";

/// OpenSSL is the reference for our validator, for results and for speed: only there.
const fn compared_with(name: &'static str) -> Banned {
    Banned { name, advice: ONE_STACK, users: &["faultfinder-conformance", "faultfinder-benches"] }
}

const BANNED: &[Banned] = &[
    banned(
        "ring",
        "one cryptography library (aws-lc-rs): choose the features `aws_lc_rs` or `aws-lc-rs` and no defaults",
    ),
    compared_with("openssl"),
    compared_with("openssl-sys"),
    compared_with("openssl-src"),
    banned("native-tls", ONE_STACK),
    banned("schannel", ONE_STACK),
    banned("bindgen", "a machine needs only a C compiler: choose features with pregenerated bindings"),
];

/// All banned crates in the graph, each with the path that leads to it.
pub(crate) fn check(graph: &Graph) -> Vec<Violation> {
    let mut violations = Vec::new();
    for Banned { name, advice, users } in BANNED {
        let judged = graph.members().filter(|(_, member)| !users.contains(&member.name.as_str()));
        let way = judged.filter_map(|(place, member)| {
            way_to(graph, place, |package| &package.needed, |found| found == *name).map(|way| (member, way))
        });
        violations.extend(way.take(1).map(|(member, way)| Violation {
            file: member.manifest.clone(),
            line: way.get(1).and_then(|first| member.line_of(first)),
            what: format!("{name} is banned, and is in the graph: {}", way.join(" -> ")),
            advice: (*advice).to_owned(),
        }));
    }
    violations
}

#[cfg(test)]
mod tests {
    use super::super::graph::Package;
    use super::{Graph, check};

    #[test]
    fn a_banned_crate_is_found_with_the_way_to_it_even_behind_development_dependencies() {
        let package = |name: &str, needed: &[usize], member| Package {
            name: name.to_owned(),
            needed: needed.to_vec(),
            member,
            ..Package::default()
        };
        let graph = Graph {
            packages: vec![package("a", &[1], true), package("b", &[2], false), package("ring", &[], false)],
        };
        let violations = check(&graph);
        assert_eq!(violations.len(), 1);
        assert!(violations[0].what.ends_with("a -> b -> ring"), "{}", violations[0]);
    }

    #[test]
    fn openssl_is_for_the_comparison_alone() {
        let package = |name: &str, needed: &[usize], member| Package {
            name: name.to_owned(),
            needed: needed.to_vec(),
            member,
            ..Package::default()
        };
        let graph =
            |user| Graph { packages: vec![package(user, &[1], true), package("openssl", &[], false)] };
        assert_eq!(check(&graph("faultfinder-conformance")), []);
        assert_eq!(check(&graph("faultfinder-net")).len(), 1);
    }
}
