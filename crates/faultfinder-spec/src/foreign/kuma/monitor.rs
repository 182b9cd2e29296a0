//! A monitor: a test.

use super::directory::{Directory, text as field};
use super::draft::Monitor;
use super::fields::is_set;
use super::kind::{Kind, left_out};
use super::names::{self, Names};
use super::{grpc, http, network, push, schedule};
use crate::foreign::build::{Conversion, Fields, text};
use crate::foreign::pieces::{Variables, literal, packed};
use crate::foreign::section::Section;
use crate::text::quoted;
use crate::yaml::Node;
use std::rc::Rc;

/// Fields that have no effect on a run, and those that have one for some types only: a backup has all of them in every
/// monitor.
const SILENT: &[&str] = &[
    "id",
    "pathName",
    "parent",
    "childrenIDs",
    "weight",
    "maintenance",
    "screenshot",
    "includeSensitiveData",
    "dns_last_result",
    "url",
    "method",
    "hostname",
    "port",
    "keyword",
    "invertKeyword",
    "expiryNotification",
    "ignoreTls",
    "packetSize",
    "maxredirects",
    "accepted_statuscodes",
    "dns_resolve_type",
    "dns_resolve_server",
    "docker_container",
    "docker_host",
    "proxyId",
    "mqttTopic",
    "mqttSuccessMessage",
    "mqttUsername",
    "mqttPassword",
    "databaseQuery",
    "databaseConnectionString",
    "authMethod",
    "grpcUrl",
    "grpcProtobuf",
    "grpcMethod",
    "grpcServiceName",
    "grpcEnableTls",
    "grpcBody",
    "grpcMetadata",
    "radiusUsername",
    "radiusPassword",
    "radiusSecret",
    "radiusCalledStationId",
    "radiusCallingStationId",
    "game",
    "gamedigGivenPortOnly",
    "httpBodyEncoding",
    "jsonPath",
    "expectedValue",
    "kafkaProducerTopic",
    "kafkaProducerBrokers",
    "kafkaProducerSsl",
    "kafkaProducerAllowAutoTopicCreation",
    "kafkaProducerMessage",
    "kafkaProducerSaslOptions",
    "headers",
    "body",
    "basic_auth_user",
    "basic_auth_pass",
    "oauth_client_id",
    "oauth_client_secret",
    "oauth_token_url",
    "oauth_scopes",
    "oauth_auth_method",
    "authWorkstation",
    "authDomain",
    "tlsCa",
    "tlsCert",
    "tlsKey",
];

/// The test of a monitor.
pub(super) fn test(
    conversion: &mut Conversion<'_, '_, '_>,
    variables: &mut Variables,
    directory: &Directory<'_>,
    names: &mut Names,
    node: &Rc<Node>,
) -> Option<Rc<Node>> {
    let mut section = Section::of(conversion, node, "a monitor");
    section.skip(SILENT);
    let name = section.text(conversion, "name").map(|(_, name)| name.trim());
    let Some(name) = name.filter(|name| !name.is_empty()) else {
        conversion.error(node, "a `name` is missing", "give the monitor a `name`");
        return None;
    };
    let Some((type_node, kind)) = section.text(conversion, "type") else {
        let help = "`type`: what is tested, such as http, keyword, port, ping or dns";
        conversion.error(node, format!("the monitor {} has no `type`", quoted(name)), help);
        return None;
    };
    let mut monitor = Monitor {
        conversion,
        variables,
        directory,
        place: node.place,
        name,
        request: Fields::default(),
        assertions: Vec::new(),
    };
    let Some(kind) = Kind::of(kind) else {
        leave_out_type(&mut monitor, type_node, kind);
        return None;
    };
    if let Some(node) = is_set(monitor.conversion, &mut section, "upsideDown") {
        monitor.leave_out(node, "a test cannot demand that it fails, whatever the reason (`upsideDown`)");
        return None;
    }
    match kind {
        Kind::Http | Kind::Keyword | Kind::JsonQuery => http::read(&mut monitor, &mut section, kind)?,
        Kind::Port => network::port(&mut monitor, &mut section)?,
        Kind::Ping => network::ping(&mut monitor, &mut section)?,
        Kind::Dns => network::dns(&mut monitor, &mut section)?,
        Kind::Grpc => grpc::read(&mut monitor, &mut section)?,
        Kind::Push => push::read(&mut monitor, &mut section),
    }
    let mut schedule = Fields::default();
    schedule::read(&mut monitor, &mut section, kind, &mut schedule);
    if let Some((node, description)) = section.text(monitor.conversion, "description") {
        monitor.conversion.remark(node, in_lines(description));
    }
    let tags = names::tags(monitor.conversion, directory, &mut section, node);
    let Monitor { conversion, request, assertions, .. } = monitor;
    section.finish_set(conversion);
    let mut test = Fields::default();
    let name = names.unique(&literal(name), field(node, "id"));
    test.put("name", text(node.place, name));
    test.put(kind.protocol(), request.into_node(node.place));
    if !assertions.is_empty() {
        test.put("assert", packed(node.place, assertions));
    }
    if let Some(tags) = tags {
        test.put("tags", tags);
    }
    test.extend(schedule);
    Some(test.into_node(node.place))
}

/// Warns of a type that cannot be tested.
fn leave_out_type(monitor: &mut Monitor<'_, '_, '_, '_>, node: &Node, kind: &str) {
    let (why, help) = left_out(kind);
    let what = if kind == "group" { "group" } else { "monitor" };
    let name = quoted(monitor.name);
    let of_type = if kind == "group" { String::new() } else { format!(" of the type {}", quoted(kind)) };
    let message = format!("the {what} {name}{of_type} is left out: {why}");
    match help {
        Some(help) => monitor.conversion.warn_with_help(node, message, help),
        None => monitor.conversion.warn(node, message),
    }
}

/// A text for comments, which end with their line.
fn in_lines(text: &str) -> String {
    let is_end = |c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}');
    text.trim().chars().map(|c| if c != '\n' && is_end(c) { ' ' } else { c }).collect()
}
