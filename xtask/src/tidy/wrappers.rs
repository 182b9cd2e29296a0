//! `deny.toml` and the tables of `floors` allow exactly what packages use today.
//!
//! A row of `deny.toml` with `wrappers` names the packages that may depend on a crate directly. cargo-deny fails on a
//! package that does so without being named; here the list must be exactly the packages that do, whatever the kind of
//! dependency, so that an exception does not outlive its reason. The same goes for the tables of `floors`: every member
//! in them exists, and every user of a reserved crate uses it.
//!
//! cargo-deny reads an empty list as a missing one and bans the crate altogether, even if nothing depends on it. So a
//! member that nothing depends on has no row.

use super::floors::{FLOORS, HARNESS, PURE, RESERVED};
use super::graph::{Graph, Package};
use super::violation::Violation;
use std::collections::BTreeSet;

/// A row of `deny.toml` that bans a crate.
#[derive(Debug, PartialEq, Eq)]
struct Row {
    /// Its line, from 1.
    line: usize,
    /// The crate.
    name: String,
    /// The packages that may depend on it all the same.
    wrappers: BTreeSet<String>,
}

/// All rows that allow more or less than packages use, and all that the tables of floors name without a reason.
pub(crate) fn check(deny: &str, graph: &Graph) -> Vec<Violation> {
    let rows = rows(deny);
    let mut violations: Vec<Violation> =
        rows.iter().flat_map(|row| compare(row, &dependents(graph, &row.name))).collect();
    violations.extend(without_row(&rows, graph));
    violations.extend(vanished(graph));
    violations.extend(idle_users(graph));
    violations
}

/// The packages that depend on a crate directly.
fn dependents(graph: &Graph, name: &str) -> BTreeSet<String> {
    let depends =
        |package: &&Package| graph.at(&package.needed).any(|(_, dependency)| dependency.name == name);
    graph.packages.iter().filter(depends).map(|package| package.name.clone()).collect()
}

/// Where a row and the packages that depend on its crate differ.
fn compare(row: &Row, dependents: &BTreeSet<String>) -> Vec<Violation> {
    let violation = |what: String, advice: &str| Violation {
        file: "deny.toml".to_owned(),
        line: Some(row.line),
        what,
        advice: advice.to_owned(),
    };
    let wide = row.wrappers.difference(dependents).map(|wrapper| {
        let what = format!("{wrapper} may depend on {}, and does not", row.name);
        violation(what, "remove it from the wrappers; a row that is left without any goes too")
    });
    let narrow = dependents.difference(&row.wrappers).map(|dependent| {
        let what = format!("{dependent} depends on {}, and may not", row.name);
        violation(what, "do without it; where the reason of the row allows it, add it to the wrappers")
    });
    wide.chain(narrow).collect()
}

/// Crates of the house, and reserved ones, that something depends on and no row guards. Anyone may use the lowest floor.
fn without_row(rows: &[Row], graph: &Graph) -> Vec<Violation> {
    let house = FLOORS.iter().filter(|(_, floor)| *floor > 0).map(|(name, _)| *name);
    let guarded = house.chain(RESERVED.iter().map(|reserved| reserved.name));
    let missing = guarded.filter(|name| rows.iter().all(|row| row.name != *name));
    let violations = missing.filter_map(|name| {
        let dependents = dependents(graph, name);
        let wrappers: Vec<String> = dependents.iter().map(|name| format!("{name:?}")).collect();
        (!dependents.is_empty()).then(|| Violation {
            file: "deny.toml".to_owned(),
            line: None,
            what: format!("no row guards {name}, as xtask/src/tidy/floors.rs does"),
            advice: format!(
                "add {{ crate = \"{name}\", wrappers = [{}], reason = \"..\" }}",
                wrappers.join(", ")
            ),
        })
    });
    violations.collect()
}

/// Members that the tables of floors name and that do not exist.
fn vanished(graph: &Graph) -> Vec<Violation> {
    let users = RESERVED.iter().flat_map(|reserved| reserved.users);
    let floors = FLOORS.iter().map(|(name, _)| name);
    let named: BTreeSet<&str> = floors.chain(HARNESS).chain(PURE).chain(users).copied().collect();
    let gone = named.into_iter().filter(|name| graph.members().all(|(_, member)| member.name != *name));
    gone.map(|name| in_floors(format!("there is no member {name}"))).collect()
}

/// Users of reserved crates that do not use them.
fn idle_users(graph: &Graph) -> Vec<Violation> {
    let users = RESERVED.iter().flat_map(|reserved| reserved.users.iter().map(move |user| (reserved, user)));
    let idle = users.filter(|(reserved, user)| !dependents(graph, reserved.name).contains(**user));
    idle.map(|(reserved, user)| {
        in_floors(format!("{} is reserved for {user}, which does not depend on it", reserved.name))
    })
    .collect()
}

/// Something in the tables of floors that is not true.
fn in_floors(what: String) -> Violation {
    Violation {
        file: "xtask/src/tidy/floors.rs".to_owned(),
        line: None,
        what,
        advice: "remove it from the table".to_owned(),
    }
}

/// The rows of `deny.toml` that ban crates.
fn rows(deny: &str) -> Vec<Row> {
    let table = deny.lines().enumerate().skip_while(|(_, line)| *line != "deny = [");
    let rows = table.take_while(|(_, line)| *line != "]").filter_map(|(place, line)| {
        let rest = line.trim_start().strip_prefix("{ crate = \"")?;
        let (name, rest) = rest.split_once('"')?;
        let list = rest.split_once("wrappers = [").and_then(|(_, rest)| rest.split_once(']'));
        let wrappers = list.map(|(list, _)| list).unwrap_or_default().split('"').skip(1).step_by(2);
        let wrappers = wrappers.map(str::to_owned).collect();
        Some(Row { line: place + 1, name: name.to_owned(), wrappers })
    });
    rows.collect()
}

#[cfg(test)]
mod tests {
    use super::{FLOORS, Graph, HARNESS, Package, RESERVED, compare, dependents, idle_users, rows, vanished};
    use super::{Row, without_row};
    use crate::tidy::floors::floor;
    use std::collections::BTreeSet;

    /// Packages, each with the places of what it depends on.
    fn graph(packages: &[(&str, &[usize])]) -> Graph {
        let package = |(name, needed): &(&str, &[usize])| Package {
            name: (*name).to_owned(),
            needed: needed.to_vec(),
            member: true,
            ..Package::default()
        };
        Graph { packages: packages.iter().map(package).collect() }
    }

    fn names(names: &[&str]) -> BTreeSet<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    const DENY: &str = "\
[bans]
deny = [
    # A comment.
    { crate = \"lonely\", reason = \"r [x]\" },
    { crate = \"low\", wrappers = [\"mid\", \"top\"], reason = \"r\" },
]
";

    #[test]
    fn a_row_has_its_line_and_its_wrappers() {
        let row = |line, name: &str, wrappers: &[&str]| Row {
            line,
            name: name.to_owned(),
            wrappers: names(wrappers),
        };
        assert_eq!(rows(DENY), [row(4, "lonely", &[]), row(5, "low", &["mid", "top"])]);
    }

    #[test]
    fn a_wrapper_that_does_not_depend_and_a_dependent_that_is_not_a_wrapper_are_found() {
        let graph = graph(&[("low", &[]), ("mid", &[0]), ("top", &[1]), ("other", &[0])]);
        assert_eq!(dependents(&graph, "low"), names(&["mid", "other"]));
        let row = &rows(DENY)[1];
        let found: Vec<String> =
            compare(row, &dependents(&graph, "low")).into_iter().map(|violation| violation.what).collect();
        assert_eq!(found, ["top may depend on low, and does not", "other depends on low, and may not"]);
        assert_eq!(compare(row, &names(&["mid", "top"])), []);
    }

    #[test]
    fn what_the_floors_guard_has_a_row_once_something_depends_on_it() {
        let graph = graph(&[("faultfinder-net", &[]), ("faultfinder-dns", &[0]), ("clap", &[])]);
        let found = without_row(&[], &graph);
        assert_eq!(found.len(), 1);
        assert!(found[0].advice.contains("wrappers = [\"faultfinder-dns\"]"), "{}", found[0]);
    }

    #[test]
    fn the_floors_name_only_what_exists_and_is_used() {
        let all = FLOORS.iter().map(|(name, _)| *name).chain(HARNESS.iter().copied());
        let members: Vec<(&str, &[usize])> = all.map(|name| (name, &[][..])).collect();
        assert_eq!(vanished(&graph(&members)), []);
        let found = vanished(&graph(&members[1..]));
        assert!(found.len() == 1 && found[0].what.ends_with(members[0].0), "{found:?}");

        let found = idle_users(&graph(&[("clap", &[]), ("faultfinder-net", &[0])]));
        let about_clap: Vec<_> = found.iter().filter(|found| found.what.starts_with("clap ")).collect();
        assert_eq!(about_clap.len(), 1);
        assert!(about_clap[0].what.contains("reserved for faultfinder,"), "{}", about_clap[0]);
    }

    #[test]
    fn deny_toml_allows_only_what_the_floors_allow() {
        for row in rows(include_str!("../../../deny.toml")) {
            let reserved = RESERVED.iter().find(|reserved| reserved.name == row.name);
            for wrapper in &row.wrappers {
                let allowed = match (floor(&row.name), floor(wrapper), reserved) {
                    _ if HARNESS.contains(&wrapper.as_str()) => true,
                    (Some(lower), upper, _) => upper > Some(lower),
                    (None, Some(_), Some(reserved)) => reserved.users.contains(&wrapper.as_str()),
                    // Not ours: what others do among themselves.
                    (None, ..) => true,
                };
                assert!(allowed, "deny.toml lets {wrapper} depend on {}", row.name);
            }
        }
    }
}
