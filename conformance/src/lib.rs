//! Faultfinder's certificate validator against OpenSSL itself, on random chains.
//!
//! [`generator`] makes chains with faults put in, from a seed; [`oracle`] asks the OpenSSL that is linked in what it makes
//! of them; the same line goes to `faultfinder_x509`. [`run()`] does that for thousands, [`reduce`] makes what differs small.
//! OpenSSL is used here and nowhere else.

#![expect(
    clippy::indexing_slicing,
    reason = "a harness: a place that is not there is a mistake of its own, and stops the run"
)]

pub mod record; // a case and its answer, as lines of JSON
#[expect(unsafe_code, reason = "OpenSSL is C; this is the one place that calls it directly")]
pub mod oracle; // OpenSSL's answer
pub mod generator; // random cases with faults put in
pub mod judge; // one case, asked of both
pub mod reduce; // a case that differs, made small
pub mod statistics; // what occurred
pub mod run; // thousands of cases
pub mod collect; // a small collection that shows everything
