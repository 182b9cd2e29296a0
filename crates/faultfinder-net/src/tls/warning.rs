//! What is worth a warning although the handshake is complete.

use super::capture::Capture;
use super::options::CertificateDetails;
use crate::Trace;
use faultfinder_x509::{Certificate, Sent};

/// A certificate above the leaf that expires before it is warned of so many days in advance.
const DAYS_BEFORE_EXPIRY: i64 = 30;
const SECONDS_PER_DAY: i64 = 86_400;

/// Warns of problems that the options accept, that other clients would reject, or that come soon.
pub(crate) fn warn(capture: &Capture, trace: &mut Trace) {
    if let Some(warning) = capture.accepted_objection() {
        trace.warn(warning);
    }
    if let Some(objection) = capture.second_opinion() {
        trace.warn(format!(
            "the chain is valid, but webpki, which many Rust clients use, rejects it: {objection}"
        ));
    }
    if let Some(warning) = ends_before_leaf(&capture.built_chain(), capture.time()) {
        trace.warn(warning);
    }
    // Only tests of certificates look at the whole chain.
    if capture.options().details == CertificateDetails::Chain {
        capture.sent().iter().flat_map(untidy).for_each(|warning| trace.warn(warning));
    }
}

/// A certificate above the leaf that expires soon, and before the leaf.
fn ends_before_leaf(chain: &[Certificate], now: i64) -> Option<String> {
    let (leaf, authorities) = chain.split_first()?;
    let ends = leaf.not_after()?;
    let dated = authorities.iter().enumerate().filter_map(|(at, authority)| {
        Some((authority.not_after().filter(|not_after| *not_after > now)?, at + 1, authority))
    });
    let (not_after, depth, authority) = dated.min_by_key(|(not_after, ..)| *not_after)?;
    let days = (not_after - now) / SECONDS_PER_DAY;
    (not_after < ends && days < DAYS_BEFORE_EXPIRY).then(|| {
        format!(
            "certificate {depth} of the chain ({}) expires in {days} days, before the leaf: from then on the chain is not valid",
            authority.subject()
        )
    })
}

/// What is odd about the certificates that the peer sent.
fn untidy(sent: &Sent) -> Vec<String> {
    let list = |places: &[usize]| places.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    let mut found = Vec::new();
    if let Some(place) = sent.out_of_order {
        found.push(format!(
            "certificate {place} is not in its place: each certificate should be followed by that of its issuer (RFC 5246 section 7.4.2), and some clients insist"
        ));
    }
    if !sent.duplicates.is_empty() {
        found.push(format!("the peer sends a certificate more than once: number {}", list(&sent.duplicates)));
    }
    if !sent.strangers.is_empty() {
        found.push(format!(
            "the peer sends a certificate that does not belong to the chain: number {}",
            list(&sent.strangers)
        ));
    }
    if let Some(place) = sent.needless_root {
        found.push(format!(
            "the peer sends a self-signed root (certificate {place}), which only makes the handshake longer: clients trust their own copy or none"
        ));
    }
    found
}
