//! The data that was still missing when time ran out.
//!
//! A fetch that did not finish never decides: when the deadline passes after the handshake is complete, the verdict
//! known before applies, and names the URL that had not responded. It does not matter whether that request had been
//! sent, so that a slow machine gets the same result as a fast one. An incomplete handshake has its own timeout, and
//! nothing was to be fetched yet.

use super::capture::{Capture, State, is_missing_issuer};
use super::revocation;
use crate::fetch::is_http;
use faultfinder_taxonomy::word::{Aia, Ocsp};
use faultfinder_taxonomy::{Fault, VerifyCode};
use faultfinder_x509::Event;

impl Capture {
    /// The URL whose response could have changed an event.
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

    /// The fault of an OCSP response that did not arrive.
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
