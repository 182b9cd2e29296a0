//! Numbers and flags, with what is said when they are neither.

use super::context::Context;
use super::value;
use crate::yaml::Node;
use std::rc::Rc;

/// A flag; what is neither true nor false is reported.
pub(super) fn flag(context: &mut Context<'_, '_, '_, '_>, node: &Node) -> Option<bool> {
    match node.scalar().map(|scalar| scalar.text.as_str()) {
        Some("true") => Some(true),
        Some("false") => Some(false),
        _ => {
            context.conversion.reader.unexpected(node, "true or false");
            None
        }
    }
}

/// A field that is `true`.
pub(super) fn is_set(context: &mut Context<'_, '_, '_, '_>, node: &Node, name: &str) -> bool {
    let Some(value) = value::field(node, name) else { return false };
    let value = Rc::clone(value);
    flag(context, &value).unwrap_or(false)
}

/// A number of at least 0; anything else is reported.
pub(super) fn number(context: &mut Context<'_, '_, '_, '_>, node: &Node) -> Option<f64> {
    let number = node.scalar().and_then(|scalar| scalar.text.trim().parse::<f64>().ok());
    let number = number.filter(|number| number.is_finite() && *number >= 0.0);
    if number.is_none() {
        context.conversion.reader.unexpected(node, "a number");
    }
    number
}
