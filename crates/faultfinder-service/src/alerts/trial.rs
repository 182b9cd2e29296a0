//! Trying a notifier out: a notice that says that it is one.

use super::delivery::{Refusal, send};
use super::notice::Facts;
use super::notifier::Notifier;
use super::subject::TestFacts;
use crate::service::Service;
use faultfinder_alert::{Event, Kind};
use faultfinder_taxonomy::word::NotifierKind;
use uuid::Uuid;

/// Sends a notice that says that it is a test. Where an alert stays open until it is ended, its end follows, whatever came of
/// the notice: one that was not answered may have arrived.
///
/// # Errors
///
/// Why the first notice that was not delivered was not, or did not reach all recipients; without secrets.
pub(crate) async fn try_out(service: &Service, notifier: &Notifier) -> Result<(), String> {
    let alert = facts(service, notifier);
    let keeps_it_open = matches!(
        notifier.kind(),
        NotifierKind::Pagerduty | NotifierKind::Opsgenie | NotifierKind::Alertmanager
    );
    let end = keeps_it_open.then(|| Facts {
        notice: 2,
        event: Event::Recovery,
        summary: format!("{}: it has ended", alert.summary),
        end: Some("passed".to_owned()),
        ..alert.clone()
    });
    let began = send(service, notifier, &alert).await;
    let ended = match end {
        Some(end) => send(service, notifier, &end).await,
        None => Ok(Vec::new()),
    };
    let why = |refusal: Refusal| refusal.why;
    let mut refused = began.map_err(why)?;
    refused.extend(ended.map_err(why)?);
    // A trial is about each of the recipients.
    if refused.is_empty() { Ok(()) } else { Err(format!("only others got it: {}", refused.join("; "))) }
}

fn facts(service: &Service, notifier: &Notifier) -> Facts {
    let now = service.now().to_string();
    Facts {
        alert: Uuid::now_v7().to_string(),
        notice: 1,
        event: Event::Alert,
        at: now.clone(),
        since: now,
        kind: Kind::Down,
        summary: format!("Test of the notifier {}: nothing is wrong", notifier.name()),
        reason: "somebody tries the notifier out".to_owned(),
        message: None,
        // The least urgent.
        priority: Some(5),
        test: TestFacts {
            id: "test-of-a-notifier".to_owned(),
            name: "Test of a notifier".to_owned(),
            tags: Vec::new(),
        },
        locations: vec![service.config().location.clone()],
        fault: None,
        end: None,
        dependents: Vec::new(),
    }
}
