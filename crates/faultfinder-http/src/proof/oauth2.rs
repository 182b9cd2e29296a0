//! Requests to a token endpoint of OAuth 2.0, and its responses (RFC 6749, RFC 7523, RFC 8707).

use super::jwt;
use crate::{Auth, Body, Grant, Login, OAuth2, Request, Response};
use faultfinder_taxonomy::word::CredentialsIn;
use faultfinder_taxonomy::word::HttpVersion;
use faultfinder_taxonomy::{Blame, Code, Detail, Fault, Phase};
use http::HeaderValue;
use serde_json::Value;

/// Longest answer of a token endpoint, in bytes.
const ANSWER_BYTES_MAX: usize = 1 << 20;
/// A token is no longer used this long before it expires, in seconds; at most a tenth of its lifetime.
const MARGIN_SECONDS: i64 = 30;
/// How much of an answer a fault shows, in characters.
const EXCERPT_CHARS: usize = 512;

/// The grant of RFC 7523 section 2.1.
const JWT_BEARER: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";

/// A token and the second (since 1970) after which it is not used any more.
#[derive(Clone)]
pub(crate) struct Token {
    pub(crate) text: String,
    pub(crate) until: i64,
    /// The refresh token that came with it (RFC 6749 section 6): the one before it may be good for nothing from then on.
    pub(crate) refresh_token: Option<String>,
}

/// The request for a token, at this time in seconds since 1970. `refresh_token` replaces that of the test.
///
/// # Errors
///
/// `INVALID_REQUEST` when the assertion cannot be signed.
pub(crate) fn question(
    oauth2: &OAuth2,
    request: &Request,
    unix_seconds: i64,
    refresh_token: Option<&str>,
) -> Result<Request, Fault> {
    let mut form: Vec<(String, String)> = Vec::new();
    let mut add = |name: &str, value: &str| form.push((name.to_owned(), value.to_owned()));
    match &oauth2.grant {
        Grant::ClientCredentials => add("grant_type", "client_credentials"),
        Grant::Password(login) => {
            add("grant_type", "password");
            add("username", &login.username);
            add("password", &login.password);
        }
        Grant::RefreshToken(first) => {
            add("grant_type", "refresh_token");
            add("refresh_token", refresh_token.unwrap_or(first));
        }
        Grant::JwtBearer(assertion) => {
            add("grant_type", JWT_BEARER);
            let field = format!("http.auth.{}.assertion", oauth2.method());
            add("assertion", &jwt::mint(assertion, unix_seconds, &field)?);
        }
    }
    let asked = [("scope", &oauth2.scope), ("audience", &oauth2.audience), ("resource", &oauth2.resource)];
    for (name, value) in asked {
        if let Some(value) = value {
            add(name, value);
        }
    }
    let mut asking = Request::new(oauth2.token_url.as_str());
    match (&oauth2.client_id, &oauth2.client_secret, oauth2.credentials_in) {
        (Some(id), Some(secret), CredentialsIn::Header) => {
            // Both are encoded as in a form first (RFC 6749 section 2.3.1).
            let encoded = |text: &str| url::form_urlencoded::byte_serialize(text.as_bytes()).collect();
            asking.auth =
                Some(Auth::Basic(Login { username: encoded(id), password: encoded(secret) }).into());
        }
        (id, secret, _) => {
            for (name, value) in [("client_id", id), ("client_secret", secret)] {
                if let Some(value) = value {
                    add(name, value);
                }
            }
        }
    }
    asking.method = "POST".to_owned();
    asking.headers = vec![("accept".to_owned(), "application/json".to_owned())];
    asking.body = Body::Form(form);
    asking.version = HttpVersion::Auto;
    asking.proxy.clone_from(&request.proxy);
    asking.tls = request.tls.clone();
    asking.client = request.client.clone();
    asking.client.unix_socket = None;
    asking.body_bytes_max = ANSWER_BYTES_MAX;
    Ok(asking)
}

/// A mistake in the endpoint's URL is one of another field.
pub(crate) fn misplaced(mut fault: Fault, oauth2: &OAuth2) -> Fault {
    if let Detail::Definition { field, .. } = &mut fault.detail
        && field == "http.url"
    {
        *field = format!("http.auth.{}.token_url", oauth2.method());
    }
    fault.message = format!("the token endpoint: {}", fault.message);
    fault
}

/// What the endpoint answers (RFC 6749 sections 5.1 and 5.2).
pub(crate) fn read(response: &Response, now: i64) -> Result<Token, Fault> {
    let status = response.status;
    // A byte order mark does not belong to the JSON (RFC 8259 section 8.1).
    let json = response.body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&response.body);
    let body: Option<Value> = serde_json::from_slice(json).ok();
    let text = |name: &str| body.as_ref().and_then(|body| body.get(name)).and_then(Value::as_str);
    if let Some(error) = text("error") {
        let described = text("error_description").map(|text| format!(": {text}")).unwrap_or_default();
        let message =
            format!("the token endpoint refused the request with status {status}: {error}{described}");
        return Err(refusal(error, status, message)
            .with("error", error)
            .with("error_description", text("error_description"))
            .with("error_uri", text("error_uri")));
    }
    let excerpt = || String::from_utf8_lossy(&response.body).chars().take(EXCERPT_CHARS).collect::<String>();
    if !(200..300).contains(&status) {
        let message = format!("the token endpoint answered with status {status}");
        let mut fault = refusal(&status.to_string(), status, message).with("body", excerpt());
        if status == 429 || status >= 500 {
            // The endpoint has not even looked at the credentials.
            fault.hints = vec![
                "check the service that issues tokens: it fails by itself, whatever credentials it is shown"
                    .to_owned(),
            ];
            fault = fault.blamed_on(Blame::Target);
        }
        return Err(fault);
    }
    let Some(token) = text("access_token").filter(|token| !token.is_empty()) else {
        let what = if body.is_some() { "has no access_token" } else { "is not JSON" };
        let message = format!("the token endpoint answered with status {status}, but its response {what}");
        return Err(refusal("no_access_token", status, message).with("body", excerpt()));
    };
    if HeaderValue::from_str(token).is_err() {
        let message = "the token endpoint returned an access_token with characters that no header may have";
        return Err(refusal("no_access_token", status, message.to_owned()).blamed_on(Blame::Target));
    }
    if let Some(kind) = text("token_type").filter(|kind| !kind.eq_ignore_ascii_case("bearer")) {
        let message = format!(
            "the token endpoint returned a token of the type {kind:?}, but only bearer tokens are supported"
        );
        return Err(refusal("unknown_token_type", status, message));
    }
    let refresh_token = text("refresh_token").filter(|token| !token.is_empty()).map(str::to_owned);
    Ok(Token { text: token.to_owned(), until: until(body.as_ref(), now), refresh_token })
}

/// The second after which a token is given up. One that does not say when it expires is used once.
fn until(body: Option<&Value>, now: i64) -> i64 {
    let said = body.and_then(|body| body.get("expires_in"));
    let seconds = said.and_then(|said| said.as_i64().or_else(|| said.as_str()?.trim().parse().ok()));
    match seconds {
        Some(seconds) if seconds > 0 => now.saturating_add(seconds - MARGIN_SECONDS.min(seconds / 10)),
        _ => now,
    }
}

fn refusal(name: &str, status: u16, message: String) -> Fault {
    // The endpoint's own word, as long as it is one (RFC 6749 section 5.2).
    let is_word = name.len() <= 64 && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    let name = if is_word { name.to_owned() } else { status.to_string() };
    let detail = Detail::http(name, Some(status));
    Fault::new(Code::AuthenticationError, Phase::Authenticate, detail, message).with("status", status)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_given_up_before_it_expires() {
        for (body, expected) in [
            (serde_json::json!({"expires_in": 3600}), 1000 + 3570),
            (serde_json::json!({"expires_in": "100"}), 1090),
            (serde_json::json!({"expires_in": 5}), 1005),
            (serde_json::json!({"expires_in": 0}), 1000),
            (serde_json::json!({"expires_in": -7}), 1000),
            (serde_json::json!({"expires_in": "soon"}), 1000),
            (serde_json::json!({}), 1000),
        ] {
            assert_eq!(until(Some(&body), 1000), expected, "{body}");
        }
    }

    fn oauth2() -> OAuth2 {
        OAuth2 {
            token_url: "https://id.test/token".to_owned(),
            grant: Grant::ClientCredentials,
            client_id: Some("a b".to_owned()),
            client_secret: Some("s:t".to_owned()),
            scope: Some("read".to_owned()),
            audience: None,
            resource: None,
            credentials_in: CredentialsIn::Header,
        }
    }

    #[test]
    fn a_clients_credentials_stand_in_the_header_or_in_the_form() {
        let asked = |oauth2: &OAuth2| question(oauth2, &Request::new("https://a.test/"), 0, None).unwrap();
        let asking = asked(&oauth2());
        assert!(
            asking.auth.as_deref()
                == Some(&Auth::Basic(Login { username: "a+b".to_owned(), password: "s%3At".to_owned() }))
        );
        let form = |asking: &Request| match &asking.body {
            Body::Form(form) => {
                form.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>()
            }
            _ => Vec::new(),
        };
        assert_eq!(form(&asking), ["grant_type=client_credentials", "scope=read"]);
        let asking = asked(&OAuth2 { credentials_in: CredentialsIn::Body, ..oauth2() });
        assert!(asking.auth.is_none());
        assert!(form(&asking).contains(&"client_secret=s:t".to_owned()));
    }
}
