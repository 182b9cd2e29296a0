//! HTTP requests.

use super::super::build::{Fields, text, word};
use super::context::Context;
use super::settings::{Settings, pairs, put_text, put_timeout};
use super::{auth, body, material, value};
use crate::yaml::Node;
use std::rc::Rc;

/// The versions of HTTP, and their native words.
const VERSIONS: &[(&str, &str)] = &[("http1", "1.1"), ("http2", "2"), ("any", "auto")];

/// The fields of a native `http` request.
pub(super) fn convert(context: &mut Context<'_, '_, '_, '_>, settings: Settings<'_>) -> Option<Fields> {
    let request = settings.request;
    let mut fields = Fields::default();
    put_text(context, settings, &mut fields, ("url", "url"));
    put_text(context, settings, &mut fields, ("method", "method"));
    let body = body::convert(context, request);
    let is_multipart = body.is_multipart;
    let mut headers = headers(context, request, is_multipart);
    if let Some((content_type, place)) = body.content_type {
        add_header(&mut headers, "content-type", text(place, content_type), request);
    }
    if let Some(headers) = headers {
        fields.put("headers", headers);
    }
    if let Some(query) = value::field(request, "query").cloned()
        && let Some(query) = pairs(context, &query, |_| false)
    {
        fields.put("query", query);
    }
    for (name, value) in body.fields {
        fields.put(name, value);
    }
    if let Some(auth) = auth::convert(context, request) {
        fields.put("auth", auth);
    }
    for (theirs, ours) in [("follow_redirects", "follow_redirects"), ("persistCookies", "persist_cookies")] {
        if settings.is_set(context, theirs) {
            fields.put(ours, word(request.place, true));
        }
    }
    if let Some(version) = version(context, settings) {
        fields.put("version", version);
    }
    if let Some(proxy) = proxy(context, request) {
        fields.put("proxy", proxy);
    }
    if let Some(tls) = tls(context, settings) {
        fields.put("tls", tls);
    }
    put_timeout(context, settings, &mut fields);
    Some(fields)
}

/// The headers of a request. A multipart body brings its own content type, with its own boundary.
fn headers(context: &mut Context<'_, '_, '_, '_>, request: &Node, is_multipart: bool) -> Option<Rc<Node>> {
    let node = Rc::clone(value::field(request, "headers")?);
    let is_left_out = |name: &str| is_multipart && name.eq_ignore_ascii_case("content-type");
    if value::entries(&node).iter().any(|(key, _)| key.scalar().is_some_and(|key| is_left_out(&key.text))) {
        context
            .conversion
            .remark(&node, "the header content-type is left out: a multipart body brings its own");
    }
    pairs(context, &node, is_left_out).filter(|pairs| !value::entries(pairs).is_empty())
}

/// Adds a header unless there is one of this name.
fn add_header(headers: &mut Option<Rc<Node>>, name: &str, value: Rc<Node>, request: &Node) {
    let mut entries = headers.as_deref().map(|headers| value::entries(headers).to_vec()).unwrap_or_default();
    let is_there = |key: &Node| key.scalar().is_some_and(|key| key.text.eq_ignore_ascii_case(name));
    if entries.iter().any(|(key, _)| is_there(key)) {
        return;
    }
    let place = headers.as_deref().map_or(request.place, |headers| headers.place);
    entries.push((text(value.place, name), value));
    *headers = Some(Rc::new(Node::new(place, crate::yaml::Kind::Mapping(entries))));
}

fn version(context: &mut Context<'_, '_, '_, '_>, settings: Settings<'_>) -> Option<Rc<Node>> {
    let node = settings.find("httpVersion")?;
    let written = node.scalar().map_or("", |version| version.text.as_str());
    match VERSIONS.iter().find(|(theirs, _)| *theirs == written) {
        Some((_, "auto")) => None,
        // Without TLS there is no negotiation.
        Some((_, "2"))
            if value::word(settings.request, "url").is_some_and(|url| url.starts_with("http://")) =>
        {
            Some(word(node.place, "h2c"))
        }
        Some((_, ours)) => Some(word(node.place, ours)),
        None => {
            let message = format!("the HTTP version `{written}` is not known, and is left out");
            context.conversion.warn(node, message);
            None
        }
    }
}

fn proxy(context: &mut Context<'_, '_, '_, '_>, request: &Node) -> Option<Rc<Node>> {
    let node = Rc::clone(value::field(request, "proxy")?);
    let mut fields = Fields::default();
    let Some(url) = context.filled(&node, "url") else {
        context.conversion.warn(&node, "the proxy is left out: it has no `url`");
        return None;
    };
    fields.put("url", url);
    if let Some(headers) = value::field(&node, "headers").cloned()
        && let Some(headers) =
            pairs(context, &headers, |_| false).filter(|all| !value::entries(all).is_empty())
    {
        fields.put("headers", headers);
    }
    Some(fields.into_node(node.place))
}

/// TLS settings of a request over HTTP, WebSocket or gRPC.
pub(super) fn tls(context: &mut Context<'_, '_, '_, '_>, settings: Settings<'_>) -> Option<Rc<Node>> {
    let mut fields = Fields::default();
    if settings.is_set(context, "allow_insecure") {
        let place = settings.find("allow_insecure").map_or(settings.request.place, |node| node.place);
        fields.put("insecure", word(place, true));
    }
    material::put_certificate(context, settings.request, &mut fields);
    (!fields.is_empty()).then(|| fields.into_node(settings.request.place))
}
