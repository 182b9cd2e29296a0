//! The WebSocket prober.

use super::probe::Probe;
use super::{http, login, tls};
use crate::foreign::build::{Fields, list, text};
use crate::foreign::pieces::{check, literal};
use crate::foreign::re2::{Subject, native, plain_text};
use crate::foreign::section::Section;
use crate::yaml::Node;
use std::rc::Rc;

/// Reads the section.
pub(super) fn read(probe: &mut Probe<'_, '_, '_, '_>, node: Option<&Rc<Node>>) -> Option<()> {
    let mut section = Section::open(probe.conversion, node, "websocket");
    let target = probe.target;
    if !target.starts_with("ws://") && !target.starts_with("wss://") {
        probe.bad_target("a URL that begins with ws:// or wss://");
        return None;
    }
    let place = probe.place;
    probe.request.put("url", text(place, target));
    let mut settings = Section::open(probe.conversion, section.get("http_config"), "http_config");
    let mut headers = http::plain_pairs(probe, &mut settings, "headers");
    if let Some(authorization) = login::read(probe, &mut settings) {
        headers.put("authorization", authorization);
    }
    if !headers.is_empty() {
        probe.request.put("headers", headers.into_node(place));
    }
    let own = settings.get("tls_config").or_else(|| section.get("tls_config"));
    section.skip(&["tls_config"]);
    if own.is_some() || target.starts_with("wss://") {
        let tls = tls::read(probe, own, None);
        probe.request.put("tls", tls);
    }
    settings.finish(probe.conversion);
    steps(probe, &mut section);
    section.finish(probe.conversion);
    Some(())
}

/// Messages, in turn. A message that is expected is the next one; its pattern is asserted if it is the last.
fn steps(probe: &mut Probe<'_, '_, '_, '_>, section: &mut Section<'_>) {
    let entries = section.items(probe.conversion, "query_response");
    let Some(first) = entries.first() else { return };
    let last = entries.iter().rposition(|entry| entry.get("expect").is_some());
    let mut steps = Vec::new();
    let mut add = |name: &str, node: Rc<Node>| {
        let mut step = Fields::default();
        let place = node.place;
        step.put(name, node);
        steps.push(step.into_node(place));
    };
    for (index, entry) in entries.iter().enumerate() {
        let mut section = Section::open(probe.conversion, Some(entry), "query_response");
        section.skip(&["labels"]);
        let expected = section.text(probe.conversion, "expect");
        if let Some((node, pattern)) = expected {
            let plain = plain_text(pattern);
            add("expect", text(node.place, literal(plain.as_deref().unwrap_or(""))));
            if plain.is_none() && Some(index) == last {
                let pattern = native(pattern, Subject::Whole);
                probe.assertions.push(check(node.place, "received", "matches", &pattern));
            } else if plain.is_none() {
                let message = "this pattern is left out: only the last message can be matched with one; any message passes";
                probe.conversion.warn(node, message);
            }
        }
        if let Some((node, bytes)) = section.text(probe.conversion, "expect_bytes") {
            add("expect", text(node.place, literal(bytes)));
        }
        if let Some((node, sent)) = section.text(probe.conversion, "send") {
            if expected.is_some() && sent.contains('$') {
                let help = "leave this module out with `--module`";
                let message = "groups of what was received cannot be sent over a WebSocket";
                probe.conversion.error(node, message, help);
            }
            add("send", text(node.place, literal(sent)));
        }
        section.left_out(probe.conversion, &[("starttls", "a WebSocket has TLS if its URL is wss://")]);
        section.finish(probe.conversion);
    }
    if !steps.is_empty() {
        probe.request.put("steps", list(first.place, steps));
    }
}
