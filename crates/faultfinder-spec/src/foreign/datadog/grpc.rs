//! gRPC calls.

use super::super::build::{Fields, word};
use super::context::Context;
use super::settings::{Kind, Settings, pairs, put_timeout};
use super::{assertions, endpoint, http, jwt, proto, value};
use crate::Place;
use crate::yaml::Node;
use std::rc::Rc;

/// The port that is only used with TLS.
const TLS_PORT: &str = "443";

/// The fields of a native `grpc` request, and whether it is a health check.
pub(super) fn convert(
    context: &mut Context<'_, '_, '_, '_>,
    settings: Settings<'_>,
    written: &[Rc<Node>],
) -> Option<(Fields, bool)> {
    let request = settings.request;
    let mut fields = Fields::default();
    endpoint::put_host(context, settings, &mut fields);
    let port = endpoint::port(context, request, "port").or_else(|| endpoint::port_of_host(request));
    let is_tls_port = port.as_deref().and_then(Node::scalar).is_some_and(|port| port.text == TLS_PORT);
    if let Some(port) = port {
        fields.put("port", port);
    }
    let is_health = is_health_check(context, request, written)?;
    if is_health {
        put_health(context, request, &mut fields);
    } else {
        put_call(context, request, &mut fields);
    }
    if let Some(metadata) = value::field(request, "metadata").cloned()
        && let Some(metadata) =
            pairs(context, &metadata, |_| false).filter(|all| !value::entries(all).is_empty())
    {
        fields.put("metadata", metadata);
    }
    let tls = http::tls(context, settings);
    if is_plain(request, is_tls_port || tls.is_some()) {
        context.conversion.remark(
            request,
            "it is called without TLS: neither its port, its host nor its settings speak of TLS",
        );
        fields.put("plaintext", word(request.place, true));
    } else if let Some(tls) = tls {
        fields.put("tls", tls);
    }
    put_timeout(context, settings, &mut fields);
    Some((fields, is_health))
}

/// Whether there is no TLS: the host says so as a URL, or nothing speaks of TLS.
fn is_plain(request: &Node, speaks_of_tls: bool) -> bool {
    match value::word(request, "host").and_then(|host| host.split_once("://")) {
        Some((scheme, _)) => matches!(scheme, "http" | "grpc"),
        None => !speaks_of_tls,
    }
}

/// What is called. Old tests do not say, and have fields of both.
fn is_health_check(
    context: &mut Context<'_, '_, '_, '_>,
    request: &Node,
    written: &[Rc<Node>],
) -> Option<bool> {
    match value::filled(request, "callType")
        .map(|kind| (kind, kind.scalar().map_or("", |kind| kind.text.as_str())))
    {
        Some((_, "healthcheck")) => Some(true),
        Some((_, "unary")) => Some(false),
        Some((node, other)) => {
            let message = format!("gRPC calls of the type `{other}` are not known");
            context.conversion.error(node, message, "use `unary` or `healthcheck`");
            None
        }
        None => {
            let has_service =
                value::filled(request, "service").is_some() && value::filled(request, "method").is_some();
            let has_schema = value::filled(request, "compressedProtoFile")
                .or_else(|| value::filled(request, "compressedJsonDescriptor"));
            Some(
                assertions::has_type(written, "grpcHealthcheckStatus")
                    || !has_service
                    || has_schema.is_none(),
            )
        }
    }
}

/// Asks for the health of a service, or of the whole server.
fn put_health(context: &mut Context<'_, '_, '_, '_>, request: &Node, fields: &mut Fields) {
    match context.filled(request, "service") {
        Some(service) => fields.put("health", service),
        None => fields.put("health", word(request.place, true)),
    }
}

/// Calls a method.
fn put_call(context: &mut Context<'_, '_, '_, '_>, request: &Node, fields: &mut Fields) {
    for name in ["service", "method"] {
        if let Some(value) = context.filled(request, name) {
            fields.put(name, value);
        }
    }
    if let Some(message) = value::filled(request, "message").cloned() {
        let written = message.scalar().map_or("", |message| message.text.as_str()).to_owned();
        match jwt::json(context, &message, &written) {
            Some(json) => fields.put("message", json),
            None => {
                let help = "write a JSON object; variables in it are in quotes";
                context.conversion.error(&message, "the message of the call is not JSON", help);
            }
        }
    }
    proto::put_schema(context, request, fields);
}

/// The assertions on a call. Without one on the health, any health is as good as another.
pub(super) fn assertions(
    context: &mut Context<'_, '_, '_, '_>,
    is_health: bool,
    written: &[Rc<Node>],
    place: Place,
) -> Vec<Rc<Node>> {
    if !is_health {
        return assertions::convert(context, Kind::Grpc, written);
    }
    let is_of_message = |one: &&Rc<Node>| value::word(one, "type") == Some("grpcProto");
    for one in written.iter().filter(is_of_message) {
        context.conversion.warn(one, "the assertion is left out: a health check has no message");
    }
    let rest: Vec<Rc<Node>> = written.iter().filter(|one| !is_of_message(one)).cloned().collect();
    let mut native = assertions::convert(context, Kind::Grpc, &rest);
    if !assertions::has_type(written, "grpcHealthcheckStatus") {
        native.push(super::super::build::text(place, "health exists"));
    }
    native
}
