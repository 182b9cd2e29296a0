//! JSON that is in a text of a backup.

use crate::Place;
use crate::foreign::pieces::literal;
use crate::yaml::{self, Kind, Node, Scalar};
use std::rc::Rc;

/// Whether a text is JSON.
pub(super) fn is_json(text: &str) -> bool {
    serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok()
}

/// JSON in a text, as a value at the place of that text; nothing when it is none.
pub(super) fn value(place: Place, text: &str) -> Option<Rc<Node>> {
    read(place, text, &str::to_owned)
}

/// The same for a value in whose texts braces mean nothing.
pub(super) fn literal_value(place: Place, text: &str) -> Option<Rc<Node>> {
    read(place, text, &literal)
}

fn read(place: Place, text: &str, written: &dyn Fn(&str) -> String) -> Option<Rc<Node>> {
    let (root, _) = Some(text).filter(|text| is_json(text)).and_then(|text| yaml::load(text).ok())?;
    root.map(|root| placed(&root, place, written))
}

/// A tree at another place.
fn placed(node: &Node, place: Place, written: &dyn Fn(&str) -> String) -> Rc<Node> {
    let kind = match &node.kind {
        Kind::Scalar(Scalar { text, plain: true }) => {
            Kind::Scalar(Scalar { text: text.clone(), plain: true })
        }
        Kind::Scalar(scalar) => Kind::Scalar(Scalar { text: written(&scalar.text), plain: false }),
        Kind::Sequence(items) => {
            Kind::Sequence(items.iter().map(|item| placed(item, place, written)).collect())
        }
        Kind::Mapping(entries) => Kind::Mapping(
            entries
                .iter()
                .map(|(key, value)| (placed(key, place, written), placed(value, place, written)))
                .collect(),
        ),
    };
    Rc::new(Node::new(place, kind))
}
