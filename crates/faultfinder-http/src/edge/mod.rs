//! Did the application answer, or something in front of it?
//!
//! [`diagnose`] takes what a response shows and says whether a CDN, a firewall, bot protection, a hosting platform or another
//! proxy gave it in place of the application: because it blocked the request, or because it could not reach its origin. It
//! is pure: no I/O, no clock. It explains a response and judges nothing.
//!
//! # Decisions
//!
//! * Precision first. A CDN adds its header fields to every response, so these show nothing by themselves: a 403 of an
//!   application behind a CDN is a 403 of the application. A rule needs a mark of the situation: a field that is sent only
//!   then, or the words of the product's own page.
//! * The rules are rows (`rules`). Each row is met by a recorded response in `tests/edge/answers.txt`, with its source; no
//!   row is met by the responses of applications and servers in `tests/edge/ordinary.txt`, behind whatever front.
//! * A page counts as HTML or plain text only: an API that quotes the page of its own upstream in JSON has answered itself.
//! * Statuses and header fields are compared first. Of a 2xx response, the body is read only if a header field gives reason
//!   to, or if it is HTML of at most 4 KiB.
//! * At most 64 KiB of the body are read.
//!
//! # Example
//!
//! ```
//! use faultfinder_http::edge::{EdgeFinding, EdgeProvider, diagnose};
//!
//! let field = |name: &str, value: &str| (name.to_owned(), value.as_bytes().to_vec());
//! let mut headers = vec![field("server", "cloudflare"), field("cf-ray", "8f2b1c0d9e7a6b54-FRA")];
//! let body = br#"{"error":"forbidden"}"#;
//! // The application said so; that it is behind Cloudflare is no reason.
//! assert_eq!(diagnose(403, &headers, body), None);
//!
//! headers.push(field("cf-mitigated", "challenge"));
//! let answer = diagnose(403, &headers, b"<title>Just a moment...</title>").ok_or("the field says it")?;
//! assert_eq!((answer.provider, answer.finding), (EdgeProvider::Cloudflare, EdgeFinding::Challenge));
//! assert_eq!(answer.evidence, ["cf-mitigated: challenge"]);
//! assert_eq!(answer.reference.as_deref(), Some("8f2b1c0d9e7a6b54-FRA"));
//! # Ok::<(), &str>(())
//! ```

mod text; // a body as it is compared with words
mod rule; // Rule: one row
mod seen; // a response, and whether a rule holds of it
mod rules; // the rows, by kind of product
mod proxy_status; // errors of proxies that say so themselves (RFC 9209)
mod remedy; // what to do

pub use faultfinder_taxonomy::{EdgeAnswer, EdgeConfidence, EdgeFinding, EdgeProvider};

use rule::Rule;
use seen::Seen;

/// Says who answered in place of the application; nothing if nothing shows that anyone did.
///
/// `headers` have names in lower case, as [`Response::headers`](crate::Response::headers) does. `body` is what is left after
/// content codings, and may be the beginning only: the first 64 KiB are read.
#[must_use]
pub fn diagnose(status: u16, headers: &[(String, Vec<u8>)], body: &[u8]) -> Option<EdgeAnswer> {
    let seen = Seen::new(status, headers, body);
    let first = |confidence| {
        let mut rules = rules::all().filter(|rule| rule.confidence == confidence);
        rules.find_map(|rule| Some(answer(rule, &seen, seen.marks(rule)?)))
    };
    first(EdgeConfidence::Certain)
        .or_else(|| proxy_status::diagnose(status, headers))
        .or_else(|| first(EdgeConfidence::Likely))
}

/// The diagnosis of a rule that holds.
fn answer(rule: &Rule, seen: &Seen<'_>, marks: Vec<String>) -> EdgeAnswer {
    let remedy = remedy::of(rule.provider, rule.finding);
    let mut answer = EdgeAnswer::new(rule.provider, rule.finding, rule.confidence, remedy);
    answer.evidence = marks;
    answer.reference = rule.reference.iter().find_map(|place| seen.reference(*place));
    answer
}

#[cfg(test)]
mod tests;
