//! WebSocket tests.

use super::{common, excerpt, facts};
use crate::render::Renderer;
use faultfinder_assert::{Assertion, Observation, WebSocketFacts};
use faultfinder_spec::protocol::http::Pair;
use faultfinder_spec::protocol::ws::{WsAuth, WsConversation, WsRequest, WsStep};
use faultfinder_taxonomy::{CloseCode, Fact, Fault};
use faultfinder_ws::{Auth, Message, Request, Response, Step};
use std::collections::BTreeMap;

/// Most bytes of one message that a result shows.
const EXCERPT_BYTES_MAX: usize = 1024;
/// Most messages that a result shows.
const SHOWN_MAX: usize = 10;

/// Makes the request.
pub(super) fn build(
    written: &WsRequest,
    renderer: &mut Renderer<'_>,
    assertions: &[Assertion],
    warnings: &mut Vec<String>,
) -> Result<Request, Fault> {
    let mut request = Request::new(renderer.text("ws.url", &written.url)?);
    request.steps = steps(&written.conversation, renderer, assertions)?;
    request.headers = pairs("ws.headers", &written.headers, renderer)?;
    request.cookies = pairs("ws.cookies", &written.cookies, renderer)?;
    for name in &written.subprotocols {
        request.subprotocols.push(renderer.text("ws.subprotocols", name)?);
    }
    request.auth = written.auth.as_ref().map(|auth| self::auth(auth, renderer)).transpose()?.flatten();
    request.tls = common::tls("ws.tls.", &written.tls, renderer, warnings)?;
    if let Some(bytes) = renderer.option("ws.max_message_bytes", &written.max_message_bytes)? {
        request.max_message_bytes = usize::try_from(bytes.get()).unwrap_or(usize::MAX);
    }
    request.client = common::client("ws", &written.common, renderer)?;
    // An assertion on the status makes another one than 101 a value, and one on the close code the peer's close.
    request.status_as_value = assertions.iter().any(Assertion::reads_status);
    request.close_as_value = assertions.iter().any(Assertion::reads_close_code);
    Ok(request)
}

/// What is said and awaited. After `message`, and where an assertion reads a message although nothing is said, the next
/// one is awaited.
fn steps(
    written: &WsConversation,
    renderer: &mut Renderer<'_>,
    assertions: &[Assertion],
) -> Result<Vec<Step>, Fault> {
    let text =
        |renderer: &mut Renderer<'_>, field, text| renderer.confidential(field, text).map(Message::Text);
    Ok(match written {
        WsConversation::Nothing if assertions.iter().any(Assertion::reads_received) => vec![Step::Receive],
        WsConversation::Nothing => Vec::new(),
        WsConversation::Message(message) => {
            vec![Step::Send(text(renderer, "ws.message", message)?), Step::Receive]
        }
        WsConversation::MessageBase64(bytes) => {
            let bytes = common::base64("ws.message_base64", bytes, renderer)?;
            vec![Step::Send(Message::Binary(bytes)), Step::Receive]
        }
        WsConversation::Steps(written) => {
            let mut steps = Vec::with_capacity(written.len());
            for step in written {
                steps.push(match step {
                    WsStep::Send(message) => Step::Send(text(renderer, "ws.steps.send", message)?),
                    WsStep::SendBase64(bytes) => {
                        Step::Send(Message::Binary(common::base64("ws.steps.send_base64", bytes, renderer)?))
                    }
                    WsStep::Expect(text) => Step::Expect(renderer.text("ws.steps.expect", text)?),
                    WsStep::Ping(payload) => {
                        Step::Ping(renderer.text("ws.steps.ping", payload)?.into_bytes())
                    }
                    _ => continue,
                });
            }
            steps
        }
    })
}

fn pairs(field: &str, pairs: &[Pair], renderer: &mut Renderer<'_>) -> Result<Vec<(String, String)>, Fault> {
    let mut rendered = Vec::with_capacity(pairs.len());
    for pair in pairs {
        let name = renderer.text(field, &pair.name)?;
        rendered.push((name, renderer.confidential(field, &pair.value)?));
    }
    Ok(rendered)
}

fn auth(written: &WsAuth, renderer: &mut Renderer<'_>) -> Result<Option<Auth>, Fault> {
    match written {
        WsAuth::Basic { username, password } => {
            Ok(Some(Auth::Basic(common::basic("ws.auth.basic", username, password, renderer)?)))
        }
        WsAuth::Bearer(token) => Ok(Some(Auth::Bearer(renderer.confidential("ws.auth.bearer", token)?))),
        _ => Ok(None),
    }
}

/// Shows assertions what is in the answer.
pub(super) fn observe<'a>(response: &'a Response, seen: &mut Observation<'a>) {
    seen.status = Some(response.opening.status);
    seen.headers = Some(&response.opening.headers);
    seen.websocket = Some(WebSocketFacts {
        subprotocol: response.opening.subprotocol.as_deref(),
        close_code: response.close.as_ref().map(|close| close.code),
    });
    if let Some(message) = response.answer() {
        seen.received = Some(message.as_bytes());
        seen.body = Some(message.as_bytes());
    }
}

/// The answer in short.
pub(super) fn summary(response: &Response) -> BTreeMap<String, Fact> {
    let opening = &response.opening;
    let mut summary = facts([("status", opening.status.into()), ("url", response.url.as_str().into())]);
    if let Some(subprotocol) = &opening.subprotocol {
        summary.insert("subprotocol".to_owned(), subprotocol.as_str().into());
    }
    if !response.messages.is_empty() {
        summary.insert("message_count".to_owned(), response.messages.len().into());
        let shown = response.messages.iter().take(SHOWN_MAX).map(message).collect();
        summary.insert("messages".to_owned(), Fact::List(shown));
    }
    if !response.round_trips.is_empty() {
        let pings: Vec<Fact> =
            response.round_trips.iter().map(|time| crate::moment::millis(*time).into()).collect();
        summary.insert("pings_ms".to_owned(), Fact::List(pings));
    }
    if let Some(close) = &response.close {
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
