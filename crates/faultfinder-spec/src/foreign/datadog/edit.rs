//! Nodes with another value in them.

use crate::yaml::{Kind, Node};
use std::rc::Rc;

/// A mapping with a field set to a value, by the path of the field; mappings on the way are made.
pub(super) fn set(node: &Node, path: &[&str], value: Rc<Node>) -> Rc<Node> {
    let Some((name, rest)) = path.split_first() else { return value };
    let inner = match rest {
        [] => value,
        rest => match node.get(name) {
            Some(inner) => set(inner, rest, value),
            None => set(&Node::new(value.place, Kind::Mapping(Vec::new())), rest, value),
        },
    };
    let mut entries = match &node.kind {
        Kind::Mapping(entries) => entries.clone(),
        _ => Vec::new(),
    };
    let is_it = |key: &Node| key.scalar().is_some_and(|key| key.text == *name);
    match entries.iter_mut().find(|(key, _)| is_it(key)) {
        Some((_, old)) => *old = inner,
        None => entries.push((super::super::build::text(inner.place, *name), inner)),
    }
    Rc::new(Node::new(node.place, Kind::Mapping(entries)))
}

/// The value at a path.
pub(super) fn at<'n>(node: &'n Node, path: &[&str]) -> Option<&'n Rc<Node>> {
    let (name, rest) = path.split_first()?;
    let inner = node.get(name)?;
    if rest.is_empty() { Some(inner) } else { at(inner, rest) }
}

/// A tree that was read from a text inside the file, with the place of that text everywhere.
pub(super) fn placed(node: &Node, place: crate::Place) -> Rc<Node> {
    let kind = match &node.kind {
        Kind::Scalar(scalar) => {
            Kind::Scalar(crate::yaml::Scalar { text: scalar.text.clone(), plain: scalar.plain })
        }
        Kind::Sequence(items) => Kind::Sequence(items.iter().map(|item| placed(item, place)).collect()),
        Kind::Mapping(entries) => Kind::Mapping(
            entries.iter().map(|(key, value)| (placed(key, place), placed(value, place))).collect(),
        ),
    };
    Rc::new(Node::new(place, kind))
}
