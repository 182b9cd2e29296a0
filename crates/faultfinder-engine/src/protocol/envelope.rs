//! The platform's error envelope in an answer: what a tested API says of its own failure, and when to ask again.

use faultfinder_http::Response;
use faultfinder_taxonomy::{Code, ErrorBody, ErrorEnvelope, Fact, Fault};
use serde_json::Value;
use std::time::{Duration, SystemTime};
use time::PrimitiveDateTime;
use time::macros::format_description;

/// Largest body that is looked at.
const BODY_BYTES_MAX: usize = 64 << 10;
/// Most characters of a text of the envelope that a message repeats.
const TEXT_CHARS_MAX: usize = 200;
/// Most scopes that a message names.
const SCOPES_MAX: usize = 10;

/// The envelope of an answer with an error status, if its body is one.
pub(crate) fn read(response: &Response) -> Option<ErrorBody> {
    let is_error = response.status >= 400 && !response.body_truncated;
    if !is_error || response.body.len() > BODY_BYTES_MAX {
        return None;
    }
    parse(&response.body)
}

fn parse(body: &[u8]) -> Option<ErrorBody> {
    let mut json = serde_json::Deserializer::from_slice(body);
    let envelope = ErrorEnvelope::read(&mut json)?;
    json.end().ok()?;
    Some(envelope.error)
}

/// The fault of a WebSocket handshake that was refused, with what the API says of it, and how long it asks to wait. Any
/// other fault stays as it is.
pub(crate) fn of_refusal(fault: Fault, now: SystemTime) -> (Fault, Option<Duration>) {
    if fault.code != Code::WebSocket || !matches!(fault.evidence.fact("status"), Some(Fact::Integer(400..))) {
        return (fault, None);
    }
    let body = fault.evidence.fact("body").and_then(Fact::as_str);
    let error = body.and_then(|body| parse(body.as_bytes()));
    let headers = match fault.evidence.fact("headers") {
        Some(Fact::List(headers)) => headers.as_slice(),
        _ => &[],
    };
    let header = headers.iter().find_map(|line| line.as_str()?.strip_prefix("retry-after:"));
    let asked = longest(error.as_ref(), header, now);
    match error {
        Some(error) => (add(fault, &error), asked),
        None => (fault, asked),
    }
}

/// The fault with what the API says: in the message, and all of it in the evidence.
pub(crate) fn add(mut fault: Fault, error: &ErrorBody) -> Fault {
    fault.message = format!("{}; the API says: {}", fault.message, in_words(error));
    fault.with("error_envelope", flat(error))
}

/// `Scopes are missing. (missing scopes: tests:write)`.
fn in_words(error: &ErrorBody) -> String {
    let mut words = cut(&error.message);
    let Some(details) = error.structured() else { return words };
    if !details.missing_scopes.is_empty() {
        let named: Vec<&str> = details.missing_scopes.iter().map(String::as_str).take(SCOPES_MAX).collect();
        words.push_str(&format!(" (missing scopes: {})", cut(&named.join(", "))));
    }
    if let Some(first) = details.constraint_violations.first() {
        let path = first.path.as_deref().map(|path| format!("{path}: ")).unwrap_or_default();
        let first = cut(&format!("{path}{}", first.message));
        words.push_str(&match details.constraint_violations.len() {
            1 => format!(" ({first})"),
            count => format!(" ({count} violations, the first is {first})"),
        });
    }
    words
}

fn cut(text: &str) -> String {
    match text.char_indices().nth(TEXT_CHARS_MAX) {
        Some((end, _)) => format!("{}{}", text.get(..end).unwrap_or_default(), faultfinder_assert::CUT_MARK),
        None => text.to_owned(),
    }
}

/// The fields of the envelope and those of its details side by side.
fn flat(error: &ErrorBody) -> Fact {
    let Ok(Value::Object(mut fields)) = serde_json::to_value(error) else { return Fact::Null };
    if error.structured().is_some()
        && let Some(Value::Object(details)) = fields.remove("details")
    {
        for (name, value) in details {
            fields.entry(name).or_insert(value);
        }
    }
    serde_json::from_value(Value::Object(fields)).unwrap_or(Fact::Null)
}

/// How long an answer with an error status asks to wait: by its envelope or its `retry-after` header (RFC 9110 section
/// 10.2.3), whichever is longer.
pub(crate) fn retry_after(response: &Response, now: SystemTime) -> Option<Duration> {
    if response.status < 400 {
        return None;
    }
    let header = response.headers.iter().find(|(name, _)| name == "retry-after");
    let header = header.and_then(|(_, value)| std::str::from_utf8(value).ok());
    longest(read(response).as_ref(), header, now)
}

/// What the envelope or the header asks for, whichever is longer.
fn longest(error: Option<&ErrorBody>, header: Option<&str>, now: SystemTime) -> Option<Duration> {
    let said = error.and_then(|error| error.retry_after_seconds).map(Duration::from_secs);
    said.max(header.and_then(|value| moment(value.trim(), now)))
}

/// Seconds, or a date (RFC 9110 section 5.6.7); a date that has passed is now.
fn moment(text: &str, now: SystemTime) -> Option<Duration> {
    if let Ok(seconds) = text.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let format = format_description!(
        "[weekday repr:short], [day] [month repr:short] [year] [hour]:[minute]:[second] GMT"
    );
    let date = PrimitiveDateTime::parse(text, format).ok()?.assume_utc();
    let seconds = u64::try_from(date.unix_timestamp()).ok()?;
    let date = SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(seconds))?;
    Some(date.duration_since(now).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use faultfinder_taxonomy::{ConstraintViolation, ParameterLocation, StructuredDetails};

    #[test]
    fn an_error_is_told_in_words_and_as_flat_facts() {
        let violation =
            |path: &str| ConstraintViolation::new(path, "must not be empty", ParameterLocation::Query);
        let details = StructuredDetails::new("ref-1", "trace-1")
            .with_missing_scopes(["a:read", "a:write"])
            .with_violations([violation("x"), violation("y")]);
        let error = ErrorBody::new(403, "No.").with_details(details).with_retry_after(3);
        assert_eq!(
            in_words(&error),
            "No. (missing scopes: a:read, a:write) (2 violations, the first is x: must not be empty)"
        );
        let Fact::Map(facts) = flat(&error) else { panic!("no map") };
        assert_eq!(facts.get("errorRef"), Some(&Fact::from("ref-1")));
        assert_eq!(facts.get("retryAfterSeconds"), Some(&Fact::Integer(3)));
        assert!(facts.contains_key("constraintViolations") && !facts.contains_key("details"));
        let Fact::Map(facts) = flat(&ErrorBody::new(500, "No.").with_details("why")) else {
            panic!("no map")
        };
        assert_eq!(facts.get("details"), Some(&Fact::from("why")));
    }

    #[test]
    fn a_moment_is_a_number_of_seconds_or_a_date() {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(784_111_777 - 10);
        for (text, expected) in [
            ("120", Some(120)),
            ("Sun, 06 Nov 1994 08:49:37 GMT", Some(10)),
            ("Sun, 06 Nov 1994 08:49:00 GMT", Some(0)),
            ("soon", None),
            ("-1", None),
            ("", None),
        ] {
            assert_eq!(moment(text, now), expected.map(Duration::from_secs), "{text}");
        }
    }
}
