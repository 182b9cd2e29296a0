//! HTTP requests.

use super::draft::Monitor;
use super::fields::{count, is_set};
use super::kind::Kind;
use super::{checks, json, login, proxy};
use crate::foreign::build::{Fields, text, word};
use crate::foreign::pieces::{is_secret_header, literal};
use crate::foreign::section::Section;
use crate::yaml::{Kind as Shape, Node};
use std::rc::Rc;

/// How many redirects are followed where a monitor does not say, and most that can be.
const REDIRECTS_DEFAULT: u32 = 10;
const REDIRECTS_MAX: u32 = 100;

/// Encodings of a body, and the media type that is sent with each.
const ENCODINGS: &[(&str, &str)] = &[
    ("json", "application/json"),
    ("xml", "text/xml; charset=utf-8"),
    ("form", "application/x-www-form-urlencoded"),
];

type Mine<'a, 'm, 'r, 's, 'o> = &'a mut Monitor<'m, 'r, 's, 'o>;

/// Reads the request and what must hold of its response; nothing if the monitor is left out.
pub(super) fn read(monitor: Mine<'_, '_, '_, '_, '_>, section: &mut Section<'_>, kind: Kind) -> Option<()> {
    let Some((url_node, url)) = section.text(monitor.conversion, "url") else {
        let at = text(monitor.place, "");
        monitor.leave_out(&at, "it has no `url`");
        return None;
    };
    let url = url.trim();
    let native = monitor.text(url_node, url);
    monitor.request.put("url", native);
    // Ours would be POST where there is a body.
    let method = section.text(monitor.conversion, "method");
    let (at, method) = method.map_or((url_node, "GET"), |(node, method)| (node, method));
    let method = monitor.text(at, &method.trim().to_ascii_uppercase());
    monitor.request.put("method", method);
    let body = body(monitor, section)?;
    headers(monitor, section, body.as_ref().map(|(_, media)| *media))?;
    if let Some((body, _)) = body {
        monitor.request.put("body", body);
    }
    let mut tls = Fields::default();
    login::read(monitor, section, &mut tls)?;
    redirects(monitor, section);
    proxy::read(monitor, section)?;
    let ignored = is_set(monitor.conversion, section, "ignoreTls");
    if let Some(node) = ignored {
        tls.put("insecure", word(node.place, "true"));
    }
    if !tls.is_empty() {
        monitor.request.put("tls", tls.into_node(monitor.place));
    }
    checks::read(monitor, section, kind)?;
    checks::expiry(monitor, section, url, ignored.is_some());
    Some(())
}

fn redirects(monitor: Mine<'_, '_, '_, '_, '_>, section: &mut Section<'_>) {
    let given = count(monitor.conversion, section, "maxredirects");
    let place = given.map_or(monitor.place, |(node, _)| node.place);
    let most = given.map_or(REDIRECTS_DEFAULT, |(_, most)| most);
    if most == 0 {
        return;
    }
    if let Some((node, most)) = given
        && most > REDIRECTS_MAX
    {
        let message = format!("`maxredirects`: {most} becomes {REDIRECTS_MAX}: more is not possible");
        monitor.conversion.warn(node, message);
    }
    monitor.request.put("follow_redirects", word(place, "true"));
    monitor.request.put("max_redirects", word(place, most.min(REDIRECTS_MAX)));
}

/// The body and its media type.
type Body = Option<(Rc<Node>, &'static str)>;

/// The body, if there is one; nothing if the monitor is left out.
fn body(monitor: Mine<'_, '_, '_, '_, '_>, section: &mut Section<'_>) -> Option<Body> {
    let encoding = section.text(monitor.conversion, "httpBodyEncoding");
    let body = section.text(monitor.conversion, "body").filter(|(_, body)| !body.trim().is_empty());
    let Some((node, body)) = body else { return Some(None) };
    let name = encoding.map_or("json", |(_, name)| name);
    let Some((_, media)) = ENCODINGS.iter().find(|(known, _)| *known == name) else {
        let name = crate::text::quoted(name);
        let message = format!("`body` is left out: its encoding {name} is not known");
        monitor.conversion.warn(encoding.map_or(node, |(node, _)| node), message);
        return Some(None);
    };
    if name == "json" && !json::is_json(body) {
        monitor.leave_out(node, "its `body` is not JSON, so that Uptime Kuma does not send it");
        return None;
    }
    Some(Some((monitor.text(node, body), media)))
}

/// The headers, and that of the body unless they have one; nothing if the monitor is left out.
fn headers(
    monitor: Mine<'_, '_, '_, '_, '_>,
    section: &mut Section<'_>,
    media: Option<&'static str>,
) -> Option<()> {
    let mut headers = Fields::default();
    let mut has_media = false;
    if let Some((node, written)) = section.text(monitor.conversion, "headers") {
        // The line of the headers, which may be secret, is not shown.
        let at = text(monitor.place, "");
        let value = json::value(node.place, written);
        let Some(Shape::Mapping(entries)) = value.as_ref().map(|value| &value.kind) else {
            monitor.leave_out(&at, "its `headers` are not a JSON object, so that Uptime Kuma sends nothing");
            return None;
        };
        for (name, value) in entries {
            let (Some(name), Some(value)) = (name.scalar(), value.scalar()) else {
                let message = "one of `headers` is left out: its value is neither text nor a number";
                monitor.conversion.warn(&at, message);
                continue;
            };
            has_media |= name.text.eq_ignore_ascii_case("content-type");
            let header = if is_secret_header(&name.text) {
                monitor.secret(node, &name.text, &value.text)
            } else {
                monitor.text(node, &value.text)
            };
            headers.put(&literal(&name.text), header);
        }
    }
    if let Some(media) = media.filter(|_| !has_media) {
        headers.put("Content-Type", text(monitor.place, media));
    }
    if !headers.is_empty() {
        monitor.request.put("headers", headers.into_node(monitor.place));
    }
    Some(())
}
