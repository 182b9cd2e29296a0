//! Token endpoints that want more than a client or a password: refresh tokens (RFC 6749 section 6), assertions (RFC 7523), and
//! the resource that a token is for (RFC 8707).

use super::jwt::{self, SECRET};
use super::oauth2::{denied_by, form};
use super::proof::{proof, unauthorized};
use crate::Expect;
use crate::protocol::http::expectations::definition;
use crate::protocol::http::http1::{self, Request, answer, ok, ok_with};
use crate::protocol::http::row::{Row, Site};
use crate::protocol::http::script::Script;
use faultfinder_taxonomy::Code;
use jsonwebtoken::{Algorithm, DecodingKey};
use serde_json::{Value, json};
use std::sync::atomic::{AtomicUsize, Ordering};

const JWT_BEARER: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";

/// The field of a form that has it once.
fn field<'f>(fields: &'f [(String, String)], name: &str) -> Option<&'f str> {
    let mut found = fields.iter().filter(|(found, _)| found == name).map(|(_, value)| value.as_str());
    found.next().filter(|_| found.next().is_none())
}

fn granted(more: &Value) -> Script {
    let mut body = json!({ "access_token": "lab-token", "token_type": "Bearer" });
    if let (Some(body), Some(more)) = (body.as_object_mut(), more.as_object()) {
        body.extend(more.clone());
    }
    ok_with("application/json", &body.to_string())
}

fn denied(error: &str) -> Script {
    let body = json!({ "error": error }).to_string();
    answer("400 Bad Request", "Content-Type: application/json\r\n", body.as_bytes())
}

fn guarded(request: &Request) -> Script {
    if proof(request, "Bearer") == Some("lab-token") { ok() } else { unauthorized("Bearer") }
}

/// A test with these credentials, whose endpoint at `/token` decides by the form and by how many forms came before.
fn by_endpoint(
    case: &str,
    shows: &'static str,
    expect: Expect,
    credentials: fn(&str) -> Value,
    decide: fn(&[(String, String)], usize) -> Script,
) -> Row {
    Row::new(format!("http1/{case}"), shows, expect, move |lab| {
        let asked = AtomicUsize::new(0);
        let address = http1::serve(lab, move |request| match request.target.as_str() {
            "/token" => decide(&form(&request.body), asked.fetch_add(1, Ordering::SeqCst)),
            _ => guarded(request),
        })?;
        Ok(Site::at(address).with(json!({ "auth": credentials(&format!("http://{address}/token")) })))
    })
    .assert(&["status is 200"])
}

fn refresh(url: &str) -> Value {
    json!({ "oauth2_refresh_token":
        { "token_url": url, "client_id": "lab client", "refresh_token": "first" } })
}

fn assertion(url: &str) -> Value {
    json!({ "oauth2_jwt_bearer": { "token_url": url, "scope": "read", "assertion":
        { "algorithm": "HS256", "secret": SECRET, "claims": { "sub": "probe", "aud": "lab" } } } })
}

fn foreign_assertion(url: &str) -> Value {
    json!({ "oauth2_jwt_bearer": { "token_url": url, "assertion":
        { "algorithm": "HS256", "secret": "another secret", "claims": { "sub": "probe", "aud": "lab" } } } })
}

fn for_resource(url: &str) -> Value {
    json!({ "oauth2_client": { "token_url": url, "client_id": "lab client", "client_secret": "s",
        "credentials_in": "body", "resource": "https://api.test/orders" } })
}

/// The first form has the test's own refresh token, each further one that of the answer before it.
fn rotating(form: &[(String, String)], asked: usize) -> Script {
    let wanted = if asked == 0 { "first" } else { "second" };
    let is_right = field(form, "grant_type") == Some("refresh_token")
        && field(form, "client_id") == Some("lab client")
        && field(form, "refresh_token") == Some(wanted);
    if is_right { granted(&json!({ "refresh_token": "second" })) } else { denied("invalid_grant") }
}

fn by_assertion(form: &[(String, String)]) -> Script {
    let key = DecodingKey::from_secret(SECRET.as_bytes());
    let is_right = field(form, "grant_type") == Some(JWT_BEARER)
        && field(form, "client_id").is_none()
        && jwt::verifies(field(form, "assertion"), &key, Algorithm::HS256);
    if is_right { granted(&json!({})) } else { denied("invalid_grant") }
}

pub(super) fn rows() -> Vec<Row> {
    vec![
        by_endpoint("oauth2-refresh", "a token by a refresh token", Expect::pass(), refresh, rotating),
        Row::new(
            "http1/oauth2-refresh-rotates",
            "a refresh token that is replaced with each use, and a test that tries twice",
            Expect::pass(),
            |lab| {
                let (issued, asked) = (AtomicUsize::new(0), AtomicUsize::new(0));
                let address = http1::serve(lab, move |request| match request.target.as_str() {
                    "/token" => rotating(&form(&request.body), issued.fetch_add(1, Ordering::SeqCst)),
                    _ if asked.fetch_add(1, Ordering::SeqCst) == 0 => {
                        answer("503 Service Unavailable", "", b"")
                    }
                    _ => guarded(request),
                })?;
                Ok(Site::at(address).with(json!({ "auth": refresh(&format!("http://{address}/token")) })))
            },
        )
        .test(json!({ "retry": { "count": 1, "interval": "1ms" } }))
        .assert(&["status is 200"]),
        by_endpoint(
            "oauth2-refresh-withdrawn",
            "a refresh token that is good for nothing",
            denied_by("invalid_grant"),
            refresh,
            |_, _| denied("invalid_grant"),
        ),
        by_endpoint(
            "oauth2-jwt-bearer",
            "a token by a signed assertion",
            Expect::pass(),
            assertion,
            |form, _| by_assertion(form),
        ),
        by_endpoint(
            "oauth2-jwt-bearer-foreign",
            "an assertion that somebody else signed",
            denied_by("invalid_grant"),
            foreign_assertion,
            |form, _| by_assertion(form),
        ),
        by_endpoint(
            "oauth2-resource",
            "a token for the resource that the test names",
            Expect::pass(),
            for_resource,
            |form, _| {
                let is_right = field(form, "resource") == Some("https://api.test/orders");
                if is_right { granted(&json!({})) } else { denied("invalid_target") }
            },
        ),
        Row::new(
            "http1/oauth2-jwt-bearer-unreadable",
            "an assertion whose key cannot be read",
            definition(Code::InvalidRequest, "ERR_INVALID_KEY").saying("cannot be read"),
            |lab| {
                let address = http1::serve(lab, |_| ok())?;
                let key = "-----BEGIN PRIVATE KEY-----\nbm9uc2Vuc2U=\n-----END PRIVATE KEY-----\n";
                Ok(Site::at(address).with(json!({ "auth": { "oauth2_jwt_bearer": {
                    "token_url": format!("http://{address}/token"),
                    "assertion": { "algorithm": "RS256", "key": key } } } })))
            },
        )
        .assert(&["status is 200"]),
    ]
}
