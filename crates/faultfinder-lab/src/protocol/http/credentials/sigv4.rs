//! Servers that verify AWS signatures (version 4), computed from the received request.

use super::proof::{hex, proof};
use crate::Expect;
use crate::protocol::http::expectations::{incorrect, status};
use crate::protocol::http::http1::{Request, answer, ok};
use crate::protocol::http::row::{Row, http1_by};
use crate::protocol::http::script::Script;
use faultfinder_taxonomy::{Code, Phase};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

const KEY_ID: &str = "AKIALABLABLABLABLAB1";
const KEY: &str = "lab/secret+key/0123456789abcdefghijklmno";
const TOKEN: &str = "lab-session-token";

fn keys(key: &str, more: &[(&str, &str)]) -> Value {
    let mut keys = json!({ "access_key": KEY_ID, "secret_key": key, "region": "eu-central-1", "service": "execute-api" });
    for (name, value) in more {
        if let Some(fields) = keys.as_object_mut() {
            fields.insert((*name).to_owned(), Value::from(*value));
        }
    }
    json!({ "sigv4": keys })
}

/// The signature that a request with these headers must have; nothing when a part is missing.
fn signature(request: &Request, scope: &str, names: &str) -> Option<String> {
    let mut parts = scope.split('/').skip(1);
    let (date, region, service) = (parts.next()?, parts.next()?, parts.next()?);
    let time = request.header("x-amz-date").filter(|time| time.starts_with(date))?;
    let (path, query) = request.target.split_once('?').unwrap_or((&request.target, ""));
    let mut pairs: Vec<String> = query
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| if pair.contains('=') { pair.to_owned() } else { format!("{pair}=") })
        .collect();
    pairs.sort();
    let mut canonical = format!("{}\n{path}\n{}\n", request.method, pairs.join("&"));
    for name in names.split(';') {
        let value = request.header(name)?.split_whitespace().collect::<Vec<_>>().join(" ");
        canonical.push_str(&format!("{name}:{value}\n"));
    }
    let body = hex(&Sha256::digest(&request.body));
    canonical.push_str(&format!("\n{names}\n{body}"));
    let scope = format!("{date}/{region}/{service}/aws4_request");
    let digest = hex(&Sha256::digest(canonical));
    let text = format!("AWS4-HMAC-SHA256\n{time}\n{scope}\n{digest}");
    let mut key = format!("AWS4{KEY}").into_bytes();
    for part in [date, region, service, "aws4_request", &text] {
        let mut mac = Hmac::<Sha256>::new_from_slice(&key).ok()?;
        mac.update(part.as_bytes());
        key = mac.finalize().into_bytes().to_vec();
    }
    Some(hex(&key))
}

/// Whether the request is signed with the lab's key, and every relevant part is signed.
fn verifies(request: &Request, needed: &[&str]) -> bool {
    let Some(text) = proof(request, "AWS4-HMAC-SHA256") else { return false };
    let field = |name: &str| text.split(", ").find_map(|field| field.strip_prefix(name));
    let (Some(scope), Some(names), Some(said)) =
        (field("Credential="), field("SignedHeaders="), field("Signature="))
    else {
        return false;
    };
    let signed: Vec<&str> = names.split(';').collect();
    scope.starts_with(&format!("{KEY_ID}/"))
        && ["host", "x-amz-date"].iter().chain(needed).all(|name| signed.contains(name))
        && signature(request, scope, names).is_some_and(|right| right == said)
}

/// AWS's response to a wrong signature: 403, not 401.
fn guard(request: &Request, needed: &[&str]) -> Script {
    if verifies(request, needed) {
        return ok();
    }
    let headers =
        "Content-Type: application/x-amz-json-1.1\r\nx-amzn-ErrorType: InvalidSignatureException\r\n";
    let body = json!({ "message": "The request signature we calculated does not match the signature you provided." });
    answer("403 Forbidden", headers, body.to_string().as_bytes())
}

pub(super) fn rows() -> Vec<Row> {
    let pass = Expect::pass;
    let refused = || status(Code::AuthenticationError, Phase::Wait, 403);
    vec![
        http1_by("403-sigv4-ok", "a signed GET with a query", pass(), |request| guard(request, &[]))
            .with(json!({ "auth": keys(KEY, &[]), "query": { "b": "2", "a": "1/x" } }))
            .assert(&["status is 200"]),
        http1_by("403-sigv4-post", "a signed body, its type, and a header of the test", pass(), |request| {
            guard(request, &["content-type", "x-amz-target"])
        })
        .with(json!({ "auth": keys(KEY, &[]), "method": "POST", "json": { "a": "b" }, "headers": { "X-Amz-Target": "Lab.Do" } }))
        .assert(&["status is 200"]),
        http1_by("403-sigv4-session", "temporary credentials with their token", pass(), |request| {
            if request.header("x-amz-security-token") == Some(TOKEN) {
                guard(request, &["x-amz-security-token"])
            } else {
                answer("403 Forbidden", "", b"")
            }
        })
        .with(json!({ "auth": keys(KEY, &[("session_token", TOKEN)]) }))
        .assert(&["status is 200"]),
        http1_by("403-sigv4-s3", "S3, which wants the body's digest beside it", pass(), |request| {
            let digest = hex(&Sha256::digest(&request.body));
            if request.header("x-amz-content-sha256") == Some(digest.as_str()) {
                guard(request, &["x-amz-content-sha256"])
            } else {
                answer("403 Forbidden", "", b"")
            }
        })
        .with(json!({ "auth": keys(KEY, &[("service", "s3")]), "method": "PUT", "body": "hello" }))
        .assert(&["status is 200"]),
        http1_by("403-sigv4-bad-key", "a signature by another key", refused(), |request| guard(request, &[]))
            .with(json!({ "auth": keys("another key", &[]) }))
            .assert(&["status is 200"]),
        http1_by("403-sigv4-denied", "a good signature of somebody who may not", incorrect("status"), |request| {
            if verifies(request, &[]) {
                answer("403 Forbidden", "x-amzn-ErrorType: AccessDeniedException\r\n", b"{}")
            } else {
                ok()
            }
        })
        .with(json!({ "auth": keys(KEY, &[]) }))
        .assert(&["status is 200"]),
    ]
}
