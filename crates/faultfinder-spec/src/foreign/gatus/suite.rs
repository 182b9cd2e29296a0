//! A suite: endpoints as the steps of a test, with values that they store for each other.

use super::condition::Placeholder;
use super::context::Context;
use super::endpoint::{self, interval, is_disabled, name, tags};
use super::file::File;
use super::values;
use crate::Place;
use crate::foreign::build::{Fields, list, text, word};
use crate::foreign::pieces::{go_duration, literal, packed, reference, variable_name};
use crate::foreign::section::Section;
use crate::yaml::{Kind, Node};
use std::collections::HashMap;
use std::rc::Rc;

/// How often a suite is tested, and how long it may take, unless it says otherwise.
const INTERVAL_DEFAULT: &str = "10m";
const TIMEOUT_DEFAULT: &str = "5m";

/// The test of a suite.
pub(super) fn test(file: &mut File<'_, '_, '_, '_>, node: &Rc<Node>) -> Option<Rc<Node>> {
    let place = node.place;
    let mut section = Section::of(file.conversion, node, "a suite");
    let name = name(file, &mut section, node)?;
    if is_disabled(file, &mut section, "suite", name) {
        return None;
    }
    let group = section.text(file.conversion, "group").map_or("", |(_, group)| group);
    let every = interval(file, &mut section).unwrap_or_else(|| word(place, INTERVAL_DEFAULT));
    let timeout = timeout(file, &mut section).unwrap_or_else(|| word(place, TIMEOUT_DEFAULT));
    let initial = section.get("context");
    let endpoints = section.items(file.conversion, "endpoints");
    section.finish(file.conversion);
    let context = context(file, name, initial, endpoints);
    let steps: Vec<Rc<Node>> =
        endpoints.iter().filter_map(|node| step(file, &context, node, group)).collect();
    let shown = if group.is_empty() { name.to_owned() } else { format!("{group}/{name}") };
    let shown = values::native(file, None, place, &shown);
    let mut test = Fields::default();
    test.put("name", text(place, shown));
    test.put("steps", list(place, steps));
    test.put("overall_timeout", timeout);
    tags(&mut test, place, group);
    test.put("every", every);
    Some(test.into_node(place))
}

fn timeout(file: &mut File<'_, '_, '_, '_>, section: &mut Section<'_>) -> Option<Rc<Node>> {
    let (node, written) = section.text(file.conversion, "timeout")?;
    match go_duration(written) {
        Some((native, duration)) => (!duration.is_zero()).then(|| word(node.place, native)),
        None => {
            file.conversion.reader.unexpected(node, "a duration such as 5m");
            None
        }
    }
}

/// The values that a suite begins with and those that its endpoints store.
fn context(
    file: &mut File<'_, '_, '_, '_>,
    suite: &str,
    initial: Option<&Rc<Node>>,
    endpoints: &[Rc<Node>],
) -> Context {
    let mut context = Context { suite: suite.to_owned(), variables: HashMap::new() };
    let stored: Vec<&str> = endpoints
        .iter()
        .filter_map(|endpoint| endpoint.get("store"))
        .filter_map(|store| match &store.kind {
            Kind::Mapping(entries) => Some(entries.iter().filter_map(|(key, _)| key.scalar())),
            Kind::Scalar(_) | Kind::Sequence(_) => None,
        })
        .flatten()
        .map(|key| key.text.as_str())
        .collect();
    for key in &stored {
        let name = variable_name(&format!("{suite}_{key}"));
        context.variables.insert((*key).to_owned(), reference(&name));
    }
    if let Some(node) = initial {
        begin(file, &mut context, "", node);
    }
    context
}

/// Makes variables of the values that a suite begins with.
fn begin(file: &mut File<'_, '_, '_, '_>, context: &mut Context, path: &str, node: &Rc<Node>) {
    match &node.kind {
        Kind::Mapping(entries) => {
            for (key, value) in entries {
                let Some(key) = key.scalar() else { continue };
                let path = if path.is_empty() { key.text.clone() } else { format!("{path}.{}", key.text) };
                begin(file, context, &path, value);
            }
        }
        Kind::Scalar(scalar) => {
            if context.variables.contains_key(path) {
                let message =
                    format!("the first value of `{path}` is left out: an endpoint stores another one");
                return file.conversion.warn(node, message);
            }
            let value = values::native(file, None, node.place, &scalar.text);
            let name = format!("{}_{path}", context.suite);
            let template = file.variables.named(&name, node.place, || text(node.place, value));
            context.variables.insert(path.to_owned(), template);
        }
        Kind::Sequence(_) => {
            file.conversion.warn(node, format!("`context.{path}` is left out: a list cannot be a variable"));
        }
    }
}

/// An endpoint as a step.
fn step(
    file: &mut File<'_, '_, '_, '_>,
    context: &Context,
    node: &Rc<Node>,
    group: &str,
) -> Option<Rc<Node>> {
    let place = node.place;
    let mut section = Section::of(file.conversion, node, "an endpoint");
    let name = name(file, &mut section, node)?;
    // The suite says when it runs, and where it belongs.
    section.skip(&["enabled", "group", "interval"]);
    let store = section.pairs(file.conversion, "store");
    let always = section.flag(file.conversion, "always-run");
    let read = endpoint::read(file, Some(context), node, &mut section, (name, group));
    let (protocol, request, assertions) = read?;
    section.finish(file.conversion);
    let mut step = Fields::default();
    step.put("name", text(place, literal(name)));
    step.put(protocol, request);
    if !assertions.is_empty() {
        step.put("assert", packed(place, assertions));
    }
    let mut extract = Fields::default();
    for (key, value) in store {
        if let Some(subject) = extraction(file, value) {
            extract.put(&context.stored(key), subject);
        }
    }
    if !extract.is_empty() {
        step.put("extract", extract.into_node(place));
    }
    if let Some((node, true)) = always {
        step.put("always_run", word(node.place, "true"));
    }
    Some(step.into_node(place))
}

/// What a stored value is taken from.
fn extraction(file: &mut File<'_, '_, '_, '_>, node: &Rc<Node>) -> Option<Rc<Node>> {
    let place: Place = node.place;
    let written = node.scalar().map_or("", |scalar| scalar.text.as_str());
    let mut from = Fields::default();
    match Placeholder::parse(written) {
        Some(Placeholder::Body) => from.put("body", word(place, "true")),
        Some(Placeholder::Part(path)) => from.put("jsonpath", text(place, Placeholder::jsonpath(path))),
        Some(Placeholder::Status) => from.put("status", word(place, "true")),
        Some(Placeholder::Ip) => from.put("from", text(place, "remote_ip")),
        Some(Placeholder::ResponseTime) => from.put("from", text(place, "response_time")),
        Some(Placeholder::CertificateExpiration) => {
            from.put("from", text(place, "certificate expires_in"));
        }
        _ => {
            file.conversion.warn(node, "this value is not stored: only `[BODY]`, its parts, `[STATUS]`, `[IP]`, `[RESPONSE_TIME]` and `[CERTIFICATE_EXPIRATION]` can be");
            return None;
        }
    }
    Some(from.into_node(place))
}
