//! HTTP tests.

mod auth; // credentials
mod body; // what is sent with a request
mod charset; // the character encoding of a body
mod graphql; // GraphQL requests

use super::answer::{Answer, Cut, Refusal, facts};
use super::excerpt::{EXCERPT_BYTES_MAX, excerpt};
use super::probe::{Probe, Sent};
use super::{challenge, client, credentials, envelope, proxy, tls};
use crate::section::{Secrecy, Section};
use faultfinder_assert::{Assertion, Observation, RedirectFacts};
use faultfinder_http::{CookieJar, Enough, Hop, Interim, Request, Response};
use faultfinder_net::tls::TlsOptions;
use faultfinder_net::{ClientOptions, Host, Shared, Vantage};
use faultfinder_spec::value::Method;
use faultfinder_taxonomy::word::{HashAlgorithm, HttpVersion};
use faultfinder_taxonomy::{EdgeAnswer, ErrorBody, Fact, Fault, Phase};
use futures_util::future::BoxFuture;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use charset::Decoded;

pub use body::TEXT_BODY_BYTES_MAX;

/// How many header fields the result of a failed test shows.
const HEADERS_SHOWN_MAX: usize = 64;

/// A request, and what is done with its answer.
#[derive(Debug, Clone)]
pub(super) struct Http {
    request: Request,
    save_body: bool,
    /// Whether it is a GraphQL request, whose answer may have errors of its own.
    is_graphql: bool,
}

/// An answer, and what is done with it.
#[derive(Debug)]
struct HttpAnswer {
    response: Response,
    /// The body as UTF-8, if it has another encoding.
    text: Option<Vec<u8>>,
    /// What people should know about its encoding.
    warning: Option<String>,
    save_body: bool,
    is_graphql: bool,
    /// Whether its body is not complete.
    is_partial: bool,
}

/// Makes the request.
pub(super) fn build(section: &mut Section<'_, '_>, assertions: &[Assertion]) -> Http {
    let mut request = Request::new(credentials::url(section));
    let method = section.value::<Method>("method").map(Method::into_string);
    let is_graphql = section.has("graphql");
    let has_body =
        ["body", "body_file", "json", "form", "multipart"].into_iter().any(|field| section.has(field));
    let default = if is_graphql || has_body { "POST" } else { "GET" };
    request.method = method.unwrap_or_else(|| default.to_owned());
    request.headers = section.pairs("headers", Secrecy::Whole);
    request.query = section.pairs("query", Secrecy::Parts);
    request.cookies = section.pairs("cookies", Secrecy::Whole);
    request.body = body::body(section);
    if let Some(mut graphql) = section.section("graphql") {
        graphql::put(&mut graphql, &mut request);
    }
    request.auth = section.section("auth").and_then(|mut auth| auth::build(&mut auth)).map(Box::new);
    request.follow_redirects = section.flag("follow_redirects");
    request.max_redirects = section.number("max_redirects").unwrap_or(request.max_redirects);
    request.persist_cookies = section.flag("persist_cookies");
    section.set_word("version", &mut request.version);
    request.proxy = proxy::nested(section).map(Box::new);
    request.tls = tls::nested(section).into();
    request.client = client::tcp_client(section).into();
    if section.has("unix_socket") && matches!(request.version, HttpVersion::Http3 | HttpVersion::Discover) {
        let message = "HTTP/3 runs over UDP, which a Unix socket does not have";
        section.object("version", "ERR_INVALID_PROTOCOL", message);
    }
    // Hashes are made as the body comes, so that they are known of bodies that are not kept.
    let mut hashes: Vec<HashAlgorithm> = assertions.iter().flat_map(Assertion::hashes).collect();
    hashes.sort_unstable();
    hashes.dedup();
    request.hashes = hashes;
    if let Some(mut enough) = section.section("enough") {
        request.enough.bytes = enough.number("bytes").map(u64::from);
        request.enough.events = enough.number("events");
        request.enough.text = enough.text("text");
        if request.enough.text.as_ref().is_some_and(|text| text.len() > Enough::TEXT_BYTES_MAX) {
            let most = Enough::TEXT_BYTES_MAX;
            enough.object("text", "too_long", format!("the text of `enough` has at most {most} bytes"));
        }
        if enough.has("time") {
            let mut time = Duration::ZERO;
            enough.set_duration("time", &mut time);
            request.enough.time = Some(time);
        }
    }
    Http { request, save_body: section.flag("save_body"), is_graphql }
}

impl Probe for Http {
    fn client(&self) -> &ClientOptions {
        &self.request.client
    }

    fn client_mut(&mut self) -> &mut Shared<ClientOptions> {
        &mut self.request.client
    }

    fn with_client(&self, client: ClientOptions) -> Arc<dyn Probe> {
        let client = client.into();
        Arc::new(Self { request: Request { client, ..self.request.clone() }, ..self.clone() })
    }

    fn with_cookies(&self, cookies: &CookieJar) -> Option<Arc<dyn Probe>> {
        let cookie_jar = Some(cookies.clone());
        Some(Arc::new(Self { request: Request { cookie_jar, ..self.request.clone() }, ..self.clone() }))
    }

    fn host(&self) -> Option<Host> {
        if self.request.proxy.is_some() {
            return None;
        }
        let url = url::Url::parse(&self.request.url).ok()?;
        Host::parse(url.host_str()?, "host").ok()
    }

    fn port(&self) -> Option<u16> {
        url::Url::parse(&self.request.url).ok()?.port_or_known_default()
    }

    fn check(&self) -> Vec<Fault> {
        faultfinder_http::check(&self.request)
    }

    fn tls(&self) -> Option<(&Shared<TlsOptions>, &'static str)> {
        Some((&self.request.tls, "http.tls"))
    }

    fn tls_mut(&mut self) -> Option<&mut Shared<TlsOptions>> {
        Some(&mut self.request.tls)
    }

    fn begins_with_tls(&self) -> bool {
        self.request.url.get(..6).is_some_and(|scheme| scheme.eq_ignore_ascii_case("https:"))
    }

    fn send<'a>(&'a self, vantage: &'a Vantage) -> BoxFuture<'a, Sent> {
        Box::pin(async {
            let (report, partial) = faultfinder_http::probe_keeping(vantage, &self.request).await;
            let Self { save_body, is_graphql, .. } = *self;
            let answer = |response: Response, is_partial| {
                let Decoded { text, warning } = charset::decode(&response.headers, &response.body);
                Box::new(HttpAnswer { response, text, warning, save_body, is_graphql, is_partial })
                    as Box<dyn Answer>
            };
            Sent {
                report: report.map(|response| answer(response, false)),
                partial: partial.map(|response| answer(response, true)),
            }
        })
    }
}

impl HttpAnswer {
    /// The body as UTF-8.
    fn body(&self) -> &[u8] {
        self.text.as_deref().unwrap_or(&self.response.body)
    }
}

impl Answer for HttpAnswer {
    fn observe<'a>(&'a self, seen: &mut Observation<'a>) {
        seen.status = Some(self.response.status);
        seen.http_version = Some(self.response.version);
        seen.url = Some(&self.response.url);
        // An answer that only offers HTTP/3 is a hop, too.
        let redirects = self.response.hops.iter().filter(|hop| matches!(hop.status, 300..=399));
        seen.redirects =
            Some(redirects.map(|hop| RedirectFacts { url: &hop.url, status: hop.status }).collect());
        seen.headers = Some(&self.response.headers);
        seen.trailers = Some(&self.response.trailers);
        seen.body = Some(self.body());
        seen.body_truncated = self.response.body_truncated;
        seen.body_bytes = self.response.body_bytes;
        seen.body_hashes = &self.response.body_hashes;
        seen.raw_body = Some(&self.response.body);
    }

    fn summary(&self, failed: bool) -> BTreeMap<String, Fact> {
        let mut summary = facts([
            ("status", self.response.status.into()),
            ("version", self.response.version.into()),
            ("url", self.response.url.as_str().into()),
            ("body_bytes", self.response.body_bytes_received.into()),
        ]);
        if let Some((_, media_type)) = self.response.headers.iter().find(|(name, _)| name == "content-type") {
            summary
                .insert("content_type".to_owned(), String::from_utf8_lossy(media_type).into_owned().into());
        }
        if let Some((_, offers)) = self.response.headers.iter().find(|(name, _)| name == "alt-svc") {
            summary.insert("alt_svc".to_owned(), String::from_utf8_lossy(offers).into_owned().into());
        }
        if let Some(stopped) = self.response.stopped {
            summary.insert("stopped_by".to_owned(), stopped.as_str().into());
        }
        if !self.response.hops.is_empty() {
            summary.insert("hops".to_owned(), Fact::List(self.response.hops.iter().map(hop).collect()));
        }
        if !self.response.trailers.is_empty() {
            summary.insert("trailers".to_owned(), named(self.response.trailers.iter()));
        }
        if !self.response.interim.is_empty() {
            summary.insert(
                "interim".to_owned(),
                Fact::List(self.response.interim.iter().map(interim).collect()),
            );
        }
        if self.is_partial || failed {
            let shown = self.response.headers.iter().take(HEADERS_SHOWN_MAX);
            summary.insert("headers".to_owned(), named(shown));
        }
        if self.save_body {
            summary.insert("body".to_owned(), excerpt(self.body(), TEXT_BODY_BYTES_MAX));
        } else if failed && !self.response.body.is_empty() {
            summary.insert("body".to_owned(), excerpt(self.body(), EXCERPT_BYTES_MAX));
        }
        summary
    }

    fn edge(&self) -> Option<EdgeAnswer> {
        faultfinder_http::edge::diagnose(self.response.status, &self.response.headers, self.body())
    }

    fn warnings(&self) -> Vec<String> {
        let of_graphql = if self.is_graphql { graphql::warning(self.body()) } else { None };
        of_graphql.into_iter().chain(self.warning.clone()).collect()
    }

    fn advice(&self) -> Option<String> {
        challenge::advice(self.response.status, &self.response.headers)
    }

    fn error_envelope(&self) -> Option<ErrorBody> {
        envelope::read(&self.response)
    }

    fn retry_after(&self, now: SystemTime) -> Option<Duration> {
        envelope::retry_after(&self.response, now)
    }

    fn cut(&self) -> Option<Cut> {
        self.response.body_truncated.then_some(Cut {
            what: "the body",
            name: "body_too_large",
            hint: "assert on a header or the status instead, or ask for less",
            kept: Request::BODY_BYTES_MAX,
            received: ("body_bytes_received", self.response.body_bytes_received),
        })
    }

    fn credentials_refused(&self) -> Option<Refusal<'_>> {
        self.response.credentials_refused.then_some(Refusal {
            status: self.response.status,
            headers: &self.response.headers,
            phase: Phase::Wait,
            unanswerable: self.response.unanswerable.as_ref(),
        })
    }
}

/// Fields by name; the values of one that repeats as a list.
fn named<'f>(fields: impl Iterator<Item = &'f (String, Vec<u8>)>) -> Fact {
    let mut named: BTreeMap<String, Fact> = BTreeMap::new();
    for (name, value) in fields {
        let value = excerpt(value, EXCERPT_BYTES_MAX);
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
    let headers = named(interim.headers.iter());
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
