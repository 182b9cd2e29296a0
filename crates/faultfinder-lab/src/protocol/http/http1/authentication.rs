//! Credentials that are accepted, refused, and missing.

use super::Request;
use super::answers::{answer, ok};
use crate::Expect;
use crate::protocol::expectations::incorrect;
use crate::protocol::http::expectations::status;
use crate::protocol::http::row::{Row, http1_by};
use crate::protocol::http::script::Script;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use faultfinder_taxonomy::{Code, Phase};
use serde_json::{Value, json};

pub(super) fn rows() -> Vec<Row> {
    let pass = Expect::pass;
    let refused = || status(Code::AuthenticationError, Phase::Wait, 401);
    vec![
        http1_by("401-no-creds", "401 to a test without credentials: a response", pass(), basic)
            .assert(&["status is 401"]),
        http1_by(
            "401-unexpected",
            "401 to a test that expects another status and has no credentials",
            incorrect("status").showing("the target asks for credentials (Basic): set `auth`"),
            basic,
        )
        .assert(&["status is 200"]),
        http1_by("401-basic-ok", "user name and password", pass(), basic)
            .with(basic_auth("opensesame"))
            .assert(&["status is 200"]),
        http1_by("401-basic-bad", "a wrong password", refused(), basic)
            .with(basic_auth("wrong"))
            .assert(&["status is 200"]),
        http1_by(
            "401-basic-wanted",
            "a wrong password, by a test that wants to see it refused",
            pass(),
            basic,
        )
        .with(basic_auth("wrong"))
        .assert(&["status is 401"]),
        http1_by("401-bearer-ok", "a token", pass(), bearer)
            .with(json!({ "auth": { "bearer": "lab-token" } }))
            .assert(&["status is 200"]),
        http1_by("401-bearer-bad", "a token that has expired", expired(), bearer)
            .with(json!({ "auth": { "bearer": "old-token" } }))
            .assert(&["status is 200"]),
    ]
}

fn basic_auth(password: &str) -> Value {
    json!({ "auth": { "basic": { "username": "aladdin", "password": password } } })
}

fn basic(request: &Request) -> Script {
    let wanted = format!("Basic {}", STANDARD.encode("aladdin:opensesame"));
    guard(request, &wanted, "Basic realm=\"lab\", charset=\"UTF-8\"")
}

/// The refusal with its reason (RFC 6750 section 3.1).
fn expired() -> Expect {
    status(Code::AuthenticationError, Phase::Wait, 401)
        .saying("with status 401: The token has expired")
        .showing("\"www_authenticate\":")
}

fn bearer(request: &Request) -> Script {
    let challenge =
        "Bearer realm=\"lab\", error=\"invalid_token\", error_description=\"The token has expired\"";
    guard(request, "Bearer lab-token", challenge)
}

/// `200` for the right header, `401` with a challenge for all others.
fn guard(request: &Request, wanted: &str, challenge: &str) -> Script {
    if request.header("authorization") == Some(wanted) {
        ok()
    } else {
        answer("401 Unauthorized", &format!("WWW-Authenticate: {challenge}\r\n"), b"no")
    }
}
