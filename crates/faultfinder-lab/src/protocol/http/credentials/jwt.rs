//! Servers that verify JSON web tokens.

use super::proof::{proof, refused, unauthorized};
use crate::pki::Key;
use crate::protocol::http::expectations::definition;
use crate::protocol::http::http1::{self, Request, ok};
use crate::protocol::http::row::{Row, Site};
use crate::protocol::http::script::Script;
use crate::{Expect, LabError, pki};
use faultfinder_taxonomy::Code;
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use serde_json::{Map, Value, json};

pub(super) const SECRET: &str = "open sesame, says the lab";

/// Whether a token is signed with the key, is issued for this server, and is valid now.
pub(super) fn verifies(token: Option<&str>, key: &DecodingKey, algorithm: Algorithm) -> bool {
    let mut validation = Validation::new(algorithm);
    validation.set_audience(&["lab"]);
    validation.set_required_spec_claims(&["exp", "aud", "sub"]);
    validation.leeway = 0;
    token.is_some_and(|token| jsonwebtoken::decode::<Map<String, Value>>(token, key, &validation).is_ok())
}

fn guard(request: &Request, key: &DecodingKey, algorithm: Algorithm) -> Script {
    if verifies(proof(request, "Bearer"), key, algorithm) {
        ok()
    } else {
        unauthorized("Bearer realm=\"lab\", error=\"invalid_token\"")
    }
}

/// A server that knows the secret.
fn by_secret(case: &str, shows: &'static str, expect: Expect) -> Row {
    Row::new(format!("http1/{case}"), shows, expect, |lab| {
        let key = DecodingKey::from_secret(SECRET.as_bytes());
        Ok(Site::at(http1::serve(lab, move |request| guard(request, &key, Algorithm::HS256))?))
    })
    .assert(&["status is 200"])
}

/// A server that knows the public key, and a test that has this private one.
fn by_key(case: &str, shows: &'static str, algorithm: Algorithm, make: fn() -> Result<Key, LabError>) -> Row {
    Row::new(format!("http1/{case}"), shows, Expect::pass(), move |lab| {
        let key = make()?;
        let public = pki::pem::encode("PUBLIC KEY", key.spki());
        let decoding = match algorithm {
            Algorithm::RS256 => DecodingKey::from_rsa_pem(public.as_bytes()),
            _ => DecodingKey::from_ec_pem(public.as_bytes()),
        };
        let decoding = decoding.map_err(|error| LabError::Certificate(error.to_string()))?;
        let name = if algorithm == Algorithm::RS256 { "RS256" } else { "ES256" };
        let auth =
            json!({ "jwt": { "algorithm": name, "key": key.pem(), "claims": claims(), "key_id": "lab-1" } });
        let address = http1::serve(lab, move |request| guard(request, &decoding, algorithm))?;
        Ok(Site::at(address).with(json!({ "auth": auth })))
    })
    .assert(&["status is 200"])
}

fn claims() -> Value {
    json!({ "sub": "probe", "aud": "lab", "jti": "{{ uuid }}" })
}

fn hs256(secret: &str, claims: &Value) -> Value {
    json!({ "auth": { "jwt": { "algorithm": "HS256", "secret": secret, "claims": claims } } })
}

pub(super) fn rows() -> Vec<Row> {
    let expired = json!({ "sub": "probe", "aud": "lab", "exp": 1_000_000_000 });
    vec![
        by_secret("401-jwt-hs256", "a token signed with a secret", Expect::pass()).with(hs256(SECRET, &claims())),
        by_key("401-jwt-rs256", "a token signed with an RSA key", Algorithm::RS256, Key::rsa2048),
        by_key("401-jwt-es256", "a token signed with an elliptic curve", Algorithm::ES256, Key::ec),
        Row::new("http1/401-jwt-header", "a token in a header of its own", Expect::pass(), |lab| {
            let key = DecodingKey::from_secret(SECRET.as_bytes());
            Ok(Site::at(http1::serve(lab, move |request| {
                if verifies(request.header("x-token"), &key, Algorithm::HS256) { ok() } else { unauthorized("Lab") }
            })?))
        })
        .with(json!({ "auth": { "jwt":
            { "algorithm": "HS256", "secret": SECRET, "claims": claims(), "header_name": "x-token", "expires_in": "30s" } } }))
        .assert(&["status is 200"]),
        Row::new("http1/401-jwt-prefix", "a token behind another word than Bearer", Expect::pass(), |lab| {
            let key = DecodingKey::from_secret(SECRET.as_bytes());
            Ok(Site::at(http1::serve(lab, move |request| {
                if verifies(proof(request, "Token"), &key, Algorithm::HS256) { ok() } else { unauthorized("Token") }
            })?))
        })
        .with(json!({ "auth": { "jwt": { "algorithm": "HS256", "secret": SECRET, "claims": claims(),
            "prefix": "Token", "add_iat": false, "header": { "typ": "at+jwt" } } } }))
        .assert(&["status is 200"]),
        by_secret("401-jwt-no-expiry", "a token without an expiry, which this server wants", refused())
            .with(json!({ "auth": { "jwt": { "algorithm": "HS256", "secret": SECRET, "claims": claims(),
                "add_exp": false } } })),
        by_secret("401-jwt-bad-secret", "a token signed with another secret", refused())
            .with(hs256("another secret", &claims())),
        by_secret("401-jwt-expired", "a token that expired long ago", refused()).with(hs256(SECRET, &expired)),
        by_secret("401-jwt-audience", "a token that is meant for somebody else", refused())
            .with(hs256(SECRET, &json!({ "sub": "probe", "aud": "others" }))),
        by_secret(
            "jwt-key-unreadable",
            "a private key that cannot be read",
            definition(Code::InvalidRequest, "ERR_INVALID_KEY"),
        )
        .with(json!({ "auth": { "jwt": { "algorithm": "ES256", "claims": {},
            "key": "-----BEGIN PRIVATE KEY-----\nbm9uc2Vuc2U=\n-----END PRIVATE KEY-----\n" } } })),
    ]
}
