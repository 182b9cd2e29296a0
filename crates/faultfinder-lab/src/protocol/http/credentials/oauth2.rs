//! Token endpoints (RFC 6749) and the resources that accept their tokens.

use super::proof::{proof, refused, unauthorized};
use crate::protocol::http::expectations::{closed_early, definition, errno, http, timeout, verify};
use crate::protocol::http::http1::{self, Request, answer, ok, ok_with};
use crate::protocol::http::row::{Row, Site};
use crate::protocol::http::script::Script;
use crate::protocol::http::secure::{self, Answers};
use crate::{Expect, Lab, LabError, peer};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use faultfinder_taxonomy::{Blame, Code, Phase};
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

const CLIENT: &str = "lab client";
const SECRET: &str = "lab:secret";

/// The fields of a form (a text in which every `%` and `+` is an encoded character).
pub(super) fn form(text: &str) -> Vec<(String, String)> {
    let decode = |text: &str| {
        let mut bytes = Vec::new();
        let mut rest = text.as_bytes();
        while let Some((first, after)) = rest.split_first() {
            rest = after;
            match (first, after) {
                (b'+', _) => bytes.push(b' '),
                (b'%', [high, low, after @ ..]) => {
                    let digits = [*high, *low];
                    let digits = std::str::from_utf8(&digits).unwrap_or_default();
                    bytes.push(u8::from_str_radix(digits, 16).unwrap_or(b'?'));
                    rest = after;
                }
                (other, _) => bytes.push(*other),
            }
        }
        String::from_utf8_lossy(&bytes).into_owned()
    };
    text.split('&').filter_map(|pair| pair.split_once('=')).map(|(n, v)| (decode(n), decode(v))).collect()
}

fn error(status: &str, code: &str, description: &str) -> Script {
    let body = json!({ "error": code, "error_description": description }).to_string();
    answer(status, "Content-Type: application/json\r\n", body.as_bytes())
}

/// Whether the client's credentials are right: in the header, both parts encoded as in a form, or in the form.
fn knows_client(request: &Request, fields: &[(String, String)]) -> bool {
    let field = |name: &str| fields.iter().find(|(found, _)| found == name).map(|(_, value)| value.as_str());
    match proof(request, "Basic").and_then(|text| STANDARD.decode(text).ok()) {
        Some(pair) => String::from_utf8_lossy(&pair) == "lab+client:lab%3Asecret",
        None => (field("client_id"), field("client_secret")) == (Some(CLIENT), Some(SECRET)),
    }
}

/// A token for every correct request; tokens are numbered.
fn token(request: &Request, number: usize) -> Script {
    let fields = form(&request.body);
    let field = |name: &str| fields.iter().find(|(found, _)| found == name).map(|(_, value)| value.as_str());
    if !knows_client(request, &fields) {
        return error("401 Unauthorized", "invalid_client", "the client is not known");
    }
    if field("scope").is_some_and(|scope| scope != "read write") {
        return error("400 Bad Request", "invalid_scope", "no such scope");
    }
    match field("grant_type") {
        Some("client_credentials") => {}
        Some("password")
            if (field("username"), field("password")) == (Some("ada"), Some("lovelace & co")) => {}
        Some("password") => return error("400 Bad Request", "invalid_grant", "the password is wrong"),
        _ => return error("400 Bad Request", "unsupported_grant_type", "only two grants"),
    }
    let body =
        json!({ "access_token": format!("lab-token-{number}"), "token_type": "Bearer", "expires_in": 3600 });
    ok_with("application/json", &body.to_string())
}

/// Whether the request has the token with this number.
fn brings(request: &Request, number: usize) -> bool {
    proof(request, "Bearer") == Some(format!("lab-token-{number}").as_str())
}

/// An endpoint at `/token`, and a resource at `/` that accepts the latest token.
fn honest(lab: &Lab) -> Result<SocketAddr, LabError> {
    let issued = AtomicUsize::new(0);
    http1::serve(lab, move |request| {
        if request.target == "/token" {
            token(request, issued.fetch_add(1, Ordering::SeqCst) + 1)
        } else if brings(request, issued.load(Ordering::SeqCst)) {
            ok()
        } else {
            unauthorized("Bearer error=\"invalid_token\"")
        }
    })
}

/// The credentials of a client, whose endpoint is at `url`.
fn client(url: &str, secret: &str, more: &Value) -> Value {
    let mut fields = json!({ "token_url": url, "client_id": CLIENT, "client_secret": secret });
    if let (Some(fields), Some(more)) = (fields.as_object_mut(), more.as_object()) {
        fields.extend(more.clone());
    }
    let method = if more.get("username").is_some() { "oauth2_password" } else { "oauth2_client" };
    json!({ "auth": { method: fields } })
}

/// A test against the honest server.
fn by_honest(case: &str, shows: &'static str, expect: Expect, secret: &'static str, more: Value) -> Row {
    Row::new(format!("http1/{case}"), shows, expect, move |lab| {
        let address = honest(lab)?;
        Ok(Site::at(address).with(client(&format!("http://{address}/token"), secret, &more)))
    })
    .assert(&["status is 200"])
}

/// A test whose token endpoint sends this response.
fn by_endpoint(case: &str, shows: &'static str, expect: Expect, script: fn() -> Script) -> Row {
    Row::new(format!("http1/{case}"), shows, expect, move |lab| {
        let endpoint = http1::serve(lab, move |_| script())?;
        let resource = http1::serve(lab, |_| ok())?;
        Ok(Site::at(resource).with(client(&format!("http://{endpoint}/token"), SECRET, &json!({}))))
    })
    .assert(&["status is 200"])
}

pub(super) fn rows() -> Vec<Row> {
    [granted(), kept(), denied(), unreachable()].into_iter().flatten().collect()
}

fn granted() -> Vec<Row> {
    let pass = Expect::pass;
    let password = |word: &str| json!({ "username": "ada", "password": word, "scope": "read write" });
    vec![
        by_honest(
            "oauth2-client",
            "a token by a client's credentials in a header",
            pass(),
            SECRET,
            json!({}),
        )
        .assert(&["status is 200", "authenticate_time > 0 ms"]),
        by_honest(
            "oauth2-client-body",
            "the same, in the form",
            pass(),
            SECRET,
            json!({ "credentials_in": "body", "audience": "lab" }),
        ),
        by_honest(
            "oauth2-password",
            "a token by a user's password",
            pass(),
            SECRET,
            password("lovelace & co"),
        ),
        by_honest(
            "oauth2-bad-secret",
            "a client with a wrong secret",
            denied_by("invalid_client"),
            "wrong",
            json!({}),
        ),
        by_honest(
            "oauth2-bad-password",
            "a user with a wrong password",
            denied_by("invalid_grant"),
            SECRET,
            password("wrong"),
        ),
        by_honest(
            "oauth2-bad-scope",
            "a scope that nobody has",
            denied_by("invalid_scope").saying("no such scope"),
            SECRET,
            json!({ "scope": "all" }),
        ),
    ]
}

/// The endpoint issues no token, and sends this error.
pub(super) fn denied_by(name: &str) -> Expect {
    http(Code::AuthenticationError, Phase::Authenticate, name)
}

/// Tokens that are reused, by a test that tries twice.
fn kept() -> Vec<Row> {
    let retry = json!({ "retry": { "count": 1, "interval": "1ms" } });
    vec![
        Row::new(
            "http1/oauth2-kept",
            "one token for two attempts: a second is not given",
            Expect::pass(),
            |lab| {
                let issued = Arc::new(AtomicUsize::new(0));
                let asked = AtomicUsize::new(0);
                let address = http1::serve(lab, move |request| match request.target.as_str() {
                    "/token" if issued.fetch_add(1, Ordering::SeqCst) == 0 => token(request, 1),
                    "/token" => error("400 Bad Request", "slow_down", "one is enough"),
                    _ if !brings(request, 1) => unauthorized("Bearer"),
                    _ if asked.fetch_add(1, Ordering::SeqCst) == 0 => {
                        answer("503 Service Unavailable", "", b"")
                    }
                    _ => ok(),
                })?;
                Ok(Site::at(address).with(client(&format!("http://{address}/token"), SECRET, &json!({}))))
            },
        )
        .test(retry.clone())
        .assert(&["status is 200"]),
        Row::new(
            "http1/oauth2-endpoint-503-once",
            "an endpoint that fails once, and a test that tries again",
            Expect::pass(),
            |lab| {
                let issued = AtomicUsize::new(0);
                let address = http1::serve(lab, move |request| match request.target.as_str() {
                    "/token" if issued.fetch_add(1, Ordering::SeqCst) == 0 => {
                        answer("503 Service Unavailable", "", b"")
                    }
                    "/token" => token(request, 1),
                    _ if brings(request, 1) => ok(),
                    _ => unauthorized("Bearer"),
                })?;
                Ok(Site::at(address).with(client(&format!("http://{address}/token"), SECRET, &json!({}))))
            },
        )
        .test(retry.clone())
        .assert(&["status is 200"]),
        Row::new(
            "http1/oauth2-withdrawn",
            "a token that is withdrawn after its first use",
            Expect::pass(),
            |lab| {
                let (issued, asked) = (AtomicUsize::new(0), AtomicUsize::new(0));
                let address = http1::serve(lab, move |request| match request.target.as_str() {
                    "/token" => token(request, issued.fetch_add(1, Ordering::SeqCst) + 1),
                    _ if brings(request, 1) && asked.fetch_add(1, Ordering::SeqCst) == 0 => {
                        answer("503 Service Unavailable", "", b"")
                    }
                    _ if brings(request, 2) => ok(),
                    _ => unauthorized("Bearer error=\"invalid_token\""),
                })?;
                Ok(Site::at(address).with(client(&format!("http://{address}/token"), SECRET, &json!({}))))
            },
        )
        .test(retry)
        .assert(&["status is 200"]),
    ]
}

/// The endpoint fails by itself.
fn endpoint_fails() -> Expect {
    denied_by("500").blaming(Blame::Target).omitting("password")
}

fn denied() -> Vec<Row> {
    vec![
        by_endpoint("oauth2-no-token", "an answer without a token", denied_by("no_access_token"), || {
            ok_with("application/json", "{\"token\":\"lab\"}")
        }),
        by_endpoint("oauth2-html", "a page instead of a token", endpoint_fails(), || {
            answer("500 Internal Server Error", "Content-Type: text/html\r\n", b"<h1>Oops</h1>")
        }),
        by_endpoint(
            "oauth2-mac",
            "a token of a kind that is not known",
            denied_by("unknown_token_type"),
            || ok_with("application/json", "{\"access_token\":\"lab\",\"token_type\":\"mac\"}"),
        ),
        by_endpoint(
            "oauth2-token-malformed",
            "a token with a line break",
            denied_by("no_access_token").saying("characters that no header may have").blaming(Blame::Target),
            || ok_with("application/json", "{\"access_token\":\"a\\nb\"}"),
        ),
        by_endpoint("oauth2-bom", "a token behind a byte order mark", Expect::pass(), || {
            ok_with("application/json", "\u{feff}{\"access_token\":\"lab\",\"token_type\":\"bearer\"}")
        }),
        by_endpoint(
            "oauth2-not-json",
            "an answer that is not JSON",
            denied_by("no_access_token").saying("its response is not JSON"),
            || ok_with("application/json", "token=lab"),
        ),
        by_endpoint(
            "oauth2-redirect",
            "an endpoint that redirects, which is not followed",
            denied_by("302"),
            || http1::redirect("/elsewhere"),
        ),
        Row::new("http1/oauth2-token-refused", "a token that the target does not take", refused(), |lab| {
            let endpoint = http1::serve(lab, |request| token(request, 1))?;
            let resource = http1::serve(lab, |_| unauthorized("Bearer error=\"insufficient_scope\""))?;
            Ok(Site::at(resource).with(client(&format!("http://{endpoint}/token"), SECRET, &json!({}))))
        })
        .assert(&["status is 200"]),
    ]
}

/// Endpoints that cannot be reached: not a problem of credentials, so the code is that of the failure.
fn unreachable() -> Vec<Row> {
    let during = |expect: Expect| Expect { phase: Some(Phase::Authenticate), ..expect };
    let malformed = || http(Code::MalformedResponse, Phase::Authenticate, "HPE_INVALID_CONSTANT");
    vec![
        Row::new(
            "http1/oauth2-endpoint-refused",
            "nobody listens where tokens should be",
            errno(Code::ConnRefused, Phase::Authenticate, "ECONNREFUSED").saying("cannot fetch a token"),
            |lab| {
                let (endpoint, resource) = (peer::closed_tcp(lab)?, http1::serve(lab, |_| ok())?);
                Ok(Site::at(resource).with(client(&format!("http://{endpoint}/token"), SECRET, &json!({}))))
            },
        ),
        by_endpoint(
            "oauth2-endpoint-hang",
            "an endpoint that does not answer",
            timeout(Phase::Authenticate),
            || Script::new().hang(),
        )
        .impatient(),
        by_endpoint(
            "oauth2-endpoint-fin",
            "an endpoint that closes",
            closed_early(Phase::Authenticate),
            || Script::new().fin(),
        ),
        by_endpoint("oauth2-endpoint-garbage", "an endpoint that speaks no HTTP", malformed(), || {
            Script::new().then("SSH-2.0-OpenSSH_9.9\r\n").fin()
        }),
        Row::new(
            "http1/oauth2-endpoint-expired",
            "an endpoint whose certificate has expired",
            during(verify("CERT_HAS_EXPIRED")),
            |lab| {
                let endpoint = secure::serve(lab, &lab.pki().expired()?, &[], Answers::OK)?;
                let resource = secure::serve(lab, lab.pki().good(), &[], Answers::OK)?;
                let mut fields = client(&format!("https://{endpoint}/token"), SECRET, &json!({}));
                if let (Some(fields), Some(tls)) = (fields.as_object_mut(), secure::trusting(lab).as_object())
                {
                    fields.extend(tls.clone());
                }
                Ok(Site::new(format!("https://{resource}/")).with(fields))
            },
        ),
        Row::new(
            "http1/oauth2-bad-url",
            "a token endpoint that is not a URL",
            Expect::fault(
                Code::InvalidRequest,
                Phase::Config,
                json!({ "kind": "definition", "name": "ERR_INVALID_URL", "field": "http.auth.oauth2_client.token_url" }),
            ),
            |lab| {
                Ok(Site::at(http1::serve(lab, |_| ok())?).with(client(
                    "id.lab.test/token",
                    SECRET,
                    &json!({}),
                )))
            },
        ),
        Row::new(
            "http1/oauth2-bad-scheme",
            "a token endpoint that is not HTTP's",
            definition(Code::InvalidRequest, "ERR_UNSUPPORTED_PROTOCOL"),
            |lab| {
                Ok(Site::at(http1::serve(lab, |_| ok())?).with(client(
                    "ftp://id.lab.test/token",
                    SECRET,
                    &json!({}),
                )))
            },
        ),
    ]
}
