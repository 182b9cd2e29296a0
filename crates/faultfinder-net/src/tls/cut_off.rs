//! What was still missing when time ran out.
//!
//! A fetch never decides by its silence: when the deadline passes after the handshake is complete, the verdict that was
//! known before stands, and says which place had not answered. It does not matter whether the place was being asked
//! already, so that a slow machine finds the same as a fast one. A handshake that is not complete has a timeout of its
//! own, and nothing was to be fetched yet.

use super::capture::{Capture, State, is_missing_issuer};
use super::revocation;
use crate::fetch::is_http;
use faultfinder_taxonomy::word::{Aia, Ocsp};
use faultfinder_taxonomy::{Fault, VerifyCode};
use faultfinder_x509::Event;

impl Capture {
    /// The place that might still have answered an event.
    pub(super) fn awaited_place(&self, state: &State, event: &Event) -> Option<String> {
        let options = self.options();
        let is_absent = state.notes.iter().any(|note| note.explains(event));
        let urls = match event.code {
            code if is_missing_issuer(code) && options.aia == Aia::Fetch => {
                event.certificate.ca_issuer_urls()
            }
            VerifyCode::UnableToGetCrl if options.crl_fetch => event.certificate.crl_urls(),
            _ => return None,
        };
        if is_absent || !state.is_complete() {
            return None;
        }
        let being_asked = state.fetching.clone().filter(|url| urls.contains(url));
        being_asked.or_else(|| urls.into_iter().find(|url| is_http(url)))
    }

    /// The fault of an OCSP answer that was still to come.
    pub(super) fn awaited_answer(&self, state: &State) -> Option<Fault> {
        if self.options().ocsp != Ocsp::Query || !state.is_complete() || state.is_ocsp_settled() {
            return None;
        }
        let leaf = state.leaf()?;
        let urls = leaf.ocsp_urls();
        let being_asked = state.fetching.clone().filter(|url| urls.contains(url));
        let url = being_asked.or_else(|| urls.into_iter().find(|url| is_http(url)))?;
        Some(revocation::unanswered(&leaf, &url))
    }
}
