//! Interim responses (RFC 9110 section 15.2): kept as facts, with their times.

use crate::Interim;
use crate::response::pairs;
use http::HeaderMap;
use std::time::Duration;
use tokio::time::Instant;

/// The interim answers of one exchange.
#[derive(Debug, Default)]
pub(crate) struct Interims(Vec<(Instant, Interim)>);

impl Interims {
    /// Notes one that has just come.
    pub(crate) fn note(&mut self, status: u16, headers: &HeaderMap) {
        if self.0.len() < Interim::KEPT_MAX {
            let interim = Interim { status, headers: pairs(headers), after: Duration::ZERO };
            self.0.push((Instant::now(), interim));
        }
    }

    /// What was noted, with the times counted from the last byte of the request, which was sent at this moment.
    pub(crate) fn take(self, sent: Option<Instant>) -> Vec<Interim> {
        let after = |at: Instant| sent.map_or(Duration::ZERO, |sent| at.saturating_duration_since(sent));
        self.0.into_iter().map(|(at, interim)| Interim { after: after(at), ..interim }).collect()
    }
}
