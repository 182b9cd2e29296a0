//! Where a field stands.

use faultfinder_spec::protocol::grpc::{GrpcCall, GrpcSchema, GrpcTarget};
use faultfinder_spec::{Place, Request, Tls};

/// Where a field that a probe objects to (`http.url`) stands in the file; the request's beginning, when the field is
/// not there or is not known by that name.
pub(crate) fn place_of(request: &Request, field: &str) -> Place {
    let name = field.split_once('.').map_or(field, |(_, name)| name);
    match request {
        Request::Http(http) => match name {
            "url" => Some(http.url.place()),
            "method" => http.method.as_ref().map(|method| method.place),
            "version" => http.version.as_ref().map(|version| version.place),
            "proxy" | "proxy.url" => http.proxy.as_ref().map(|proxy| proxy.url.place()),
            "headers" => http.headers.first().map(|header| header.name.place()),
            _ if name.starts_with("auth.") => {
                let field = name.strip_prefix("auth.").unwrap_or(name);
                http.auth.as_ref().and_then(|auth| super::http::auth::place_of(auth, field))
            }
            _ => match name.strip_prefix("headers.") {
                Some(header) => http
                    .headers
                    .iter()
                    .find(|pair| pair.name.as_written().eq_ignore_ascii_case(header))
                    .map(|pair| pair.value.place()),
                None => tls_place(&http.tls, name),
            },
        }
        .unwrap_or(http.place),
        Request::Ssl(ssl) => match name {
            "host" => Some(ssl.host.place()),
            "port" => ssl.port.as_ref().map(|port| port.place),
            _ => tls_place(&ssl.tls, name),
        }
        .unwrap_or(ssl.place),
        Request::Dns(dns) => match name {
            "name" => Some(dns.name.place()),
            "type" => dns.record_type.as_ref().map(|record_type| record_type.place),
            "server" => dns.server.as_ref().map(faultfinder_spec::Text::place),
            "port" => dns.port.as_ref().map(|port| port.place),
            "transport" => dns.transport.as_ref().map(|transport| transport.place),
            "trust_anchor" => dns.trust_anchor.first().map(faultfinder_spec::Text::place),
            _ => dns.tls.as_ref().and_then(|tls| tls_place(tls, name)),
        }
        .unwrap_or(dns.place),
        Request::Tcp(tcp) => match name {
            "host" => Some(tcp.host.place()),
            "port" => Some(tcp.port.place),
            _ => tcp.tls.as_ref().and_then(|tls| tls_place(tls, name)),
        }
        .unwrap_or(tcp.place),
        Request::Udp(udp) => match name {
            "host" => Some(udp.host.place()),
            "port" => Some(udp.port.place),
            "message" => udp
                .message
                .as_ref()
                .map(faultfinder_spec::Text::place)
                .or_else(|| udp.message_base64.as_ref().map(|message| message.place)),
            _ => None,
        }
        .unwrap_or(udp.place),
        Request::Icmp(icmp) => match name {
            "host" => Some(icmp.host.place()),
            "packets" => icmp.packets.as_ref().map(|packets| packets.place),
            "interval" => icmp.interval.as_ref().map(|interval| interval.place),
            "size" => icmp.size.as_ref().map(|size| size.place),
            "ttl" => icmp.ttl.as_ref().map(|ttl| ttl.place),
            _ => None,
        }
        .unwrap_or(icmp.place),
        Request::Grpc(grpc) => match name {
            "host" | "url" | "port" => grpc_target(&grpc.target, name),
            "service" | "method" | "message" | "proto" | "descriptor_set" => grpc_call(&grpc.call, name),
            "authority" => grpc.authority.as_ref().map(faultfinder_spec::Text::place),
            _ => match name.strip_prefix("metadata.") {
                Some(metadata) => grpc
                    .metadata
                    .iter()
                    .find(|pair| pair.name.as_written().eq_ignore_ascii_case(metadata))
                    .map(|pair| pair.value.place()),
                None => tls_place(&grpc.tls, name),
            },
        }
        .unwrap_or(grpc.place),
        Request::Ws(ws) => match name {
            "url" => Some(ws.url.place()),
            "headers" => ws.headers.first().map(|header| header.name.place()),
            "subprotocols" => ws.subprotocols.first().map(faultfinder_spec::Text::place),
            "max_message_bytes" => ws.max_message_bytes.as_ref().map(|bytes| bytes.place),
            _ => match name.strip_prefix("headers.") {
                Some(header) => ws
                    .headers
                    .iter()
                    .find(|pair| pair.name.as_written().eq_ignore_ascii_case(header))
                    .map(|pair| pair.value.place()),
                None => tls_place(&ws.tls, name),
            },
        }
        .unwrap_or(ws.place),
        _ => Place::START,
    }
}

fn grpc_target(target: &GrpcTarget, name: &str) -> Option<Place> {
    match (target, name) {
        (GrpcTarget::Url(url), _) => Some(url.place()),
        (GrpcTarget::Host { port, .. }, "port") => port.as_ref().map(|port| port.place),
        (GrpcTarget::Host { host, .. }, _) => Some(host.place()),
    }
}

fn grpc_call(call: &GrpcCall, name: &str) -> Option<Place> {
    let method = match call {
        GrpcCall::Health(service) => return Some(service.place()),
        GrpcCall::Method(method) => method,
    };
    match (name, &method.schema) {
        ("service", _) => Some(method.service.place()),
        ("method", _) => Some(method.method.place()),
        ("message", _) => Some(method.message_place),
        (_, GrpcSchema::Proto { files, .. }) => files.first().map(faultfinder_spec::Text::place),
        (_, GrpcSchema::DescriptorSet(file)) => Some(file.place()),
        _ => None,
    }
}

fn tls_place(tls: &Tls, name: &str) -> Option<Place> {
    let text = |text: &Option<faultfinder_spec::Text>| text.as_ref().map(faultfinder_spec::Text::place);
    match name.strip_prefix("tls.").unwrap_or(name) {
        "server_name" => text(&tls.server_name),
        "client_cert" => text(&tls.client_cert),
        "client_key" => text(&tls.client_key),
        "ca" => tls.ca.first().map(faultfinder_spec::Text::place),
        "min_version" => tls.min_version.as_ref().map(|version| version.place),
        "max_version" => tls.max_version.as_ref().map(|version| version.place),
        _ => None,
    }
}
