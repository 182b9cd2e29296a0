//! What a subject is compared with.

use crate::AssertionError;
use crate::cursor::unquote;
use crate::error::{Span, quoted};
use crate::number::Number;
use crate::operator::Operator;
use crate::pattern::Pattern;
use crate::subject::{CertificateField, ChainField, Subject};
use crate::unit::{self, Dimension, Unit};
use faultfinder_taxonomy::word::nearest;
use faultfinder_taxonomy::{Fact, GrpcStatus, ResponseCode};

/// What a subject is compared with.
#[derive(Debug, Clone)]
pub(crate) enum Value {
    /// Nothing: whether it exists.
    Nothing,
    /// Text, the number that it is when it was not in quotes, and whether it was.
    Text { text: String, number: Option<Number>, quoted: bool },
    /// A regular expression that is looked for anywhere.
    Pattern(Pattern),
    /// A number.
    Number(Number),
    /// A time in seconds or a size in bytes or bits, and the unit it was written in.
    Quantity { amount: f64, unit: Option<&'static Unit> },
    /// A class of status codes by its first digit: `2xx`.
    StatusClass(u16),
    /// A version of TLS by its age.
    Version(u8),
    /// One of a closed list of words, compared without regard to case.
    Word(String),
}

/// The versions of TLS by age, oldest first.
const VERSIONS: [&str; 5] = ["SSLv3", "TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"];

/// What a validation finds.
const SECURITIES: [&str; 4] = ["secure", "insecure", "indeterminate", "bogus"];

/// Whether name servers agree.
const CONSISTENCIES: [&str; 3] = ["consistent", "serials-differ", "answers-differ"];

/// How a connection can end, in the words of assertions.
const CONNECTIONS: [&str; 3] = ["established", "refused", "timeout"];

impl Value {
    /// As results show it.
    pub(crate) fn fact(&self, written: &str) -> Fact {
        match self {
            Self::Nothing => Fact::Null,
            Self::Text { number: Some(number), .. } | Self::Number(number) => number_fact(*number),
            Self::Text { text, .. } | Self::Word(text) => Fact::Text(text.clone()),
            Self::Pattern(pattern) => Fact::Text(pattern.as_str().to_owned()),
            Self::Quantity { .. } | Self::StatusClass(_) => Fact::Text(written.to_owned()),
            Self::Version(age) => Fact::from(VERSIONS.get(usize::from(*age)).copied().unwrap_or_default()),
        }
    }
}

/// A number as a fact: whole if it is, and fits.
pub(crate) fn number_fact(number: Number) -> Fact {
    match number.whole().map(i64::try_from) {
        Some(Ok(whole)) => Fact::Integer(whole),
        _ => Fact::Number(number.value()),
    }
}

/// The age of a version of TLS: `TLSv1.3`, and also `1.3` and `TLS 1.3`.
pub(crate) fn version_age(text: &str) -> Option<u8> {
    let bare = text.trim();
    let bare = ["TLSv", "TLS", "tlsv", "tls", "v"]
        .iter()
        .find_map(|prefix| bare.strip_prefix(prefix))
        .unwrap_or(bare);
    match bare.trim_start_matches([' ', '_']) {
        "SSLv3" => Some(0),
        "1" | "1.0" => Some(1),
        "1.1" => Some(2),
        "1.2" => Some(3),
        "1.3" => Some(4),
        _ => None,
    }
}

/// Reads the value of an assertion.
///
/// `written` is what stands behind the operator, `unit` the unit of the mapping form; in that form (`verbatim`) quotes
/// belong to the value.
pub(crate) fn read(
    written: Span<'_>,
    unit: Option<Span<'_>>,
    verbatim: bool,
    subject: &Subject,
    operator: Operator,
) -> Result<Value, AssertionError> {
    let phrase = operator.phrase(false);
    if operator == Operator::Exists {
        if written.text.is_empty() {
            return Ok(Value::Nothing);
        }
        return Err(AssertionError::new(written, "`exists` takes no value").expected("nothing after it"));
    }
    if written.text.is_empty() && !verbatim {
        return Err(AssertionError::new(written, format!("a value is missing after `{phrase}`")));
    }
    if let Some(dimension) = dimension(subject, operator) {
        return quantity(written, unit, verbatim, subject, dimension);
    }
    if let Some(unit) = unit {
        let message = format!("{} takes no unit with `{phrase}`", quoted(subject.keyword()));
        return Err(AssertionError::new(unit, message));
    }
    let Unquoted { text, quoted: in_quotes, after } = unquoted(written, verbatim, operator)?;
    if !after.text.is_empty() {
        return Err(AssertionError::new(after, "there is text after the closing quote")
            .expected("quotes around the whole value, or no quotes"));
    }
    match operator {
        Operator::Matches => {
            let pattern = Pattern::compile(&text, written, !in_quotes, subject.text_bytes_max())?;
            Ok(Value::Pattern(pattern))
        }
        Operator::Contains => Ok(Value::Text { text, number: None, quoted: in_quotes }),
        _ => word(text, in_quotes, written, subject, operator),
    }
}

/// What a comparison by size, or of times, is made in; nothing when it is one of plain numbers or of text.
fn dimension(subject: &Subject, operator: Operator) -> Option<Dimension> {
    match subject {
        Subject::ResponseTime
        | Subject::PhaseTime(_)
        | Subject::Ttl
        | Subject::Latency(_)
        | Subject::Certificate(CertificateField::ExpiresIn)
        | Subject::Chain(ChainField::ExpiresIn) => Some(Dimension::Time),
        Subject::PacketLoss => Some(Dimension::Percent),
        Subject::Metadata(_) | Subject::Trailer(_) if operator.orders() => Some(Dimension::Size),
        Subject::Body | Subject::Received | Subject::Header(_) if operator.orders() => Some(Dimension::Size),
        Subject::Certificate(CertificateField::Key) if operator.orders() => Some(Dimension::Bits),
        _ => None,
    }
}

fn quantity(
    written: Span<'_>,
    unit: Option<Span<'_>>,
    verbatim: bool,
    subject: &Subject,
    dimension: Dimension,
) -> Result<Value, AssertionError> {
    // In quotes or not, a number is a number.
    let bare = match unquote(written, false).filter(|_| !verbatim) {
        Some(read) => {
            let (_, after) = read?;
            let inside = written.part(1, after.offset.saturating_sub(written.offset).saturating_sub(1));
            let inside = inside.part(0, inside.text.trim_end().trim_end_matches(['"', '\'']).len()).trimmed();
            if after.text.is_empty() { unit::split(inside) } else { (inside, after) }
        }
        None => unit::split(written),
    };
    let (number, behind) = bare;
    let unit = match unit {
        Some(unit) if behind.text.is_empty() => unit,
        _ => behind,
    };
    let is_field = matches!(subject, Subject::Header(_) | Subject::Metadata(_) | Subject::Trailer(_));
    let fallback = match subject {
        Subject::Ttl => Some("s"),
        Subject::Metadata(_)
        | Subject::Trailer(_)
        | Subject::Header(_)
        | Subject::Certificate(CertificateField::Key) => Some(""),
        Subject::PacketLoss => Some("%"),
        _ => None,
    };
    if is_field && unit.text.is_empty() {
        return Number::parse(number.text).map(Value::Number).ok_or_else(|| unit::not_a_number(number, unit));
    }
    let (amount, unit) = unit::read(number, unit, dimension, fallback)?;
    Ok(Value::Quantity { amount, unit })
}

struct Unquoted<'a> {
    text: String,
    quoted: bool,
    after: Span<'a>,
}

fn unquoted(written: Span<'_>, verbatim: bool, operator: Operator) -> Result<Unquoted<'_>, AssertionError> {
    let end = written.part(written.text.len(), 0);
    match unquote(written, operator == Operator::Matches).filter(|_| !verbatim) {
        Some(read) => {
            let (text, after) = read?;
            Ok(Unquoted { text, quoted: true, after })
        }
        None => Ok(Unquoted { text: written.text.to_owned(), quoted: false, after: end }),
    }
}

/// The value of `is` and of the comparisons by size that are left.
fn word(
    text: String,
    in_quotes: bool,
    written: Span<'_>,
    subject: &Subject,
    operator: Operator,
) -> Result<Value, AssertionError> {
    match subject {
        Subject::Status => status(&text, written, operator),
        Subject::CloseCode => match text.parse::<u32>() {
            Ok(code @ 1000..=4999) => Ok(Value::Number(code.into())),
            _ => Err(AssertionError::new(written, format!("{} is not a valid close code", quoted(&text)))
                .expected("a number from 1000 to 4999 (RFC 6455 section 7.4)")),
        },
        Subject::TlsVersion => version_age(&text).map(Value::Version).ok_or_else(|| {
            AssertionError::new(written, format!("{} is not a TLS version", quoted(&text)))
                .expected("TLSv1, TLSv1.1, TLSv1.2 or TLSv1.3")
                .nearest(nearest(&text, VERSIONS.into_iter().skip(1)))
        }),
        Subject::Rcode => rcode(text, written),
        Subject::Connection if !CONNECTIONS.contains(&text.to_ascii_lowercase().as_str()) => {
            Err(AssertionError::new(written, format!("a connection is never {}", quoted(&text)))
                .expected("established, refused or timeout")
                .nearest(nearest(&text, CONNECTIONS)))
        }
        Subject::Connection => Ok(Value::Word(text)),
        Subject::Dnssec => one_word(text, written, "the result of a validation", &SECURITIES),
        Subject::NameServers => one_word(text, written, "the state of name servers", &CONSISTENCIES),
        Subject::GrpcStatus => grpc_status(&text, written),
        Subject::Health => health(text, written),
        _ if operator.orders() || matches!(subject, Subject::PacketsReceived) => {
            Number::parse(&text).map(Value::Number).ok_or_else(|| {
                let error =
                    AssertionError::new(written, format!("expected a number, found {}", quoted(&text)));
                let (number, unit) = unit::split(written);
                match Number::parse(number.text) {
                    Some(_) => {
                        AssertionError::new(unit, format!("{} takes no unit", quoted(subject.keyword())))
                    }
                    None => error,
                }
            })
        }
        _ => {
            let number = Number::parse(&text).filter(|_| !in_quotes);
            Ok(Value::Text { text, number, quoted: in_quotes })
        }
    }
}

/// One of a few words.
fn one_word(
    text: String,
    written: Span<'_>,
    what: &str,
    words: &'static [&'static str],
) -> Result<Value, AssertionError> {
    if words.contains(&text.to_ascii_lowercase().as_str()) {
        return Ok(Value::Word(text));
    }
    Err(AssertionError::new(written, format!("{what} is never {}", quoted(&text)))
        .expected(words.join(", "))
        .nearest(nearest(&text, words.iter().copied())))
}

fn status(text: &str, written: Span<'_>, operator: Operator) -> Result<Value, AssertionError> {
    let class = text.strip_suffix("xx").or_else(|| text.strip_suffix("XX"));
    if let Some(class) =
        class.and_then(|digit| digit.parse().ok()).filter(|digit| (1..=9_u16).contains(digit))
    {
        if operator == Operator::Is {
            return Ok(Value::StatusClass(class));
        }
        let message = format!("a class of status codes does not go with `{}`", operator.phrase(false));
        return Err(AssertionError::new(written, message).nearest(Some(format!("{class}00"))));
    }
    match text.parse::<u32>() {
        Ok(status @ 100..=999) => Ok(Value::Number(status.into())),
        _ => Err(AssertionError::new(written, format!("{} is not a valid status code", quoted(text)))
            .expected("a number from 100 to 999, or a class such as 2xx")),
    }
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

/// What a health check can answer (gRPC core, `health-checking.md`).
const HEALTHS: [&str; 4] = ["SERVING", "NOT_SERVING", "UNKNOWN", "SERVICE_UNKNOWN"];

fn health(text: String, written: Span<'_>) -> Result<Value, AssertionError> {
    let upper = text.to_ascii_uppercase();
    if HEALTHS.contains(&upper.as_str()) {
        return Ok(Value::Word(upper));
    }
    Err(AssertionError::new(written, format!("a service's health is never {}", quoted(&text)))
        .expected("SERVING, NOT_SERVING, UNKNOWN or SERVICE_UNKNOWN")
        .nearest(nearest(&upper, HEALTHS)))
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
