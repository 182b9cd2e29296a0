//! Which tests a file holds.

use super::super::build::Conversion;
use super::super::shape::{any_item, has};
use super::{overrides, value};
use crate::yaml::{Kind, Node};
use std::collections::HashSet;
use std::rc::Rc;

/// Kinds of tests that Datadog has; only those of the first are read.
const TYPES: &[&str] = &["api", "browser", "mobile", "network"];

/// Fields that an entry of a file of the CI tool has.
const ENTRY: &[&str] = &["id", "testOverrides", "config", "localTestDefinition", "local_test_definition"];

/// Whether a file is one.
pub(super) fn is_one(root: &Node) -> bool {
    is_test(root)
        || any_item(root, is_test)
        || root.get("tests").is_some_and(|tests| any_item(tests, |item| is_test(item) || is_entry(item)))
}

/// Whether a mapping is a test.
fn is_test(node: &Node) -> bool {
    let Some(word) = value::word(node, "type").filter(|word| TYPES.contains(word)) else { return false };
    // `api` may mean something else to others.
    let of_datadog = ["subtype", "options", "public_id"];
    has(node, "config") && (word != "api" || of_datadog.iter().any(|key| has(node, key)))
}

/// Whether a mapping is an entry of a file of the CI tool, and nothing else.
fn is_entry(node: &Node) -> bool {
    let Kind::Mapping(entries) = &node.kind else { return false };
    let is_known = |key: &Node| key.scalar().is_some_and(|key| ENTRY.contains(&key.text.as_str()));
    definition(node).is_some() || (has(node, "id") && entries.iter().all(|(key, _)| is_known(key)))
}

/// The test that an entry holds.
fn definition(entry: &Node) -> Option<&Rc<Node>> {
    value::field(entry, "localTestDefinition").or_else(|| value::field(entry, "local_test_definition"))
}

/// All tests of a file that can be read, with what the file changes of them.
pub(super) fn tests(conversion: &mut Conversion<'_, '_, '_>, root: &Node) -> Vec<Rc<Node>> {
    match &root.kind {
        Kind::Mapping(entries) if is_test(root) => {
            let test = Rc::new(Node::new(root.place, Kind::Mapping(entries.clone())));
            admit(conversion, test).into_iter().collect()
        }
        Kind::Sequence(items) => items.iter().filter_map(|item| of_item(conversion, item)).collect(),
        _ => match root.get("tests").map(|tests| &tests.kind) {
            Some(Kind::Sequence(items)) => {
                items.iter().filter_map(|item| of_item(conversion, item)).collect()
            }
            _ => Vec::new(),
        },
    }
}

fn of_item(conversion: &mut Conversion<'_, '_, '_>, item: &Rc<Node>) -> Option<Rc<Node>> {
    if is_test(item) {
        return admit(conversion, Rc::clone(item));
    }
    if let Some(test) = definition(item) {
        if !is_test(test) {
            conversion.reader.unexpected(test, "an API test with `type`, `subtype` and `config`");
            return None;
        }
        let test = overrides::apply(conversion, item, test);
        return admit(conversion, test);
    }
    match value::word(item, "id") {
        Some(id) => {
            let message = format!("the test `{id}` is only named here, not defined");
            let help = "export the test as JSON, and give that file; `testOverrides` work with `localTestDefinition`";
            conversion.error(item, message, help);
        }
        None => conversion.reader.unexpected(item, "an API test with `type`, `subtype` and `config`"),
    }
    None
}

/// Refuses tests that are not sent over a network protocol.
fn admit(conversion: &mut Conversion<'_, '_, '_>, test: Rc<Node>) -> Option<Rc<Node>> {
    match value::word(&test, "type") {
        None | Some("api") => Some(test),
        Some(other) => {
            let message = format!("this is a {other} test of Datadog, which cannot be run here");
            conversion.error(&test, message, "remove it from the file; tests of the type `api` can be run");
            None
        }
    }
}

/// Tests that are in steps of others, unless a test with their id is in the file.
pub(super) fn embedded(tests: &[Rc<Node>]) -> Vec<Rc<Node>> {
    let id = |test: &Node| value::word(test, "public_id").map(str::to_owned);
    let mut ids: HashSet<String> = tests.iter().filter_map(|test| id(test)).collect();
    let mut waiting: Vec<Rc<Node>> = tests.iter().rev().cloned().collect();
    let mut found = Vec::new();
    while let Some(test) = waiting.pop() {
        for step in value::steps(&test) {
            let Some(inner) = value::field(step, "subtest").filter(|inner| has(inner, "config")) else {
                continue;
            };
            let id = id(inner).or_else(|| value::word(step, "subtestPublicId").map(str::to_owned));
            if id.is_some_and(|id| ids.insert(id)) {
                found.push(Rc::clone(inner));
                waiting.push(Rc::clone(inner));
            }
        }
    }
    found
}
