//! The HTTP prober: the request.

use super::probe::Probe;
use super::{address, http_checks, login, proxy, tls};
use crate::foreign::build::{Fields, list, text, word};
use crate::foreign::pieces::{host_and_port, literal};
use crate::foreign::section::{Section, text_of};
use crate::yaml::{Kind, Node};
use std::rc::Rc;

/// Fields that cannot be followed, and what they would have done.
const LEFT_OUT: &[(&str, &str)] = &[
    ("pinned_public_key_hashes", "only these public keys would have been accepted"),
    ("check_revoked", "the certificate would have been looked up in revocation lists"),
    ("valid_tls_alert_codes", "these alerts of the server would have counted as success"),
];

/// Headers whose values are not shown.
const SECRET_HEADERS: &[&str] = &["authorization", "proxy-authorization", "cookie", "x-api-key"];

/// Most redirects that blackbox_exporter follows.
const REDIRECTS_MAX: u32 = 10;

/// Reads the section.
pub(super) fn read(probe: &mut Probe<'_, '_, '_, '_>, node: Option<&Rc<Node>>) -> Option<()> {
    let mut section = Section::open(probe.conversion, node, "http");
    let target = probe.target;
    let has_scheme = target.starts_with("http://") || target.starts_with("https://");
    let url = if has_scheme { target.to_owned() } else { format!("http://{target}") };
    let (host, port) = url_host(&url);
    let place = probe.place;
    probe.request.put("url", text(place, &url));
    let method = section.text(probe.conversion, "method");
    let body = body(probe, &mut section);
    match method {
        Some((node, method)) => probe.request.put("method", text(node.place, literal(method))),
        // Ours would be POST.
        None if body.is_some() => probe.request.put("method", text(place, "GET")),
        None => {}
    }
    let host_header = headers(probe, &mut section);
    if let Some((field, body)) = body {
        probe.request.put(field, body);
    }
    let follows = redirects(probe, &mut section);
    version(probe, &mut section);
    proxy::read(probe, &mut section, host, port);
    let settings = section.get("tls_config");
    // Without TLS the settings mean nothing, unless a redirect leads to it.
    if url.starts_with("https://") || follows || settings.is_some() {
        let settings = tls::read(probe, settings, host_header.filter(|_| url.starts_with("https://")));
        probe.request.put("tls", settings);
    }
    address::read(probe, &mut section, host);
    http_checks::read(probe, &mut section);
    section.left_out(probe.conversion, LEFT_OUT);
    section.finish(probe.conversion);
    Some(())
}

/// The host and the port of a URL.
fn url_host(url: &str) -> (&str, Option<&str>) {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#']).next().unwrap_or(rest);
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    host_and_port(host)
}

/// The body, and the field that it is.
fn body(probe: &mut Probe<'_, '_, '_, '_>, section: &mut Section<'_>) -> Option<(&'static str, Rc<Node>)> {
    let body = section.text(probe.conversion, "body");
    if let Some((node, path)) = section.text(probe.conversion, "body_file") {
        return Some(("body_file", text(node.place, literal(path))));
    }
    body.map(|(node, body)| ("body", text(node.place, literal(body))))
}

/// Reads headers and credentials; returns the host that the request names, if it names one.
fn headers(probe: &mut Probe<'_, '_, '_, '_>, section: &mut Section<'_>) -> Option<Rc<Node>> {
    let mut headers = Fields::default();
    let mut host = None;
    for (name, value) in section.pairs(probe.conversion, "headers") {
        let Some(written) = text_of(probe.conversion, value, "headers") else { continue };
        let node = value_of(probe, name, value, written);
        if name.eq_ignore_ascii_case("host") {
            host = Some(Rc::clone(&node));
        }
        headers.put(name, node);
    }
    for (name, values) in section.pairs(probe.conversion, "http_headers") {
        let values = header_values(probe, name, values);
        headers.put(name, values);
    }
    let authorization = login::read(probe, section);
    if let Some(authorization) = authorization {
        headers.put("authorization", authorization);
    }
    if !headers.is_empty() {
        let headers = headers.into_node(probe.place);
        probe.request.put("headers", headers);
    }
    host
}

/// The values of a header: open ones, secret ones, and those in files.
fn header_values(probe: &mut Probe<'_, '_, '_, '_>, name: &str, node: &Rc<Node>) -> Rc<Node> {
    let mut section = Section::open(probe.conversion, Some(node), "http_headers");
    let mut all = Vec::new();
    for (node, value) in section.texts(probe.conversion, "values") {
        all.push(text(node.place, literal(value)));
    }
    for (node, value) in section.texts(probe.conversion, "secrets") {
        all.push(probe.secret(name, node.place, value));
    }
    for (node, path) in section.texts(probe.conversion, "files") {
        all.push(probe.of_file(name, node, path, true));
    }
    section.finish(probe.conversion);
    list(node.place, all)
}

/// Whether redirects are followed, with the cookies that they set.
fn redirects(probe: &mut Probe<'_, '_, '_, '_>, section: &mut Section<'_>) -> bool {
    let follows = section.flag(probe.conversion, "follow_redirects");
    let stays = section.flag(probe.conversion, "no_follow_redirects");
    // The old name wins, as it does there.
    let (place, follows) = match (stays, follows) {
        (Some((node, stays)), _) => (node.place, !stays),
        (None, Some((node, follows))) => (node.place, follows),
        (None, None) => (probe.place, true),
    };
    if follows {
        probe.request.put("follow_redirects", word(place, "true"));
        probe.request.put("max_redirects", word(place, REDIRECTS_MAX));
        probe.request.put("persist_cookies", word(place, "true"));
    }
    follows
}

fn version(probe: &mut Probe<'_, '_, '_, '_>, section: &mut Section<'_>) {
    let http2 = section.flag(probe.conversion, "enable_http2");
    if let Some((node, true)) = section.flag(probe.conversion, "enable_http3") {
        probe.request.put("version", word(node.place, "3"));
    } else if let Some((node, false)) = http2 {
        probe.request.put("version", word(node.place, "1.1"));
    }
}

/// Names and values, each a text or a list of texts: headers of a WebSocket, metadata of gRPC.
pub(super) fn plain_pairs(
    probe: &mut Probe<'_, '_, '_, '_>,
    section: &mut Section<'_>,
    field: &'static str,
) -> Fields {
    let mut pairs = Fields::default();
    for (name, value) in section.pairs(probe.conversion, field) {
        let items = match &value.kind {
            Kind::Sequence(items) => items.as_slice(),
            _ => std::slice::from_ref(value),
        };
        let mut all = Vec::new();
        for item in items {
            if let Some(written) = text_of(probe.conversion, item, field) {
                all.push(value_of(probe, name, item, written));
            }
        }
        pairs.put(name, list(value.place, all));
    }
    pairs
}

/// The value of a header, which is not shown if it is one of credentials.
fn value_of(probe: &mut Probe<'_, '_, '_, '_>, name: &str, node: &Node, written: &str) -> Rc<Node> {
    if SECRET_HEADERS.iter().any(|secret| secret.eq_ignore_ascii_case(name)) {
        probe.secret(name, node.place, written)
    } else {
        text(node.place, literal(written))
    }
}
