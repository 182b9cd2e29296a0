//! Whether the store answers: it is checked now and then for all callers, not by each of them.

use crate::store::{Store, StoreError};
use crate::timestamp::Timestamp;
use faultfinder_net::Clock;
use std::time::Duration;
use tokio::sync::Mutex;
use tokio::time::{Instant, timeout};

/// How long an answer holds.
const FRESH: Duration = Duration::from_secs(1);
/// How long the store may take for an answer before it counts as away.
const ANSWER_MAX: Duration = Duration::from_secs(2);

/// Whether the store answers.
#[derive(Debug, Default)]
pub(crate) struct Pulse(Mutex<Felt>);

/// What was felt last.
#[derive(Debug, Default)]
struct Felt {
    at: Option<Instant>,
    away_since: Option<Timestamp>,
}

impl Pulse {
    /// Since when the store does not answer; nothing when it does. Callers that come while it is being checked wait for the
    /// same answer. Cancel safe.
    pub(crate) async fn away_since(&self, store: &dyn Store, clock: &Clock) -> Option<Timestamp> {
        let mut felt = self.0.lock().await;
        if felt.at.is_some_and(|at| at.elapsed() < FRESH) {
            return felt.away_since;
        }
        let late = || StoreError::Unavailable(format!("no answer within {} s", ANSWER_MAX.as_secs()));
        let answer = timeout(ANSWER_MAX, store.ping()).await.unwrap_or_else(|_| Err(late()));
        match answer {
            Ok(()) if felt.away_since.take().is_some() => {
                tracing::info!(store = store.kind(), "the store answers again");
            }
            Ok(()) => {}
            Err(error) => {
                if felt.away_since.is_none() {
                    tracing::warn!(store = store.kind(), %error, "the store does not answer");
                }
                felt.away_since.get_or_insert_with(|| Timestamp::from(clock.now()));
            }
        }
        felt.at = Some(Instant::now());
        felt.away_since
    }
}
