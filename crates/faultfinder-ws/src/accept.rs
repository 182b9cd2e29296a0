//! Whether a response opens a WebSocket (RFC 6455 section 4.1), with the error names of the `ws` library.

use crate::Opening;
use crate::prepare::Prepared;
use faultfinder_taxonomy::{Code, Detail, Fact, Fault, Phase};
use tungstenite::handshake::derive_accept_key;

/// Headers of a refusing response that explain the refusal.
const TELLING: &[&str] = &[
    "content-type",
    "location",
    "retry-after",
    "sec-websocket-version",
    "server",
    "via",
    "www-authenticate",
];

/// Checks a 101 response, and notes the subprotocol that it chooses.
///
/// # Errors
///
/// `WEBSOCKET` with the first rule that it breaks.
pub(crate) fn check(opening: &mut Opening, prepared: &Prepared) -> Result<(), Fault> {
    let header = |name: &str| opening.header(name);
    if !header("upgrade").is_some_and(|value| value.eq_ignore_ascii_case("websocket")) {
        return Err(broken(opening, "Invalid Upgrade header", "upgrade", "\"websocket\""));
    }
    let is_upgrade =
        |value: String| value.split(',').any(|token| token.trim().eq_ignore_ascii_case("upgrade"));
    if !header("connection").is_some_and(is_upgrade) {
        return Err(broken(opening, "Invalid Connection header", "connection", "\"upgrade\""));
    }
    let accept = derive_accept_key(prepared.key.as_bytes());
    if header("sec-websocket-accept").as_ref() != Some(&accept) {
        let expected = format!("{accept:?}, derived from the key that was sent");
        return Err(broken(
            opening,
            "Invalid Sec-WebSocket-Accept header",
            "sec-websocket-accept",
            &expected,
        ));
    }
    if header("sec-websocket-extensions").is_some_and(|value| !value.is_empty()) {
        let name = "Server sent a Sec-WebSocket-Extensions header but no extension was requested";
        return Err(broken(opening, name, "sec-websocket-extensions", "nothing"));
    }
    let chosen = header("sec-websocket-protocol");
    let name = match &chosen {
        None if prepared.subprotocols.is_empty() => return Ok(()),
        // RFC 6455 section 4.1 would allow to continue without one; but a test that names subprotocols tests them, and the ws
        // library refuses this, too.
        None => "Server sent no subprotocol",
        Some(_) if prepared.subprotocols.is_empty() => "Server sent a subprotocol but none was requested",
        Some(chosen) if prepared.subprotocols.contains(chosen) => {
            opening.subprotocol = Some(chosen.clone());
            return Ok(());
        }
        Some(_) => "Server sent an invalid subprotocol",
    };
    let expected = match prepared.subprotocols.as_slice() {
        [] => "nothing".to_owned(),
        offered => format!("one of {}", offered.join(", ")),
    };
    Err(broken(opening, name, "sec-websocket-protocol", &expected))
}

fn broken(opening: &Opening, name: &str, header: &str, expected: &str) -> Fault {
    let found = opening.header(header);
    let shown = found.as_ref().map_or_else(|| "it is missing".to_owned(), |value| format!("it is {value:?}"));
    let message = format!(
        "the peer's 101 response does not open a WebSocket: its header {header} must be {expected}, but {shown}"
    );
    fault(name, message, opening)
}

/// The fault of an answer whose status is not 101.
pub(crate) fn unexpected(opening: &Opening, body: &[u8], has_credentials: bool) -> Fault {
    let status = opening.status;
    if status == 401 && has_credentials {
        let message = "the target refused the configured credentials with status 401".to_owned();
        let detail = Detail::http("401", Some(401));
        return with_answer(
            Fault::new(Code::AuthenticationError, Phase::Open, detail, message),
            opening,
            body,
        );
    }
    let name = format!("Unexpected server response: {status}");
    let message = format!("the peer answered the upgrade request with status {status}, not 101");
    let other_versions =
        opening.headers.iter().any(|(name, value)| name == "sec-websocket-version" && value != b"13");
    let hint = match status {
        // RFC 6455 section 4.2.2.
        400 | 426 if other_versions => {
            "the server speaks other versions of the WebSocket protocol than 13, which all current clients speak: see the header sec-websocket-version"
        }
        300..=399 => {
            "a redirect: follow it with `follow_redirects: true`, or use the URL in the location header"
        }
        401 | 403 => {
            "the peer requires other credentials, or another Origin header: see `auth`, `cookies` and `headers`"
        }
        404 => "check the path of the URL: the server does not have this one",
        200..=299 | 400 | 426 => {
            "the peer, or a proxy in front of it, did not see an upgrade: check for a proxy that drops the Upgrade header"
        }
        429 => "the peer limits the rate of requests",
        500..=599 => "the peer, or its upstream server, does not work: check its log at that time",
        _ => "check that the URL is that of a WebSocket",
    };
    with_answer(fault(&name, message, opening).with_hint(hint), opening, body)
}

fn fault(name: &str, message: String, opening: &Opening) -> Fault {
    let detail = Detail::WebSocket { name: name.to_owned(), reason: String::new() };
    Fault::new(Code::WebSocket, Phase::Open, detail, message).with("status", opening.status)
}

/// Adds the facts of the response.
fn with_answer(mut fault: Fault, opening: &Opening, body: &[u8]) -> Fault {
    let told = opening.headers.iter().filter(|(name, _)| TELLING.contains(&name.as_str()));
    let told: Vec<Fact> =
        told.map(|(name, value)| Fact::from(format!("{name}: {}", String::from_utf8_lossy(value)))).collect();
    if !told.is_empty() {
        fault = fault.with("headers", Fact::List(told));
    }
    if !body.is_empty() {
        fault = fault.with("body", String::from_utf8_lossy(body).into_owned());
    }
    fault.with("status", opening.status)
}
