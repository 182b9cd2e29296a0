//! A request and its assertions.

use super::super::build::Fields;
use super::context::Context;
use super::settings::{Exchange, Kind, Settings};
use super::{assertions, dns, endpoint, grpc, http, known, mcp, value, ws};
use crate::yaml::Node;
use std::rc::Rc;

const KINDS: &[(&str, Kind)] = &[
    ("http", Kind::Http),
    ("ssl", Kind::Ssl),
    ("tcp", Kind::Tcp),
    ("udp", Kind::Udp),
    ("icmp", Kind::Icmp),
    ("dns", Kind::Dns),
    ("websocket", Kind::WebSocket),
    ("grpc", Kind::Grpc),
    ("mcp", Kind::Mcp),
];

/// The native requests that a request becomes: one, except for questions about records of several types. Nothing when what
/// it would mean is not known, which was reported.
pub(super) fn convert(
    context: &mut Context<'_, '_, '_, '_>,
    (kind, at): (&str, &Node),
    settings: Settings<'_>,
    written: &[Rc<Node>],
) -> Option<Vec<Exchange>> {
    let Some((_, kind)) = KINDS.iter().find(|(name, _)| *name == kind) else {
        let names: Vec<&str> = KINDS.iter().map(|(name, _)| *name).collect();
        let message = format!("requests of the subtype `{kind}` are not known");
        context.conversion.error(at, message, &format!("the subtypes are {}", names.join(", ")));
        return None;
    };
    let request = settings.request;
    if value::entries(request).is_empty() {
        context.conversion.reader.unexpected(request, "a mapping with the fields of a request");
        return None;
    }
    known::warn_unknown(context, request, known::REQUEST, "`request`");
    let place = written.first().map_or(request.place, |first| first.place);
    let one = |protocol, request: Fields, assertions| {
        let request = request.into_node(settings.request.place);
        Exchange { title: String::new(), protocol, request, assertions, place }
    };
    let (protocol, fields) = match kind {
        Kind::Dns => return dns::convert(context, settings, written, place),
        Kind::Http => ("http", http::convert(context, settings)?),
        Kind::Mcp => ("http", mcp::convert(context, settings)?),
        Kind::Ssl => ("ssl", endpoint::ssl(context, settings)?),
        Kind::Tcp => ("tcp", endpoint::tcp(context, settings, written)?),
        Kind::Udp => ("udp", endpoint::udp(context, settings)?),
        Kind::Icmp => ("icmp", endpoint::icmp(context, settings, written)?),
        Kind::WebSocket => ("ws", ws::convert(context, settings, written)?),
        Kind::Grpc => {
            let (fields, is_health) = grpc::convert(context, settings, written)?;
            let assertions = grpc::assertions(context, is_health, written, request.place);
            return Some(vec![one("grpc", fields, assertions)]);
        }
    };
    let assertions = assertions::convert(context, *kind, written);
    Some(vec![one(protocol, fields, assertions)])
}
