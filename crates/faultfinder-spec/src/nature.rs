//! What a file is, by its content: for callers that look through folders in which there are other files, too.
//!
//! A file with definitions that has mistakes is a file with definitions: leaving it out would hide them. So everything that
//! looks like a test counts, and what cannot be read is searched for the words of the format.

use crate::foreign;
use crate::test::CONTENTS;
use crate::yaml::{self, Kind, Node};
use faultfinder_taxonomy::word::nearest;

/// What a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "closed: definitions, what we write, and the rest")]
pub enum Nature {
    /// Definitions of tests, perhaps with mistakes.
    Definitions,
    /// Something that Faultfinder wrote: a report, or the answer of another command.
    Report,
    /// Anything else: it holds no test.
    Other,
}

/// Pairs of keys at the top of what our commands write as JSON, next to `version`.
const REPORTS: &[[&str; 2]] = &[
    ["summary", "results"],
    ["summary", "checks"],
    ["valid", "diagnostics"],
    ["scenarios", "not_served"],
    ["scenarios", "not_run"],
];

/// Fields of a test that say next to a protocol that it is one.
const TEST_WORDS: &[&str] =
    &["name", "assert", "every", "retry", "tags", "paused", "active_times", "timezone", "alert"];

/// What a text is. It may be the beginning of a longer one.
#[must_use]
pub fn nature(text: &str) -> Nature {
    // UTF-16 that was read as bytes: the words are still there.
    if text.contains('\0') {
        return nature(&text.replace('\0', ""));
    }
    match yaml::load(text) {
        Ok((Some(root), _)) => of_root(&root),
        Ok((None, _)) => Nature::Other,
        Err(_) => of_unreadable(text),
    }
}

fn of_root(root: &Node) -> Nature {
    if is_report(root) {
        Nature::Report
    } else if defines(root) {
        Nature::Definitions
    } else {
        Nature::Other
    }
}

/// Whether it is a report of `run`, or what another command writes as JSON.
pub(crate) fn is_report(root: &Node) -> bool {
    let both = |keys: &[&str; 2]| keys.iter().all(|key| root.get(key).is_some());
    root.get("version").is_some() && REPORTS.iter().any(both)
}

/// Whether there is something in it that is meant as a test.
fn defines(root: &Node) -> bool {
    if foreign::format(root).is_some() {
        return true;
    }
    match &root.kind {
        Kind::Sequence(_) => has_tests(root),
        Kind::Mapping(entries) => {
            let has = |key| root.get(key).is_some();
            has("tests") || is_test(root) || entries.iter().any(|(_, value)| has_tests(value))
        }
        Kind::Scalar(_) => false,
    }
}

/// Whether it is a list with something that is meant as a test.
fn has_tests(node: &Node) -> bool {
    matches!(&node.kind, Kind::Sequence(items) if items.iter().any(|item| is_test(item)))
}

/// Whether a mapping is meant as a test: it names a protocol, perhaps misspelled, and what to ask.
fn is_test(node: &Node) -> bool {
    let Kind::Mapping(entries) = &node.kind else { return false };
    let asserts = node.get("assert").is_some_and(|value| matches!(value.kind, Kind::Sequence(_)));
    if asserts && node.get("name").is_some() {
        return true;
    }
    let named = TEST_WORDS.iter().any(|word| node.get(word).is_some());
    let steps = node.get("steps").is_some_and(|steps| has_tests(steps));
    steps
        || entries.iter().any(|(key, asked)| {
            let Some(key) = key.scalar() else { return false };
            if CONTENTS.contains(&key.text.as_str()) {
                return asks(asked, named);
            }
            // Words are compared last: that takes longest, and data of others has many keys.
            asks(asked, asserts) && nearest(&key.text, CONTENTS.iter().copied()).is_some()
        })
}

/// Whether a value says what to ask; a host says so only in what else looks like a test.
fn asks(asked: &Node, named: bool) -> bool {
    match &asked.kind {
        Kind::Mapping(_) => {
            let has = |key| asked.get(key).is_some();
            has("url") || (named && (has("host") || has("name")))
        }
        Kind::Scalar(scalar) => named && scalar.text.contains(':'),
        Kind::Sequence(_) => false,
    }
}

/// What a text is that is not YAML, or not all of it: by its keys, wherever they are at the beginning of a line or in quotes.
fn of_unreadable(text: &str) -> Nature {
    let in_quotes = |key: &str| has_json_key(text, key);
    let is_report = ["summary", "results", "duration_ms"].into_iter().all(in_quotes)
        || ["broke_in", "retries_off"].into_iter().all(in_quotes);
    if is_report {
        return Nature::Report;
    }
    let keys: Vec<Key<'_>> = text.lines().filter_map(Key::of).collect();
    let at = |column: usize, name: &str| keys.iter().any(|key| key.column <= column && key.name == name);
    let begins = text.trim_start();
    let is_protocol = |key: &Key<'_>| CONTENTS.contains(&key.name);
    let defines = if begins.starts_with(['{', '[']) {
        let asks = in_quotes("url") || in_quotes("host");
        in_quotes("tests") || (in_quotes("name") && asks && CONTENTS.iter().any(|word| in_quotes(word)))
    } else if begins.starts_with('-') && !begins.starts_with("---") {
        // Items of a list: their keys are indented.
        at(usize::MAX, "tests") || keys.iter().any(|key| key.column <= LIST_INDENT_MAX && is_protocol(key))
    } else {
        let has_protocol = keys.iter().any(|key| key.column == 0 && is_protocol(key));
        at(usize::MAX, "tests") || (has_protocol && (at(0, "name") || at(0, "assert")))
    };
    if defines { Nature::Definitions } else { Nature::Other }
}

/// Deepest indentation of the keys of a list's items, in columns: what is deeper belongs to something inside.
const LIST_INDENT_MAX: usize = 4;

/// A key at the beginning of a line.
struct Key<'t> {
    column: usize,
    name: &'t str,
}

impl<'t> Key<'t> {
    fn of(line: &'t str) -> Option<Self> {
        let rest = line.trim_start();
        let column = line.len().saturating_sub(rest.len());
        let (name, _) = rest.split_once(':')?;
        Some(Self { column, name: name.trim_start_matches("- ").trim_matches(['"', '\'', ' ']) })
    }
}

/// Whether a key in double quotes is in a text: the text in quotes, and a colon behind it.
fn has_json_key(text: &str, key: &str) -> bool {
    let quoted = format!("\"{key}\"");
    text.match_indices(&quoted)
        .any(|(at, _)| text.get(at + quoted.len()..).is_some_and(|rest| rest.trim_start().starts_with(':')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(expected: Nature, texts: &[&str]) {
        for text in texts {
            assert_eq!(nature(text), expected, "{text}");
        }
    }

    #[test]
    fn definitions_with_mistakes_are_definitions() {
        check(
            Nature::Definitions,
            &[
                "tests:\n  - name: a\n    http: { url: 'http://a.test' }\n",
                "tests: []\n",
                "tests:\n",
                "tets:\n  - name: a\n    http: { url: 'http://a.test' }\n",
                "checks:\n  - name: a\n    dns: { name: a.test }\n",
                "name: a\nhtpp: { url: 'http://a.test' }\n",
                "name: a\nhttp: https://a.test/\n",
                "http: { url: 'http://a.test' }\n",
                "name: a\nassert: [ status is 200 ]\n",
                "- name: a\n  tcp: { host: a.test, port: 1 }\n",
                "- nmae: a\n  tcp: { host: a.test, port: 1 }\n  assert: [ connection is established ]\n",
                "{\"name\": \"a\", \"icmp\": {\"host\": \"127.0.0.1\"}}",
                "- name: a\n  steps:\n    - name: b\n      http: { url: 'http://a.test' }\n",
                "{\"type\": \"api\", \"subtype\": \"http\", \"config\": {}}",
                "modules: { http_2xx: { prober: http, http: { method: GET } } }\n",
                "endpoints: [ { name: a, url: 'http://a.test', conditions: [ '[STATUS] == 200' ] } ]\n",
                // What is not YAML.
                "tests: [ {\n",
                "tests:\n\t- name: a\n",
                "tests:\n  - name: a\n---\ntests:\n  - name: b\n",
                "name: a\nhttp: { url: \n",
                "- name: a\n  http: { url: \n",
                "{\"tests\": [",
                "{\"name\": \"a\", \"http\": {\"url\": \"http://a.test\"",
                "t\0e\0s\0t\0s\0:\0 \0[\0]\0",
            ],
        );
    }

    #[test]
    fn files_of_other_tools_hold_no_tests() {
        check(
            Nature::Other,
            &[
                "",
                "# nothing\n",
                "just text\n",
                "services:\n  web: { image: nginx, ports: ['80:80'] }\n",
                "{\"name\": \"shop\", \"scripts\": {\"test\": \"jest\"}, \"dependencies\": {}}",
                "openapi: 3.0.0\ninfo: { title: x }\nservers: [ { url: 'http://a.test' } ]\npaths: {}\n",
                "apiVersion: v1\nkind: Service\nmetadata: { name: a }\nspec: { ports: [ { port: 80 } ] }\n",
                "apiVersion: v1\nkind: Service\nmetadata:\n  name: a\n---\napiVersion: v1\nspec:\n  rules:\n  - host: a\n    http:\n      paths: []\n",
                "http:\n  routers: { a: { rule: 'Host(`a`)' } }\ntcp:\n  services: {}\n",
                "name: ci\non: push\njobs: { a: { steps: [ { run: make, name: build } ] } }\n",
                "- name: install\n  hosts: all\n  tasks: [ { name: check, assert: { that: x } } ]\n",
                "- name: check\n  assert: { that: x }\n",
                "variables: { BASE: x }\n",
                "kind: {{ .Values.kind }}\nmetadata:\n  name: {{ include \"x\" . }}\nhttp: {{ .x }}\n",
                "{ // a comment\n  \"compilerOptions\": { \"strict\": true } }",
                "[1, 2, 3]",
                "http: { port: 80, host: 0.0.0.0 }\n",
            ],
        );
    }

    #[test]
    fn what_our_commands_write_is_a_report() {
        check(
            Nature::Report,
            &[
                "{\"version\": 1, \"summary\": {}, \"results\": []}",
                "{\"version\": 1, \"valid\": true, \"files\": 1, \"tests\": 2, \"diagnostics\": []}",
                "{\"version\": 1, \"summary\": {}, \"checks\": []}",
                "{\"version\": 1, \"scenarios\": [], \"not_served\": []}",
                // One that is cut, and lines of results.
                "{\"version\": 1, \"summary\": {\"duration_ms\": 1}, \"results\": [{\"name\": \"a\", \"tests\"",
                "{\"name\": \"a\", \"broke_in\": null, \"retries_off\": false}\n{\"name\": \"b\"",
            ],
        );
    }
}
