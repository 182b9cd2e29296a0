//! Conditions as assertions.

use super::condition::{Condition, Operator, Placeholder, Refused, Side};
use super::draft::Endpoint;
use super::kind::Kind;
use super::numbers::{duration, number, numeric};
use super::texts::{record, text};
use super::values::plain;
use crate::Place;
use crate::foreign::pieces::{check, line};
use crate::foreign::section::Section;
use crate::yaml::{self, Node};
use std::rc::Rc;

type Mine<'m, 'e, 'f, 'r, 's, 'o> = &'m mut Endpoint<'e, 'f, 'r, 's, 'o>;

/// Statuses that there can be.
const STATUS_MIN: i64 = 100;
const STATUS_MAX: i64 = 999;

/// Reads the conditions; nothing if the endpoint is left out.
pub(super) fn read(endpoint: Mine<'_, '_, '_, '_, '_, '_>, section: &mut Section<'_>) -> Option<()> {
    if section
        .get("conditions")
        .is_none_or(|node| matches!(&node.kind, yaml::Kind::Sequence(items) if items.is_empty()))
    {
        let message = format!("the endpoint {} has no `conditions`", crate::text::quoted(endpoint.name));
        let help = match endpoint.kind {
            Kind::Http => "say what must hold: `conditions: [ \"[STATUS] == 200\" ]`",
            _ => "say what must hold: `conditions: [ \"[CONNECTED] == true\" ]`",
        };
        section.missing(endpoint.file.conversion, "conditions", &message, help);
    }
    let conditions = section.texts(endpoint.file.conversion, "conditions");
    let mut has_rcode = false;
    for (node, written) in &conditions {
        let Some(condition) = Condition::parse(written) else {
            let help = "write `[STATUS] == 200`, with a space on both sides of the operator";
            let message = format!("this is not a condition: {}", crate::text::quoted(written));
            endpoint.file.conversion.error(node, message, help);
            continue;
        };
        if let Some(help) = condition.reads_nothing() {
            let message =
                format!("this condition reads nothing of the response: {}", crate::text::quoted(written));
            endpoint.file.conversion.error(node, message, &help);
            continue;
        }
        if condition.left == Side::Value(Placeholder::Connected) && is_failure(&condition) {
            if let Some(assertion) = unconnected(endpoint.kind, node.place) {
                endpoint.assertions.push(assertion);
                continue;
            }
            endpoint.leave_out(node, "that nothing answers can be asserted over TCP and ICMP only");
            return None;
        }
        has_rcode |= condition.left == Side::Value(Placeholder::Rcode);
        match assertion(endpoint, node, &condition) {
            Ok(made) => endpoint.assertions.extend(made),
            Err(why) => {
                let message = format!("the condition {} is left out: {why}", crate::text::quoted(written));
                endpoint.file.conversion.warn(node, message);
            }
        }
    }
    let place = endpoint.place;
    match endpoint.kind {
        // Any response counts, unless a condition says otherwise.
        Kind::Dns if !has_rcode => endpoint.assertions.insert(0, line(place, "rcode exists")),
        Kind::Grpc if !written_anywhere(&conditions, "[BODY]") => {
            endpoint.assertions.insert(0, line(place, "health exists"));
        }
        _ => {}
    }
    Some(())
}

fn written_anywhere(conditions: &[(&Rc<Node>, &str)], what: &str) -> bool {
    conditions.iter().any(|(_, written)| written.to_ascii_uppercase().contains(what))
}

/// Whether a condition on `[CONNECTED]` is that there is no connection. It is one of `== true`, `== false` and their
/// opposites; anything else is never true, and is read as that there is one.
fn is_failure(condition: &Condition<'_>) -> bool {
    matches!(
        (condition.operator, &condition.right),
        (Operator::Is, Side::Text("false")) | (Operator::IsNot, Side::Text("true"))
    )
}

/// That nothing answers.
fn unconnected(kind: Kind, place: Place) -> Option<Rc<Node>> {
    match kind {
        Kind::Tcp => Some(line(place, "connection is one of refused, timeout")),
        Kind::Icmp => Some(line(place, "packets_received is 0")),
        _ => None,
    }
}

/// The assertion of a condition; none if the test fails without it, too.
fn assertion(
    endpoint: Mine<'_, '_, '_, '_, '_, '_>,
    node: &Rc<Node>,
    condition: &Condition<'_>,
) -> Result<Option<Rc<Node>>, Refused> {
    let place = node.place;
    if matches!(condition.right, Side::Value(_) | Side::Length(_) | Side::Has(_)) {
        return Err("two values of a response cannot be compared");
    }
    match &condition.left {
        Side::Value(Placeholder::Connected) => Ok(match endpoint.kind {
            Kind::Tcp => Some(line(place, "connection is established")),
            Kind::Icmp => Some(line(place, "packets_received is 1")),
            // Without a connection the test fails.
            _ => None,
        }),
        // What Gatus says of a greeting that is as it should be.
        Side::Value(Placeholder::Status)
            if endpoint.kind == Kind::Ssh
                && condition.operator == Operator::Is
                && condition.right == Side::Text("0") =>
        {
            Ok(None)
        }
        Side::Value(Placeholder::Status) => status(endpoint, node, condition).map(Some),
        Side::Value(Placeholder::ResponseTime) => {
            let subject = if endpoint.kind == Kind::Icmp { "latency max" } else { "response_time" };
            Ok(Some(duration(place, subject, condition)?))
        }
        Side::Value(Placeholder::CertificateExpiration) => {
            let has_tls = !matches!(endpoint.url.split_once("://"), Some(("http" | "ws" | "grpc", _)))
                && !matches!(endpoint.kind, Kind::Tcp | Kind::Udp | Kind::Icmp | Kind::Dns | Kind::Ssh);
            if !has_tls {
                return Err("there is no certificate without TLS");
            }
            Ok(Some(duration(place, "certificate expires_in", condition)?))
        }
        Side::Value(Placeholder::DomainExpiration) => Err("registries of domains are not asked"),
        Side::Value(Placeholder::Ip) => text(endpoint, node, "remote_ip", condition, false).map(Some),
        Side::Value(Placeholder::Rcode) if endpoint.kind == Kind::Dns => {
            text(endpoint, node, "rcode", condition, false).map(Some)
        }
        Side::Value(Placeholder::Rcode) => Err("only DNS endpoints have a response code"),
        Side::Value(Placeholder::Body) => body(endpoint, node, condition).map(Some),
        Side::Value(Placeholder::Part(path)) => part(endpoint, node, path, condition).map(Some),
        Side::Length(placeholder) => length(endpoint, node, *placeholder, condition).map(Some),
        Side::Has(placeholder) => has(endpoint, place, *placeholder, condition).map(Some),
        Side::Pattern(_) | Side::Any(_) | Side::Text(_) => Err("nothing of the response is read"),
    }
}

fn status(
    endpoint: Mine<'_, '_, '_, '_, '_, '_>,
    node: &Rc<Node>,
    condition: &Condition<'_>,
) -> Result<Rc<Node>, Refused> {
    if endpoint.kind != Kind::Http {
        return Err("only HTTP endpoints have a status");
    }
    let place = node.place;
    match (&condition.right, condition.operator) {
        (Side::Any(codes), Operator::Is) => Ok(line(place, format!("status is one of {}", codes.join(", ")))),
        (Side::Any(codes), Operator::IsNot) => {
            Ok(line(place, format!("status is not one of {}", codes.join(", "))))
        }
        (Side::Text(written), operator) if plain(written).is_none() => {
            let value = endpoint.native(place, written);
            Ok(check(place, "status", operator.sign(), &value))
        }
        (Side::Text(written), Operator::Is | Operator::IsNot) => {
            Ok(line(place, format!("status {} {written}", condition.operator.sign())))
        }
        (Side::Text(written), operator) => {
            // `> 0` and the like: no status is there.
            let (operator, number) = match (operator, number(written)) {
                (Operator::More | Operator::AtLeast, number) if number < STATUS_MIN => {
                    (Operator::AtLeast, STATUS_MIN)
                }
                (Operator::Less | Operator::AtMost, number) if number > STATUS_MAX => {
                    (Operator::AtMost, STATUS_MAX)
                }
                (operator, number) => (operator, number),
            };
            Ok(line(place, format!("status {} {number}", operator.sign())))
        }
        _ => text(endpoint, node, "status", condition, false),
    }
}

/// The whole body.
fn body(
    endpoint: Mine<'_, '_, '_, '_, '_, '_>,
    node: &Rc<Node>,
    condition: &Condition<'_>,
) -> Result<Rc<Node>, Refused> {
    if endpoint.kind == Kind::Dns {
        return record(endpoint, node, condition);
    }
    let subject = endpoint.kind.body().ok_or("this kind of endpoint has no body")?;
    if matches!(condition.operator, Operator::Is | Operator::IsNot) {
        return text(endpoint, node, subject, condition, true);
    }
    if !endpoint.kind.has_json() {
        return Err("this body cannot be compared with a number");
    }
    numeric(node.place, "jsonpath $", condition)
}

/// A place in the body.
fn part(
    endpoint: Mine<'_, '_, '_, '_, '_, '_>,
    node: &Rc<Node>,
    path: &str,
    condition: &Condition<'_>,
) -> Result<Rc<Node>, Refused> {
    if endpoint.kind == Kind::Grpc && path == ".status" {
        return text(endpoint, node, "health", condition, false);
    }
    if !endpoint.kind.has_json() {
        return Err("this body is not read as JSON");
    }
    let subject = format!("jsonpath {}", quoted_query(&Placeholder::jsonpath(path)));
    match condition.operator {
        Operator::Is | Operator::IsNot => text(endpoint, node, &subject, condition, false),
        _ => numeric(node.place, &subject, condition),
    }
}

/// How long something is: items of a list, characters of a text.
fn length(
    endpoint: Mine<'_, '_, '_, '_, '_, '_>,
    node: &Rc<Node>,
    placeholder: Placeholder<'_>,
    condition: &Condition<'_>,
) -> Result<Rc<Node>, Refused> {
    let subject = match placeholder {
        Placeholder::Part(path) if endpoint.kind.has_json() => {
            format!("jsonpath {} length", quoted_query(&Placeholder::jsonpath(path)))
        }
        Placeholder::Body if endpoint.kind.has_json() => "jsonpath $ length".to_owned(),
        _ => return Err("only the length of a body and of its parts is known"),
    };
    let counted = matches!(&condition.right, Side::Text(written) if plain(written).is_some());
    if counted {
        return numeric(node.place, &subject, condition);
    }
    text(endpoint, node, &subject, condition, false)
}

/// Whether there is something.
fn has(
    endpoint: Mine<'_, '_, '_, '_, '_, '_>,
    place: Place,
    placeholder: Placeholder<'_>,
    condition: &Condition<'_>,
) -> Result<Rc<Node>, Refused> {
    let wanted = match (condition.operator, &condition.right) {
        (Operator::Is, Side::Text("true")) | (Operator::IsNot, Side::Text("false")) => true,
        (Operator::Is, Side::Text("false")) | (Operator::IsNot, Side::Text("true")) => false,
        _ => return Err("`has(..)` is true or false"),
    };
    match placeholder {
        Placeholder::Part(path) if endpoint.kind.has_json() => {
            let exists = if wanted { "exists" } else { "does not exist" };
            Ok(line(place, format!("jsonpath {} {exists}", quoted_query(&Placeholder::jsonpath(path)))))
        }
        Placeholder::Body if endpoint.kind == Kind::Http => {
            Ok(line(place, if wanted { "body size > 0 bytes" } else { "body size is 0" }))
        }
        _ => Err("only parts of a JSON body can be looked for"),
    }
}

/// A query in a line: in quotes if it has spaces.
fn quoted_query(query: &str) -> String {
    if query.contains(' ') {
        format!("\"{}\"", query.replace('\\', "\\\\").replace('"', "\\\""))
    } else {
        query.to_owned()
    }
}
