//! A native assertion, and what all of them are made of.

use super::super::super::build::{Fields, text};
use super::super::context::Context;
use super::super::value;
use crate::yaml::Node;
use std::rc::Rc;

/// Operators, and what they are here.
const OPERATORS: &[(&str, &str)] = &[
    ("is", "is"),
    ("isNot", "is not"),
    ("contains", "contains"),
    ("doesNotContain", "does not contain"),
    ("matches", "matches"),
    ("doesNotMatch", "does not match"),
    ("lessThan", "<"),
    ("lessThanOrEqual", "<="),
    ("moreThan", ">"),
    ("moreThanOrEqual", ">="),
    ("isInMoreThan", ">"),
    ("isInLessThan", "<"),
    ("doesNotExist", NOT_THERE),
    ("isUndefined", NOT_THERE),
];

/// The operator that has no value.
pub(super) const NOT_THERE: &str = "does not exist";

/// A native assertion.
pub(super) struct Native {
    pub(super) subject: String,
    pub(super) operator: &'static str,
    pub(super) value: Option<String>,
    pub(super) unit: Option<&'static str>,
}

impl Native {
    /// As a line where that reads well, or else as a mapping, in which the value is free.
    pub(super) fn node(self, at: &Node) -> Rc<Node> {
        let Self { subject, operator, value, unit } = self;
        let is_plain = value.as_deref().is_none_or(is_plain) && !subject.contains(['"', '\'', '{', ':', '#']);
        if is_plain {
            let parts = [Some(subject.as_str()), Some(operator), value.as_deref(), unit];
            return text(at.place, parts.into_iter().flatten().collect::<Vec<_>>().join(" "));
        }
        let mut fields = Fields::default();
        let mut put = |name, part: Option<&str>| {
            if let Some(part) = part {
                fields.put(name, text(at.place, part));
            }
        };
        put("subject", Some(&subject));
        put("operator", Some(operator));
        put("value", value.as_deref());
        put("unit", unit);
        fields.into_node(at.place)
    }
}

/// Whether a value means the same in a line: a number, or a word in upper case.
fn is_plain(value: &str) -> bool {
    let is_number = value.starts_with(|first: char| first.is_ascii_digit())
        && value.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    let is_word = !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_');
    is_number || is_word || matches!(value, "established" | "refused" | "timeout")
}

/// What the assertion is about, more exactly; a missing one is reported.
pub(super) fn property(context: &mut Context<'_, '_, '_, '_>, one: &Node) -> Option<String> {
    let property =
        value::filled(one, "property").and_then(|node| Some((node.place, node.scalar()?.text.trim())));
    let Some((place, written)) = property else {
        context.conversion.error(
            one,
            "the assertion has no `property`",
            "say of what it is: the name of a header",
        );
        return None;
    };
    Some(context.holes(place, written))
}

/// The native operator; one that is not known is reported.
pub(super) fn operator(context: &mut Context<'_, '_, '_, '_>, node: &Node) -> Option<&'static str> {
    let written = node.scalar().map_or("", |operator| operator.text.as_str());
    let known = OPERATORS.iter().find(|(theirs, _)| *theirs == written).map(|(_, ours)| *ours);
    if known.is_none() {
        let names: Vec<&str> = OPERATORS.iter().map(|(theirs, _)| *theirs).collect();
        let message = format!("the operator `{written}` is not known");
        context.conversion.error(node, message, &format!("the operators are {}", names.join(", ")));
    }
    known
}

/// What is compared with: a text, a number, or JSON. Nothing for an operator without one; a missing one is reported.
pub(super) fn target(
    context: &mut Context<'_, '_, '_, '_>,
    of: &Node,
    name: &str,
    operator: &str,
) -> Option<Option<String>> {
    if operator == NOT_THERE {
        return Some(None);
    }
    let Some(target) = of.get(name) else {
        context.conversion.error(of, format!("the assertion has no `{name}`"), "give what is compared with");
        return None;
    };
    let written = match target.scalar() {
        Some(scalar) => scalar.text.clone(),
        None => value::json(target),
    };
    Some(Some(context.holes(target.place, &written)))
}
