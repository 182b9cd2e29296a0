//! APIs that answer with the platform's error envelope, status by status.

use super::expectations::{incorrect, status};
use super::http1::{self, answer, ok};
use super::row::{Row, Site, http1};
use super::script::Script;
use crate::Expect;
use faultfinder_taxonomy::{
    Code, ConstraintViolation, ErrorBody, ErrorEnvelope, ParameterLocation, Phase, StructuredDetails,
};
use serde_json::json;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use tokio::time::Instant;

/// Case, what it shows, the status line, what the API says, and the words of it that the fault must repeat.
type Failure = (&'static str, &'static str, &'static str, fn() -> ErrorBody, &'static str);

const FAILURES: &[Failure] = &[
    (
        "400",
        "two constraints violated",
        "400 Bad Request",
        violations,
        "2 violations, the first is config.name: must not be empty",
    ),
    (
        "401",
        "nobody logged in",
        "401 Unauthorized",
        || error(401, "Authentication is required."),
        "Authentication is required.",
    ),
    ("403", "scopes missing", "403 Forbidden", scopes, "missing scopes: tests:write, results:read"),
    ("404", "nothing there", "404 Not Found", || error(404, "No such test."), "No such test."),
    (
        "409",
        "somebody else was faster",
        "409 Conflict",
        || error(409, "The version is not current."),
        "not current",
    ),
    ("410", "no longer there", "410 Gone", || error(410, "The test was deleted."), "was deleted"),
    ("429", "too many requests of this client", "429 Too Many Requests", throttled, "Too many requests."),
    (
        "500",
        "a failure of the API's own",
        "500 Internal Server Error",
        || error(500, "Internal error."),
        "Internal error.",
    ),
    (
        "501",
        "not supported here",
        "501 Not Implemented",
        || error(501, "Not supported by this deployment."),
        "Not supported",
    ),
    ("503", "overloaded", "503 Service Unavailable", overloaded, "The service is overloaded."),
];

fn details() -> StructuredDetails {
    StructuredDetails::new("f81d4fae-7dec-11d0-a765-00a0c91e6bf6", "99633483d17779d7c81141f50dbc2a49")
}

fn error(code: u16, message: &str) -> ErrorBody {
    ErrorBody::new(code, message).with_details(details())
}

fn violations() -> ErrorBody {
    let violation = |path, message, place| ConstraintViolation::new(path, message, place);
    ErrorBody::new(400, "Constraints violated.").with_details(details().with_violations([
        violation("config.name", "must not be empty", ParameterLocation::PayloadBody),
        violation("limit", "must be at most 100", ParameterLocation::Query),
    ]))
}

fn scopes() -> ErrorBody {
    let details = details().with_missing_scopes(["tests:write", "results:read"]);
    ErrorBody::new(403, "Scopes are missing.").with_details(details)
}

fn throttled() -> ErrorBody {
    error(429, "Too many requests.").with_retry_after(1)
}

fn overloaded() -> ErrorBody {
    error(503, "The service is overloaded.").with_retry_after(1)
}

fn envelope(status: &str, headers: &str, error: ErrorBody) -> Script {
    let body = serde_json::to_vec(&ErrorEnvelope::new(error)).unwrap_or_default();
    answer(status, &format!("Content-Type: application/json\r\n{headers}"), &body)
}

/// All scenarios.
pub(super) fn rows() -> Vec<Row> {
    let failures = FAILURES.iter().map(|&(case, shows, status, error, says)| {
        let expect = incorrect("status").saying(says);
        let case = format!("envelope-{case}");
        http1(&case, shows, expect, envelope(status, "", error())).assert(&["status is 200"])
    });
    failures.chain(others()).collect()
}

fn others() -> Vec<Row> {
    let refused = status(Code::AuthenticationError, Phase::Wait, 401).saying("The token has expired.");
    let again = |pause: &str| json!({ "retry": { "count": 1, "interval": pause } });
    let late = incorrect("status").saying("Too many requests.");
    vec![
        http1(
            "envelope-401-bearer",
            "credentials refused, with the reason in the envelope",
            refused,
            envelope("401 Unauthorized", "", error(401, "The token has expired.")),
        )
        .with(json!({ "auth": { "bearer": "old-token" } }))
        .assert(&["status is 200"]),
        http1(
            "envelope-foreign",
            "an error body that is not an envelope",
            incorrect("status").saying("expected status is 200, found 500"),
            answer("500 Internal Server Error", "Content-Type: application/json\r\n", br#"{"error":"oops"}"#),
        )
        .assert(&["status is 200"]),
        Row::new(
            "http1/envelope-429-retried",
            "a throttled request, and a retry that comes no sooner than the API asks",
            Expect::pass(),
            |lab| {
                let first = Mutex::new(None::<Instant>);
                Ok(Site::at(http1::serve(lab, move |_| {
                    let mut first = first.lock().unwrap_or_else(PoisonError::into_inner);
                    match *first {
                        Some(at) if at.elapsed() >= Duration::from_secs(1) => ok(),
                        _ => {
                            *first = Some(Instant::now());
                            envelope("429 Too Many Requests", "Retry-After: 0\r\n", throttled())
                        }
                    }
                })?))
            },
        )
        .test(again("1ms"))
        .assert(&["status is 200"]),
        Row::new(
            "http1/envelope-429-patience",
            "a throttled request that may be sent again in an hour: there is no retry",
            late,
            |lab| {
                let asked = AtomicUsize::new(0);
                Ok(Site::at(http1::serve(lab, move |_| match asked.fetch_add(1, Ordering::SeqCst) {
                    0 => envelope("429 Too Many Requests", "Retry-After: 3600\r\n", throttled()),
                    _ => ok(),
                })?))
            },
        )
        .test(again("1ms"))
        .assert(&["status is 200"]),
    ]
}
