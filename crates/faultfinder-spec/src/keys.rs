//! The entries of a mapping, each key once.

use crate::Place;
use crate::reader::Reader;
use crate::text::quoted;
use crate::yaml::{Kind, Node};
use std::collections::HashMap;

/// The entries of a mapping with scalar keys, each key once; others are reported as a `what`.
pub(crate) fn unique<'n>(
    reader: &mut Reader<'_>,
    entries: &'n [(std::rc::Rc<Node>, std::rc::Rc<Node>)],
    what: &str,
) -> Vec<(&'n str, &'n Node, &'n Node)> {
    let mut seen: HashMap<&str, Place> = HashMap::new();
    let mut kept = Vec::new();
    for (key, value) in entries {
        if reader.is_full() {
            break;
        }
        let Kind::Scalar(scalar) = &key.kind else {
            reader.unexpected(key, &format!("the name of a {what}"));
            continue;
        };
        if let Some(first) = seen.get(scalar.text.as_str()) {
            let message = format!("duplicate {what} {}", quoted(&scalar.text));
            let diagnostic = reader
                .error(key.place, message)
                .with_label(format!("first given in line {}", first.line))
                .with_help("remove one of them");
            reader.report(diagnostic);
            continue;
        }
        seen.insert(&scalar.text, key.place);
        kept.push((scalar.text.as_str(), key.as_ref(), value.as_ref()));
    }
    kept
}
