//! A test that is being made of a module and a target.

use crate::foreign::build::{Conversion, Fields, text};
use crate::foreign::pieces::{Variables, number};
use crate::yaml::Node;
use crate::{Place, text::quoted};
use std::rc::Rc;
use std::time::Duration;

/// A test that is being made of a module and a target.
pub(super) struct Probe<'p, 'r, 's, 'o> {
    pub(super) conversion: &'p mut Conversion<'r, 's, 'o>,
    pub(super) variables: &'p mut Variables,
    /// The name of the module.
    pub(super) module: &'p str,
    pub(super) target: &'p str,
    /// Where the module is.
    pub(super) place: Place,
    /// The native protocol.
    pub(super) protocol: &'static str,
    pub(super) request: Fields,
    /// How long the module may take.
    pub(super) timeout: Option<Duration>,
    pub(super) assertions: Vec<Rc<Node>>,
}

impl Probe<'_, '_, '_, '_> {
    /// The name of the variable that a value of this module gets.
    pub(super) fn variable(&self, of: &str) -> String {
        format!("{}_{of}", self.module)
    }

    /// A secret value, as the template that stands for it.
    pub(super) fn secret(&mut self, of: &str, place: Place, value: &str) -> Rc<Node> {
        let name = self.variable(of);
        text(place, self.variables.secret(&name, place, value))
    }

    /// A value that is in a file.
    pub(super) fn of_file(&mut self, of: &str, node: &Node, path: &str, secret: bool) -> Rc<Node> {
        let name = self.variable(of);
        text(node.place, self.variables.of_file(&name, node.place, path, secret))
    }

    /// The port of the target; another one than there can be is an error.
    pub(super) fn port(&mut self, port: &str) -> Option<Rc<Node>> {
        if port.contains("{{") || port.parse::<u16>().is_ok_and(|port| port > 0) {
            return Some(number(self.place, port));
        }
        self.bad_target("HOST:PORT with a port from 1 to 65535");
        None
    }

    /// An error about the target, which is in no file.
    pub(super) fn bad_target(&mut self, expected: &str) {
        let target = quoted(self.target);
        let message = format!("the module `{}` probes {expected}, found {target}", self.module);
        let at = text(self.place, "");
        self.conversion.error(&at, message, "choose another `--target`, or another module with `--module`");
    }
}
