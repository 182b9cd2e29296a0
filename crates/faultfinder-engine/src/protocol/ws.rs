//! WebSocket tests.

use super::answer::{Answer, Refusal, facts};
use super::excerpt::{EXCERPT_BYTES_MAX, excerpt};
use super::probe::{Probe, sent_by};
use super::{client, credentials, file, proxy, tls};
use crate::section::{Secrecy, Section};
use faultfinder_assert::{Assertion, Observation, WebSocketFacts};
use faultfinder_net::tls::TlsOptions;
use faultfinder_net::{Host, Shared};
use faultfinder_taxonomy::{CloseCode, Fact, Phase};
use faultfinder_ws::{Auth, Message, Request, Response, Step};
use std::collections::BTreeMap;

/// Most messages that a result shows.
const SHOWN_MAX: usize = 10;

/// Makes the request.
pub(super) fn build(section: &mut Section<'_, '_>, assertions: &[Assertion]) -> Request {
    let mut request = Request::new(credentials::url(section));
    request.steps = steps(section, assertions);
    request.headers = section.pairs("headers", Secrecy::Whole);
    request.cookies = section.pairs("cookies", Secrecy::Whole);
    request.subprotocols = section.texts("subprotocols");
    request.auth = section.section("auth").and_then(|mut auth| self::auth(&mut auth));
    request.follow_redirects = section.flag("follow_redirects");
    if let Some(most) = section.number("max_redirects") {
        request.max_redirects = most;
    }
    request.proxy = proxy::nested(section);
    request.tls = tls::nested(section).into();
    if let Some(bytes) = section.number("max_message_bytes") {
        request.max_message_bytes = usize::try_from(bytes).unwrap_or(usize::MAX);
    }
    request.client = client::tcp_client(section).into();
    // An assertion on the status makes another one than 101 a value, and one on the close code the peer's close.
    request.status_as_value = assertions.iter().any(Assertion::reads_status);
    request.close_as_value = assertions.iter().any(Assertion::reads_close_code);
    request
}

/// What is said and awaited. After `message`, and where an assertion reads a message although nothing is said, the next
/// one is awaited.
fn steps(section: &mut Section<'_, '_>, assertions: &[Assertion]) -> Vec<Step> {
    if section.has("steps") {
        return section.sections("steps", step);
    }
    let message = match section.confidential("message") {
        Some(text) => Some(Message::Text(text)),
        None => section.base64("message_base64").map(Message::Binary),
    };
    let of_file = || file::of(section, "message_file").map(|(_, bytes)| Message::Binary(bytes));
    let message = message.or_else(of_file);
    match message {
        Some(message) => vec![Step::Send(message), Step::Receive],
        None if assertions.iter().any(Assertion::reads_received) => vec![Step::Receive],
        None => Vec::new(),
    }
}

fn step(section: &mut Section<'_, '_>) -> Option<Step> {
    if let Some(text) = section.confidential("send") {
        return Some(Step::Send(Message::Text(text)));
    }
    if let Some(bytes) = section.base64("send_base64") {
        return Some(Step::Send(Message::Binary(bytes)));
    }
    if let Some((_, bytes)) = file::of(section, "send_file") {
        return Some(Step::Send(Message::Binary(bytes)));
    }
    if let Some(text) = section.text("expect") {
        return Some(Step::Expect(text.into_bytes()));
    }
    if let Some(bytes) = section.base64("expect_base64") {
        return Some(Step::Expect(bytes));
    }
    section.text("ping").map(|payload| Step::Ping(payload.into_bytes()))
}

fn auth(section: &mut Section<'_, '_>) -> Option<Auth> {
    if let Some(token) = section.secret("bearer") {
        return Some(Auth::Bearer(token));
    }
    section.section("basic").map(|mut basic| Auth::Basic(credentials::basic(&mut basic)))
}

impl Probe for Request {
    sent_by!(faultfinder_ws);

    fn host(&self) -> Option<Host> {
        if self.proxy.is_some() {
            return None;
        }
        let url = url::Url::parse(&self.url).ok()?;
        Host::parse(url.host_str()?, "host").ok()
    }

    fn port(&self) -> Option<u16> {
        url::Url::parse(&self.url).ok()?.port_or_known_default()
    }

    fn tls(&self) -> Option<(&Shared<TlsOptions>, &'static str)> {
        Some((&self.tls, "ws.tls"))
    }

    fn tls_mut(&mut self) -> Option<&mut Shared<TlsOptions>> {
        Some(&mut self.tls)
    }

    fn begins_with_tls(&self) -> bool {
        self.url.get(..4).is_some_and(|scheme| scheme.eq_ignore_ascii_case("wss:"))
    }
}

impl Answer for Response {
    fn observe<'a>(&'a self, seen: &mut Observation<'a>) {
        seen.status = Some(self.opening.status);
        seen.headers = Some(&self.opening.headers);
        seen.url = Some(&self.url);
        seen.websocket = Some(WebSocketFacts {
            subprotocol: self.opening.subprotocol.as_deref(),
            close_code: self.close.as_ref().map(|close| close.code),
        });
        if let Some(message) = self.answer() {
            seen.received = Some(message.as_bytes());
            seen.body = Some(message.as_bytes());
        }
    }

    fn summary(&self, _failed: bool) -> BTreeMap<String, Fact> {
        let opening = &self.opening;
        let mut summary = facts([("status", opening.status.into()), ("url", self.url.as_str().into())]);
        if let Some(subprotocol) = &opening.subprotocol {
            summary.insert("subprotocol".to_owned(), subprotocol.as_str().into());
        }
        if !self.messages.is_empty() {
            summary.insert("message_count".to_owned(), self.messages.len().into());
            let shown = self.messages.iter().take(SHOWN_MAX).map(message).collect();
            summary.insert("messages".to_owned(), Fact::List(shown));
        }
        if !self.round_trips.is_empty() {
            let pings: Vec<Fact> =
                self.round_trips.iter().map(|time| crate::moment::millis(*time).into()).collect();
            summary.insert("pings_ms".to_owned(), Fact::List(pings));
        }
        if let Some(close) = &self.close {
            summary.insert("close_code".to_owned(), close.code.into());
            if let Some(text) = CloseCode::new(close.code).text() {
                summary.insert("close_meaning".to_owned(), text.into());
            }
            if !close.reason.is_empty() {
                summary.insert("close_reason".to_owned(), close.reason.as_str().into());
            }
        }
        summary
    }

    fn credentials_refused(&self) -> Option<Refusal<'_>> {
        let opening = &self.opening;
        let refusal = Refusal {
            status: opening.status,
            headers: &opening.headers,
            phase: Phase::Open,
            unanswerable: None,
        };
        self.credentials_refused.then_some(refusal)
    }
}

fn message(message: &Message) -> Fact {
    let kind = match message {
        Message::Text(_) => "text",
        Message::Binary(_) => "binary",
    };
    Fact::map([
        ("kind", kind.into()),
        ("bytes", message.len().into()),
        ("content", excerpt(message.as_bytes(), EXCERPT_BYTES_MAX)),
    ])
}
