//! Files of Gatus: each endpoint is a test, each external one a heartbeat, each suite a test with steps.

mod alert; // the alerts of an endpoint
mod checks; // conditions as assertions
mod client; // how an endpoint is reached
mod condition; // conditions as they are written
mod context; // the values of a suite
mod draft; // an endpoint that is being made a test of
mod endpoint; // an endpoint: a test, or a step of a suite
mod external; // what reports by itself
mod file; // what all endpoints share
mod glob; // patterns of `pat(..)`
mod numbers; // conditions on numbers and times
mod texts; // conditions on texts
mod kind; // what an endpoint is, by its URL
mod request; // the request of an endpoint
mod suite; // several endpoints, one after the other
mod values; // texts with variables of the environment and of a suite

use super::build::{Conversion, Fields, list, word};
use super::pieces::Variables;
use super::section::is_nothing;
use super::shape::{any_item, has};
use crate::Place;
use crate::yaml::{Kind, Node};
use file::File;
use std::rc::Rc;

/// Sections that have no effect on a run, and what is said of them.
const NO_EFFECT: &[(&str, &str)] = &[
    ("storage", "storage: results are kept as `faultfinder serve` is configured"),
    ("alerting", "alerting: notifiers belong to the service, not to the tests"),
    ("ui", "ui: there are no pages to configure"),
    ("web", "web: where `faultfinder serve` listens is configured there"),
    ("security", "security: tokens of `faultfinder serve` are configured there"),
    ("metrics", "metrics: `faultfinder serve` always has them"),
    ("connectivity", "connectivity: a run does not depend on whether another target answers"),
    ("maintenance", "maintenance: tests run during maintenance, too"),
    ("announcements", "announcements: there is no page to show them"),
    ("remote", "remote: results of other instances are not fetched"),
    ("concurrency", "concurrency: `--concurrency` says how many tests run at once"),
    ("tunneling", "tunneling: SSH tunnels are not opened"),
];

/// Switches that mean nothing to a run and nothing to anyone who reads the import.
const SILENT: &[&str] = &["debug", "disable-monitoring-lock", "skip-invalid-config-update"];

/// Keys that show that a mapping holds defaults for endpoints, which they merge.
const ENDPOINT_KEYS: &[&str] = &["url", "conditions", "client", "interval", "group", "headers", "alerts"];

/// How often an endpoint is tested, and how long it may take, unless it says otherwise.
const INTERVAL_DEFAULT: &str = "60s";
const TIMEOUT_DEFAULT: &str = "10s";

/// Endpoints that report by themselves.
const EXTERNAL: &str = "external-endpoints";

/// Whether a file is one.
pub(super) fn is_one(root: &Node) -> bool {
    let is_endpoint = |node: &Node| has(node, "conditions") || (has(node, "url") && has(node, "name"));
    let lists =
        |key: &str, holds: &dyn Fn(&Node) -> bool| root.get(key).is_some_and(|list| any_item(list, holds));
    let is_suite =
        |node: &Node| node.get("endpoints").is_some_and(|endpoints| any_item(endpoints, is_endpoint));
    let is_external = |node: &Node| has(node, "name") && has(node, "token");
    let is_any =
        lists("endpoints", &is_endpoint) || lists("suites", &is_suite) || lists(EXTERNAL, &is_external);
    !has(root, "tests") && is_any
}

/// The native file with its meaning.
pub(super) fn convert(conversion: &mut Conversion<'_, '_, '_>, root: &Node) -> Option<Rc<Node>> {
    sections(conversion, root);
    let mut file = File { conversion, variables: Variables::default() };
    let mut tests: Vec<(Place, Rc<Node>)> = Vec::new();
    for node in items(&mut file, root, "endpoints") {
        tests.extend(endpoint::test(&mut file, node).map(|test| (node.place, test)));
    }
    for node in items(&mut file, root, EXTERNAL) {
        tests.extend(external::test(&mut file, node).map(|test| (node.place, test)));
    }
    for node in items(&mut file, root, "suites") {
        tests.extend(suite::test(&mut file, node).map(|test| (node.place, test)));
    }
    // Remarks are written in the order of the file.
    tests.sort_by_key(|(place, _)| (place.line, place.column));
    let place = root.place;
    let mut defaults = Fields::default();
    defaults.put("every", word(place, INTERVAL_DEFAULT));
    defaults.put("timeout", word(place, TIMEOUT_DEFAULT));
    let mut native = Fields::default();
    native.put("defaults", defaults.into_node(place));
    if let Some(variables) = file.variables.into_node(place) {
        native.put("variables", variables);
    }
    native.put("tests", list(place, tests.into_iter().map(|(_, test)| test).collect()));
    Some(native.into_node(place))
}

/// The items of a list at the top.
fn items<'n>(file: &mut File<'_, '_, '_, '_>, root: &'n Node, name: &str) -> &'n [Rc<Node>] {
    let Some(node) = root.get(name).filter(|node| !is_nothing(node)) else { return &[] };
    match &node.kind {
        Kind::Sequence(items) => items,
        Kind::Scalar(_) | Kind::Mapping(_) => {
            file.conversion.reader.unexpected(node, &format!("a list for `{name}`"));
            &[]
        }
    }
}

/// Everything at the top but endpoints and suites.
fn sections(conversion: &mut Conversion<'_, '_, '_>, root: &Node) {
    let Kind::Mapping(entries) = &root.kind else { return };
    for (key, value) in entries {
        let name = key.scalar().map_or("", |key| key.text.as_str());
        if let Some((_, remark)) = NO_EFFECT.iter().find(|(known, _)| *known == name) {
            conversion.remark(root, *remark);
            continue;
        }
        let holds_defaults = ENDPOINT_KEYS.iter().any(|key| has(value, key));
        if !["endpoints", EXTERNAL, "suites"].contains(&name) && !SILENT.contains(&name) && !holds_defaults {
            let name = crate::text::quoted(name);
            conversion.warn(key, format!("unknown section {name} is left out"));
        }
    }
}
