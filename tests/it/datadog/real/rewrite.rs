//! Definitions with other targets: hosts, ports and URLs become those of the peers, and nothing else is changed.

use super::answer::TOKENS;
use super::places::Places;
use serde_json::{Value, json};
use std::net::SocketAddr;

/// Directs a definition to the peers.
///
/// Nobody that a test trusts vouches for the peers' certificates, and definitions cannot name others. So a URL keeps its
/// `https` where the definition accepts any certificate, and becomes `http` elsewhere.
pub(super) fn rewrite(definition: &mut Value, places: &Places) {
    let is_insecure = definition["options"]["allow_insecure"] == true;
    let subtype = definition["subtype"].as_str().unwrap().to_owned();
    let config = &mut definition["config"];
    if subtype != "multi" {
        return request(&subtype, &mut config["request"], is_insecure, places);
    }
    for step in config["steps"].as_array_mut().unwrap() {
        let subtype = step["subtype"].as_str().unwrap().to_owned();
        if let Some(of_step) = step.get_mut("request") {
            // A step has its settings in the request.
            request(&subtype, of_step, false, places);
        }
    }
}

fn request(subtype: &str, request: &mut Value, is_insecure: bool, places: &Places) {
    let is_insecure = is_insecure || request["allow_insecure"] == true;
    let site = |url: &str| match url.strip_prefix("https://") {
        Some(_) if is_insecure => format!("https://{}", places.https),
        _ => format!("http://{}", places.http),
    };
    match subtype {
        "http" | "mcp" => {
            replace(request, "/url", |url| format!("{}{}", site(url), path(url)));
            replace(request, "/proxy/url", |_| format!("https://{}", places.proxy));
            replace(request, "/basicAuth/accessTokenUrl", |url| format!("{}{TOKENS}", site(url)));
        }
        "websocket" => replace(request, "/url", |_| format!("ws://{}", places.socket)),
        "grpc" => put(request, places.http),
        "ssl" => put(request, places.tls),
        "tcp" => put(request, places.tcp),
        "udp" => put(request, places.udp),
        "icmp" => replace(request, "/host", |_| places.http.ip().to_string()),
        "dns" => {
            // What is asked for is the name in `host`; the target is who is asked.
            request["dnsServer"] = json!(places.dns.ip().to_string());
            request["dnsServerPort"] = number_like(&request["dnsServerPort"], places.dns.port());
        }
        "wait" | "playSubTest" => {}
        other => panic!("requests of the subtype {other} are not known"),
    }
}

/// Host and port. A host that is written as a URL stays one.
fn put(request: &mut Value, place: SocketAddr) {
    replace(request, "/host", |host| {
        let scheme = if host.contains("://") { "http://" } else { "" };
        format!("{scheme}{}", place.ip())
    });
    request["port"] = number_like(&request["port"], place.port());
}

/// A port as a text where the other one is one.
fn number_like(other: &Value, port: u16) -> Value {
    if other.is_string() { json!(port.to_string()) } else { json!(port) }
}

/// Replaces a text, where there is one that is not the value of a variable.
fn replace(request: &mut Value, pointer: &str, with: impl Fn(&str) -> String) {
    if let Some(Value::String(text)) = request.pointer_mut(pointer)
        && !text.starts_with("{{")
    {
        *text = with(text);
    }
}

/// The path of a URL.
fn path(url: &str) -> &str {
    let behind = url.split_once("://").map_or(url, |(_, behind)| behind);
    behind.find('/').map_or("/", |at| &behind[at..])
}
