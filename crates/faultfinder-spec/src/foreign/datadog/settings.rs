//! What requests of all kinds share.

use super::super::build::{Fields, list, word};
use super::context::Context;
use super::{typed, value};
use crate::Place;
use crate::yaml::Node;
use std::rc::Rc;

/// Longest time for a request for which the time of an attempt need not be longer than usual, in seconds.
const TIMEOUT_USUAL: f64 = 60.0;

/// Where the settings of a request are: in it, and for tests of one request in the options of the test.
#[derive(Clone, Copy)]
pub(super) struct Settings<'n> {
    pub(super) request: &'n Node,
    pub(super) options: Option<&'n Node>,
}

impl<'n> Settings<'n> {
    /// A setting, wherever it is.
    pub(super) fn find(self, name: &str) -> Option<&'n Rc<Node>> {
        let in_options = || self.options.and_then(|options| value::field(options, name));
        value::field(self.request, name).or_else(in_options)
    }

    /// A setting that is `true`.
    pub(super) fn is_set(self, context: &mut Context<'_, '_, '_, '_>, name: &str) -> bool {
        self.find(name).cloned().and_then(|node| typed::flag(context, &node)).unwrap_or(false)
    }
}

/// The subtypes of requests. Their names are those of Datadog.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Http,
    Ssl,
    Tcp,
    Udp,
    Icmp,
    Dns,
    WebSocket,
    Grpc,
    Mcp,
}

/// A native request with its assertions.
pub(super) struct Exchange {
    /// What tells it apart from others that the same request became.
    pub(super) title: String,
    /// The name of its protocol.
    pub(super) protocol: &'static str,
    pub(super) request: Rc<Node>,
    pub(super) assertions: Vec<Rc<Node>>,
    /// Where the assertions are.
    pub(super) place: Place,
}

impl Exchange {
    /// Adds it to the fields of a test or a step.
    pub(super) fn put(self, fields: &mut Fields) {
        fields.put(self.protocol, self.request);
        if !self.assertions.is_empty() {
            fields.put("assert", list(self.place, self.assertions));
        }
    }
}

/// The time for a request. In exports, 0 is what is not set.
pub(super) fn put_timeout(
    context: &mut Context<'_, '_, '_, '_>,
    settings: Settings<'_>,
    fields: &mut Fields,
) {
    let Some(node) = value::field(settings.request, "timeout").cloned() else { return };
    let Some(seconds) = typed::number(context, &node).filter(|seconds| *seconds > 0.0) else { return };
    fields.put("timeout", word(node.place, value::seconds(seconds)));
    if seconds > TIMEOUT_USUAL {
        fields.put("overall_timeout", word(node.place, value::seconds(seconds)));
    }
}

/// A field of the request as it is, under its native name.
pub(super) fn put_text(
    context: &mut Context<'_, '_, '_, '_>,
    settings: Settings<'_>,
    fields: &mut Fields,
    (theirs, ours): (&str, &str),
) {
    if let Some(text) = context.filled(settings.request, theirs) {
        fields.put(ours, text);
    }
}

/// A mapping of names to texts, such as headers; nothing when it is empty. What `leaves_out` names is left out.
pub(super) fn pairs(
    context: &mut Context<'_, '_, '_, '_>,
    node: &Node,
    leaves_out: impl Fn(&str) -> bool,
) -> Option<Rc<Node>> {
    if !matches!(node.kind, crate::yaml::Kind::Mapping(_)) {
        context.conversion.reader.unexpected(node, "a mapping of names to values");
        return None;
    }
    let mut pairs = Vec::new();
    for (key, value) in value::entries(node) {
        let Some(name) = key.scalar().filter(|name| !leaves_out(&name.text)) else { continue };
        if value::is_null(value) {
            continue;
        }
        let name = context.text_at(key.place, &name.text);
        if let Some(value) = context.text(value) {
            pairs.push((name, value));
        }
    }
    let kind = crate::yaml::Kind::Mapping(pairs);
    (!value::entries(node).is_empty()).then(|| Rc::new(Node::new(node.place, kind)))
}
