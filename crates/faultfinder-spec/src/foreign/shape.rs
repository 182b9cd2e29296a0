//! What a file looks like.

use crate::yaml::{Kind, Node};

/// Whether a mapping has a key.
pub(super) fn has(node: &Node, key: &str) -> bool {
    node.get(key).is_some()
}

/// Whether a node is a list, all or some of whose items are such.
pub(super) fn any_item(node: &Node, holds: impl Fn(&Node) -> bool) -> bool {
    matches!(&node.kind, Kind::Sequence(items) if items.iter().any(|item| holds(item)))
}
