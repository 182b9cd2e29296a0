//! Tokens of OAuth 2.0: fetched, kept until they expire, and fetched again when the target refuses one.
//!
//! A token is fetched by a separate request by the route of the test: its resolver, addresses, proxy and trust; its
//! client certificate and server name only where the token endpoint is the target itself. All of it is the phase
//! `authenticate`. An endpoint that answers without a token is `AUTHENTICATION_ERROR`; one that cannot be reached has
//! the code of what failed (`CONNREFUSED`, `DNS`, `SSL` ...), because credentials are not the cause.
//!
//! Runs that need the same token at the same time fetch it once: the others wait for it.

use crate::arrived::Arrived;
use crate::call::Call;
use crate::proof::jwt::sensitive;
use crate::proof::oauth2::{self, Token};
use crate::{OAuth2, connection, prepare};
use faultfinder_net::{ClientOptions, Proxy, Shared, Trace, Vantage, first_of, tls::TlsOptions};
use faultfinder_taxonomy::{Fault, Phase};
use http::HeaderValue;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// Most tokens that are kept; beyond that, all are dropped.
const TOKENS_MAX: usize = 1024;

/// Everything that a token depends on.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Settings {
    oauth2: OAuth2,
    client: Shared<ClientOptions>,
    tls: Shared<TlsOptions>,
    proxy: Option<Proxy>,
}

/// What is kept of one token.
#[derive(Default)]
struct Kept {
    token: Option<Token>,
    /// The refresh token that the endpoint returned last.
    refresh_token: Option<String>,
}

/// The slot of one token. The run that holds it fetches; the others wait.
type Slot = Arc<tokio::sync::Mutex<Kept>>;

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
pub(crate) struct Grip {
    settings: Settings,
    text: String,
    /// Whether it was kept from before, so that a refusal may only mean that it was withdrawn.
    pub(crate) is_kept: bool,
}

/// Takes a token: the kept one, or a new one.
///
/// # Errors
///
/// `AUTHENTICATION_ERROR` when the endpoint gives none; else why it cannot be asked.
pub(crate) async fn take(call: &Call<'_>, oauth2: &OAuth2, trace: &mut Trace) -> Result<Grip, Fault> {
    let (vantage, request) = (call.vantage, call.request);
    let settings = Settings {
        oauth2: oauth2.clone(),
        client: request.client.clone(),
        tls: request.tls.clone(),
        proxy: request.proxy.as_deref().cloned(),
    };
    let slot = vantage.shared::<Tokens>().slot(&settings);
    trace.enter(Phase::Authenticate);
    let mut kept = slot.lock().await;
    let now = vantage.clock().unix_seconds();
    let (text, is_kept) = match kept.token.as_ref().filter(|token| now < token.until) {
        Some(token) => (token.text.clone(), true),
        None => {
            kept.token = None;
            let fetched = fetch(call, oauth2, kept.refresh_token.as_deref(), trace).await?;
            if let Some(refresh_token) = &fetched.refresh_token {
                trace.hide(refresh_token.as_str());
                kept.refresh_token = Some(refresh_token.clone());
            }
            let text = fetched.text.clone();
            kept.token = Some(fetched);
            (text, false)
        }
    };
    trace.leave();
    trace.hide(text.as_str());
    Ok(Grip { settings, text, is_kept })
}

impl Grip {
    /// The header that carries it.
    pub(crate) fn authorization(&self) -> Result<HeaderValue, Fault> {
        let field = format!("http.auth.{}", self.settings.oauth2.method());
        sensitive(&format!("Bearer {}", self.text), &field)
    }

    /// Drops it, unless another run has replaced it.
    pub(crate) async fn forget(&self, vantage: &Vantage) {
        let slot = vantage.shared::<Tokens>().slot(&self.settings);
        let mut kept = slot.lock().await;
        if kept.token.as_ref().is_some_and(|token| token.text == self.text) {
            kept.token = None;
        }
    }
}

/// Asks the endpoint.
async fn fetch(
    call: &Call<'_>,
    oauth2: &OAuth2,
    refresh_token: Option<&str>,
    outer: &mut Trace,
) -> Result<Token, Fault> {
    let now = call.vantage.clock().unix_seconds();
    let mut asking = oauth2::question(oauth2, call.request, now, refresh_token)?;
    let prepared = prepare::prepare(&asking).map_err(|faults| oauth2::misplaced(first_of(faults), oauth2))?;
    if prepared.url.origin() != call.prepared.url.origin() {
        asking.tls = call.request.tls.for_another_peer().into();
        asking.client.proxy_protocol = None;
    }
    let url = prepared.url.to_string();
    let mut trace = Trace::start();
    let arrived = Arrived::default();
    let question = Call::new(call.vantage, &asking, prepared, &arrived, call.deadline);
    let asked = Box::pin(connection::exchange(&question, &mut trace)).await;
    let report = trace.into_report(asked);
    for warning in report.facts.warnings {
        outer.warn(format!("token endpoint: {warning}"));
    }
    let response = report.outcome.map_err(|fault| unreachable(fault, &url))?;
    let now = call.vantage.clock().unix_seconds();
    oauth2::read(&response, now).map_err(|fault| fault.with("token_url", url))
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Grant;
    use faultfinder_taxonomy::word::CredentialsIn;

    #[test]
    fn what_differs_in_anything_has_a_token_of_its_own() {
        let oauth2 = || OAuth2 {
            token_url: "https://id.test/token".to_owned(),
            grant: Grant::ClientCredentials,
            client_id: Some("a b".to_owned()),
            client_secret: Some("s:t".to_owned()),
            scope: None,
            audience: None,
            resource: None,
            credentials_in: CredentialsIn::Header,
        };
        let settings = |oauth2: OAuth2| Settings {
            oauth2,
            client: Shared::default(),
            tls: Shared::default(),
            proxy: None,
        };
        let tokens = Tokens::default();
        let first = tokens.slot(&settings(oauth2()));
        assert!(Arc::ptr_eq(&first, &tokens.slot(&settings(oauth2()))));
        let other = OAuth2 { client_secret: Some("another".to_owned()), ..oauth2() };
        assert!(!Arc::ptr_eq(&first, &tokens.slot(&settings(other))));
        for index in 0..=TOKENS_MAX {
            let _ = tokens.slot(&settings(OAuth2 { client_id: Some(index.to_string()), ..oauth2() }));
        }
        assert!(tokens.0.lock().unwrap().len() <= TOKENS_MAX);
    }
}
