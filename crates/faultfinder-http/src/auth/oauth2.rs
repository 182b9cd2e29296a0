//! OAuth 2.0 tokens (RFC 6749): fetched, kept until they expire, and fetched anew when the target refuses one.
//!
//! A token is fetched by a request of its own, the way of the test: its resolver, addresses, proxy and trust; its
//! client certificate and server name only where the token endpoint is the target itself. All of it is the phase
//! `authenticate`. An endpoint that answers without a token is `AUTHENTICATION_ERROR`; one that cannot be reached has
//! the code of what failed (`CONNREFUSED`, `DNS`, `SSL` ...), for that is no matter of credentials.
//!
//! Runs that need the same token at the same time fetch it once: the others wait for it.

use super::jwt::sensitive;
use crate::prepare::{self, Prepared};
use crate::{Auth, Body, Grant, Login, OAuth2, Request, Response, connection};
use faultfinder_net::{ClientOptions, Proxy, Trace, Vantage, first_of, tls::TlsOptions};
use faultfinder_taxonomy::word::{CredentialsIn, HttpVersion};
use faultfinder_taxonomy::{Code, Detail, Fault, Phase};
use http::HeaderValue;
use serde_json::Value;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// Most tokens that are kept; beyond that all are forgotten.
const TOKENS_MAX: usize = 1024;
/// Longest answer of a token endpoint, in bytes.
const ANSWER_BYTES_MAX: usize = 1 << 20;
/// A token is given up this much before it expires, in seconds; at most a tenth of its life.
const MARGIN_SECONDS: i64 = 30;
/// How much of an answer a fault shows, in characters.
const EXCERPT_CHARS: usize = 512;

/// Everything that a token depends on.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Settings {
    oauth2: OAuth2,
    client: ClientOptions,
    tls: TlsOptions,
    proxy: Option<Proxy>,
}

/// A token and the second (since 1970) after which it is not used any more.
#[derive(Clone)]
struct Token {
    text: String,
    until: i64,
}

/// The place of one token. Whoever holds it fetches; the others wait.
type Slot = Arc<tokio::sync::Mutex<Option<Token>>>;

/// The tokens of a vantage.
#[derive(Default)]
struct Tokens(Mutex<HashMap<Settings, Slot>>);

impl Tokens {
    fn slot(&self, settings: &Settings) -> Slot {
        let mut slots = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if slots.len() >= TOKENS_MAX && !slots.contains_key(settings) {
            slots.clear();
        }
        Arc::clone(slots.entry(settings.clone()).or_default())
    }
}

/// A token as it is used: fresh, or kept from before.
pub(super) struct Grip {
    settings: Settings,
    text: String,
    /// Whether it was kept from before, so that a refusal may only mean that it was withdrawn.
    pub(super) is_kept: bool,
}

/// Takes a token: the kept one, or a new one.
///
/// # Errors
///
/// `AUTHENTICATION_ERROR` when the endpoint gives none; else why it cannot be asked.
pub(super) async fn take(
    vantage: &Vantage,
    oauth2: &OAuth2,
    request: &Request,
    target: &Prepared,
    trace: &mut Trace,
) -> Result<Grip, Fault> {
    let settings = Settings {
        oauth2: oauth2.clone(),
        client: request.client.clone(),
        tls: request.tls.clone(),
        proxy: request.proxy.clone(),
    };
    let slot = vantage.shared::<Tokens>().slot(&settings);
    trace.enter(Phase::Authenticate);
    let mut kept = slot.lock().await;
    let now = vantage.clock().unix_seconds();
    let (text, is_kept) = match kept.as_ref().filter(|token| now < token.until) {
        Some(token) => (token.text.clone(), true),
        None => {
            *kept = None;
            let fetched = fetch(vantage, oauth2, request, target, trace).await?;
            let text = fetched.text.clone();
            *kept = Some(fetched);
            (text, false)
        }
    };
    trace.leave();
    trace.hide(text.as_str());
    Ok(Grip { settings, text, is_kept })
}

impl Grip {
    /// The header that carries it.
    pub(super) fn authorization(&self) -> Result<HeaderValue, Fault> {
        let field = format!("http.auth.{}", self.settings.oauth2.method());
        sensitive(&format!("Bearer {}", self.text), &field)
    }

    /// Forgets it, unless another run has replaced it.
    pub(super) async fn forget(&self, vantage: &Vantage) {
        let slot = vantage.shared::<Tokens>().slot(&self.settings);
        let mut kept = slot.lock().await;
        if kept.as_ref().is_some_and(|token| token.text == self.text) {
            *kept = None;
        }
    }
}

/// What is wrong with the settings, as far as it shows before anything is sent.
pub(super) fn check(oauth2: &OAuth2) -> Vec<Fault> {
    let objections = prepare::prepare(&Request::new(&oauth2.token_url)).err().unwrap_or_default();
    objections.into_iter().map(|fault| misplaced(fault, oauth2)).collect()
}

/// Asks the endpoint.
async fn fetch(
    vantage: &Vantage,
    oauth2: &OAuth2,
    request: &Request,
    target: &Prepared,
    outer: &mut Trace,
) -> Result<Token, Fault> {
    let mut asking = question(oauth2, request);
    let prepared = prepare::prepare(&asking).map_err(|faults| misplaced(first_of(faults), oauth2))?;
    if prepared.url.origin() != target.url.origin() {
        asking.tls = request.tls.for_another_peer();
    }
    let url = prepared.url.to_string();
    let mut trace = Trace::start();
    let asked = Box::pin(connection::exchange(vantage, &asking, &prepared, None, &mut trace)).await;
    let report = trace.into_report(asked);
    for warning in report.facts.warnings {
        outer.warn(format!("token endpoint: {warning}"));
    }
    let response = report.outcome.map_err(|fault| unreachable(fault, &url))?;
    read(&response, vantage.clock().unix_seconds()).map_err(|fault| fault.with("token_url", url))
}

/// The request for a token.
fn question(oauth2: &OAuth2, request: &Request) -> Request {
    let mut form: Vec<(String, String)> = Vec::new();
    let mut add = |name: &str, value: &str| form.push((name.to_owned(), value.to_owned()));
    match &oauth2.grant {
        Grant::ClientCredentials => add("grant_type", "client_credentials"),
        Grant::Password(login) => {
            add("grant_type", "password");
            add("username", &login.username);
            add("password", &login.password);
        }
    }
    for (name, value) in [("scope", &oauth2.scope), ("audience", &oauth2.audience)] {
        if let Some(value) = value {
            add(name, value);
        }
    }
    let mut asking = Request::new(oauth2.token_url.as_str());
    match (&oauth2.client_secret, oauth2.credentials_in) {
        (Some(secret), CredentialsIn::Header) => {
            // Both are encoded as in a form first (RFC 6749 section 2.3.1).
            let encoded = |text: &str| url::form_urlencoded::byte_serialize(text.as_bytes()).collect();
            asking.auth =
                Some(Auth::Basic(Login { username: encoded(&oauth2.client_id), password: encoded(secret) }));
        }
        (secret, _) => {
            add("client_id", &oauth2.client_id);
            if let Some(secret) = secret {
                add("client_secret", secret);
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
    asking.body_bytes_max = ANSWER_BYTES_MAX;
    asking
}

/// A mistake in the endpoint's URL is one of another field.
fn misplaced(mut fault: Fault, oauth2: &OAuth2) -> Fault {
    if let Detail::Definition { field, .. } = &mut fault.detail
        && field == "http.url"
    {
        *field = format!("http.auth.{}.token_url", oauth2.method());
    }
    fault.message = format!("the token endpoint: {}", fault.message);
    fault
}

/// The endpoint could not be asked, or broke off: a fault like any other, in the phase that it held up.
fn unreachable(fault: Fault, url: &str) -> Fault {
    if fault.phase == Phase::Config {
        return fault;
    }
    let message = format!("cannot fetch a token from {url}: {}", fault.message);
    let phase = fault.phase;
    let mut fault =
        fault.in_phase(Phase::Authenticate).with("token_url", url).with("token_phase", phase.as_str());
    fault.message = message;
    fault
}

/// What the endpoint answers (RFC 6749 sections 5.1 and 5.2).
fn read(response: &Response, now: i64) -> Result<Token, Fault> {
    let status = response.status;
    let body: Option<Value> = serde_json::from_slice(&response.body).ok();
    let text = |name: &str| body.as_ref().and_then(|body| body.get(name)).and_then(Value::as_str);
    if let Some(error) = text("error") {
        let described = text("error_description").map(|text| format!(": {text}")).unwrap_or_default();
        let message =
            format!("the token endpoint refused to give a token with status {status}: {error}{described}");
        return Err(refusal(error, status, message)
            .with("error", error)
            .with("error_description", text("error_description"))
            .with("error_uri", text("error_uri")));
    }
    let excerpt = || String::from_utf8_lossy(&response.body).chars().take(EXCERPT_CHARS).collect::<String>();
    if !(200..300).contains(&status) {
        let message = format!("the token endpoint answered with status {status}");
        return Err(refusal(&status.to_string(), status, message).with("body", excerpt()));
    }
    let Some(token) = text("access_token").filter(|token| !token.is_empty()) else {
        let message =
            format!("the token endpoint answered with status {status}, but its answer has no access_token");
        return Err(refusal("no_access_token", status, message).with("body", excerpt()));
    };
    if let Some(kind) = text("token_type").filter(|kind| !kind.eq_ignore_ascii_case("bearer")) {
        let message =
            format!("the token endpoint gave a token of the type {kind:?}, only bearer tokens are known");
        return Err(refusal("unknown_token_type", status, message));
    }
    Ok(Token { text: token.to_owned(), until: until(body.as_ref(), now) })
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
            client_id: "a b".to_owned(),
            client_secret: Some("s:t".to_owned()),
            scope: Some("read".to_owned()),
            audience: None,
            credentials_in: CredentialsIn::Header,
        }
    }

    #[test]
    fn a_clients_credentials_stand_in_the_header_or_in_the_form() {
        let asking = question(&oauth2(), &Request::new("https://a.test/"));
        assert!(
            asking.auth
                == Some(Auth::Basic(Login { username: "a+b".to_owned(), password: "s%3At".to_owned() }))
        );
        let form = |asking: &Request| match &asking.body {
            Body::Form(form) => {
                form.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>()
            }
            _ => Vec::new(),
        };
        assert_eq!(form(&asking), ["grant_type=client_credentials", "scope=read"]);
        let asking = question(
            &OAuth2 { credentials_in: CredentialsIn::Body, ..oauth2() },
            &Request::new("https://a.test/"),
        );
        assert!(asking.auth.is_none());
        assert!(form(&asking).contains(&"client_secret=s:t".to_owned()));
    }

    #[test]
    fn what_differs_in_anything_has_a_token_of_its_own() {
        let settings = |oauth2: OAuth2| Settings {
            oauth2,
            client: ClientOptions::default(),
            tls: TlsOptions::default(),
            proxy: None,
        };
        let tokens = Tokens::default();
        let first = tokens.slot(&settings(oauth2()));
        assert!(Arc::ptr_eq(&first, &tokens.slot(&settings(oauth2()))));
        let other = OAuth2 { client_secret: Some("another".to_owned()), ..oauth2() };
        assert!(!Arc::ptr_eq(&first, &tokens.slot(&settings(other))));
        for index in 0..=TOKENS_MAX {
            let _ = tokens.slot(&settings(OAuth2 { client_id: index.to_string(), ..oauth2() }));
        }
        assert!(tokens.0.lock().unwrap().len() <= TOKENS_MAX);
    }
}
