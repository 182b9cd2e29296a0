//! The request of an endpoint.

use super::draft::Endpoint;
use super::kind::Kind;
use crate::foreign::build::{Fields, list, text, word};
use crate::foreign::pieces::{host_and_port, is_secret_header, number};
use crate::foreign::section::Section;
use crate::yaml::Node;
use std::rc::Rc;

/// The port of an SSH server unless the URL names one.
const PORT_SSH: &str = "22";

/// Longest random text that can be made; Gatus' own limit is 8192.
const RANDOM_MAX: usize = 1024;

type Mine<'m, 'e, 'f, 'r, 's, 'o> = &'m mut Endpoint<'e, 'f, 'r, 's, 'o>;

/// Reads the fields; nothing if the endpoint is left out.
pub(super) fn read(
    endpoint: Mine<'_, '_, '_, '_, '_, '_>,
    section: &mut Section<'_>,
    dns: Option<&Rc<Node>>,
    ssh: Option<&Rc<Node>>,
) -> Option<()> {
    let body = body(endpoint, section);
    if endpoint.kind == Kind::Tls && body.is_some() {
        endpoint.kind = Kind::TlsTalk;
    }
    match endpoint.kind {
        Kind::Http => http(endpoint, section, body),
        Kind::Ws => {
            url(endpoint);
            headers(endpoint, section);
            let message = body.unwrap_or_else(|| text(endpoint.place, ""));
            endpoint.request.put("message", message);
        }
        Kind::Grpc => {
            url(endpoint);
            endpoint.request.put("health", word(endpoint.place, "true"));
        }
        Kind::Dns => self::dns(endpoint, dns?)?,
        Kind::Icmp => {
            let host = endpoint.url.strip_prefix("icmp://").unwrap_or(endpoint.url);
            let host = endpoint.native(endpoint.url_place, host.trim_matches(['[', ']']));
            endpoint.request.put("host", text(endpoint.url_place, host));
            endpoint.request.put("packets", word(endpoint.place, "1"));
        }
        Kind::Tls => address(endpoint, None)?,
        Kind::StartTls => {
            address(endpoint, None)?;
            endpoint.request.put("starttls", word(endpoint.url_place, "smtp"));
        }
        Kind::Udp => {
            address(endpoint, None)?;
            let Some(body) = body else {
                let at = text(endpoint.url_place, "");
                endpoint.leave_out(
                    &at,
                    "without a `body`, Gatus sends nothing over UDP, so that it always passes",
                );
                return None;
            };
            endpoint.request.put("message", body);
        }
        Kind::Tcp | Kind::TlsTalk => {
            address(endpoint, None)?;
            if let Some(body) = body {
                conversation(endpoint, body);
            }
        }
        Kind::Ssh => self::ssh(endpoint, ssh)?,
    }
    // Without a meaning for the others.
    section.skip(&["method", "headers", "graphql"]);
    Some(())
}

fn url(endpoint: Mine<'_, '_, '_, '_, '_, '_>) {
    let url = endpoint.native(endpoint.url_place, endpoint.url);
    endpoint.request.put("url", text(endpoint.url_place, url));
}

/// Host and port of a URL without a path.
fn address(endpoint: Mine<'_, '_, '_, '_, '_, '_>, default: Option<&str>) -> Option<()> {
    let rest = endpoint.url.split_once("://").map_or(endpoint.url, |(_, rest)| rest);
    let (host, port) = host_and_port(rest.trim_end_matches('/'));
    let at = text(endpoint.url_place, "");
    let Some(port) = port.or(default) else {
        let message = format!("expected HOST:PORT, found {}", crate::text::quoted(rest));
        endpoint.file.conversion.error(&at, message, "put the port behind the host");
        return None;
    };
    let (host, port) = (endpoint.native(at.place, host), endpoint.native(at.place, port));
    endpoint.request.put("host", text(at.place, host));
    endpoint.request.put("port", number(at.place, &port));
    Some(())
}

/// A text that is sent, and any answer.
fn conversation(endpoint: Mine<'_, '_, '_, '_, '_, '_>, body: Rc<Node>) {
    let place = body.place;
    let mut sends = Fields::default();
    sends.put("send", body);
    let mut expects = Fields::default();
    expects.put("expect_regex", text(place, "^"));
    endpoint.request.put("steps", list(place, vec![sends.into_node(place), expects.into_node(place)]));
}

fn http(endpoint: Mine<'_, '_, '_, '_, '_, '_>, section: &mut Section<'_>, body: Option<Rc<Node>>) {
    url(endpoint);
    let method = section.text(endpoint.file.conversion, "method");
    let graphql = section.flag(endpoint.file.conversion, "graphql").filter(|(_, is)| *is);
    let is_post = method.is_some_and(|(_, method)| method == "POST");
    headers(endpoint, section);
    match method {
        Some((node, method)) => {
            let method = endpoint.text(node, method);
            endpoint.request.put("method", method);
        }
        // Ours would be POST.
        None if body.is_some() => endpoint.request.put("method", word(endpoint.place, "GET")),
        None => {}
    }
    let Some(body) = body else { return };
    match graphql {
        Some((node, _)) => {
            let mut query = Fields::default();
            query.put("query", body);
            let query = query.into_node(node.place);
            // A GET would have the query in its URL, which Gatus' has not.
            endpoint.request.put(if is_post { "graphql" } else { "json" }, query);
        }
        None => endpoint.request.put("body", body),
    }
}

fn headers(endpoint: Mine<'_, '_, '_, '_, '_, '_>, section: &mut Section<'_>) {
    let mut headers = Fields::default();
    for (name, value) in section.pairs(endpoint.file.conversion, "headers") {
        let Some(scalar) = value.scalar() else {
            endpoint.file.conversion.reader.unexpected(value, "text for `headers`");
            continue;
        };
        let node = if is_secret_header(name) {
            endpoint.secret(value, name, &scalar.text)
        } else {
            endpoint.text(value, &scalar.text)
        };
        headers.put(name, node);
    }
    if !headers.is_empty() {
        endpoint.request.put("headers", headers.into_node(endpoint.place));
    }
}

/// The body with its placeholders.
fn body(endpoint: Mine<'_, '_, '_, '_, '_, '_>, section: &mut Section<'_>) -> Option<Rc<Node>> {
    let (node, written) = section.text(endpoint.file.conversion, "body")?;
    if written.contains("[LOCAL_ADDRESS]") {
        let message = "`[LOCAL_ADDRESS]` is sent as it is: the local address is not known before";
        endpoint.file.conversion.warn(node, message);
    }
    let written = written
        .replace("[ENDPOINT_NAME]", endpoint.name)
        .replace("[ENDPOINT_GROUP]", endpoint.group)
        .replace("[ENDPOINT_URL]", endpoint.url);
    let mut out = String::new();
    let mut rest = written.as_str();
    while let Some((before, after)) = rest.split_once("[RANDOM_STRING_") {
        let number =
            after.split_once(']').and_then(|(digits, after)| Some((digits.parse::<usize>().ok()?, after)));
        out.push_str(&endpoint.native(node.place, before));
        match number {
            Some((length, after)) => {
                out.push_str(&format!("{{{{ alphanumeric({}) }}}}", length.clamp(1, RANDOM_MAX)));
                rest = after;
            }
            None => {
                out.push_str("[RANDOM_STRING_");
                rest = after;
            }
        }
    }
    out.push_str(&endpoint.native(node.place, rest));
    Some(text(node.place, out))
}

fn dns(endpoint: Mine<'_, '_, '_, '_, '_, '_>, node: &Rc<Node>) -> Option<()> {
    let mut section = Section::of(endpoint.file.conversion, node, "dns");
    let name = section.text(endpoint.file.conversion, "query-name");
    let kind = section.text(endpoint.file.conversion, "query-type");
    section.finish(endpoint.file.conversion);
    let (Some((name_node, name)), Some((kind_node, kind))) = (name, kind) else {
        let help = "`query-name`: the name that is asked for; `query-type`: the type of record";
        endpoint.file.conversion.error(node, "`dns` needs `query-name` and `query-type`", help);
        return None;
    };
    let name = endpoint.text(name_node, name);
    endpoint.request.put("name", name);
    endpoint.record = kind.to_ascii_uppercase();
    endpoint.request.put("type", text(kind_node.place, &endpoint.record));
    let url = endpoint.url.split_once("://").map_or(endpoint.url, |(_, rest)| rest);
    let (host, port) = host_and_port(url);
    let place = endpoint.url_place;
    let host = endpoint.native(place, host);
    endpoint.request.put("server", text(place, host));
    if let Some(port) = port {
        let port = endpoint.native(place, port);
        endpoint.request.put("port", number(place, &port));
    }
    endpoint.request.put("edns", word(endpoint.place, "off"));
    Some(())
}

/// Without credentials, the greeting of the server is all that is looked at.
fn ssh(endpoint: Mine<'_, '_, '_, '_, '_, '_>, node: Option<&Rc<Node>>) -> Option<()> {
    let is_set = |field: &str| {
        let value = node.and_then(|node| node.get(field)).and_then(|value| value.scalar());
        value.is_some_and(|value| !value.text.is_empty())
    };
    if let Some(node) = node
        && ["username", "password", "private-key"].into_iter().any(is_set)
    {
        endpoint.leave_out(node, "commands cannot be carried out over SSH");
        return None;
    }
    address(endpoint, Some(PORT_SSH))?;
    let place = endpoint.url_place;
    let mut greets = Fields::default();
    greets.put("expect_regex", text(place, "^SSH-"));
    endpoint.request.put("steps", list(place, vec![greets.into_node(place)]));
    Some(())
}
