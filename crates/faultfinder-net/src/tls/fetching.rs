//! Fetches during a handshake, in separate phases.

use super::capture::Capture;
use crate::fetch::{FetchError, Wanted};
use crate::{ClientOptions, Trace, Vantage};
use faultfinder_taxonomy::Phase;

/// Everything that a fetch for one handshake needs.
pub(super) struct Fetching<'a> {
    pub(super) vantage: &'a Vantage,
    pub(super) options: &'a ClientOptions,
    pub(super) capture: &'a Capture,
}

impl Fetching<'_> {
    /// Fetches in a separate phase; afterwards the handshake's own phase continues.
    pub(super) async fn fetch(
        &self,
        phase: Phase,
        url: &str,
        wanted: Wanted<'_>,
        trace: &mut Trace,
    ) -> Result<Vec<u8>, FetchError> {
        trace.enter(phase);
        let fetch = self.vantage.fetch();
        let fetched = fetch(self.vantage, self.options, &mut trace.fetches, url, wanted).await;
        trace.enter(Phase::Tls);
        fetched
    }

    pub(super) fn now(&self) -> i64 {
        self.vantage.clock().unix_seconds()
    }
}
