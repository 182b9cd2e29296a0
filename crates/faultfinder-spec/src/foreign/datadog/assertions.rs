//! Assertions.
//!
//! Which operators go with a subject is not checked here: the native reader does, at the place of the assertion.

mod body; // what is inside a body
mod certificate; // facts of certificates
mod subject; // types of assertions -> subjects

use super::super::build::{Fields, text};
use super::context::Context;
use super::exchange::Kind;
use super::{known, script, value};
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
const NOT_THERE: &str = "does not exist";

/// A native assertion.
pub(super) struct Native {
    pub(super) subject: String,
    pub(super) operator: &'static str,
    pub(super) value: Option<String>,
    pub(super) unit: Option<&'static str>,
}

impl Native {
    /// As a line where that reads well, or else as a mapping, in which the value is free.
    fn node(self, at: &Node) -> Rc<Node> {
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

/// Whether some assertion is of a type.
pub(super) fn has_type(written: &[Rc<Node>], name: &str) -> bool {
    written.iter().any(|one| value::word(one, "type") == Some(name))
}

/// The native assertions.
pub(super) fn convert(
    context: &mut Context<'_, '_, '_, '_>,
    kind: Kind,
    written: &[Rc<Node>],
) -> Vec<Rc<Node>> {
    let mut native = Vec::new();
    for one in written {
        if context.conversion.reader.is_full() {
            break;
        }
        native.extend(assertion(context, kind, one));
    }
    native
}

fn assertion(context: &mut Context<'_, '_, '_, '_>, kind: Kind, one: &Rc<Node>) -> Option<Rc<Node>> {
    let Some(of) = value::field(one, "type").cloned() else {
        context.conversion.reader.unexpected(one, "an assertion with a `type`");
        return None;
    };
    known::warn_unknown(context, one, known::ASSERTION, "an assertion");
    let name = of.scalar().map_or("", |name| name.text.as_str());
    if name == "javascript" {
        return script::assertion(context, value::field(one, "code").map_or(one, |code| code));
    }
    let Some(row) = subject::row(name) else {
        let message = format!("assertions of the type `{name}` are not known");
        let help = format!("the types are {}", subject::names().join(", "));
        context.conversion.error(&of, message, &help);
        return None;
    };
    if row.is_of_mcp() {
        let message = format!("the assertion `{name}` is left out: MCP is not supported yet");
        context.conversion.warn(one, message);
        return None;
    }
    let Some(operator) = value::field(one, "operator").cloned() else {
        context.conversion.error(
            one,
            "the assertion has no `operator`",
            "say how the target is compared: `is`",
        );
        return None;
    };
    let native = subject::native(context, kind, row, one, &operator)?;
    Some(native.node(one))
}

/// The native operator; one that is not known is reported.
fn operator(context: &mut Context<'_, '_, '_, '_>, node: &Node) -> Option<&'static str> {
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
fn target(
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
