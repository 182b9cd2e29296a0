//! Words of closed lists, and codes.

use super::expected::Value;
use super::versions::{HTTP_VERSIONS, TLS_VERSIONS, http_age, tls_age};
use crate::AssertionError;
use crate::error::{Span, quoted};
use crate::number::Number;
use crate::operator::Operator;
use crate::subject::{CookieField, Reading, RedirectField, Subject};
use crate::unit;
use faultfinder_taxonomy::word::{HashAlgorithm, nearest};
use faultfinder_taxonomy::{GrpcStatus, ResponseCode};

/// What a validation finds.
const SECURITIES: [&str; 4] = ["secure", "insecure", "indeterminate", "bogus"];
/// Whether name servers agree.
const CONSISTENCIES: [&str; 3] = ["consistent", "serials-differ", "answers-differ"];
/// How a connection can end, in the words of assertions.
const CONNECTIONS: [&str; 3] = ["established", "refused", "timeout"];
/// What OCSP says of a certificate (RFC 6960 section 2.2).
const OCSP_STATUSES: [&str; 3] = ["good", "revoked", "unknown"];
/// What a flag can be.
const FLAGS: [&str; 2] = ["true", "false"];
/// What a health check can answer (gRPC core, `health-checking.md`).
const HEALTHS: [&str; 4] = ["SERVING", "NOT_SERVING", "UNKNOWN", "SERVICE_UNKNOWN"];

/// The value of `is` and of the comparisons by size that are left.
pub(super) fn read(
    text: String,
    in_quotes: bool,
    written: Span<'_>,
    reading: &Reading,
    operator: Operator,
) -> Result<Value, AssertionError> {
    if reading.is_number() {
        return number(&text, written, &reading.to_string());
    }
    match &reading.subject {
        Subject::Status | Subject::Redirect { field: RedirectField::Status, .. } => {
            status(&text, written, operator)
        }
        Subject::CloseCode => match text.parse::<u32>() {
            Ok(code @ 1000..=4999) => Ok(Value::Number(code.into())),
            _ => Err(AssertionError::new(written, format!("{} is not a valid close code", quoted(&text)))
                .expected("a number from 1000 to 4999 (RFC 6455 section 7.4)")),
        },
        Subject::TlsVersion | Subject::LowestTlsVersion | Subject::HighestTlsVersion => {
            tls_age(&text).map(Value::TlsVersion).ok_or_else(|| {
                AssertionError::new(written, format!("{} is not a TLS version", quoted(&text)))
                    .expected("TLSv1, TLSv1.1, TLSv1.2 or TLSv1.3")
                    .nearest(nearest(&text, TLS_VERSIONS.into_iter().skip(1)))
            })
        }
        Subject::HttpVersion => http_age(&text).map(Value::HttpVersion).ok_or_else(|| {
            AssertionError::new(written, format!("{} is not a version of HTTP", quoted(&text)))
                .expected("1.0, 1.1, 2 or 3")
                .nearest(nearest(&text, HTTP_VERSIONS))
        }),
        Subject::Hash(algorithm) => digest(&text, *algorithm, written),
        Subject::Rcode => rcode(text, written),
        Subject::Connection => {
            one_word(text, written, "a connection", &CONNECTIONS, "established, refused or timeout")
        }
        Subject::Dnssec => {
            one_word(text, written, "the result of a validation", &SECURITIES, &SECURITIES.join(", "))
        }
        Subject::NameServers => {
            one_word(text, written, "the state of name servers", &CONSISTENCIES, &CONSISTENCIES.join(", "))
        }
        Subject::Ocsp => {
            one_word(text, written, "an OCSP status", &OCSP_STATUSES, "good, revoked or unknown")
        }
        Subject::Cookie {
            field: CookieField::Secure | CookieField::HttpOnly | CookieField::Partitioned,
            ..
        } => one_word(text, written, "a flag", &FLAGS, "true or false"),
        Subject::Cookie { field: CookieField::SameSite, .. } => Ok(Value::Word(text)),
        Subject::GrpcStatus => grpc_status(&text, written),
        Subject::Health => {
            let upper = text.to_ascii_uppercase();
            let expected = "SERVING, NOT_SERVING, UNKNOWN or SERVICE_UNKNOWN";
            one_word(upper, written, "a service's health", &HEALTHS, expected)
        }
        Subject::PacketsReceived | Subject::Redirects => number(&text, written, reading.subject.keyword()),
        subject if operator.orders() => number(&text, written, subject.keyword()),
        _ => {
            let number = Number::parse(&text).filter(|_| !in_quotes);
            Ok(Value::Text { text, number, quoted: in_quotes })
        }
    }
}

/// A number without a unit.
fn number(text: &str, written: Span<'_>, subject: &str) -> Result<Value, AssertionError> {
    Number::parse(text).map(Value::Number).ok_or_else(|| {
        let (number, unit) = unit::split(written);
        match Number::parse(number.text) {
            Some(_) => AssertionError::new(unit, format!("{} takes no unit", quoted(subject))),
            None => AssertionError::new(written, format!("expected a number, found {}", quoted(text))),
        }
    })
}

/// One of a few words, in any case.
fn one_word(
    text: String,
    written: Span<'_>,
    what: &str,
    words: &'static [&'static str],
    expected: &str,
) -> Result<Value, AssertionError> {
    if words.iter().any(|word| word.eq_ignore_ascii_case(&text)) {
        return Ok(Value::Word(text));
    }
    Err(AssertionError::new(written, format!("{what} is never {}", quoted(written_or(&text, written))))
        .expected(expected)
        .nearest(nearest(&text, words.iter().copied())))
}

/// What was written, if that is the text but for its case.
fn written_or<'a>(text: &'a str, written: Span<'a>) -> &'a str {
    if written.text.eq_ignore_ascii_case(text) { written.text } else { text }
}

fn status(text: &str, written: Span<'_>, operator: Operator) -> Result<Value, AssertionError> {
    let class = text.strip_suffix("xx").or_else(|| text.strip_suffix("XX"));
    if let Some(class) =
        class.and_then(|digit| digit.parse().ok()).filter(|digit| (1..=9_u16).contains(digit))
    {
        if matches!(operator, Operator::Is | Operator::OneOf) {
            return Ok(Value::StatusClass(class));
        }
        let message = format!("a class of status codes does not go with `{}`", operator.phrase(false));
        return Err(AssertionError::new(written, message).nearest(Some(format!("{class}00"))));
    }
    let code = |text: &str| text.trim().parse::<u32>().ok().filter(|code| (100..=999).contains(code));
    if let Some((from, to)) = text.split_once('-')
        && operator == Operator::OneOf
        && let (Some(from), Some(to)) = (code(from), code(to))
        && from <= to
    {
        return Ok(Value::Range(from, to));
    }
    code(text).map(|code| Value::Number(code.into())).ok_or_else(|| {
        let error = AssertionError::new(written, format!("{} is not a valid status code", quoted(text)));
        match text.contains(',') {
            true => error.expected("one number; several are `status is one of 200, 204`"),
            false => error.expected(
                "a number from 100 to 999, or a class such as 2xx; a range is `status is one of 200-299`",
            ),
        }
    })
}

/// The digits of a hash, without regard to case.
fn digest(text: &str, algorithm: HashAlgorithm, written: Span<'_>) -> Result<Value, AssertionError> {
    let digits = algorithm.digits();
    if text.len() == digits && text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Ok(Value::Word(text.to_owned()));
    }
    let message = format!("{} is not a digest of {algorithm}", quoted(text));
    Err(AssertionError::new(written, message).expected(format!("{digits} hexadecimal digits")))
}

/// A status by its name, in any case, or by its number.
fn grpc_status(text: &str, written: Span<'_>) -> Result<Value, AssertionError> {
    let upper = text.to_ascii_uppercase();
    let known = GrpcStatus::ALL
        .into_iter()
        .find(|status| status.as_str() == upper || status.number().to_string() == text)
        .map(GrpcStatus::as_str);
    known.map(|name| Value::Word(name.to_owned())).ok_or_else(|| {
        AssertionError::new(written, format!("{} is not a gRPC status", quoted(text)))
            .expected("OK, UNAVAILABLE, NOT_FOUND or another of the 17 names, or its number")
            .nearest(nearest(&upper, GrpcStatus::ALL.map(GrpcStatus::as_str)))
    })
}

fn rcode(text: String, written: Span<'_>) -> Result<Value, AssertionError> {
    let upper = text.to_ascii_uppercase();
    let numbered =
        upper.strip_prefix("RCODE").is_some_and(|number| number.parse::<u16>().is_ok_and(|n| n < 4096));
    let names: Vec<_> = ResponseCode::all().map(ResponseCode::mnemonic).collect();
    if numbered || names.iter().any(|name| *name == upper) {
        return Ok(Value::Word(upper));
    }
    Err(AssertionError::new(written, format!("unknown response code {}", quoted(&text)))
        .expected("NOERROR, NXDOMAIN, SERVFAIL, REFUSED, FORMERR, NOTIMP or another mnemonic")
        .nearest(nearest(&upper, names.iter().map(AsRef::as_ref))))
}
