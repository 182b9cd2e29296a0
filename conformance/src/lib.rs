//! Faultfinder's certificate validator against OpenSSL itself, on random chains.
//!
//! [`generator`] makes chains with faults put in, from a seed; [`oracle`] asks the OpenSSL that is linked in what it makes
//! of them; the same line goes to `faultfinder_x509`. OpenSSL is used here and nowhere else.

pub mod record; // a case and its answer, as lines of JSON
#[expect(unsafe_code, reason = "OpenSSL is C; this is the one place that calls it directly")]
pub mod oracle; // OpenSSL's answer
