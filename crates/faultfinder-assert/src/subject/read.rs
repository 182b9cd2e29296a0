//! From words to a subject.

use super::fields::FieldWord;
use super::words::{FOREIGN, WORDS, phase_word, phases, with_keyword};
use super::{Aspect, CookieField, Quantifier, Reading, Section, Subject};
use crate::AssertionError;
use crate::cursor::{Cursor, unquote};
use crate::error::{Span, quoted};
use crate::jsonpath::JsonPath;
use crate::xpath::XPath;
use faultfinder_taxonomy::word::{HashAlgorithm, RecordType, Word as _, nearest};
use std::borrow::Cow;

/// Longest name of a header or a cookie, in bytes.
const NAME_BYTES_MAX: usize = 256;

/// Subjects that are one word.
const SIMPLE: &[(&str, Subject)] = &[
    ("status", Subject::Status),
    ("http_version", Subject::HttpVersion),
    ("url", Subject::Url),
    ("redirects", Subject::Redirects),
    ("remote_ip", Subject::RemoteIp),
    ("tls_version", Subject::TlsVersion),
    ("lowest_tls_version", Subject::LowestTlsVersion),
    ("highest_tls_version", Subject::HighestTlsVersion),
    ("cipher", Subject::Cipher),
    ("ocsp", Subject::Ocsp),
    ("alpn", Subject::Alpn),
    ("rcode", Subject::Rcode),
    ("ttl", Subject::Ttl),
    ("dnssec", Subject::Dnssec),
    ("name_servers", Subject::NameServers),
    ("serial", Subject::Serial),
    ("connection", Subject::Connection),
    ("received", Subject::Received),
    ("packet_loss", Subject::PacketLoss),
    ("packets_received", Subject::PacketsReceived),
    ("grpc_status", Subject::GrpcStatus),
    ("grpc_message", Subject::GrpcMessage),
    ("health", Subject::Health),
    ("subprotocol", Subject::Subprotocol),
    ("close_code", Subject::CloseCode),
    ("network_hops", Subject::NetworkHops),
];

/// Takes what an assertion reads.
pub(crate) fn read(cursor: &mut Cursor<'_>) -> Result<Reading, AssertionError> {
    let begin = *cursor;
    let quantifier = [("some", Quantifier::Some), ("every", Quantifier::Every), ("first", Quantifier::First)]
        .into_iter()
        .find(|(word, _)| cursor.take(word))
        .map(|(_, quantifier)| quantifier);
    if quantifier.is_some() && cursor.rest().text.is_empty() {
        let error = AssertionError::new(cursor.end(), "what it is about is missing");
        return Err(error.expected("some|every|first followed by TYPE record, jsonpath QUERY or header NAME"));
    }
    let subject = subject(cursor, quantifier.is_some())?;
    let aspect = aspect(cursor, &subject)?;
    let reading = Reading { quantifier, subject, aspect };
    check_quantifier(&reading, begin)?;
    Ok(reading)
}

/// A quantifier needs something that can have several values, and no number of them.
fn check_quantifier(reading: &Reading, begin: Cursor<'_>) -> Result<(), AssertionError> {
    let is_several = matches!(
        reading.subject,
        Subject::Header(_)
            | Subject::Trailer(_)
            | Subject::Metadata(_)
            | Subject::JsonPath(_)
            | Subject::XPath(_)
            | Subject::Record { .. }
            | Subject::Redirect { number: None, .. }
            | Subject::Cookie { .. }
            | Subject::Certificate(_)
            | Subject::Serial
    );
    let Some(word) = begin.peek().filter(|_| reading.quantifier.is_some()) else { return Ok(()) };
    let what = match reading.aspect {
        Some(Aspect::Count) => "a count",
        _ if !is_several => reading.subject.keyword(),
        _ => return Ok(()),
    };
    Err(AssertionError::new(word, format!("{} does not go with {}", quoted(word.text), quoted(what)))
        .expected("nothing in front of a subject that has one value"))
}

/// What is read of the values instead of themselves.
fn aspect(cursor: &mut Cursor<'_>, subject: &Subject) -> Result<Option<Aspect>, AssertionError> {
    let Some(word) = cursor.peek() else { return Ok(None) };
    let found = if cursor.take("as text") {
        Aspect::Text
    } else if cursor.take("count") {
        Aspect::Count
    } else if cursor.take("length") {
        Aspect::Length
    } else if cursor.take("size") {
        Aspect::Size
    } else {
        return Ok(None);
    };
    let is_field = matches!(subject, Subject::Header(_) | Subject::Trailer(_) | Subject::Metadata(_));
    let fits = match found {
        Aspect::Count => {
            is_field
                || matches!(
                    subject,
                    Subject::JsonPath(_)
                        | Subject::XPath(_)
                        | Subject::Record { .. }
                        | Subject::Cookie { .. }
                        | Subject::Certificate(_)
                )
        }
        Aspect::Length => {
            is_field
                || matches!(
                    subject,
                    Subject::JsonPath(_)
                        | Subject::XPath(_)
                        | Subject::Body
                        | Subject::Received
                        | Subject::Url
                )
                || matches!(subject, Subject::Cookie { field: CookieField::Value, .. })
        }
        Aspect::Size => is_field || matches!(subject, Subject::Body | Subject::Received),
        Aspect::Text => matches!(subject, Subject::JsonPath(_) | Subject::Record { .. }),
    };
    if fits {
        return Ok(Some(found));
    }
    let message = format!("{} has no {}", quoted(&subject.to_string()), quoted(word.text));
    Err(AssertionError::new(word, message).expected(
        "count (of jsonpath, header, cookie, record, certificate san), length (of jsonpath, header, body, received, url), size (of body, \
         received, header) or as text (of jsonpath, record)",
    ))
}

/// Takes a subject.
fn subject(cursor: &mut Cursor<'_>, is_several: bool) -> Result<Subject, AssertionError> {
    let mut ahead = *cursor;
    let Some(word) = cursor.word() else {
        return Err(AssertionError::new(cursor.end(), "a subject is missing").expected(WORDS.join(", ")));
    };
    if let Some((_, subject)) = SIMPLE.iter().find(|(simple, _)| *simple == word.text) {
        return Ok(subject.clone());
    }
    // A JSONPath without the word in front of it can have spaces in its brackets.
    let whole = if word.text.starts_with('$') { ahead.expression() } else { word };
    match word.text {
        "header" => header(cursor, "a header", "header NAME").map(Subject::Header),
        "metadata" => header(cursor, "metadata", "metadata NAME").map(Subject::Metadata),
        "trailer" => header(cursor, "a trailer", "trailer NAME").map(Subject::Trailer),
        "cookie" => cookie(cursor),
        "body" => Ok(body(cursor)),
        "jsonpath" => {
            let (query, span) = query(cursor, "a JSONPath", "jsonpath $.path.to.value")?;
            Ok(Subject::JsonPath(Box::new(JsonPath::compile(&query, span)?)))
        }
        "xpath" => {
            let (query, span) = query(cursor, "an XPath", "xpath //element/@attribute")?;
            Ok(Subject::XPath(Box::new(XPath::compile(&query, span)?)))
        }
        "response_time" => Ok(Subject::ResponseTime { without_dns: cursor.take("without dns") }),
        "certificate" => field(cursor, ("certificate", "fact")).map(Subject::Certificate),
        "chain" => field(cursor, ("chain", "fact")).map(Subject::Chain),
        "latency" => field(cursor, ("latency", "figure")).map(Subject::Latency),
        "redirect" => redirect(cursor),
        "record" => record(cursor, None),
        other => match phases().find(|phase| phase_word(*phase) == other) {
            Some(phase) => Ok(Subject::PhaseTime(phase)),
            None => typed_record(cursor, word, is_several).unwrap_or_else(|| Err(unknown(whole))),
        },
    }
}

fn unknown(word: Span<'_>) -> AssertionError {
    let foreign = FOREIGN.iter().find(|(foreign, _)| *foreign == word.text).map(|(_, ours)| *ours);
    let words = WORDS.iter().copied().chain(phases().map(phase_word));
    let near = foreign.map(str::to_owned).or_else(|| with_keyword(word.text));
    let near = near.or_else(|| nearest(word.text, words).map(str::to_owned));
    AssertionError::new(word, format!("unknown subject {}", quoted(word.text)))
        .expected(format!("{} or a phase's time such as connect_time", WORDS.join(", ")))
        .nearest(near)
}

/// A record of a type: `MX record`. Nothing when that is not what was meant.
fn typed_record(
    cursor: &mut Cursor<'_>,
    word: Span<'_>,
    is_several: bool,
) -> Option<Result<Subject, AssertionError>> {
    // No record is of the type ANY, which only questions have.
    let known = RecordType::parse(word.text).map(|known| (known != RecordType::ANY).then_some(known));
    let is_record = cursor.peek().is_some_and(|next| next.text == "record");
    match known {
        Ok(Some(record_type)) if is_record => {
            cursor.take("record");
            Some(record(cursor, Some(record_type)))
        }
        Ok(Some(_)) => {
            let span = cursor.peek().unwrap_or_else(|| cursor.end());
            Some(Err(AssertionError::new(span, "the word `record` is missing")
                .expected("some|every|first TYPE record")))
        }
        _ if is_several && is_record => {
            let near = known.err().and_then(|unknown| unknown.nearest);
            Some(Err(AssertionError::new(word, format!("unknown record type {}", quoted(word.text)))
                .expected(RecordType::EXPECTED)
                .nearest(near)))
        }
        _ => None,
    }
}

/// What may be behind `record`: the section.
fn record(cursor: &mut Cursor<'_>, record_type: Option<RecordType>) -> Result<Subject, AssertionError> {
    let mut ahead = *cursor;
    // `in [..]` is an operator.
    let is_section = ahead.take("in") && ahead.peek().is_some_and(|next| !next.text.starts_with('['));
    let section = if is_section {
        cursor.take("in");
        let section = field(cursor, ("DNS answer", "section"))?;
        cursor.take("section");
        section
    } else {
        Section::Answer
    };
    Ok(Subject::Record { record_type, section })
}

/// The name of a header, in lower case; `what` and `form` are for messages.
fn header(cursor: &mut Cursor<'_>, what: &str, form: &str) -> Result<String, AssertionError> {
    name(cursor, what, form).map(|name| name.to_ascii_lowercase())
}

/// A token of HTTP (RFC 9110 section 5.6.2).
fn name<'a>(cursor: &mut Cursor<'a>, what: &str, form: &str) -> Result<&'a str, AssertionError> {
    let Some(name) = cursor.word() else {
        return Err(
            AssertionError::new(cursor.end(), format!("the name of {what} is missing")).expected(form)
        );
    };
    let token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    if name.text.len() > NAME_BYTES_MAX || !name.text.bytes().all(token) {
        let message = format!("{} is not a valid name of {what}", quoted(name.text));
        return Err(AssertionError::new(name, message).nearest(name.text.strip_suffix(':')));
    }
    Ok(name.text)
}

fn cookie(cursor: &mut Cursor<'_>) -> Result<Subject, AssertionError> {
    let name = name(cursor, "a cookie", "cookie NAME")?.to_owned();
    let word = cursor.peek().map_or("", |word| word.text);
    let field = CookieField::ALL.iter().find(|(_, known)| *known == word).map(|(field, known)| {
        cursor.take(known);
        *field
    });
    Ok(Subject::Cookie { name, field: field.unwrap_or(CookieField::Value) })
}

fn body(cursor: &mut Cursor<'_>) -> Subject {
    let word = cursor.peek().map_or("", |word| word.text);
    match HashAlgorithm::parse(word) {
        Ok(algorithm) => {
            cursor.take(word);
            Subject::Hash(algorithm)
        }
        Err(_) => Subject::Body,
    }
}

/// `redirect 1 status`, `redirect url`.
fn redirect(cursor: &mut Cursor<'_>) -> Result<Subject, AssertionError> {
    let number = match cursor.peek() {
        Some(word) if word.text.starts_with(|first: char| first.is_ascii_digit()) => {
            cursor.word();
            match word.text.parse() {
                Ok(number @ 1..) => Some(number),
                _ => {
                    let message = format!("{} is not a valid number of a redirect", quoted(word.text));
                    return Err(AssertionError::new(word, message).expected("redirect 1 for the first"));
                }
            }
        }
        _ => None,
    };
    let field = field(cursor, ("redirect", "fact"))?;
    Ok(Subject::Redirect { number, field })
}

/// A query: up to a space outside of brackets, or in quotes; `what` and `form` are for messages.
fn query<'a>(
    cursor: &mut Cursor<'a>,
    what: &str,
    form: &str,
) -> Result<(Cow<'a, str>, Span<'a>), AssertionError> {
    let rest = cursor.rest();
    if rest.text.is_empty() {
        return Err(AssertionError::new(cursor.end(), format!("{what} is missing")).expected(form));
    }
    // A query in quotes may have spaces.
    if let Some(unquoted) = unquote(rest, true) {
        let (query, after) = unquoted?;
        let span = rest.part(0, after.offset - rest.offset).trimmed();
        *cursor = cursor.at(after.offset);
        return Ok((Cow::Owned(query), span));
    }
    let span = cursor.expression();
    Ok((Cow::Borrowed(span.text), span))
}

/// One of the fields of a subject; the subject and what a field of it is called are for messages.
fn field<F: FieldWord>(cursor: &mut Cursor<'_>, (subject, kind): (&str, &str)) -> Result<F, AssertionError> {
    let words = || F::ALL.iter().map(|(_, word)| *word);
    let expected = || format!("{subject} {}", words().collect::<Vec<_>>().join("|"));
    let Some(word) = cursor.word() else {
        let message = format!("which {kind} of the {subject} is missing");
        return Err(AssertionError::new(cursor.end(), message).expected(expected()));
    };
    let found = F::ALL.iter().find(|(_, known)| *known == word.text).map(|(field, _)| *field);
    found.ok_or_else(|| {
        AssertionError::new(word, format!("a {subject} has no {}", quoted(word.text)))
            .expected(expected())
            .nearest(nearest(word.text, words()))
    })
}
