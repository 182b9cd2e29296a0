//! Files of Datadog.

use super::build::Conversion;
use crate::yaml::Node;
use std::rc::Rc;

/// Whether a file is one.
pub(super) fn is_one(_root: &Node) -> bool {
    false
}

/// The native file with its meaning.
pub(super) fn convert(_conversion: &mut Conversion<'_, '_, '_>, _root: &Node) -> Option<Rc<Node>> {
    None
}
