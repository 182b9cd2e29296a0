//! Conditions on texts, and on DNS records.

use super::condition::{Condition, Operator, Refused, Side};
use super::draft::Endpoint;
use super::glob;
use super::values::plain;
use crate::foreign::pieces::{any, check, group};
use crate::yaml::Node;
use std::rc::Rc;

type Mine<'m, 'e, 'f, 'r, 's, 'o> = &'m mut Endpoint<'e, 'f, 'r, 's, 'o>;

/// A text that equals another one, matches a pattern, or is one of some.
pub(super) fn text(
    endpoint: Mine<'_, '_, '_, '_, '_, '_>,
    node: &Rc<Node>,
    subject: &str,
    condition: &Condition<'_>,
    is_body: bool,
) -> Result<Rc<Node>, Refused> {
    let place = node.place;
    let must = match condition.operator {
        Operator::Is => true,
        Operator::IsNot => false,
        _ => return Err("this is text, which is compared with `==` and `!=` only"),
    };
    let operator = if must { "is" } else { "is not" };
    let matches = if must { "matches" } else { "does not match" };
    match &condition.right {
        Side::Pattern(pattern) => {
            let pattern = plain(pattern).ok_or("a pattern cannot come from a variable")?;
            let pattern = if is_body { glob::regex_of_body(&pattern) } else { glob::regex(&pattern) };
            Ok(check(place, subject, matches, &pattern))
        }
        Side::Text(written) => Ok(match plain(written).filter(|_| is_body) {
            Some(plain) => check(place, subject, matches, &body_that_is(&plain)),
            None => check(place, subject, operator, &endpoint.native(place, written)),
        }),
        Side::Any(values) => {
            let equal = |endpoint: Mine<'_, '_, '_, '_, '_, '_>, value: &str| match plain(value)
                .filter(|_| is_body)
            {
                Some(plain) => check(place, subject, "matches", &body_that_is(&plain)),
                None => check(place, subject, "is", &endpoint.native(place, value)),
            };
            let parts: Vec<Rc<Node>> = values.iter().map(|value| equal(endpoint, value)).collect();
            Ok(if must { any(place, parts) } else { group(place, "none", parts) })
        }
        Side::Value(_) | Side::Length(_) | Side::Has(_) => Err("two values of a response cannot be compared"),
    }
}

/// A pattern for a body that is this text, but for white space around it.
pub(super) fn body_that_is(text: &str) -> String {
    format!("^\\s*{}\\s*$", glob::escaped(text))
}

/// A DNS record. Gatus takes the last one of the answer, and of an MX record its host only; names end with a dot.
pub(super) fn record(
    endpoint: Mine<'_, '_, '_, '_, '_, '_>,
    node: &Rc<Node>,
    condition: &Condition<'_>,
) -> Result<Rc<Node>, Refused> {
    let place = node.place;
    let must = match condition.operator {
        Operator::Is => true,
        Operator::IsNot => false,
        _ => return Err("a record is text, which is compared with `==` and `!=` only"),
    };
    let subject = format!("{}{} record", if must { "some " } else { "" }, endpoint.record);
    let matches = if must { "matches" } else { "does not match" };
    let before = if endpoint.record == "MX" { "[0-9]+ " } else { "" };
    let without_dot = |written: &str| written.strip_suffix('.').unwrap_or(written).to_owned();
    let exact = |written: &str| format!("(?i)^{before}{}\\.?$", glob::escaped(&without_dot(written)));
    let pattern = match &condition.right {
        Side::Pattern(pattern) => {
            let pattern = glob::regex(&without_dot(pattern));
            pattern.replacen('^', &format!("^{before}"), 1)
        }
        Side::Text(written) if before.is_empty() => {
            let value = endpoint.native(place, written);
            let operator = if must { "is" } else { "is not" };
            return Ok(check(place, &subject, operator, &value));
        }
        Side::Text(written) => exact(written),
        Side::Any(values) => {
            let parts: Vec<Rc<Node>> =
                values.iter().map(|value| check(place, &subject, "matches", &exact(value))).collect();
            return Ok(if must { any(place, parts) } else { group(place, "none", parts) });
        }
        _ => return Err("two values of a response cannot be compared"),
    };
    Ok(check(place, &subject, matches, &pattern))
}
