//! What the code of a package mentions.

use super::source::Part;
use std::collections::{BTreeMap, BTreeSet};

/// From a file to another one whose items it uses, and their names.
pub(crate) type Arrows = BTreeMap<(String, String), BTreeSet<String>>;

/// What the code of one package mentions.
#[derive(Debug, Default)]
pub(crate) struct Survey {
    /// Its files' uses of each other, tests not counted.
    pub(crate) arrows: Arrows,
    /// The other crates that each of its parts names.
    pub(crate) crates: BTreeMap<Part, BTreeSet<String>>,
}

impl Survey {
    /// Whether a part names a crate.
    pub(crate) fn names(&self, part: Part, name: &str) -> bool {
        self.crates.get(&part).is_some_and(|names| names.contains(name))
    }
}
