//! Dependencies that no code names.
//!
//! A normal dependency must be named by the library or a binary, a development dependency by tests, benchmarks,
//! examples or an example in the documentation, a build dependency by the build script. Only code counts: a name in a
//! comment does not.

use super::code::{Part, Survey};
use super::graph::{Declared, Graph, Package};
use super::violation::Violation;

/// Dependencies that no code needs to name: the package, the dependency, and why it is there anyway.
const EXCEPTIONS: &[(&str, &str, &str)] =
    &[("faultfinder-conformance", "openssl-src", "pins the release of OpenSSL that is compared with")];

/// All dependencies that nothing names, and the exceptions that are none. The surveys are those of the members, in order.
pub(crate) fn check(graph: &Graph, surveys: &[Survey]) -> Vec<Violation> {
    let mut violations = Vec::new();
    for ((_, member), survey) in graph.members().zip(surveys) {
        violations.extend(member.declared.iter().filter_map(|declared| unused(member, declared, survey)));
        violations.extend(stale(member, survey));
    }
    violations
}

/// A dependency that nothing names, unless it is an exception.
fn unused(member: &Package, declared: &Declared, survey: &Survey) -> Option<Violation> {
    if survey.names(declared.part, &declared.ident) || is_exception(member, declared) {
        return None;
    }
    let moves = declared.part == Part::Product && survey.names(Part::Test, &declared.ident);
    let (what, advice) = if moves {
        ("only tests name", "move it to [dev-dependencies]")
    } else {
        (
            "no code names",
            "remove it; if it is needed all the same, give the reason in xtask/src/tidy/unused.rs",
        )
    };
    Some(Violation {
        file: member.manifest.clone(),
        line: member.line_of_part(&declared.key, declared.part),
        what: format!("{what} the dependency {} (`{}`)", declared.key, declared.ident),
        advice: advice.to_owned(),
    })
}

/// Whether a dependency may be there without being named.
fn is_exception(member: &Package, declared: &Declared) -> bool {
    EXCEPTIONS.iter().any(|(package, key, _)| *package == member.name && *key == declared.key)
}

/// The exceptions of a member that are none: code names them, or the manifest does not have them.
fn stale(member: &Package, survey: &Survey) -> Vec<Violation> {
    let own = EXCEPTIONS.iter().filter(|(package, ..)| *package == member.name);
    let stale = own.filter(|(_, key, _)| {
        let declared = member.declared.iter().find(|declared| declared.key == *key);
        declared.is_none_or(|declared| survey.names(declared.part, &declared.ident))
    });
    let violation = |(package, key, _): &(&str, &str, &str)| Violation {
        file: "xtask/src/tidy/unused.rs".to_owned(),
        line: None,
        what: format!("the exception for {key} in {package} is not needed"),
        advice: "remove it".to_owned(),
    };
    stale.map(violation).collect()
}

#[cfg(test)]
mod tests {
    use super::{Declared, Graph, Package, Part, Survey, check};

    /// What is wrong with a package of these dependencies, whose parts name these crates.
    fn found(name: &str, declared: &[(&str, Part)], named: &[(&str, Part)]) -> Vec<String> {
        let declared = declared.iter().map(|(key, part)| Declared {
            name: (*key).to_owned(),
            key: (*key).to_owned(),
            ident: key.replace('-', "_"),
            part: *part,
        });
        let member = Package {
            name: name.to_owned(),
            member: true,
            manifest: "Cargo.toml".to_owned(),
            text: "[dependencies]\na-b = \"1\"\n[dev-dependencies]\na-b.workspace = true\n".to_owned(),
            declared: declared.collect(),
            ..Package::default()
        };
        let mut survey = Survey::default();
        for (name, part) in named {
            survey.crates.entry(*part).or_default().insert((*name).to_owned());
        }
        let violations = check(&Graph { packages: vec![member] }, &[survey]);
        violations.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_dependency_is_named_by_the_part_that_may_use_it() {
        use Part::{Build, Product, Test};
        let rows = [
            (Product, Product, None),
            (Product, Test, Some("Cargo.toml:2: only tests name the dependency a-b (`a_b`)")),
            (Product, Build, Some("Cargo.toml:2: no code names the dependency a-b (`a_b`)")),
            (Test, Test, None),
            (Test, Product, Some("Cargo.toml:4: no code names the dependency a-b (`a_b`)")),
            (Build, Build, None),
            (Build, Test, Some("Cargo.toml: no code names the dependency a-b (`a_b`)")),
            (Build, Product, Some("Cargo.toml: no code names the dependency a-b (`a_b`)")),
        ];
        for (declared, named, expected) in rows {
            let found = found("p", &[("a-b", declared)], &[("a_b", named)]);
            let first = found.first().and_then(|text| text.lines().next());
            assert_eq!(first, expected, "{declared:?} {named:?}");
        }
    }

    #[test]
    fn an_exception_is_for_what_no_code_names() {
        let package = "faultfinder-conformance";
        assert_eq!(found(package, &[("openssl-src", Part::Product)], &[]), [""; 0]);
        let named = found(package, &[("openssl-src", Part::Product)], &[("openssl_src", Part::Product)]);
        assert!(named.concat().contains("is not needed"), "{named:?}");
        assert!(found(package, &[], &[]).concat().contains("is not needed"));
    }
}
