//! What the conversion of a test knows.

use super::super::build::{Conversion, text};
use super::variable::Variable;
use super::{javascript, value};
use crate::Place;
use crate::yaml::Node;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::rc::Rc;

/// What tells tests of a file apart.
pub(super) type TestId = (Place, Option<String>);

/// The id of a test.
pub(super) fn id_of(test: &Node) -> TestId {
    (test.place, value::word(test, "public_id").map(str::to_owned))
}

/// What all tests of a file share.
#[derive(Default)]
pub(super) struct Shared {
    /// The native names of tests.
    pub(super) names: HashMap<TestId, String>,
    /// The native names of tests by their public ids.
    pub(super) by_public_id: HashMap<String, String>,
    /// The variables of the file, in the order in which they were found.
    pub(super) variables: Vec<Variable>,
    /// Variables that some step or script of the file sets: they are not asked for.
    pub(super) extracted: HashSet<String>,
    /// Variables that texts use, by their native names, and where first.
    pub(super) used: BTreeMap<String, Place>,
    /// How many bytes have come out of compressed schemas.
    pub(super) inflated: usize,
}

impl Shared {
    pub(super) fn of(tests: &[Rc<Node>]) -> Self {
        let mut shared = Self::default();
        for test in tests {
            let script =
                value::field(test, "config").and_then(|config| value::field(config, "variablesFromScript"));
            shared.extracted.extend(script.into_iter().flat_map(|script| javascript::set_by(script)));
            for step in value::steps(test) {
                let values = value::items(step, "extractedValues").iter();
                shared.extracted.extend(values.filter_map(|one| value::word(one, "name")).map(str::to_owned));
                let script = value::field(step, "extractedValuesFromScript");
                shared.extracted.extend(script.into_iter().flat_map(|script| javascript::set_by(script)));
            }
        }
        shared
    }
}

/// The conversion of a test.
pub(super) struct Context<'c, 'r, 's, 'o> {
    pub(super) conversion: &'c mut Conversion<'r, 's, 'o>,
    pub(super) shared: &'c mut Shared,
    /// Its variables, and what they are called in the native file.
    pub(super) renamed: HashMap<String, String>,
    /// Its public id.
    pub(super) public_id: Option<String>,
}

impl<'c, 'r, 's, 'o> Context<'c, 'r, 's, 'o> {
    pub(super) fn new(
        conversion: &'c mut Conversion<'r, 's, 'o>,
        shared: &'c mut Shared,
        test: &Node,
    ) -> Self {
        let public_id = value::word(test, "public_id").map(str::to_owned);
        Self { conversion, shared, renamed: HashMap::new(), public_id }
    }

    /// A text of the test as a native one, with its variables as they are called there.
    pub(super) fn text(&mut self, node: &Node) -> Option<Rc<Node>> {
        let Some(scalar) = node.scalar() else {
            self.conversion.reader.unexpected(node, "text");
            return None;
        };
        Some(self.text_at(node.place, &scalar.text))
    }

    /// The same of a text that is not a value of the file by itself.
    pub(super) fn text_at(&mut self, place: Place, written: &str) -> Rc<Node> {
        text(place, self.holes(place, written))
    }

    /// A text of a field, if it is there.
    pub(super) fn text_of(&mut self, node: &Node, name: &str) -> Option<Rc<Node>> {
        let value = Rc::clone(value::field(node, name)?);
        self.text(&value)
    }

    /// A text of a field, if it is there and not empty.
    pub(super) fn filled(&mut self, node: &Node, name: &str) -> Option<Rc<Node>> {
        let value = Rc::clone(value::filled(node, name)?);
        self.text(&value)
    }
}
