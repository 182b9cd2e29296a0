//! Steps that speak the Model Context Protocol. They are not supported as such: each becomes the HTTP request that its client
//! sends.

use super::super::build::{Fields, text, word};
use super::context::Context;
use super::settings::{Settings, pairs, put_text, put_timeout};
use super::{http, value};
use crate::yaml::{Kind, Node};
use std::rc::Rc;

/// The version of the protocol when none is given.
const VERSION: &str = "2025-06-18";

/// The calls, and the methods that they are on the wire.
const CALLS: &[(&str, &str)] =
    &[("init", "initialize"), ("tool_list", "tools/list"), ("tool_call", "tools/call")];

/// The fields of a native `http` request that sends the call without a session.
pub(super) fn convert(context: &mut Context<'_, '_, '_, '_>, settings: Settings<'_>) -> Option<Fields> {
    let request = settings.request;
    let call = value::word(request, "callType").unwrap_or("init");
    let Some((_, method)) = CALLS.iter().find(|(name, _)| *name == call) else {
        let message = format!("MCP calls of the type `{call}` are not known");
        context.conversion.error(request, message, "use init, tool_list or tool_call");
        return None;
    };
    let message = "MCP is not supported yet: the step sends one HTTP request, without a session";
    context.conversion.warn(request, message);
    let place = request.place;
    let version = context.filled(request, "mcpProtocolVersion").unwrap_or_else(|| text(place, VERSION));
    let mut fields = Fields::default();
    put_text(context, settings, &mut fields, ("url", "url"));
    fields.put("method", word(place, "POST"));
    let mut headers = vec![
        (text(place, "accept"), text(place, "application/json, text/event-stream")),
        (text(place, "mcp-protocol-version"), Rc::clone(&version)),
    ];
    if let Some(given) = value::field(request, "headers").cloned()
        && let Some(given) = pairs(context, &given, |name| name.eq_ignore_ascii_case("accept"))
    {
        headers.extend_from_slice(value::entries(&given));
    }
    fields.put("headers", Rc::new(Node::new(place, Kind::Mapping(headers))));
    fields.put("json", envelope(context, request, method, version));
    if let Some(tls) = http::tls(context, settings) {
        fields.put("tls", tls);
    }
    put_timeout(context, settings, &mut fields);
    Some(fields)
}

/// The message: a call of JSON-RPC 2.0.
fn envelope(
    context: &mut Context<'_, '_, '_, '_>,
    request: &Node,
    method: &str,
    version: Rc<Node>,
) -> Rc<Node> {
    let place = request.place;
    let empty = || Fields::default().into_node(place);
    let mut parameters = Fields::default();
    match method {
        "initialize" => {
            let mut client = Fields::default();
            client.put("name", text(place, "faultfinder"));
            client.put("version", text(place, "1"));
            parameters.put("protocolVersion", version);
            parameters.put("capabilities", empty());
            parameters.put("clientInfo", client.into_node(place));
        }
        "tools/call" => {
            let name = context.text_of(request, "toolName").unwrap_or_else(|| text(place, ""));
            parameters.put("name", name);
            let arguments = value::field(request, "toolArgs").cloned();
            let arguments = arguments.map_or_else(empty, |arguments| with_holes(context, &arguments));
            parameters.put("arguments", arguments);
        }
        _ => {}
    }
    let mut message = Fields::default();
    message.put("jsonrpc", text(place, "2.0"));
    message.put("id", word(place, 1));
    message.put("method", text(place, method));
    message.put("params", parameters.into_node(place));
    message.into_node(place)
}

/// A value whose texts may use variables.
fn with_holes(context: &mut Context<'_, '_, '_, '_>, node: &Node) -> Rc<Node> {
    let kind = match &node.kind {
        Kind::Scalar(scalar) => {
            let text = context.holes(node.place, &scalar.text);
            Kind::Scalar(crate::yaml::Scalar { text, plain: scalar.plain })
        }
        Kind::Sequence(items) => Kind::Sequence(items.iter().map(|item| with_holes(context, item)).collect()),
        Kind::Mapping(entries) => Kind::Mapping(
            entries.iter().map(|(key, value)| (Rc::clone(key), with_holes(context, value))).collect(),
        ),
    };
    Rc::new(Node::new(node.place, kind))
}
