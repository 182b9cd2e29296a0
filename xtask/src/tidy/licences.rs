//! Licenses, by SPDX expression.

use super::graph::Graph;
use super::violation::Violation;

/// The licenses that we accept; `deny.toml` has the same list.
const ALLOWED: &[&str] = &[
    "MIT",
    "MIT-0",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "ISC",
    "Zlib",
    "0BSD",
    "CC0-1.0",
    "Unlicense",
    "Unicode-3.0",
    "CDLA-Permissive-2.0",
];

/// All packages whose license is not accepted.
pub(crate) fn check(graph: &Graph) -> Vec<Violation> {
    let mut violations = Vec::new();
    for package in &graph.packages {
        let what = match &package.licence {
            None => "declares no license".to_owned(),
            Some(expression) if is_allowed(expression) == Some(true) => continue,
            Some(expression) => format!("has the license `{expression}`, which is not accepted"),
        };
        violations.push(Violation {
            file: "Cargo.lock".to_owned(),
            line: None,
            what: format!("{} {} {what}", package.name, package.version),
            advice:
                "remove it; to accept another license, add it to xtask/src/tidy/licences.rs and deny.toml"
                    .to_owned(),
        });
    }
    violations
}

/// Whether an expression can be satisfied by what we accept; nothing if it is not an expression.
fn is_allowed(expression: &str) -> Option<bool> {
    // Before SPDX expressions, a slash meant OR.
    let spaced = expression.replace('/', " OR ").replace('(', " ( ").replace(')', " ) ");
    let tokens: Vec<&str> = spaced.split_whitespace().collect();
    let (allowed, rest) = either(&tokens)?;
    rest.is_empty().then_some(allowed)
}

/// `A OR B`: binds weaker than AND.
fn either<'a>(tokens: &'a [&'a str]) -> Option<(bool, &'a [&'a str])> {
    let (mut allowed, mut tokens) = both(tokens)?;
    while let [head, rest @ ..] = tokens
        && *head == "OR"
    {
        let (other, rest) = both(rest)?;
        (allowed, tokens) = (allowed || other, rest);
    }
    Some((allowed, tokens))
}

/// `A AND B`.
fn both<'a>(tokens: &'a [&'a str]) -> Option<(bool, &'a [&'a str])> {
    let (mut allowed, mut tokens) = one(tokens)?;
    while let [head, rest @ ..] = tokens
        && *head == "AND"
    {
        let (other, rest) = one(rest)?;
        (allowed, tokens) = (allowed && other, rest);
    }
    Some((allowed, tokens))
}

/// A license, with its exception, or an expression in parentheses.
fn one<'a>(tokens: &'a [&'a str]) -> Option<(bool, &'a [&'a str])> {
    match tokens {
        ["(", rest @ ..] => match either(rest)? {
            (allowed, [")", rest @ ..]) => Some((allowed, rest)),
            _ => None,
        },
        [licence, "WITH", exception, rest @ ..] => {
            Some((ALLOWED.contains(&format!("{licence} WITH {exception}").as_str()), rest))
        }
        [licence, rest @ ..] if !matches!(*licence, ")" | "OR" | "AND" | "WITH") => {
            Some((ALLOWED.contains(licence), rest))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{ALLOWED, is_allowed};

    #[test]
    fn expressions_are_judged_by_what_can_be_chosen() {
        let rows = [
            ("MIT", Some(true)),
            ("MIT OR GPL-3.0", Some(true)),
            ("GPL-3.0/MIT", Some(true)),
            ("MIT AND GPL-3.0", Some(false)),
            ("GPL-3.0 OR MIT AND MPL-2.0", Some(false)),
            ("(MIT OR Apache-2.0) AND Unicode-3.0", Some(true)),
            ("ISC AND (Apache-2.0 OR ISC) AND OpenSSL", Some(false)),
            ("Apache-2.0 WITH LLVM-exception", Some(true)),
            ("GPL-2.0 WITH Classpath-exception-2.0", Some(false)),
            ("MPL-2.0", Some(false)),
            ("", None),
            ("(MIT", None),
            ("MIT MIT", None),
            ("OR MIT", None),
        ];
        for (expression, allowed) in rows {
            assert_eq!(is_allowed(expression), allowed, "{expression}");
        }
    }

    #[test]
    fn deny_toml_accepts_the_same_licences() {
        let text = include_str!("../../../deny.toml");
        let list = text
            .split_once("[licenses]")
            .unwrap()
            .1
            .split_once("allow = [")
            .unwrap()
            .1
            .split_once(']')
            .unwrap()
            .0;
        let mut theirs: Vec<&str> = list.split('"').skip(1).step_by(2).collect();
        let mut ours = ALLOWED.to_vec();
        theirs.sort_unstable();
        ours.sort_unstable();
        assert_eq!(theirs, ours);
    }
}
