//! The layering on made-up graphs.

use super::{Graph, Package, check};
use crate::tidy::code::Part;
use crate::tidy::floors::RESERVED;
use crate::tidy::graph::Declared;

/// A member with its declared dependencies.
fn member(name: &str, declared: &[&str]) -> Package {
    let lines: String = declared.iter().map(|name| format!("{name}.workspace = true\n")).collect();
    let declared = declared.iter().map(|name| Declared {
        name: (*name).to_owned(),
        key: (*name).to_owned(),
        ident: name.replace('-', "_"),
        part: Part::Product,
    });
    Package {
        name: name.to_owned(),
        member: true,
        manifest: format!("crates/{name}/Cargo.toml"),
        text: format!("[package]\nname = \"{name}\"\n\n[dependencies]\n{lines}"),
        declared: declared.collect(),
        ..Package::default()
    }
}

/// What is wrong with a graph of one member, if anything.
fn wrong(name: &str, declared: &[&str]) -> Option<String> {
    let graph = Graph { packages: vec![member(name, declared)] };
    let violations = check(&graph);
    assert!(violations.len() <= 1, "{violations:?}");
    violations.into_iter().next().map(|violation| violation.to_string())
}

#[test]
fn arrows_down_are_fine() {
    let rows: [(&str, &[&str]); 8] = [
        ("faultfinder-x509", &["faultfinder-taxonomy"]),
        ("faultfinder-net", &["faultfinder-x509", "rustls", "hickory-resolver"]),
        ("faultfinder-dns", &["faultfinder-net", "faultfinder-taxonomy", "tokio"]),
        ("faultfinder-engine", &["faultfinder-dns", "faultfinder-http", "faultfinder-spec"]),
        ("faultfinder-lab", &["rustls", "tokio-rustls"]),
        ("faultfinder", &["faultfinder-engine", "faultfinder-lab", "clap"]),
        ("faultfinder-tests", &["faultfinder", "faultfinder-lab", "rustls", "anyhow"]),
        ("xtask", &["faultfinder-taxonomy", "anyhow"]),
    ];
    for (name, declared) in rows {
        assert_eq!(wrong(name, declared), None);
    }
}

#[test]
fn arrows_to_the_same_floor_or_above_are_wrong_and_placed() {
    let rows = [
        ("faultfinder-dns", "faultfinder-http", "probe faultfinder-dns depends on probe faultfinder-http"),
        (
            "faultfinder-taxonomy",
            "faultfinder-x509",
            "faultfinder-taxonomy (floor 0) depends on faultfinder-x509 (floor 1)",
        ),
        ("faultfinder-spec", "faultfinder-assert", "(floor 1) depends on faultfinder-assert (floor 1)"),
        ("faultfinder-net", "faultfinder-tcp", "(floor 2) depends on faultfinder-tcp (floor 3)"),
        ("faultfinder-lab", "faultfinder-engine", "(floor 4) depends on faultfinder-engine (floor 4)"),
        ("faultfinder-ssl", "faultfinder-lab", "(floor 3) depends on faultfinder-lab (floor 4)"),
        ("faultfinder-engine", "faultfinder", "(floor 4) depends on faultfinder (floor 6)"),
        ("faultfinder", "faultfinder-tests", "which is harness"),
    ];
    for (name, dependency, what) in rows {
        let found =
            wrong(name, &["serde", dependency]).unwrap_or_else(|| panic!("{name} -> {dependency} passed"));
        assert!(found.contains(what), "{found}");
        // [package], name, empty, [dependencies], serde, and then the culprit.
        assert!(found.starts_with(&format!("crates/{name}/Cargo.toml:6: ")), "{found}");
    }
}

#[test]
fn reserved_crates_are_for_their_users_only() {
    for reserved in RESERVED {
        let found =
            wrong("faultfinder-tcp", &[reserved.name]).unwrap_or_else(|| panic!("{} passed", reserved.name));
        assert!(found.contains(reserved.reason), "{found}");
        for user in reserved.users {
            assert_eq!(wrong(user, &[reserved.name]), None);
        }
    }
}

#[test]
fn a_crate_without_a_floor_is_noticed() {
    let found = wrong("faultfinder-smtp", &[]).unwrap();
    assert!(found.contains("has no floor"), "{found}");
}

#[test]
fn pure_crates_are_not_linked_with_io_however_deep() {
    let mut spec = member("faultfinder-spec", &["yaml"]);
    spec.linked = vec![1];
    let yaml = Package { name: "yaml".to_owned(), linked: vec![2], ..Package::default() };
    let tokio = Package { name: "tokio".to_owned(), ..Package::default() };
    let graph = Graph { packages: vec![spec, yaml, tokio] };
    let violations = check(&graph);
    assert_eq!(violations.len(), 1);
    assert!(violations[0].what.contains("faultfinder-spec -> yaml -> tokio"), "{}", violations[0]);
}

#[test]
fn io_in_development_dependencies_leaves_a_crate_pure() {
    let mut spec = member("faultfinder-spec", &["tokio"]);
    spec.needed = vec![1];
    let tokio = Package { name: "tokio".to_owned(), ..Package::default() };
    assert_eq!(check(&Graph { packages: vec![spec, tokio] }), []);
}
