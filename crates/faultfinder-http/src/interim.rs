//! Answers before the answer (RFC 9110 section 15.2): kept as facts, with the time at which they came.

use crate::Interim;
use crate::response::pairs;
use http::{HeaderMap, StatusCode};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::time::Instant;

/// The interim answers of one exchange, shared with the library that finds them.
#[derive(Debug, Clone, Default)]
pub(crate) struct Interims(Arc<Mutex<Vec<(Instant, Interim)>>>);

impl Interims {
    /// Notes one that has just come.
    pub(crate) fn note(&self, status: StatusCode, headers: &HeaderMap) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() < Interim::KEPT_MAX {
            let interim = Interim { status: status.as_u16(), headers: pairs(headers), after: Duration::ZERO };
            kept.push((Instant::now(), interim));
        }
    }

    /// What was noted, with the times counted from the last byte of the request, which was sent at this moment.
    pub(crate) fn take(&self, sent: Option<Instant>) -> Vec<Interim> {
        let kept = std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner));
        let after = |at: Instant| sent.map_or(Duration::ZERO, |sent| at.saturating_duration_since(sent));
        kept.into_iter().map(|(at, interim)| Interim { after: after(at), ..interim }).collect()
    }
}
