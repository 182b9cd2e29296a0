//! What an observation has of a subject.

use super::actual::Actual;
use crate::number::Number;
use crate::observation::RecordFacts;
use crate::subject::{CertificateField, ChainField, LatencyFigure, Subject};
use crate::{Observation, jsonpath::JsonPath};
use faultfinder_taxonomy::CertificateFacts;
use faultfinder_taxonomy::word::RecordType;
use std::borrow::Cow;

/// The values of a subject; none when it was looked for and is not there.
///
/// # Errors
///
/// Why the subject cannot be read at all.
pub(crate) fn values<'a>(subject: &Subject, seen: &'a Observation<'_>) -> Result<Vec<Actual<'a>>, String> {
    match subject {
        Subject::Status => {
            let status = seen.status.ok_or("status is missing")?;
            Ok(vec![Actual { number: Some(u32::from(status).into()), ..Actual::text(status.to_string()) }])
        }
        Subject::Metadata(name) => Ok(fields(name, seen.metadata.ok_or("metadata is missing")?)),
        Subject::Header(name) => Ok(fields(name, seen.headers.ok_or("headers are missing")?)),
        Subject::Trailer(name) => Ok(fields(name, seen.trailers.ok_or("trailers are missing")?)),
        Subject::Body => match seen.body {
            None => Err("body is missing".to_owned()),
            Some(_) if seen.body_truncated => Err("body is longer than the part that is kept".to_owned()),
            Some(body) => Ok(bytes(body)),
        },
        Subject::JsonPath(path) => json(path, seen),
        Subject::ResponseTime => {
            let timings = seen.timings.ok_or("response_time is missing")?;
            Ok(vec![Actual::quantity(timings.total().as_secs_f64())])
        }
        Subject::PhaseTime(phase) => {
            let timings = seen.timings.ok_or_else(|| format!("{} is missing", subject.keyword()))?;
            Ok(timings
                .duration(*phase)
                .map(|time| Actual::quantity(time.as_secs_f64()))
                .into_iter()
                .collect())
        }
        Subject::Certificate(field) => certificate(*field, seen),
        Subject::Chain(field) => chain(*field, seen),
        Subject::TlsVersion => {
            let tls = seen.tls.ok_or("TLS session is missing")?;
            Ok(tls.version.as_deref().map(Actual::text).into_iter().collect())
        }
        Subject::Alpn => {
            let tls = seen.tls.ok_or("TLS session is missing")?;
            Ok(tls.alpn.as_deref().map(Actual::text).into_iter().collect())
        }
        Subject::Record { record_type, .. } => {
            let records = seen.records.as_deref().ok_or("DNS answer is missing")?;
            Ok(of_type(records, *record_type).map(record).collect())
        }
        Subject::Ttl => {
            let records = seen.records.as_deref().ok_or("DNS answer is missing")?;
            // How long the answer as a whole may be kept.
            let lowest = records.iter().map(|record| record.ttl).min();
            Ok(lowest
                .map(|ttl| Actual { amount: Some(f64::from(ttl)), ..Actual::text(ttl.to_string()) })
                .into_iter()
                .collect())
        }
        Subject::Rcode => {
            let rcode = seen.rcode.ok_or("rcode is missing")?;
            Ok(vec![Actual::text(rcode.mnemonic())])
        }
        Subject::Dnssec => {
            let status = seen.dnssec.ok_or("the answer was not validated: set `dnssec: validate`")?;
            Ok(vec![Actual::text(status)])
        }
        Subject::NameServers => {
            let state = seen.name_servers.ok_or("only one server was queried: set `server: all`")?;
            Ok(vec![Actual::text(state)])
        }
        Subject::Serial => {
            let serials = seen.serials.as_deref().ok_or("only one server was queried: set `server: all`")?;
            let serial = |serial: &u32| Actual {
                number: Some((*serial).into()),
                amount: Some(f64::from(*serial)),
                ..Actual::text(serial.to_string())
            };
            Ok(serials.iter().map(serial).collect())
        }
        Subject::Connection => Ok(vec![Actual::text(seen.connection.ok_or("connection is missing")?)]),
        Subject::NetworkHops => network_hops(seen),
        Subject::Received => Ok(bytes(seen.received.ok_or("received is missing")?)),
        Subject::PacketLoss => {
            let echo = seen.echo.as_ref().ok_or("packet_loss is missing")?;
            Ok(echo.loss_percent.map(percent).into_iter().collect())
        }
        Subject::PacketsReceived => {
            let received = seen.echo.as_ref().ok_or("packets_received is missing")?.received;
            Ok(vec![Actual { number: Some(received.into()), ..Actual::text(received.to_string()) }])
        }
        Subject::Latency(figure) => {
            let echo = seen.echo.as_ref().ok_or("latency is missing")?;
            let time = echo.latency.map(|latency| match figure {
                LatencyFigure::Min => latency.min,
                LatencyFigure::Avg => latency.avg,
                LatencyFigure::Max => latency.max,
                LatencyFigure::Stddev => latency.stddev,
            });
            Ok(time.map(|time| Actual::quantity(time.as_secs_f64())).into_iter().collect())
        }
        Subject::GrpcStatus => {
            let status = seen.grpc_status.ok_or("grpc_status is missing")?;
            Ok(vec![Actual::text(status.as_str())])
        }
        Subject::GrpcMessage => Ok(vec![Actual::text(seen.grpc_message.ok_or("grpc_message is missing")?)]),
        Subject::Health => Ok(vec![Actual::text(seen.health.ok_or("health is missing")?)]),
        Subject::Subprotocol => {
            let websocket = seen.websocket.ok_or("subprotocol is missing")?;
            Ok(websocket.subprotocol.map(Actual::text).into_iter().collect())
        }
        Subject::CloseCode => {
            let code = seen.websocket.ok_or("close_code is missing")?.close_code;
            let number =
                |code: u16| Actual { number: Some(u32::from(code).into()), ..Actual::text(code.to_string()) };
            Ok(code.map(number).into_iter().collect())
        }
    }
}

/// How many bytes the texts of a subject have together; of JSONPath, the body.
pub(crate) fn text_bytes(subject: &Subject, seen: &Observation<'_>) -> u64 {
    let bytes = match subject {
        Subject::Body | Subject::JsonPath(_) => seen.body.map_or(0, <[u8]>::len),
        Subject::Received => seen.received.map_or(0, <[u8]>::len),
        _ => values(subject, seen).iter().flatten().map(|actual| actual.text.len()).sum(),
    };
    u64::try_from(bytes).unwrap_or(u64::MAX)
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

/// A text that was received, as UTF-8 with replacement characters.
fn bytes(bytes: &[u8]) -> Vec<Actual<'_>> {
    let size = u32::try_from(bytes.len()).map(f64::from).unwrap_or(f64::MAX);
    let actual = Actual { amount: Some(size), ..Actual::text(String::from_utf8_lossy(bytes)) };
    vec![actual]
}

/// A share, which reads the same with and without its unit.
fn percent(share: f64) -> Actual<'static> {
    let text = format!("{share:.3}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    Actual { amount: Some(share), ..Actual::text(format!("{text} %")) }
}

/// The values of a header, a trailer, metadata.
fn fields<'a>(name: &str, fields: &'a [(String, Vec<u8>)]) -> Vec<Actual<'a>> {
    let found = fields.iter().filter(|(found, _)| found.eq_ignore_ascii_case(name));
    found
        .map(|(_, value)| {
            let text = String::from_utf8_lossy(value);
            Actual { number: Number::parse(text.trim()), ..Actual::text(text) }
        })
        .collect()
}

fn json<'a>(path: &JsonPath, seen: &'a Observation<'_>) -> Result<Vec<Actual<'a>>, String> {
    if seen.body_truncated {
        return Err("body is longer than the part that is kept".to_owned());
    }
    let values = path.select(seen.document()?)?;
    Ok(values
        .into_iter()
        .map(|value| {
            let text = match &value {
                serde_json::Value::String(text) => text.clone(),
                other => other.to_string(),
            };
            let number = match &value {
                serde_json::Value::Number(number) => Number::of_json(number),
                _ => None,
            };
            Actual { number, json: Some(value), ..Actual::text(text) }
        })
        .collect())
}

fn certificate<'a>(field: CertificateField, seen: &'a Observation<'_>) -> Result<Vec<Actual<'a>>, String> {
    let leaf = seen.tls.and_then(|tls| tls.chain.first()).ok_or("certificate is missing")?;
    Ok(match field {
        CertificateField::Subject => vec![Actual::text(leaf.subject.as_str())],
        CertificateField::Issuer => vec![Actual::text(leaf.issuer.as_str())],
        CertificateField::San => leaf.subject_alt_names.iter().map(|name| alt_name(name)).collect(),
        CertificateField::Key => vec![key(leaf)],
        CertificateField::ExpiresIn => {
            let end = leaf.not_after.ok_or("the certificate's notAfter is unreadable")?;
            vec![time_left(end, seen)?]
        }
    })
}

fn chain<'a>(field: ChainField, seen: &'a Observation<'_>) -> Result<Vec<Actual<'a>>, String> {
    let tls = seen.tls.ok_or("TLS session is missing")?;
    let missing = "the chain of certificates is missing";
    Ok(match field {
        ChainField::ExpiresIn => vec![time_left(tls.chain_not_after.ok_or(missing)?, seen)?],
        ChainField::Length => {
            vec![Actual::count(u32::try_from(tls.chain_length.ok_or(missing)?).unwrap_or(u32::MAX))]
        }
    })
}

/// The time until a moment, given in seconds since 1970.
fn time_left<'a>(end: i64, seen: &Observation<'_>) -> Result<Actual<'a>, String> {
    let now = seen.now.ok_or("the time is missing")?;
    #[expect(clippy::cast_precision_loss, reason = "exact below 2^53 seconds, which is 285 million years")]
    let left = end.saturating_sub(now) as f64;
    Ok(Actual::quantity(left))
}

/// `dns:a.test`, and also without its kind.
fn alt_name(name: &str) -> Actual<'_> {
    let bare = name.split_once(':').map(|(_, bare)| Cow::Borrowed(bare));
    Actual { others: bare.into_iter().collect(), name: true, ..Actual::text(name) }
}

/// `RSA 2048`, and also its parts.
fn key(leaf: &CertificateFacts) -> Actual<'_> {
    let kind = Cow::Borrowed(leaf.key_type.as_str());
    match leaf.key_bits {
        None => Actual::text(kind),
        Some(bits) => Actual {
            text: Cow::Owned(format!("{kind} {bits}")),
            others: vec![kind, Cow::Owned(bits.to_string())],
            amount: Some(f64::from(bits)),
            ..Actual::default()
        },
    }
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
    Actual { name: true, ..Actual::text(record.value) }
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
