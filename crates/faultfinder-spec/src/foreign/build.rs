//! What conversions make nodes with.

use super::options::ForeignOptions;
use crate::reader::Reader;
use crate::yaml::{Kind, Node, Scalar};
use crate::{Diagnostic, Place, effect};
use std::rc::Rc;

/// A conversion that is under way.
pub(super) struct Conversion<'r, 's, 'o> {
    pub(super) reader: &'r mut Reader<'s>,
    pub(super) options: &'o ForeignOptions,
    remarks: Vec<(Place, String)>,
}

impl<'r, 's, 'o> Conversion<'r, 's, 'o> {
    pub(super) fn new(reader: &'r mut Reader<'s>, options: &'o ForeignOptions) -> Self {
        Self { reader, options, remarks: Vec::new() }
    }

    pub(super) fn into_remarks(self) -> Vec<(Place, String)> {
        self.remarks
    }

    /// An error at a node: the test means nothing without it.
    pub(super) fn error(&mut self, node: &Node, message: impl Into<String>, help: &str) {
        let diagnostic = self.reader.error(node.place, message).with_help(help);
        self.reader.report(diagnostic);
    }

    /// A warning at a node: this is left out, and what it would have done.
    pub(super) fn warn(&mut self, node: &Node, message: impl Into<String>) {
        let diagnostic = self.warning(node, message);
        self.reader.warn(diagnostic);
    }

    /// A warning with what to do instead.
    pub(super) fn warn_with_help(&mut self, node: &Node, message: impl Into<String>, help: &str) {
        let diagnostic = self.warning(node, message).with_help(help);
        self.reader.warn(diagnostic);
    }

    fn warning(&self, node: &Node, message: impl Into<String>) -> Diagnostic {
        self.reader.error(node.place, message)
    }

    /// Something that `import` says in a comment and that nobody needs to be warned of.
    pub(super) fn remark(&mut self, node: &Node, text: impl Into<String>) {
        self.remarks.push((node.place, text.into()));
    }
}

/// Text, whatever it looks like.
pub(super) fn text(place: Place, text: impl Into<String>) -> Rc<Node> {
    Rc::new(Node::new(place, Kind::Scalar(Scalar { text: text.into(), plain: false })))
}

/// A word, number or duration, as it would be written without quotes.
pub(super) fn word(place: Place, text: impl ToString) -> Rc<Node> {
    Rc::new(Node::new(place, Kind::Scalar(Scalar { text: text.to_string(), plain: true })))
}

pub(super) fn list(place: Place, items: Vec<Rc<Node>>) -> Rc<Node> {
    Rc::new(Node::new(place, Kind::Sequence(items)))
}

/// The fields of a mapping that is being made, in order.
#[derive(Default)]
pub(super) struct Fields(Vec<(Rc<Node>, Rc<Node>)>);

impl Fields {
    /// Adds a field; its name is where its value is.
    pub(super) fn put(&mut self, name: &str, value: Rc<Node>) {
        self.0.push((text(value.place, name), value));
    }

    /// The first of them alone, if there is one.
    pub(super) fn first(mut self) -> Option<Self> {
        self.0.truncate(1);
        (!self.0.is_empty()).then_some(self)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The mapping. TLS settings of a request that never uses TLS are left out: other tools have them for many targets at once.
    pub(super) fn into_node(mut self, place: Place) -> Rc<Node> {
        let has = |name: &str| self.0.iter().any(|(key, _)| key.scalar().is_some_and(|key| key.text == name));
        let url = self.0.iter().find(|(key, _)| key.scalar().is_some_and(|key| key.text == "url"));
        let is_plain = url.and_then(|(_, url)| url.scalar()).is_some_and(|url| effect::is_plain(&url.text));
        if is_plain && !effect::MAY_USE_TLS.iter().any(|name| has(name)) {
            self.0.retain(|(key, _)| key.scalar().is_none_or(|key| key.text != "tls"));
        }
        Rc::new(Node::new(place, Kind::Mapping(self.0)))
    }
}

impl Fields {
    /// Adds all fields of others.
    pub(super) fn extend(&mut self, others: Self) {
        self.0.extend(others.0);
    }
}
