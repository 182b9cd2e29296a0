//! How an endpoint is reached: the section `client`.

use super::draft::Endpoint;
use super::kind::Kind;
use crate::foreign::build::{Fields, text, word};
use crate::foreign::pieces::{go_duration, host_and_port, number};
use crate::foreign::section::Section;
use crate::yaml::Node;
use std::rc::Rc;
use std::time::Duration;

/// Most redirects that are followed: Gatus follows any number.
const REDIRECTS_MAX: u32 = 100;

/// Longest time of a request whose attempt need not be given more: the native default.
const OVERALL_DEFAULT: Duration = Duration::from_secs(60);

/// Fields without which an endpoint would be tested in another way, and why it is left out.
const NEEDED: &[(&str, &str)] = &[
    ("identity-aware-proxy", "credentials of Google's Identity-Aware Proxy are not supported"),
    ("kerberos", "Kerberos is not supported"),
    ("tunnel", "SSH tunnels are not opened"),
];

type Mine<'m, 'e, 'f, 'r, 's, 'o> = &'m mut Endpoint<'e, 'f, 'r, 's, 'o>;

/// Reads the section; nothing if the endpoint is left out.
pub(super) fn read(endpoint: Mine<'_, '_, '_, '_, '_, '_>, section: &mut Section<'_>) -> Option<()> {
    let mut client = Section::open(endpoint.file.conversion, section.get("client"), "client");
    for (field, why) in NEEDED {
        if let Some(node) = client.get(field) {
            endpoint.leave_out(node, why);
            return None;
        }
    }
    redirects(endpoint, &mut client);
    if let Some(node) = client.get("oauth2")
        && endpoint.kind == Kind::Http
    {
        oauth2(endpoint, node);
    }
    proxy(endpoint, &mut client);
    tls(endpoint, &mut client);
    resolver(endpoint, &mut client);
    if let Some((node, network)) = client.text(endpoint.file.conversion, "network") {
        match network {
            "ip" => {}
            "ip4" => endpoint.request.put("ip", word(node.place, "4")),
            "ip6" => endpoint.request.put("ip", word(node.place, "6")),
            _ => endpoint.file.conversion.reader.unexpected(node, "ip, ip4 or ip6"),
        }
    }
    timeout(endpoint, &mut client);
    client.finish(endpoint.file.conversion);
    Some(())
}

fn redirects(endpoint: Mine<'_, '_, '_, '_, '_, '_>, client: &mut Section<'_>) {
    let ignored = client.flag(endpoint.file.conversion, "ignore-redirect");
    let place = ignored.map_or(endpoint.place, |(node, _)| node.place);
    if endpoint.kind == Kind::Http && ignored.is_none_or(|(_, ignored)| !ignored) {
        endpoint.request.put("follow_redirects", word(place, "true"));
        endpoint.request.put("max_redirects", word(place, REDIRECTS_MAX));
    }
}

fn oauth2(endpoint: Mine<'_, '_, '_, '_, '_, '_>, node: &Rc<Node>) {
    let mut section = Section::of(endpoint.file.conversion, node, "oauth2");
    let mut fields = Fields::default();
    for (theirs, ours) in [("token-url", "token_url"), ("client-id", "client_id")] {
        if let Some((node, value)) = section.text(endpoint.file.conversion, theirs) {
            let value = endpoint.text(node, value);
            fields.put(ours, value);
        }
    }
    if let Some((node, secret)) = section.text(endpoint.file.conversion, "client-secret") {
        let secret = endpoint.secret(node, "client_secret", secret);
        fields.put("client_secret", secret);
    }
    let scopes = section.texts(endpoint.file.conversion, "scopes");
    if let Some((first, _)) = scopes.first() {
        let all: Vec<&str> = scopes.iter().map(|(_, scope)| *scope).collect();
        let scope = endpoint.text(first, &all.join(" "));
        fields.put("scope", scope);
    }
    section.finish(endpoint.file.conversion);
    let mut auth = Fields::default();
    auth.put("oauth2_client", fields.into_node(node.place));
    endpoint.request.put("auth", auth.into_node(node.place));
}

fn proxy(endpoint: Mine<'_, '_, '_, '_, '_, '_>, client: &mut Section<'_>) {
    let Some((node, url)) = client.text(endpoint.file.conversion, "proxy-url") else { return };
    if endpoint.kind != Kind::Http {
        return;
    }
    let url =
        if url.contains('@') { endpoint.secret(node, "proxy_url", url) } else { endpoint.text(node, url) };
    let mut proxy = Fields::default();
    proxy.put("url", url);
    endpoint.request.put("proxy", proxy.into_node(node.place));
}

/// TLS settings, where there is or may be TLS. Gatus trusts what the system trusts.
fn tls(endpoint: Mine<'_, '_, '_, '_, '_, '_>, client: &mut Section<'_>) {
    let mut tls = Fields::default();
    tls.put("roots", word(endpoint.place, "system"));
    if let Some((node, true)) = client.flag(endpoint.file.conversion, "insecure") {
        tls.put("insecure", word(node.place, "true"));
    }
    let mut own = Section::open(endpoint.file.conversion, client.get("tls"), "tls");
    for (theirs, ours) in [("certificate-file", "client_cert"), ("private-key-file", "client_key")] {
        if let Some((node, value)) = own.text(endpoint.file.conversion, theirs) {
            let value = endpoint.text(node, value);
            tls.put(ours, value);
        }
    }
    if let Some((node, mode)) = own.text(endpoint.file.conversion, "renegotiation")
        && mode != "never"
    {
        let message = "`renegotiation` is left out: a server that asks for another handshake is refused";
        endpoint.file.conversion.warn(node, message);
    }
    own.finish(endpoint.file.conversion);
    let scheme = endpoint.url.split_once("://").map_or("", |(scheme, _)| scheme);
    match endpoint.kind {
        Kind::Tls | Kind::StartTls => endpoint.request.extend(tls),
        Kind::Http | Kind::TlsTalk => endpoint.request.put("tls", tls.into_node(endpoint.place)),
        Kind::Ws | Kind::Grpc if matches!(scheme, "wss" | "grpcs") => {
            endpoint.request.put("tls", tls.into_node(endpoint.place));
        }
        _ => {}
    }
}

/// A name server of its own: `udp://8.8.8.8:53`.
fn resolver(endpoint: Mine<'_, '_, '_, '_, '_, '_>, client: &mut Section<'_>) {
    let Some((node, written)) = client.text(endpoint.file.conversion, "dns-resolver") else { return };
    let parts = written.split_once("://").and_then(|(transport, rest)| match host_and_port(rest) {
        (host, Some(port)) => Some((transport, host, port)),
        (_, None) => None,
    });
    let Some((transport, host, port)) = parts else {
        return endpoint.file.conversion.reader.unexpected(node, "a name server such as udp://192.0.2.53:53");
    };
    let (host, port) = (endpoint.native(node.place, host), endpoint.native(node.place, port));
    let mut resolver = Fields::default();
    resolver.put("server", text(node.place, host));
    resolver.put("port", number(node.place, &port));
    if transport.starts_with("tcp") {
        resolver.put("transport", word(node.place, "tcp"));
    }
    endpoint.request.put("resolver", resolver.into_node(node.place));
}

fn timeout(endpoint: Mine<'_, '_, '_, '_, '_, '_>, client: &mut Section<'_>) {
    let Some((node, written)) = client.text(endpoint.file.conversion, "timeout") else { return };
    match go_duration(written) {
        // As if it were left out.
        Some((_, duration)) if duration < Duration::from_millis(1) => {}
        Some((native, duration)) => {
            endpoint.request.put("timeout", word(node.place, &native));
            if duration > OVERALL_DEFAULT {
                endpoint.request.put("overall_timeout", word(node.place, native));
            }
        }
        None => endpoint.file.conversion.reader.unexpected(node, "a duration such as 10s"),
    }
}
