//! JavaScript.

use super::super::build::{Fields, text};
use super::context::Context;
use super::javascript::code;
use crate::yaml::Node;
use std::rc::Rc;

/// A script that sets variables before the request.
pub(super) fn before_request(context: &mut Context<'_, '_, '_, '_>, fields: &mut Fields, node: &Node) {
    put(context, fields, node, "variables_javascript");
}

/// A script that sets variables from a response.
pub(super) fn after_response(context: &mut Context<'_, '_, '_, '_>, fields: &mut Fields, node: &Node) {
    put(context, fields, node, "extract_javascript");
}

fn put(context: &mut Context<'_, '_, '_, '_>, fields: &mut Fields, node: &Node, name: &str) {
    let Some(code) = code(node) else { return };
    fields.put(name, text(node.place, native(context, node, code)));
}

/// An assertion that is a script.
pub(super) fn assertion(context: &mut Context<'_, '_, '_, '_>, node: &Node) -> Option<Rc<Node>> {
    let code = code(node)?;
    let mut fields = Fields::default();
    fields.put("javascript", text(node.place, native(context, node, code)));
    Some(fields.into_node(node.place))
}

/// The code with variables as they are called in the native file. Those that it names are used.
fn native(context: &mut Context<'_, '_, '_, '_>, node: &Node, code: &str) -> String {
    let mut code = code.to_owned();
    for (theirs, ours) in &context.renamed {
        for quote in ['"', '\'', '`'] {
            let named = format!("{quote}{theirs}{quote}");
            if code.contains(&named) {
                context.shared.used.entry(ours.clone()).or_insert(node.place);
                code = code.replace(&named, &format!("{quote}{ours}{quote}"));
            }
        }
    }
    code
}
