//! Notices on their way to a notifier.
//!
//! Each notifier has a task of its own: one that hangs delays no other. A notice is tried until the notifier takes it, with longer
//! and longer pauses, for a day. Of one alert notices are sent in their order. A notice may arrive twice, with the same id, if
//! this process ends between the answer of the notifier and the note of it.

use super::endpoint::{Endpoint, Request};
use super::mail::{self, Mailer};
use super::notice::{Facts, inert};
use super::notifier::{Channel, Notifier};
use crate::service::Service;
use crate::store::Delivery;
use crate::timestamp::Timestamp;
use faultfinder_engine::{RunOptions, Status, Suite, TestResult};
use faultfinder_spec::Source;
use faultfinder_taxonomy::Fact;
use serde_json::{Map, Value, json};
use std::sync::Arc;
use std::time::Duration;

/// The first pause after a failure; each further one is twice as long.
const PAUSE_MIN: Duration = Duration::from_secs(5);
/// The longest pause, also of those that a notifier asks for.
const PAUSE_MAX: Duration = Duration::from_secs(600);
/// How long a notice is tried.
const TRIED_FOR: Duration = Duration::from_secs(86_400);
/// How often the store is asked although nothing is known to be due.
const LOOK_EVERY: Duration = Duration::from_secs(60);
/// The pause after the store did not answer.
const STORE_PAUSE: Duration = Duration::from_secs(2);
/// How long a notifier may take to answer.
const ANSWER_MAX: &str = "10s";
/// Longest reason of a failure that is kept, in bytes.
const FAILURE_BYTES_MAX: usize = 500;

/// Delivers what a notifier has to send, until it is dropped.
pub(crate) async fn deliver(service: Arc<Service>, notifier: Arc<Notifier>) {
    let to_deliver = &service.alerts().to_deliver;
    loop {
        let waiting = to_deliver.notified();
        tokio::pin!(waiting);
        waiting.as_mut().enable();
        let due = match service.store().due_deliveries(notifier.name().to_owned()).await {
            Ok(due) => due,
            Err(error) => {
                tracing::debug!(notifier = notifier.name(), "what is to be sent cannot be read: {error}");
                tokio::time::sleep(STORE_PAUSE).await;
                continue;
            }
        };
        for damage in due.damaged {
            tracing::error!(
                notifier = notifier.name(),
                "{damage}; the notice is not sent, and what follows it waits"
            );
        }
        let now = service.now();
        let (ready, later): (Vec<_>, Vec<_>) =
            due.rows.into_iter().partition(|delivery| delivery.due_at <= now);
        if ready.is_empty() || !service.owns_store() {
            let next = later.iter().map(|delivery| delivery.due_at).min();
            let pause = next.map_or(LOOK_EVERY, |at| at.since(now).min(LOOK_EVERY));
            let _ = tokio::time::timeout(pause, waiting).await;
            continue;
        }
        for delivery in ready {
            attempt(&service, &notifier, delivery).await;
        }
    }
}

/// Tries to deliver a notice, and notes what came of it.
async fn attempt(service: &Service, notifier: &Notifier, mut delivery: Delivery) {
    let (alert, notice) = (delivery.alert.clone(), delivery.notice);
    let outcome = match serde_json::from_str::<Facts>(delivery.body.as_str()) {
        Ok(facts) => send(service, notifier, &facts).await,
        // It will never be readable.
        Err(error) => {
            Err(Refusal { why: format!("the notice cannot be read: {error}"), pause: None, is_final: true })
        }
    };
    let now = service.now();
    delivery.attempts = delivery.attempts.saturating_add(1);
    match outcome {
        Ok(refused) => {
            (delivery.ended_at, delivery.failure) = (Some(now), None);
            for why in refused {
                tracing::warn!(
                    notifier = notifier.name(),
                    alert,
                    notice,
                    "a notice did not reach everybody: {why}"
                );
            }
            tracing::info!(notifier = notifier.name(), alert, notice, "a notice was delivered");
        }
        Err(Refusal { why, pause, is_final }) => {
            let is_over = is_final || delivery.at.after(TRIED_FOR) <= now;
            let doubled = PAUSE_MIN.saturating_mul(1 << delivery.attempts.clamp(1, 10).saturating_sub(1));
            delivery.due_at = now.after(pause.unwrap_or(doubled).min(PAUSE_MAX));
            delivery.ended_at = is_over.then_some(now);
            tracing::warn!(
                notifier = notifier.name(),
                alert,
                notice,
                is_over,
                "a notice was not delivered: {why}"
            );
            delivery.failure = Some(why);
        }
    }
    // Whatever came of it is noted before the next one: otherwise it would be sent again at once.
    while let Err(error) = service.store().tried_delivery(delivery.clone()).await {
        tracing::warn!(
            notifier = notifier.name(),
            alert,
            notice,
            "what came of a delivery cannot be stored yet: {error}"
        );
        tokio::time::sleep(STORE_PAUSE).await;
    }
}

/// Why a notice was not delivered.
pub(super) struct Refusal {
    pub(super) why: String,
    /// The pause that the notifier asks for.
    pause: Option<Duration>,
    /// Whether trying again is in vain.
    is_final: bool,
}

/// Sends a notice. It yields the recipients that did not get it although others did, each with the reason.
pub(super) async fn send(
    service: &Service,
    notifier: &Notifier,
    facts: &Facts,
) -> Result<Vec<String>, Refusal> {
    match notifier.channel() {
        Channel::Requests(endpoint) => request(service, endpoint, facts).await.map(|()| Vec::new()),
        Channel::Mail(mailer) => mail(service, mailer, facts).await,
    }
}

/// Sends a notice as e-mail.
async fn mail(service: &Service, mailer: &Mailer, facts: &Facts) -> Result<Vec<String>, Refusal> {
    // Servers say what they like.
    let shown = |why: &String| masked(mailer.secrets(), &inert(&why.replace(['\r', '\n'], " ")));
    let sent = match mail::message(mailer, facts, service.now()) {
        Ok(message) => mail::send(service.vantage(), mailer, &message).await,
        Err(why) => Err(why),
    };
    match sent {
        Ok(refused) => Ok(refused.iter().map(shown).collect()),
        Err(why) => Err(Refusal { why: shown(&why), pause: None, is_final: false }),
    }
}

/// Sends a notice as a request, by the same probe that tests use: what fails is named by its code.
async fn request(service: &Service, endpoint: &Endpoint, facts: &Facts) -> Result<(), Refusal> {
    let refuse =
        |why: String| Refusal { why: masked(endpoint.secrets(), &why), pause: None, is_final: false };
    let source = Source::new("notifier", &definition(&endpoint.request(facts)).to_string());
    let suite = Suite::load_foreign(&source).map_err(|diagnostics| {
        let why = diagnostics.first().map_or_else(String::new, |diagnostic| diagnostic.message.clone());
        refuse(why)
    })?;
    let Some(test) = suite.tests().first() else { return Err(refuse("there is nothing to send".to_owned())) };
    let result = faultfinder_engine::run(service.vantage(), test, &RunOptions::default()).await;
    if result.status == Status::Passed {
        return Ok(());
    }
    let why =
        result.fault.as_ref().map_or_else(String::new, |fault| format!("{}: {}", fault.code, fault.message));
    Err(Refusal { pause: pause(&result, service.now()), ..refuse(why) })
}

/// A test with this request. Its values are taken as they are.
fn definition(request: &Request) -> Value {
    let plain = |text: &str| text.replace("{{", "{{ \"{{\" }}");
    let headers: Map<String, Value> =
        request.headers.iter().map(|(name, value)| (plain(name), json!(plain(value)))).collect();
    json!({ "tests": [{
        "name": "notice",
        "http": {
            "url": plain(&request.url), "method": request.method, "headers": headers, "body": plain(&request.body),
            "timeout": ANSWER_MAX,
        },
        "assert": ["status < 300", { "warn": "header retry-after does not exist" }],
    }] })
}

/// The pause that a notifier asks for by `retry-after` (RFC 9110 section 10.2.3), in seconds or as a date.
fn pause(result: &TestResult, now: Timestamp) -> Option<Duration> {
    let asked = result.assertions.iter().find(|assertion| assertion.subject.contains("retry-after"))?;
    let asked = match &asked.actual {
        // A text that is a number is one in an assertion.
        Fact::Integer(seconds) => return u64::try_from(*seconds).ok().map(Duration::from_secs),
        Fact::Text(asked) => asked.trim(),
        _ => return None,
    };
    let date = time::OffsetDateTime::parse(asked, &time::format_description::well_known::Rfc2822).ok()?;
    let millis = date.unix_timestamp().checked_mul(1_000)?;
    Some(Timestamp::from_millis(millis).since(now))
}

/// A text without what must not be shown.
fn masked<'s>(secrets: impl Iterator<Item = &'s str>, text: &str) -> String {
    let text = secrets
        .filter(|secret| secret.len() > 3)
        .fold(text.to_owned(), |text, secret| text.replace(secret, "***"));
    text.get(..text.floor_char_boundary(FAILURE_BYTES_MAX)).unwrap_or_default().to_owned()
}
