//! What a file of the CI tool changes of a test: `testOverrides`.

use super::super::build::{Conversion, list, text};
use super::{edit, value};
use crate::yaml::{Kind, Node};
use std::rc::Rc;

/// What is set, and where in a test.
const SETTERS: &[(&str, &[&str])] = &[
    ("allowInsecureCertificates", &["options", "allow_insecure"]),
    ("followRedirects", &["options", "follow_redirects"]),
    ("retry", &["options", "retry"]),
    ("body", &["config", "request", "body"]),
    ("bodyType", &["config", "request", "bodyType"]),
    ("basicAuth", &["config", "request", "basicAuth"]),
    ("startUrl", &["config", "request", "url"]),
];

/// What has no effect on a run here, or none on an API test.
const MEANINGLESS: &[&str] = &[
    "deviceIds",
    "locations",
    "pollingTimeout",
    "defaultStepTimeout",
    "testTimeout",
    "tunnel",
    "mobileApplicationVersion",
    "mobileApplicationVersionFilePath",
];

/// A test with what its entry in the file changes.
pub(super) fn apply(conversion: &mut Conversion<'_, '_, '_>, entry: &Node, test: &Rc<Node>) -> Rc<Node> {
    let overrides = value::field(entry, "testOverrides").or_else(|| value::field(entry, "config"));
    let Some(Kind::Mapping(fields)) = overrides.map(|overrides| &overrides.kind) else {
        return Rc::clone(test);
    };
    let mut test = Rc::clone(test);
    for (key, value) in fields {
        let Some(name) = key.scalar().map(|key| key.text.as_str()) else { continue };
        if value::is_null(value) {
            continue;
        }
        if let Some((_, path)) = SETTERS.iter().find(|(setter, _)| *setter == name) {
            if path.first() == Some(&"config") && value::word(&test, "subtype") == Some("multi") {
                conversion.warn(value, format!("`{name}` is left out: it is for tests of one request"));
                continue;
            }
            test = edit::set(&test, path, Rc::clone(value));
            continue;
        }
        test = match name {
            "headers" => merged(&test, value),
            "cookies" => with_cookies(&test, value),
            "variables" => with_variables(&test, value),
            "executionRule" => {
                execution_rule(conversion, value);
                test
            }
            name if MEANINGLESS.contains(&name) => test,
            name => {
                conversion.warn(value, format!("`{name}` is left out: it cannot be said here"));
                test
            }
        };
    }
    test
}

fn execution_rule(conversion: &mut Conversion<'_, '_, '_>, value: &Node) {
    match value.scalar().map(|rule| rule.text.as_str()) {
        Some("skipped") => conversion.warn(value, "the test is skipped there, and runs here"),
        Some("non_blocking") => {
            conversion.warn(value, "a failure does not block there, and fails the run here")
        }
        _ => {}
    }
}

/// With further headers.
fn merged(test: &Rc<Node>, headers: &Node) -> Rc<Node> {
    let Kind::Mapping(entries) = &headers.kind else { return Rc::clone(test) };
    let mut test = Rc::clone(test);
    for (key, value) in entries {
        let Some(name) = key.scalar() else { continue };
        test = edit::set(&test, &["config", "request", "headers", &name.text], Rc::clone(value));
    }
    test
}

/// With other cookies, or with more: `cookies` is a text, or `{ append: true, value: .. }`.
fn with_cookies(test: &Rc<Node>, cookies: &Rc<Node>) -> Rc<Node> {
    const PATH: [&str; 4] = ["config", "request", "headers", "cookie"];
    let given = cookies.get("value").unwrap_or(cookies);
    let Some(given_text) = given.scalar() else { return Rc::clone(test) };
    let appends = value::word(cookies, "append") == Some("true");
    let earlier = edit::at(test, &PATH).and_then(|earlier| earlier.scalar()).filter(|_| appends);
    let all = match earlier {
        Some(earlier) => format!("{}; {}", earlier.text, given_text.text),
        None => given_text.text.clone(),
    };
    edit::set(test, &PATH, text(given.place, all))
}

/// With other values of variables.
fn with_variables(test: &Rc<Node>, variables: &Node) -> Rc<Node> {
    let Kind::Mapping(entries) = &variables.kind else { return Rc::clone(test) };
    let path = ["config", "configVariables"];
    let mut all: Vec<Rc<Node>> = match edit::at(test, &path).map(|all| &all.kind) {
        Some(Kind::Sequence(all)) => all.clone(),
        _ => Vec::new(),
    };
    for (key, value) in entries {
        let Some(name) = key.scalar() else { continue };
        all.retain(|one| value::word(one, "name") != Some(&name.text));
        let mut fields = super::super::build::Fields::default();
        fields.put("name", Rc::clone(key));
        fields.put("type", text(value.place, "text"));
        fields.put("pattern", Rc::clone(value));
        all.push(fields.into_node(value.place));
    }
    edit::set(test, &path, list(variables.place, all))
}
