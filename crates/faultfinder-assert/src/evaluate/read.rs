//! What an observation has of a subject.

use super::actual::Actual;
use super::{aspect, body, certificate, cookie};
use crate::Observation;
use crate::assertion::Check;
use crate::number::Number;
use crate::observation::RecordFacts;
use crate::subject::{Aspect, LatencyFigure, Quantifier, RedirectField, Section, Subject};
use faultfinder_taxonomy::Phase;
use faultfinder_taxonomy::word::RecordType;
use std::borrow::Cow;

/// The values that an assertion reads; none when they were looked for and are not there.
///
/// # Errors
///
/// Why the subject cannot be read at all.
pub(crate) fn values<'a>(check: &Check, seen: &'a Observation<'_>) -> Result<Vec<Actual<'a>>, String> {
    let reading = &check.reading;
    let mut values = of_subject(check, seen)?;
    if reading.quantifier == Some(Quantifier::First) {
        values.truncate(1);
    }
    match reading.aspect {
        Some(aspect) => aspect::of(aspect, check, values),
        None => Ok(values),
    }
}

fn of_subject<'a>(check: &Check, seen: &'a Observation<'_>) -> Result<Vec<Actual<'a>>, String> {
    let subject = &check.reading.subject;
    Ok(match subject {
        Subject::Status
        | Subject::Header(_)
        | Subject::Trailer(_)
        | Subject::Metadata(_)
        | Subject::Cookie { .. }
        | Subject::HttpVersion
        | Subject::Url
        | Subject::Redirects
        | Subject::Redirect { .. } => return http(subject, seen),
        Subject::Body | Subject::Hash(_) | Subject::JsonPath(_) | Subject::XPath(_) => {
            return body::values(check, seen);
        }
        Subject::ResponseTime { .. } | Subject::PhaseTime(_) => return times(subject, seen),
        Subject::Certificate(field) => certificate::leaf(*field, seen)?,
        Subject::Chain(field) => certificate::chain(*field, seen)?,
        Subject::TlsVersion
        | Subject::LowestTlsVersion
        | Subject::HighestTlsVersion
        | Subject::Cipher
        | Subject::Ocsp
        | Subject::Alpn => certificate::session(subject, seen)?,
        Subject::Record { .. }
        | Subject::Ttl
        | Subject::Rcode
        | Subject::Dnssec
        | Subject::NameServers
        | Subject::Serial => return dns(check, seen),
        Subject::RemoteIp => {
            let address = seen.remote_ip.ok_or("remote_ip is missing")?;
            vec![Actual::name(address.to_string())]
        }
        Subject::Connection => vec![Actual::text(seen.connection.ok_or("connection is missing")?)],
        Subject::NetworkHops => network_hops(seen)?,
        Subject::Received => vec![body::bytes(seen.received.ok_or("received is missing")?)],
        Subject::PacketLoss | Subject::PacketsReceived | Subject::Latency(_) => return echo(subject, seen),
        Subject::GrpcStatus => {
            vec![Actual::text(seen.grpc_status.ok_or("grpc_status is missing")?.as_str())]
        }
        Subject::GrpcMessage => vec![Actual::text(seen.grpc_message.ok_or("grpc_message is missing")?)],
        Subject::Health => vec![Actual::text(seen.health.ok_or("health is missing")?)],
        Subject::Subprotocol => {
            let websocket = seen.websocket.ok_or("subprotocol is missing")?;
            websocket.subprotocol.map(Actual::text).into_iter().collect()
        }
        Subject::CloseCode => {
            let code = seen.websocket.ok_or("close_code is missing")?.close_code;
            code.map(|code| Actual::count(code.into())).into_iter().collect()
        }
    })
}

/// How many bytes the texts of a subject have together; of JSONPath, the body.
pub(crate) fn text_bytes(check: &Check, seen: &Observation<'_>) -> u64 {
    let bytes = match check.reading.subject {
        Subject::Body | Subject::JsonPath(_) | Subject::XPath(_) => seen.body.map_or(0, <[u8]>::len),
        Subject::Hash(_) => seen.raw_body.or(seen.body).map_or(0, <[u8]>::len),
        Subject::Received => seen.received.map_or(0, <[u8]>::len),
        _ => values(check, seen).iter().flatten().map(|actual| actual.text.len()).sum(),
    };
    u64::try_from(bytes).unwrap_or(u64::MAX)
}

fn http<'a>(subject: &Subject, seen: &'a Observation<'_>) -> Result<Vec<Actual<'a>>, String> {
    Ok(match subject {
        Subject::Header(name) => fields(name, seen.headers.ok_or("headers are missing")?),
        Subject::Trailer(name) => fields(name, seen.trailers.ok_or("trailers are missing")?),
        Subject::Metadata(name) => fields(name, seen.metadata.ok_or("metadata is missing")?),
        Subject::Cookie { name, field } => {
            cookie::values(name, *field, seen.headers.ok_or("headers are missing")?, seen.now)?
        }
        Subject::HttpVersion => vec![Actual::text(seen.http_version.ok_or("http_version is missing")?)],
        Subject::Url => vec![Actual::text(seen.url.ok_or("url is missing")?)],
        Subject::Redirects => {
            let redirects = seen.redirects.as_deref().ok_or("redirects are missing")?;
            vec![Actual::count(u32::try_from(redirects.len()).unwrap_or(u32::MAX))]
        }
        Subject::Redirect { number, field } => {
            let redirects = seen.redirects.as_deref().ok_or("redirects are missing")?;
            let wanted =
                redirects.iter().zip(1_u32..).filter(|(_, at)| number.is_none_or(|number| number == *at));
            let one = |(redirect, at): (&crate::RedirectFacts<'a>, u32)| {
                let actual = match field {
                    RedirectField::Status => Actual::count(redirect.status.into()),
                    RedirectField::Url => Actual::text(redirect.url),
                };
                Actual { path: Some(format!("redirect {at}")), ..actual }
            };
            wanted.map(one).collect()
        }
        _ => vec![Actual::count(seen.status.ok_or("status is missing")?.into())],
    })
}

/// The values of a header, a trailer, metadata.
fn fields<'a>(name: &str, fields: &'a [(String, Vec<u8>)]) -> Vec<Actual<'a>> {
    let found = fields.iter().filter(|(found, _)| found.eq_ignore_ascii_case(name));
    found
        .map(|(_, value)| {
            let text = String::from_utf8_lossy(value);
            Actual { number: Number::parse(text.trim()), counts_seconds: true, ..Actual::text(text) }
        })
        .collect()
}

fn times<'a>(subject: &Subject, seen: &Observation<'_>) -> Result<Vec<Actual<'a>>, String> {
    let timings = seen.timings.ok_or_else(|| format!("{} is missing", subject.keyword()))?;
    let time = match subject {
        Subject::PhaseTime(phase) => timings.duration(*phase),
        Subject::ResponseTime { without_dns: true } => {
            let resolve = timings.duration(Phase::Resolve).unwrap_or_default();
            Some(timings.total().saturating_sub(resolve))
        }
        _ => Some(timings.total()),
    };
    Ok(time.map(|time| Actual::quantity_of(time.as_secs_f64())).into_iter().collect())
}

fn dns<'a>(check: &Check, seen: &'a Observation<'_>) -> Result<Vec<Actual<'a>>, String> {
    let missing = "DNS answer is missing";
    Ok(match &check.reading.subject {
        Subject::Record { record_type, section } => {
            let records = match section {
                Section::Answer => &seen.records,
                Section::Authority => &seen.authorities,
                Section::Additional => &seen.additionals,
            };
            let whole = check.reading.aspect == Some(Aspect::Text);
            let records = records.as_deref().ok_or(missing)?;
            of_type(records, *record_type)
                .map(|found| if whole { line(found) } else { record(found) })
                .collect()
        }
        Subject::Ttl => {
            let records = seen.records.as_deref().ok_or(missing)?;
            // How long the answer as a whole may be kept.
            let lowest = records.iter().map(|record| record.ttl).min();
            let value = |ttl: u32| Actual { amount: Some(f64::from(ttl)), ..Actual::text(ttl.to_string()) };
            lowest.map(value).into_iter().collect()
        }
        Subject::Dnssec => {
            let status = seen.dnssec.ok_or("the answer was not validated: set `dnssec: validate`")?;
            vec![Actual::text(status)]
        }
        Subject::NameServers => {
            let state = seen.name_servers.ok_or("only one server was queried: set `server: all`")?;
            vec![Actual::text(state)]
        }
        Subject::Serial => {
            let serials = seen.serials.as_deref().ok_or("only one server was queried: set `server: all`")?;
            let serial = |serial: &u32| Actual { amount: Some(f64::from(*serial)), ..Actual::count(*serial) };
            serials.iter().map(serial).collect()
        }
        _ => vec![Actual::text(seen.rcode.ok_or("rcode is missing")?.mnemonic())],
    })
}

fn of_type<'r, 'a>(
    records: &'r [RecordFacts<'a>],
    record_type: Option<RecordType>,
) -> impl Iterator<Item = &'r RecordFacts<'a>> {
    records.iter().filter(move |record| record_type.is_none_or(|wanted| record.record_type == wanted))
}

fn record<'a>(record: &RecordFacts<'a>) -> Actual<'a> {
    if record.record_type == RecordType::TXT {
        return Actual {
            others: vec![Cow::Owned(joined_strings(record.value))],
            ..Actual::text(record.value)
        };
    }
    Actual::name(record.value)
}

/// The record as a line of a zone file.
fn line<'a>(record: &RecordFacts<'a>) -> Actual<'a> {
    Actual::text(format!("{} {} IN {} {}", record.name, record.ttl, record.record_type, record.value))
}

/// The strings of a TXT record as one text, as mail software reads them (RFC 7208 section 3.3).
fn joined_strings(value: &str) -> String {
    let (mut joined, mut inside, mut escaped) = (String::new(), false, false);
    for character in value.chars() {
        match character {
            _ if escaped => {
                joined.push(character);
                escaped = false;
            }
            '\\' => escaped = true,
            '"' => inside = !inside,
            ' ' if !inside => {}
            other => joined.push(other),
        }
    }
    if value.contains('"') { joined } else { value.to_owned() }
}

/// How many hops away the target is.
fn network_hops<'a>(seen: &Observation<'_>) -> Result<Vec<Actual<'a>>, String> {
    let hops = seen.hops.ok_or("network_hops is missing: set track_hops")?;
    match hops.iter().find(|hop| hop.target) {
        Some(target) => Ok(vec![Actual::count(u32::from(target.hop))]),
        None => {
            let last = hops.iter().rev().find(|hop| hop.answered > 0).map_or(0, |hop| hop.hop);
            Err(format!("the target did not answer; the last hop that did is number {last}"))
        }
    }
}

fn echo<'a>(subject: &Subject, seen: &Observation<'_>) -> Result<Vec<Actual<'a>>, String> {
    let echo = seen.echo.as_ref().ok_or_else(|| format!("{} is missing", subject.keyword()))?;
    Ok(match subject {
        Subject::PacketLoss => echo.loss_percent.map(percent).into_iter().collect(),
        Subject::Latency(figure) => {
            let time = echo.latency.map(|latency| match figure {
                LatencyFigure::Min => latency.min,
                LatencyFigure::Avg => latency.avg,
                LatencyFigure::Max => latency.max,
                LatencyFigure::Stddev => latency.stddev,
            });
            time.map(|time| Actual::quantity_of(time.as_secs_f64())).into_iter().collect()
        }
        _ => vec![Actual::count(echo.received)],
    })
}

/// A share, which reads the same with and without its unit.
fn percent(share: f64) -> Actual<'static> {
    let text = format!("{share:.3}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    Actual { amount: Some(share), ..Actual::text(format!("{text} %")) }
}
