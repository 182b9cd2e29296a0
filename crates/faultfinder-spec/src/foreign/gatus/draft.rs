//! An endpoint that is being made a test of.

use super::context::Context;
use super::file::File;
use super::kind::Kind;
use super::values;
use crate::Place;
use crate::foreign::build::{Fields, text};
use crate::text::quoted;
use crate::yaml::Node;
use std::rc::Rc;

/// An endpoint that is being made a test of.
pub(super) struct Endpoint<'e, 'f, 'r, 's, 'o> {
    pub(super) file: &'e mut File<'f, 'r, 's, 'o>,
    pub(super) context: Option<&'e Context>,
    pub(super) place: Place,
    pub(super) name: &'e str,
    pub(super) group: &'e str,
    /// As it is written.
    pub(super) url: &'e str,
    pub(super) url_place: Place,
    pub(super) kind: Kind,
    /// The type of record of a DNS endpoint.
    pub(super) record: String,
    pub(super) request: Fields,
    pub(super) assertions: Vec<Rc<Node>>,
}

impl Endpoint<'_, '_, '_, '_, '_> {
    /// A text with its variables, as a native one.
    pub(super) fn native(&mut self, place: Place, written: &str) -> String {
        values::native(self.file, self.context, place, written)
    }

    /// The same as a node.
    pub(super) fn text(&mut self, node: &Node, written: &str) -> Rc<Node> {
        text(node.place, self.native(node.place, written))
    }

    /// A secret as a variable, unless it already comes from one.
    pub(super) fn secret(&mut self, node: &Node, of: &str, written: &str) -> Rc<Node> {
        match values::plain(written) {
            Some(plain) => {
                let name = format!("{}_{of}", self.name);
                text(node.place, self.file.variables.secret(&name, node.place, &plain))
            }
            None => self.text(node, written),
        }
    }

    /// A warning that the whole endpoint is left out.
    pub(super) fn leave_out(&mut self, node: &Node, why: &str) {
        let name = quoted(self.name);
        self.file.conversion.warn(node, format!("the endpoint {name} is left out: {why}"));
    }
}
