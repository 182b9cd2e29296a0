//! Calls of gRPC methods.

use super::draft::Monitor;
use super::fields::is_set;
use super::{checks, json};
use crate::foreign::build::{text, word};
use crate::foreign::pieces::{host_and_port, literal, number};
use crate::foreign::proto::as_source;
use crate::foreign::section::Section;
use crate::yaml::Kind as Shape;

/// The port that gRPC's client takes where none is given.
const PORT_DEFAULT: &str = "443";

/// Schemes of targets that are a host and a port.
const DNS_TARGETS: &[&str] = &["dns:///", "dns://", "dns:"];

type Mine<'a, 'm, 'r, 's, 'o> = &'a mut Monitor<'m, 'r, 's, 'o>;

/// Reads the call; nothing if the monitor is left out.
pub(super) fn read(monitor: Mine<'_, '_, '_, '_, '_>, section: &mut Section<'_>) -> Option<()> {
    address(monitor, section)?;
    if is_set(monitor.conversion, section, "grpcEnableTls").is_none() {
        monitor.request.put("plaintext", word(monitor.place, "true"));
    }
    call(monitor, section)?;
    if let Some((node, _)) = section.text(monitor.conversion, "grpcMetadata") {
        monitor.conversion.remark(node, "`grpcMetadata` is not sent: Uptime Kuma does not send it, either");
    }
    checks::keyword(monitor, section);
    Some(())
}

/// Host and port.
fn address(monitor: Mine<'_, '_, '_, '_, '_>, section: &mut Section<'_>) -> Option<()> {
    let Some((node, url)) = section.text(monitor.conversion, "grpcUrl") else {
        let at = text(monitor.place, "");
        monitor.leave_out(&at, "it has no `grpcUrl`");
        return None;
    };
    let url = url.trim();
    let url = DNS_TARGETS.iter().find_map(|scheme| url.strip_prefix(scheme)).unwrap_or(url);
    let (host, port) = host_and_port(url.trim_end_matches('/'));
    if host.is_empty() || host.contains('/') || url.contains("://") || url.starts_with("unix:") {
        monitor.leave_out(node, "its `grpcUrl` is not a host and a port");
        return None;
    }
    let host = monitor.text(node, host);
    monitor.request.put("host", host);
    monitor.request.put("port", number(node.place, port.unwrap_or(PORT_DEFAULT)));
    Some(())
}

/// Schema, service, method and message.
fn call(monitor: Mine<'_, '_, '_, '_, '_>, section: &mut Section<'_>) -> Option<()> {
    let at = text(monitor.place, "");
    let proto = section.text(monitor.conversion, "grpcProtobuf");
    let Some((proto_node, source)) = proto.and_then(|(node, text)| Some((node, as_source(text)?))) else {
        let at = proto.map_or(&at, |(node, _)| node);
        monitor.leave_out(at, "its `grpcProtobuf` is not the text of a `.proto` file");
        return None;
    };
    let service = section.text(monitor.conversion, "grpcServiceName");
    let method = section.text(monitor.conversion, "grpcMethod");
    let (Some((service_node, service)), Some((method_node, method))) = (service, method) else {
        monitor.leave_out(&at, "it needs `grpcServiceName` and `grpcMethod`");
        return None;
    };
    let service = monitor.text(service_node, &whole_name(&source, service.trim()));
    let method = monitor.text(method_node, &method_name(&source, method.trim()));
    monitor.request.put("service", service);
    monitor.request.put("method", method);
    if let Some((node, written)) = section.text(monitor.conversion, "grpcBody") {
        let message = json::literal_value(node.place, written);
        let Some(message) = message.filter(|message| matches!(message.kind, Shape::Mapping(_))) else {
            monitor.leave_out(node, "its `grpcBody` is not a JSON object");
            return None;
        };
        monitor.request.put("message", message);
    }
    monitor.request.put("proto", text(proto_node.place, literal(&source)));
    Some(())
}

/// The words of a schema: names, with their dots.
fn words(source: &str) -> impl Iterator<Item = &str> {
    let lines = source.lines().map(|line| line.split("//").next().unwrap_or(""));
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '.';
    lines.flat_map(move |line| line.split(move |c| !is_name(c))).filter(|word| !word.is_empty())
}

/// What is behind a word of a schema, each time.
fn behind<'t>(source: &'t str, word: &'t str) -> impl Iterator<Item = &'t str> {
    words(source).zip(words(source).skip(1)).filter(move |(first, _)| *first == word).map(|(_, next)| next)
}

/// The name of a service with its package, which Uptime Kuma does not need.
fn whole_name(source: &str, service: &str) -> String {
    match behind(source, "package").next() {
        Some(package) if !service.contains('.') => format!("{package}.{service}"),
        _ => service.to_owned(),
    }
}

/// The name of a method as the schema has it: Uptime Kuma takes it with a small letter at its beginning.
fn method_name(source: &str, method: &str) -> String {
    let is_it = |name: &&str| {
        let mut chars = name.chars();
        let first = chars.next().map(|first| first.to_ascii_lowercase());
        *name == method || first.into_iter().chain(chars).eq(method.chars())
    };
    behind(source, "rpc").find(is_it).unwrap_or(method).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOURCE: &str = "syntax = \"proto3\";\n// package of.comments;\npackage shop.v1;\nservice Stock { rpc Check(Item) \
         returns (Item); rpc list (Item) returns (Item); }\n";

    #[test]
    fn services_have_their_package() {
        for (service, whole) in [("Stock", "shop.v1.Stock"), ("shop.v1.Stock", "shop.v1.Stock")] {
            assert_eq!(whole_name(SOURCE, service), whole);
        }
        assert_eq!(whole_name("syntax = \"proto3\";\nservice Stock {}", "Stock"), "Stock");
    }

    #[test]
    fn methods_are_those_of_the_schema() {
        for (method, native) in [("check", "Check"), ("Check", "Check"), ("list", "list"), ("other", "other")]
        {
            assert_eq!(method_name(SOURCE, method), native);
        }
    }
}
