//! Servers that require a digest (RFC 7616) and verify it with an implementation other than the client's.

use super::digest_response::Said;
use super::proof::{proof, refused, unauthorized};
use crate::Expect;
use crate::protocol::http::http1::{Request, ok};
use crate::protocol::http::row::{Row, http1_by};
use crate::protocol::http::script::Script;
use faultfinder_taxonomy::Blame;
use serde_json::{Value, json};

const NONCE: &str = "dcd98b7102dd2f0e8b11d0f600bfb0c093";
const FRESH_NONCE: &str = "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v";
const REALM: &str = "lab \"quoted\"";

pub(super) fn rows() -> Vec<Row> {
    verified().into_iter().chain(refusals()).collect()
}

/// A server that requires a digest with these parameters in addition to realm and nonce.
fn asking(case: &str, shows: &'static str, expect: Expect, parameters: &'static str) -> Row {
    http1_by(case, shows, expect, move |request| guard(request, parameters)).with(login("opensesame"))
}

fn login(password: &str) -> Value {
    json!({ "auth": { "digest": { "username": "aladdin", "password": password } } })
}

fn guard(request: &Request, parameters: &str) -> Script {
    if verifies(request, NONCE) { ok() } else { unauthorized(&challenge(NONCE, parameters)) }
}

fn challenge(nonce: &str, parameters: &str) -> String {
    let realm = REALM.replace('"', "\\\"");
    format!("Digest realm=\"{realm}\", nonce=\"{nonce}\", opaque=\"lab\"{parameters}")
}

/// Whether the digest is right: of the user's password, this nonce, and the received request.
fn verifies(request: &Request, nonce: &str) -> bool {
    let Some(text) = proof(request, "Digest") else { return false };
    let Some(said) = Said::read(text) else { return false };
    let (user, password) = ("aladdin", "opensesame");
    said.uri() == Some(request.target.as_str())
        && said.is(user, password, &request.method, &request.body)
        && (said.get("realm"), said.get("nonce"), said.get("opaque"))
            == (Some(REALM), Some(nonce), Some("lab"))
}

fn verified() -> Vec<Row> {
    let pass = Expect::pass;
    [
        ("401-digest-ok", "a digest with MD5 and qop auth", ", qop=\"auth\", algorithm=MD5"),
        ("401-digest-rfc2069", "a digest as before qop was invented", ""),
        ("401-digest-md5-sess", "a digest with a session key", ", qop=\"auth\", algorithm=MD5-sess"),
        ("401-digest-sha-256", "a digest with SHA-256", ", qop=\"auth\", algorithm=SHA-256"),
        ("401-digest-sha-256-sess", "SHA-256 and a session key", ", qop=\"auth\", algorithm=SHA-256-sess"),
        ("401-digest-sha-512-256", "SHA-512/256", ", qop=\"auth\", algorithm=SHA-512-256"),
        ("401-digest-auth-int", "a digest over the body too", ", qop=\"auth-int\", algorithm=SHA-256"),
        (
            "401-digest-userhash",
            "a server that does not want to see the name",
            ", qop=\"auth\", algorithm=SHA-256, userhash=true",
        ),
        (
            "401-digest-unknown-qop",
            "a qop of the future beside one that is known",
            ", qop=\"auth-future, auth\", algorithm=MD5",
        ),
    ]
    .into_iter()
    .map(|(case, shows, parameters)| {
        let body = json!({ "method": "POST", "body": "hello", "query": { "a": "1" } });
        asking(case, shows, pass(), parameters)
            .with(joined(login("opensesame"), &body))
            .assert(&["status is 200"])
    })
    .chain([
        http1_by(
            "401-digest-choice",
            "several challenges, of which the last can be answered",
            pass(),
            |request| {
                if verifies(request, NONCE) {
                    return ok();
                }
                let known = challenge(NONCE, ", qop=\"auth\", algorithm=SHA-256");
                let unknown = challenge(NONCE, ", algorithm=ROT13");
                unauthorized(&format!("Basic realm=\"lab\", {unknown}, {known}"))
            },
        )
        .with(login("opensesame"))
        .assert(&["status is 200"]),
        http1_by(
            "401-digest-stale",
            "a nonce that is stale when it is used: answered once more",
            pass(),
            stale,
        )
        .with(login("opensesame"))
        .assert(&["status is 200", "authenticate_time > 0 ms"]),
    ])
    .collect()
}

/// Both objects in one.
fn joined(mut fields: Value, more: &Value) -> Value {
    if let (Some(fields), Some(more)) = (fields.as_object_mut(), more.as_object()) {
        fields.extend(more.clone());
    }
    fields
}

/// Accepts the second nonce only.
fn stale(request: &Request) -> Script {
    if verifies(request, FRESH_NONCE) {
        ok()
    } else if verifies(request, NONCE) {
        unauthorized(&challenge(FRESH_NONCE, ", qop=\"auth\", stale=true"))
    } else {
        unauthorized(&challenge(NONCE, ", qop=\"auth\""))
    }
}

fn refusals() -> Vec<Row> {
    const QOP: &str = ", qop=\"auth\", algorithm=SHA-256";
    vec![
        asking(
            "401-digest-bad",
            "a digest of the wrong password: answered, and refused again",
            refused(),
            QOP,
        )
        .with(login("wrong"))
        .assert(&["status is 200"]),
        asking("401-digest-wanted", "the same, by a test that wants to see it refused", Expect::pass(), QOP)
            .with(login("wrong"))
            .assert(&["status is 401"]),
        asking(
            "401-digest-unknown-alg",
            "an algorithm that does not exist",
            refused().saying("unknown algorithm \"rot13\"").blaming(Blame::Target),
            ", qop=\"auth\", algorithm=ROT13",
        )
        .assert(&["status is 200"]),
        asking(
            "401-digest-unknown-qop-only",
            "no qop that is known",
            refused().saying("unknown qop \"auth-future\"").blaming(Blame::Target),
            ", qop=\"auth-future\"",
        )
        .assert(&["status is 200"]),
        http1_by(
            "401-digest-not-offered",
            "a server that wants another scheme",
            refused().saying("does not offer digest").blaming(Blame::Credentials),
            |_| unauthorized("Basic realm=\"lab\""),
        )
        .with(login("opensesame"))
        .assert(&["status is 200"]),
        http1_by(
            "401-digest-broken",
            "a challenge without a nonce",
            refused().saying("has no nonce").blaming(Blame::Target),
            |_| unauthorized("Digest realm=\"lab\""),
        )
        .with(login("opensesame"))
        .assert(&["status is 200"]),
        http1_by(
            "401-digest-not-ascii",
            "a realm with a letter that is not ASCII",
            refused().saying("unknown algorithm"),
            |_| unauthorized("Digest realm=\"B\u{fc}cher\", nonce=\"\u{e9}\", algorithm=\u{e9}"),
        )
        .with(login("opensesame"))
        .assert(&["status is 200"]),
        http1_by("401-digest-always-stale", "a server that finds every nonce stale", refused(), |_| {
            unauthorized(&challenge(NONCE, ", qop=\"auth\", stale=true"))
        })
        .with(login("opensesame"))
        .assert(&["status is 200"]),
    ]
}
