//! Assertions.
//!
//! Which operators go with a subject is not checked here: the native reader does, at the place of the assertion.

mod native; // a native assertion
mod body; // what is inside a body
mod certificate; // facts of certificates
mod subject; // types of assertions -> subjects

use super::context::Context;
use super::settings::Kind;
use super::{known, script, value};
use crate::yaml::Node;
use std::rc::Rc;

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
