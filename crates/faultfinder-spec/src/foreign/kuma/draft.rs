//! A monitor that is being made a test of.

use super::directory::Directory;
use crate::Place;
use crate::foreign::build::{Conversion, Fields, text};
use crate::foreign::pieces::{Variables, literal};
use crate::text::quoted;
use crate::yaml::Node;
use std::rc::Rc;

/// A monitor that is being made a test of.
pub(super) struct Monitor<'m, 'r, 's, 'o> {
    pub(super) conversion: &'m mut Conversion<'r, 's, 'o>,
    pub(super) variables: &'m mut Variables,
    pub(super) directory: &'m Directory<'m>,
    pub(super) place: Place,
    pub(super) name: &'m str,
    pub(super) request: Fields,
    pub(super) assertions: Vec<Rc<Node>>,
}

impl Monitor<'_, '_, '_, '_> {
    /// A text in which braces mean nothing, as a node.
    pub(super) fn text(&self, node: &Node, written: &str) -> Rc<Node> {
        text(node.place, literal(written))
    }

    /// A secret as a variable, unless it is empty.
    pub(super) fn secret(&mut self, node: &Node, of: &str, written: &str) -> Rc<Node> {
        if written.is_empty() {
            return text(node.place, "");
        }
        let name = format!("{}_{of}", self.name);
        text(node.place, self.variables.secret(&name, node.place, written))
    }

    /// A warning that the whole monitor is left out.
    pub(super) fn leave_out(&mut self, node: &Node, why: &str) {
        let name = quoted(self.name);
        self.conversion.warn(node, format!("the monitor {name} is left out: {why}"));
    }
}
