//! Backups of Uptime Kuma 1: each monitor is a test.

mod checks; // what must hold of an HTTP response
mod directory; // groups, proxies and notifiers of a backup
mod draft; // a monitor that is being made a test of
mod fields; // flags, numbers and seconds
mod grpc; // calls of gRPC methods
mod http; // HTTP requests
mod json; // JSON in texts of a backup
mod kind; // the types of monitors
mod login; // credentials of HTTP requests
mod monitor; // a monitor: a test
mod names; // names that are unique, and tags
mod push; // monitors that wait for reports
mod network; // ports, pings and DNS questions
mod proxy; // the proxy of a monitor
mod query; // plain paths of JSONata as JSONPath
mod schedule; // how often, how long, how often again, and alerts

use super::build::{Conversion, Fields, list, word};
use super::pieces::Variables;
use super::section::is_nothing;
use super::shape::{any_item, has};
use crate::text::quoted;
use crate::yaml::{Kind, Node};
use directory::{Directory, MONITORS, NOTIFIERS, PROXIES};
use names::Names;
use std::rc::Rc;

/// How often a monitor is tested unless it says otherwise.
const INTERVAL_DEFAULT: &str = "60s";

/// Most notifiers that a warning names.
const NOTIFIERS_SHOWN: usize = 10;

/// Whether a file is one.
pub(super) fn is_one(root: &Node) -> bool {
    let is_monitor = |node: &Node| has(node, "type") && has(node, "name");
    !has(root, "tests") && root.get(MONITORS).is_some_and(|monitors| any_item(monitors, is_monitor))
}

/// The native file with its meaning.
pub(super) fn convert(conversion: &mut Conversion<'_, '_, '_>, root: &Node) -> Option<Rc<Node>> {
    let directory = Directory::of(root);
    sections(conversion, root, &directory);
    let mut variables = Variables::default();
    let mut names = Names::default();
    let monitors = match root.get(MONITORS).map(|monitors| &monitors.kind) {
        Some(Kind::Sequence(monitors)) => monitors.as_slice(),
        _ => &[],
    };
    let mut tests = Vec::new();
    for node in monitors {
        tests.extend(monitor::test(conversion, &mut variables, &directory, &mut names, node));
    }
    let place = root.place;
    if tests.is_empty() {
        let help = "each warning says why a monitor is left out";
        conversion.error(root, "none of the monitors can be expressed as a test", help);
        return None;
    }
    let mut defaults = Fields::default();
    defaults.put("every", word(place, INTERVAL_DEFAULT));
    let mut native = Fields::default();
    native.put("defaults", defaults.into_node(place));
    if let Some(variables) = variables.into_node(place) {
        native.put("variables", variables);
    }
    native.put("tests", list(place, tests));
    Some(native.into_node(place))
}

/// Everything at the top but the monitors.
fn sections(conversion: &mut Conversion<'_, '_, '_>, root: &Node, directory: &Directory<'_>) {
    let Kind::Mapping(entries) = &root.kind else { return };
    for (key, value) in entries {
        let name = key.scalar().map_or("", |key| key.text.as_str());
        match name {
            MONITORS | PROXIES => {}
            "version" => version(conversion, value),
            NOTIFIERS => {
                // In a file of one line, what is shown around a place would be the settings of notifiers.
                let shown = if key.place.line == root.place.line { root } else { key };
                notifiers(conversion, shown, directory);
            }
            _ if is_nothing(value) => {}
            _ => conversion.warn(key, format!("unknown section {} is left out", quoted(name))),
        }
    }
}

/// Other versions than 1 have no backup that is known.
fn version(conversion: &mut Conversion<'_, '_, '_>, node: &Node) {
    let Some(version) = node.scalar().map(|version| version.text.as_str()) else { return };
    if version.split('.').next() != Some("1") {
        let message =
            format!("the file is of version {}: only backups of version 1 are known", quoted(version));
        conversion.warn(node, message);
    }
}

/// Says that the notifiers are not taken over, and which there are; never how they are reached.
fn notifiers(conversion: &mut Conversion<'_, '_, '_>, node: &Node, directory: &Directory<'_>) {
    let all = directory.notifiers();
    if all.is_empty() {
        return;
    }
    let mut shown: Vec<String> = all.iter().take(NOTIFIERS_SHOWN).cloned().collect();
    if all.len() > NOTIFIERS_SHOWN {
        shown.push("..".to_owned());
    }
    let message = format!(
        "`notificationList` is left out: notifiers belong to the service, not to the tests: {}",
        shown.join(", ")
    );
    let help = "write them into the file that the setting `notifiers` names; docs/alerts.md has its fields";
    conversion.warn_with_help(node, message, help);
}
