//! What the layers know of pages: who asks for one, which header fields each of them has, and how an error becomes one.

use super::context::TraceId;
use super::problem::Problem;
use http::header::{self, HeaderName};
use http::{HeaderMap, HeaderValue};

/// What a page may load, and from where: nothing from elsewhere, and nothing that is written into it.
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; \
                      connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// Header fields of all pages, and of what they load.
const FIELDS: [(HeaderName, &str); 4] = [
    (header::CONTENT_SECURITY_POLICY, POLICY),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
];

/// The type of pages.
pub(crate) const HTML: HeaderValue = HeaderValue::from_static("text/html; charset=utf-8");

/// Paths that programs ask: their errors are the envelope, whatever else the request accepts.
const OF_PROGRAMS: [&str; 4] = ["/api", "/metrics", "/healthz", "/readyz"];

/// Marks an answer whose status is that of an error and whose body stays as it is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Finished;

/// Marks an answer whose body is sent as it comes about, without an end that is known.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Streamed;

/// An error of a request for a page.
#[derive(Debug)]
pub(crate) struct Failure<'a> {
    pub(crate) problem: &'a Problem,
    /// What the log has, too.
    pub(crate) reference: &'a str,
    pub(crate) trace: &'a TraceId,
    /// The path and query that were asked for, if nothing happens when they are asked for again.
    pub(crate) target: Option<&'a str>,
}

/// Writes the page of an error.
pub(crate) type ErrorPage = fn(&Failure<'_>) -> String;

/// Whether a request is for a page: it says that it takes HTML, as browsers do when they open one, and its path is not one
/// for programs.
pub(crate) fn is_asked_for(path: &str, headers: &HeaderMap) -> bool {
    let is_of = |prefix: &&str| {
        path.strip_prefix(*prefix).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    let mut accepted = headers
        .get_all(header::ACCEPT)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(',').map(|part| part.split(';').next().unwrap_or_default().trim()));
    !OF_PROGRAMS.iter().any(is_of) && accepted.any(|part| part.eq_ignore_ascii_case("text/html"))
}

/// Sets the header fields of pages. What nobody has said may be kept is not kept: pages show what their viewer may see.
pub(crate) fn secure(headers: &mut HeaderMap) {
    for (name, value) in FIELDS {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn browsers_ask_for_pages_and_programs_do_not() {
        for (path, accept, expected) in [
            ("/tests", Some("text/html,application/xhtml+xml;q=0.9,*/*;q=0.8"), true),
            ("/nowhere", Some("application/json, Text/HTML; q=0.1"), true),
            ("/apiary", Some("text/html"), true),
            ("/tests", Some("*/*"), false),
            ("/tests", Some("text/html5"), false),
            ("/tests", None, false),
            ("/api/v1/tests", Some("text/html"), false),
            ("/metrics", Some("text/html"), false),
        ] {
            let mut headers = HeaderMap::new();
            headers.extend(accept.map(|accept| (header::ACCEPT, HeaderValue::from_static(accept))));
            assert_eq!(is_asked_for(path, &headers), expected, "{path} {accept:?}");
        }
    }
}
