//! Types of assertions, and the subjects that they are here.

use super::super::context::Context;
use super::super::settings::Kind;
use super::super::value;
use super::native::{Native, operator, property, target};
use super::{body, certificate};
use crate::yaml::Node;

/// Statuses that a native `status is` can be about.
const STATUSES: std::ops::RangeInclusive<u32> = 100..=999;

/// The health of a service by its number (`grpc.health.v1`).
const HEALTHS: &[&str] = &["UNKNOWN", "SERVING", "NOT_SERVING", "SERVICE_UNKNOWN"];

/// A type of assertions.
pub(super) struct Row {
    theirs: &'static str,
    shape: Shape,
}

/// How an assertion becomes a native one.
#[derive(Clone, Copy)]
enum Shape {
    /// A subject and the unit of its values.
    Plain(&'static str, Option<&'static str>),
    /// The same, with the property behind the subject.
    Named(&'static str, Option<&'static str>),
    /// The status of a response.
    Status,
    /// How long it took.
    Time,
    /// A text that a JSONPath, an XPath or a schema can look into.
    Body,
    /// The hash of a body.
    Hash,
    /// Records of the type that the property names, with a quantifier.
    Record(&'static str),
    /// A share, which is one of 1 there and percent here.
    Share,
    /// The health of a service.
    Health,
    /// A field of a certificate.
    Certificate,
    /// Something of MCP.
    Mcp,
}

use Shape::{Body, Certificate, Hash, Health, Mcp, Named, Plain, Record, Share, Status, Time};

const ROWS: &[Row] = &[
    Row { theirs: "statusCode", shape: Status },
    Row { theirs: "responseTime", shape: Time },
    Row { theirs: "header", shape: Named("header", None) },
    Row { theirs: "body", shape: Body },
    Row { theirs: "bodyHash", shape: Hash },
    Row { theirs: "certificate", shape: Plain("certificate expires_in", Some("days")) },
    Row { theirs: "property", shape: Certificate },
    Row { theirs: "tlsVersion", shape: Plain("highest_tls_version", None) },
    Row { theirs: "minTlsVersion", shape: Plain("lowest_tls_version", None) },
    Row { theirs: "recordSome", shape: Record("some") },
    Row { theirs: "recordEvery", shape: Record("every") },
    Row { theirs: "connection", shape: Plain("connection", None) },
    Row { theirs: "networkHop", shape: Plain("network_hops", None) },
    Row { theirs: "receivedMessage", shape: Plain("received", None) },
    Row { theirs: "latency", shape: Named("latency", Some("ms")) },
    Row { theirs: "packetLossPercentage", shape: Share },
    Row { theirs: "packetsReceived", shape: Plain("packets_received", None) },
    Row { theirs: "grpcHealthcheckStatus", shape: Health },
    Row { theirs: "grpcProto", shape: Body },
    Row { theirs: "grpcMetadata", shape: Named("metadata", None) },
    Row { theirs: "mcpRespectsSpecification", shape: Mcp },
    Row { theirs: "mcpServerCapabilities", shape: Mcp },
    Row { theirs: "mcpToolCount", shape: Mcp },
    Row { theirs: "mcpToolNameLength", shape: Mcp },
];

impl Row {
    pub(super) const fn is_of_mcp(&self) -> bool {
        matches!(self.shape, Mcp)
    }
}

/// The type of this name.
pub(super) fn row(name: &str) -> Option<&'static Row> {
    ROWS.iter().find(|row| row.theirs == name)
}

/// All types.
pub(super) fn names() -> Vec<&'static str> {
    ROWS.iter().map(|row| row.theirs).chain(["javascript"]).collect()
}

/// The native assertion.
pub(super) fn native(
    context: &mut Context<'_, '_, '_, '_>,
    kind: Kind,
    row: &Row,
    one: &Node,
    written: &Node,
) -> Option<Native> {
    match row.shape {
        Body => return body::native(context, kind, one, written),
        Hash => return body::hash(context, one, written),
        _ => {}
    }
    let operator = operator(context, written)?;
    if matches!(row.shape, Certificate) {
        return certificate::native(context, one, operator);
    }
    let value = target(context, one, "target", operator)?;
    let native = |subject: String, value, unit: Option<&'static str>| {
        // A unit is one of a value.
        Native { subject, operator, unit: unit.filter(|_| Option::is_some(&value)), value }
    };
    Some(match row.shape {
        Plain(subject, unit) => native(subject.to_owned(), value, unit),
        Named(subject, unit) => native(format!("{subject} {}", property(context, one)?), value, unit),
        Record(quantifier) => native(format!("{quantifier} {} record", property(context, one)?), value, None),
        Time => native(time(context, one).to_owned(), value, Some("ms")),
        Status => return Some(status(operator, value)),
        Share => native("packet_loss".to_owned(), value.map(|share| percent(context, one, share)), Some("%")),
        Health => {
            let value = match value {
                Some(number) => Some(health(context, one, number)?),
                None => None,
            };
            native("health".to_owned(), value, None)
        }
        Body | Hash | Certificate | Mcp => return None,
    })
}

/// Which time is meant.
fn time(context: &mut Context<'_, '_, '_, '_>, one: &Node) -> &'static str {
    match value::word(one, "timingsScope") {
        Some("withoutDNS") => "response_time without dns",
        None | Some("all") => "response_time",
        Some(other) => {
            let message = format!("the scope of timings `{other}` is not known: the whole time counts");
            context.conversion.warn(one, message);
            "response_time"
        }
    }
}

/// Any number can be compared with there, and a status only here: one that no response has is looked for as text.
fn status(operator: &'static str, value: Option<String>) -> Native {
    let subject = "status".to_owned();
    let number = value.as_deref().and_then(|value| value.trim().parse::<u32>().ok());
    let is_odd = number.is_some_and(|number| !STATUSES.contains(&number));
    let operator = match operator {
        "is" if is_odd => "matches",
        "is not" if is_odd => "does not match",
        other => other,
    };
    let value =
        if is_odd && operator.contains("match") { value.map(|value| format!("^{value}$")) } else { value };
    Native { subject, operator, value, unit: None }
}

/// A share of 1 in percent. A number greater than 1 was meant as percent already.
fn percent(context: &mut Context<'_, '_, '_, '_>, one: &Node, share: String) -> String {
    match share.trim().parse::<f64>() {
        Ok(number) if number <= 1.0 => {
            let percent = value::plain(number * 100.0);
            if number > 0.0 {
                context
                    .conversion
                    .remark(one, format!("the loss of {share} is a share, which is {percent} %"));
            }
            percent
        }
        _ => share,
    }
}

/// The health that a number stands for.
fn health(context: &mut Context<'_, '_, '_, '_>, one: &Node, number: String) -> Option<String> {
    if number.contains("{{") || HEALTHS.contains(&number.as_str()) {
        return Some(number);
    }
    let index =
        number.trim().parse::<f64>().ok().and_then(|number| value::plain(number).parse::<usize>().ok());
    let word = index.and_then(|index| HEALTHS.get(index)).map(|word| (*word).to_owned());
    if word.is_none() {
        let message = format!("no health has the number `{number}`");
        let help = "0 is UNKNOWN, 1 SERVING, 2 NOT_SERVING, 3 SERVICE_UNKNOWN";
        context.conversion.error(one, message, help);
    }
    word
}
