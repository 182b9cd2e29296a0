//! HTTP tests.

pub(crate) mod auth; // credentials
pub(crate) mod envelope; // what an API says of its own failure
mod graphql; // GraphQL requests

use super::{common, excerpt, facts};
use crate::render::Renderer;
use faultfinder_assert::Observation;
use faultfinder_http::{Body, Hop, Interim, Part, Request, Response};
use faultfinder_net::Proxy;
use faultfinder_spec::protocol::http::{
    BODY_BYTES_MAX, Body as BodySpec, FILES_MAX, HttpRequest, MultipartPart, Pair, PartContent,
};
use faultfinder_spec::value::{Method, Number};
use faultfinder_spec::{Place, Text};
use faultfinder_taxonomy::{Fact, Fault};
use std::collections::BTreeMap;
use std::path::Path;

/// Largest file of a multipart body, in bytes.
pub const FILE_BYTES_MAX: u64 = 3_000_000;
/// Most bytes of a body that a result keeps when `save_body` is set.
pub const SAVED_BODY_BYTES_MAX: usize = 51_200;
/// Most bytes of a body that a result shows when the test failed.
const EXCERPT_BYTES_MAX: usize = 1024;

/// A request, and what is done with its answer.
#[derive(Debug, Clone)]
pub(crate) struct Http {
    pub(crate) request: Request,
    pub(crate) save_body: bool,
    /// Whether it is a GraphQL request, whose answer may have errors of its own.
    pub(crate) is_graphql: bool,
}

/// Makes the request.
pub(super) fn build(
    written: &HttpRequest,
    renderer: &mut Renderer<'_>,
    warnings: &mut Vec<String>,
) -> Result<Http, Fault> {
    let mut request = Request::new(renderer.text("http.url", &written.url)?);
    if let Some(method) = renderer.option::<Method>("http.method", &written.method)? {
        method.as_str().clone_into(&mut request.method);
    }
    request.headers = pairs("http.headers", &written.headers, renderer, Secrecy::Whole)?;
    request.query = pairs("http.query", &written.query, renderer, Secrecy::Parts)?;
    request.cookies = pairs("http.cookies", &written.cookies, renderer, Secrecy::Whole)?;
    let is_graphql = match &written.body {
        Some(BodySpec::GraphQl(graphql)) => {
            if written.method.is_none() {
                "POST".clone_into(&mut request.method);
            }
            graphql::put(graphql, &mut request, renderer)?;
            true
        }
        Some(body) => {
            request.body = self::body(body, written.place, renderer)?;
            false
        }
        None => false,
    };
    request.auth = written.auth.as_ref().map(|auth| auth::build(auth, renderer)).transpose()?.flatten();
    request.follow_redirects =
        renderer.option("http.follow_redirects", &written.follow_redirects)?.unwrap_or(false);
    if let Some(redirects) = renderer.option("http.max_redirects", &written.max_redirects)? {
        request.max_redirects = Number::get(redirects);
    }
    request.persist_cookies =
        renderer.option("http.persist_cookies", &written.persist_cookies)?.unwrap_or(false);
    if let Some(version) = renderer.option("http.version", &written.version)? {
        request.version = version;
    }
    if let Some(proxy) = &written.proxy {
        let text = renderer.text("http.proxy.url", &proxy.url)?;
        let url = url::Url::parse(&text).map_err(|error| {
            let message = format!("the proxy's URL cannot be read: {error}");
            renderer.invalid("ERR_INVALID_URL", "http.proxy.url", proxy.url.place(), message)
        })?;
        if let Some(password) = url.password() {
            hide_proxy_credentials(url.username(), password, &proxy.url, renderer);
        }
        let headers = pairs("http.proxy.headers", &proxy.headers, renderer, Secrecy::Whole)?;
        request.proxy = Some(Proxy { url, headers });
    }
    request.tls = common::tls("http.tls.", &written.tls, renderer, warnings)?;
    request.client = common::client("http", &written.common, renderer)?;
    let save_body = renderer.option("http.save_body", &written.save_body)?.unwrap_or(false);
    Ok(Http { request, save_body, is_graphql })
}

/// How much of a text is secret when a secret is in it.
#[derive(Clone, Copy)]
enum Secrecy {
    /// All of it.
    Whole,
    /// The secret itself.
    Parts,
}

fn pairs(
    field: &str,
    pairs: &[Pair],
    renderer: &mut Renderer<'_>,
    secrecy: Secrecy,
) -> Result<Vec<(String, String)>, Fault> {
    let mut rendered = Vec::with_capacity(pairs.len());
    for pair in pairs {
        let name = renderer.text(field, &pair.name)?;
        let value = match secrecy {
            Secrecy::Whole => renderer.confidential(field, &pair.value)?,
            Secrecy::Parts => renderer.text(field, &pair.value)?,
        };
        rendered.push((name, value));
    }
    Ok(rendered)
}

fn body(written: &BodySpec, place: Place, renderer: &mut Renderer<'_>) -> Result<Body, Fault> {
    let (body, size, place) = match written {
        BodySpec::Text(text) => {
            let body = renderer.confidential("http.body", text)?;
            let size = body.len();
            (Body::Text(body), size, text.place())
        }
        BodySpec::Json(json) => {
            let body = renderer.json("http.json", place, json)?;
            let size = body.len();
            (Body::Json(body), size, place)
        }
        BodySpec::Form(fields) => {
            let body = pairs("http.form", fields, renderer, Secrecy::Parts)?;
            let size = body.iter().map(|(name, value)| name.len() + value.len() + 2).sum();
            (Body::Form(body), size, place)
        }
        BodySpec::Multipart(parts) => return multipart(parts, place, renderer),
        _ => return Err(renderer.invalid("invalid_value", "http.body", place, "unknown kind of body")),
    };
    if size > BODY_BYTES_MAX {
        let message = format!("the body has {size} bytes, at most {BODY_BYTES_MAX} are sent");
        return Err(renderer.invalid("too_long", "http.body", place, message));
    }
    Ok(body)
}

fn multipart(parts: &[MultipartPart], place: Place, renderer: &mut Renderer<'_>) -> Result<Body, Fault> {
    let mut built = Vec::with_capacity(parts.len());
    let mut files = 0;
    for part in parts {
        let name = renderer.text("http.multipart.name", &part.name)?;
        let mut filename = common::text("http.multipart.filename", &part.filename, renderer)?;
        let content_type = common::text("http.multipart.content_type", &part.content_type, renderer)?;
        let content = match &part.content {
            PartContent::Value(text) => renderer.confidential("http.multipart.value", text)?.into_bytes(),
            PartContent::File(path) => {
                files += 1;
                let (content, own_name) = file(path, renderer)?;
                filename = filename.or(own_name);
                content
            }
        };
        built.push(Part { name, filename, content_type, content });
    }
    if files > FILES_MAX {
        let message = format!("the body has {files} files, at most {FILES_MAX} are sent");
        return Err(renderer.invalid("too_long", "http.multipart", place, message));
    }
    Ok(Body::Multipart(built))
}

/// The content and the name of a file.
fn file(written: &Text, renderer: &mut Renderer<'_>) -> Result<(Vec<u8>, Option<String>), Fault> {
    renderer.admit_file("http.multipart.file", written.place())?;
    let path = renderer.text("http.multipart.file", written)?;
    let refused = |why: String| {
        let message = format!("cannot read {path}: {why}");
        renderer.invalid("unreadable_file", "http.multipart.file", written.place(), message)
    };
    let metadata = std::fs::metadata(&path).map_err(|error| refused(error.to_string()))?;
    if !metadata.is_file() {
        return Err(refused("it is no file".to_owned()));
    }
    if metadata.len() > FILE_BYTES_MAX {
        return Err(refused(format!("it has {} bytes, at most {FILE_BYTES_MAX} are sent", metadata.len())));
    }
    let content = std::fs::read(&path).map_err(|error| refused(error.to_string()))?;
    Ok((content, Path::new(&path).file_name().map(|name| name.to_string_lossy().into_owned())))
}

fn hide_proxy_credentials(username: &str, password: &str, written: &Text, renderer: &mut Renderer<'_>) {
    if !renderer.is_secret(written) {
        return;
    }
    let decode = |text: &str| percent_encoding::percent_decode_str(text).decode_utf8_lossy().into_owned();
    renderer.secrets.add(&decode(password));
    renderer.secrets.add(&format!("{}:{}", decode(username), decode(password)));
}

/// Shows assertions what is in the answer.
pub(super) fn observe<'a>(response: &'a Response, seen: &mut Observation<'a>) {
    seen.status = Some(response.status);
    seen.headers = Some(&response.headers);
    seen.trailers = Some(&response.trailers);
    seen.body = Some(&response.body);
    seen.body_truncated = response.body_truncated;
}

/// The answer in short.
pub(super) fn summary(response: &Response, failed: bool, save_body: bool) -> BTreeMap<String, Fact> {
    let mut summary = facts([
        ("status", response.status.into()),
        ("version", response.version.into()),
        ("url", response.url.as_str().into()),
        ("body_bytes", response.body_bytes_received.into()),
    ]);
    if let Some((_, media_type)) = response.headers.iter().find(|(name, _)| name == "content-type") {
        summary.insert("content_type".to_owned(), String::from_utf8_lossy(media_type).into_owned().into());
    }
    if let Some((_, offers)) = response.headers.iter().find(|(name, _)| name == "alt-svc") {
        summary.insert("alt_svc".to_owned(), String::from_utf8_lossy(offers).into_owned().into());
    }
    if !response.hops.is_empty() {
        summary.insert("hops".to_owned(), Fact::List(response.hops.iter().map(hop).collect()));
    }
    if !response.trailers.is_empty() {
        summary.insert("trailers".to_owned(), named(&response.trailers));
    }
    if !response.interim.is_empty() {
        summary.insert("interim".to_owned(), Fact::List(response.interim.iter().map(interim).collect()));
    }
    if save_body {
        summary.insert("body".to_owned(), excerpt(&response.body, SAVED_BODY_BYTES_MAX));
    } else if failed && !response.body.is_empty() {
        summary.insert("body".to_owned(), excerpt(&response.body, EXCERPT_BYTES_MAX));
    }
    summary
}

/// What people should know of an answer although it is no failure.
pub(super) fn warning(http: &Http, response: &Response) -> Option<String> {
    if http.is_graphql { graphql::warning(response) } else { None }
}

/// Most bytes of a field's value that a result shows.
const FIELD_BYTES_MAX: usize = 1024;

/// Fields by name; the values of one that repeats as a list.
fn named(fields: &[(String, Vec<u8>)]) -> Fact {
    let mut named: BTreeMap<String, Fact> = BTreeMap::new();
    for (name, value) in fields {
        let value = excerpt(value, FIELD_BYTES_MAX);
        match named.get_mut(name) {
            None => {
                named.insert(name.clone(), value);
            }
            Some(Fact::List(values)) => values.push(value),
            Some(first) => {
                let before = std::mem::replace(first, Fact::Null);
                *first = Fact::List(vec![before, value]);
            }
        }
    }
    Fact::Map(named)
}

fn interim(interim: &Interim) -> Fact {
    let headers = named(&interim.headers);
    let after = crate::moment::millis(interim.after);
    Fact::map([("status", interim.status.into()), ("after_ms", after.into()), ("headers", headers)])
}

fn hop(hop: &Hop) -> Fact {
    let phases = hop
        .timings
        .phases()
        .map(|(phase, time)| (phase.as_str().to_owned(), crate::moment::millis(time).into()));
    let mut timings: BTreeMap<String, Fact> = phases.collect();
    timings.insert("total".to_owned(), crate::moment::millis(hop.timings.total()).into());
    Fact::map([
        ("url", hop.url.as_str().into()),
        ("status", hop.status.into()),
        ("timings", Fact::Map(timings)),
    ])
}

/// The schemes of an answer's challenges, for the evidence.
pub(crate) fn challenges(status: u16, headers: &[(String, Vec<u8>)]) -> Vec<String> {
    let header = if status == 407 { "proxy-authenticate" } else { "www-authenticate" };
    let values = headers.iter().filter(|(name, _)| name == header);
    let mut schemes = Vec::new();
    for (_, value) in values {
        let text = String::from_utf8_lossy(value).into_owned();
        // A challenge begins with a scheme, a token that no `=` follows (RFC 9110 section 11.6.1).
        for part in text.split(',') {
            let first = part.split_whitespace().next().unwrap_or_default();
            let scheme = !first.is_empty()
                && !first.contains('=')
                && first.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
            if scheme && !schemes.iter().any(|known: &String| known.eq_ignore_ascii_case(first)) {
                schemes.push(first.to_owned());
            }
        }
    }
    schemes
}
