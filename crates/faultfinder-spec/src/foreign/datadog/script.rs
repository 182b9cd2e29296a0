//! JavaScript.

use super::super::build::Fields;
use super::context::Context;
use crate::yaml::Node;
use std::rc::Rc;

/// Whether native tests have JavaScript. Until then a script is reported.
const IS_SUPPORTED: bool = false;

/// The code of a script, unless there is none in it.
fn code(node: &Node) -> Option<&str> {
    node.scalar().map(|scalar| scalar.text.as_str()).filter(|code| !code.trim().is_empty())
}

/// A script that sets variables before the request.
pub(super) fn before_request(context: &mut Context<'_, '_, '_, '_>, fields: &mut Fields, node: &Node) {
    put(context, fields, node, "variables_javascript", "sets variables before the request");
}

/// A script that sets variables from a response.
pub(super) fn after_response(context: &mut Context<'_, '_, '_, '_>, fields: &mut Fields, node: &Node) {
    put(context, fields, node, "extract_javascript", "sets variables from the response");
}

fn put(context: &mut Context<'_, '_, '_, '_>, fields: &mut Fields, node: &Node, name: &str, does: &str) {
    let Some(code) = code(node) else { return };
    context.shared.has_scripts = true;
    if IS_SUPPORTED {
        fields.put(name, super::super::build::text(node.place, code));
    } else {
        context
            .conversion
            .warn(node, format!("JavaScript is not supported yet: this script, which {does}, is left out"));
    }
}

/// An assertion that is a script.
pub(super) fn assertion(context: &mut Context<'_, '_, '_, '_>, node: &Node) -> Option<Rc<Node>> {
    let code = code(node)?;
    context.shared.has_scripts = true;
    if !IS_SUPPORTED {
        let help =
            "write it as another assertion; `const` and other code that asserts nothing can be removed";
        context.conversion.error(node, "JavaScript is not supported yet", help);
        return None;
    }
    let mut fields = Fields::default();
    fields.put("javascript", super::super::build::text(node.place, code));
    Some(fields.into_node(node.place))
}
