//! Tests that cannot be run, names that do not resolve, assertions that fail.

use super::super::dns;
use super::basics::ECHO;
use super::case::{Row, Site};
use super::frame::close;
use super::server::Act;
use crate::protocol::block::resolver;
use crate::protocol::expectations::{definition, incorrect, name_missing, overall_timeout, timeout};
use crate::protocol::http::Script;
use crate::{Lab, LabError};
use faultfinder_taxonomy::{Code, Phase};
use serde_json::{Value, json};
use std::net::SocketAddr;

pub(super) fn rows() -> Vec<Row> {
    [invalid(), names(), assertions()].into_iter().flatten().collect()
}

fn invalid() -> Vec<Row> {
    let invalid = |case, shows, code, name: &str, field: &str, fields: Value| {
        Row::acting(case, shows, definition(code, name, field), ECHO).with(fields)
    };
    let request = Code::InvalidRequest;
    vec![
        invalid(
            "config/ws-http-scheme",
            "an http URL",
            request,
            "SyntaxError",
            "ws.url",
            json!({ "url": "http://127.0.0.1:9/" }),
        ),
        invalid(
            "config/ws-subprotocol-bad",
            "a subprotocol with a space",
            request,
            "SyntaxError",
            "ws.subprotocols[0]",
            json!({ "subprotocols": ["chat v1"] }),
        ),
        invalid(
            "config/ws-subprotocol-twice",
            "a subprotocol that stands twice",
            request,
            "SyntaxError",
            "ws.subprotocols[1]",
            json!({ "subprotocols": ["chat", "chat"] }),
        ),
        invalid(
            "config/ws-path-space",
            "a path with a space",
            Code::UnescapedCharactersInRequestPath,
            "ERR_UNESCAPED_CHARACTERS",
            "ws.url",
            json!({ "url": "ws://127.0.0.1:9/a b" }),
        ),
        invalid(
            "config/ws-url-fragment",
            "a URL with a fragment",
            request,
            "SyntaxError",
            "ws.url",
            json!({ "url": "ws://127.0.0.1:9/#top" }),
        ),
        invalid(
            "config/ws-url-no-scheme",
            "a URL without a scheme",
            request,
            "ERR_INVALID_URL",
            "ws.url",
            json!({ "url": "127.0.0.1/feed" }),
        ),
        invalid(
            "config/ws-header-newline",
            "a header whose value has a line break",
            Code::InvalidCharInHeader,
            "ERR_INVALID_CHAR",
            "ws.headers.x-probe",
            json!({ "headers": { "x-probe": "a\r\nb: c" } }),
        ),
        invalid(
            "config/ws-header-reserved",
            "a header that only the handshake itself can set",
            request,
            "ERR_RESERVED_HEADER",
            "ws.headers.upgrade",
            json!({ "headers": { "Upgrade": "h2c" } }),
        ),
        invalid(
            "config/ws-ping-too-long",
            "a ping that no control frame can carry",
            request,
            "too_long",
            "ws.steps[0].ping",
            json!({ "steps": [{ "ping": "x".repeat(126) }] }),
        ),
    ]
}

fn names() -> Vec<Row> {
    let asking = |names: fn(&Lab) -> Result<SocketAddr, LabError>| {
        move |lab: &Lab| {
            let fields = json!({ "resolver": resolver(names(lab)?) });
            Ok(Site::new("ws://feed.zone.test/").with(fields))
        }
    };
    vec![
        Row::new("name-missing", "a host name that does not exist", name_missing(), asking(dns::missing)),
        Row::new(
            "name-server-silent",
            "a name server that does not answer in the test's budget",
            timeout(Phase::Resolve),
            asking(dns::silent),
        )
        .with(json!({ "timeout": "1500ms" })),
    ]
}

fn assertions() -> Vec<Row> {
    vec![
        Row::acting(
            "assert-received",
            "another message than the one that is asserted",
            incorrect("received"),
            ECHO,
        )
        .saying_hello()
        .assert(&["received is goodbye"]),
        Row::acting("assert-jsonpath", "a message that is not JSON", incorrect("jsonpath"), ECHO)
            .saying_hello()
            .assert(&["jsonpath $.type is tick"]),
        Row::acting(
            "assert-subprotocol",
            "no subprotocol where one is asserted",
            incorrect("subprotocol"),
            ECHO,
        )
        .assert(&["subprotocol is chat.v1"]),
        Row::acting(
            "assert-status",
            "another status than the one that is asserted",
            incorrect("status"),
            ECHO,
        )
        .assert(&["status is 403"]),
        Row::acting(
            "assert-close-code",
            "another close code than the one that is asserted",
            incorrect("close_code"),
            Act::Greet(Script::new().then(close(1001, "")).fin()),
        )
        .assert(&["close_code is 4401"]),
        Row::acting(
            "overall-timeout",
            "the attempt's budget is over before a message comes",
            overall_timeout(Phase::Receive),
            Act::Greet(Script::new().hang()),
        )
        .with(json!({ "message": "hello", "timeout": "10s", "overall_timeout": "1500ms" })),
    ]
}
