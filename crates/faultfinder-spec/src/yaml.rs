//! From YAML (or JSON, a subset of it) to a tree of nodes that know their places.
//!
//! The tree is built from the parser's events rather than by a loader of the library: that keeps every scalar's own
//! spelling (`1.10` stays text), tells all duplicate keys instead of the first, and stops at our limits while
//! reading. An alias shares the node of its anchor, so that a bomb of aliases takes no memory, and counts as often as
//! it is used, so that walking the tree takes no time either.

mod flaw; // what is wrong with a text, and where
mod load; // builds the tree from the parser's events
mod syntax; // what the parser objects to, in our words

pub(crate) use flaw::Flaw;
pub(crate) use load::load;

use crate::Place;
use fnv::FnvHasher;
use std::hash::{Hash, Hasher};
use std::rc::Rc;

/// Deepest nesting of lists and mappings.
pub const DEPTH_MAX: u32 = 64;

/// Most values (scalars, lists and mappings) of a file, those behind aliases counted as often as they are used.
pub const NODES_MAX: u32 = 1_000_000;

/// A value.
#[derive(Debug)]
pub(crate) struct Node {
    pub(crate) place: Place,
    pub(crate) kind: Kind,
    /// How many nodes it is made of, itself included.
    count: u32,
    /// How many levels it has below it.
    height: u32,
}

/// What a [`Node`] holds.
#[derive(Debug)]
pub(crate) enum Kind {
    Scalar(Scalar),
    Sequence(Vec<Rc<Node>>),
    Mapping(Vec<(Rc<Node>, Rc<Node>)>),
}

/// A scalar in its own spelling.
#[derive(Debug)]
pub(crate) struct Scalar {
    pub(crate) text: String,
    /// Whether it was written without quotes, so that it may be something else than text.
    pub(crate) plain: bool,
}

impl Scalar {
    /// Whether it is YAML's null (YAML 1.2.2 section 10.3.2).
    pub(crate) fn is_null(&self) -> bool {
        self.plain && matches!(self.text.as_str(), "" | "~" | "null" | "Null" | "NULL")
    }
}

impl Node {
    /// A node that is made of others.
    pub(crate) fn new(place: Place, kind: Kind) -> Self {
        let (mut count, mut height) = (1_u32, 0_u32);
        let mut add = |node: &Self| {
            count = count.saturating_add(node.count);
            height = height.max(node.height.saturating_add(1));
        };
        match &kind {
            Kind::Scalar(_) => {}
            Kind::Sequence(items) => items.iter().for_each(|item| add(item)),
            Kind::Mapping(entries) => entries.iter().for_each(|(key, value)| {
                add(key);
                add(value);
            }),
        }
        Self { place, kind, count, height }
    }

    /// The value of a key of a mapping.
    pub(crate) fn get(&self, name: &str) -> Option<&Rc<Self>> {
        let Kind::Mapping(entries) = &self.kind else { return None };
        let entry = entries.iter().find(|(key, _)| key.scalar().is_some_and(|key| key.text == name));
        entry.map(|(_, value)| value)
    }

    /// The scalar, unless it is null or no scalar.
    pub(crate) fn scalar(&self) -> Option<&Scalar> {
        match &self.kind {
            Kind::Scalar(scalar) if !scalar.is_null() => Some(scalar),
            _ => None,
        }
    }

    /// A hash of its content, without places; `seed` is hashed with it.
    pub(crate) fn fingerprint(&self, seed: u64) -> u64 {
        let mut hasher = FnvHasher::default();
        seed.hash(&mut hasher);
        self.hash_content(&mut hasher);
        hasher.finish()
    }

    fn hash_content(&self, hasher: &mut FnvHasher) {
        match &self.kind {
            Kind::Scalar(scalar) => (0_u8, &scalar.text, scalar.plain).hash(hasher),
            Kind::Sequence(items) => {
                (1_u8, items.len()).hash(hasher);
                items.iter().for_each(|item| item.hash_content(hasher));
            }
            Kind::Mapping(entries) => {
                (2_u8, entries.len()).hash(hasher);
                for (key, value) in entries {
                    key.hash_content(hasher);
                    value.hash_content(hasher);
                }
            }
        }
    }

    /// What it is, for messages: "a list", or the text itself.
    pub(crate) fn describe(&self) -> String {
        match &self.kind {
            Kind::Scalar(scalar) if scalar.is_null() => "nothing".to_owned(),
            Kind::Scalar(scalar) => crate::text::quoted(&scalar.text),
            Kind::Sequence(_) => "a list".to_owned(),
            Kind::Mapping(_) => "a mapping".to_owned(),
        }
    }

    /// Whether it is what YAML makes of `{{ NAME }}` without quotes: a mapping whose key is a mapping.
    pub(crate) fn is_bare_template(&self) -> bool {
        match &self.kind {
            Kind::Mapping(entries) => {
                entries.first().is_some_and(|(key, _)| matches!(key.kind, Kind::Mapping(_)))
            }
            _ => false,
        }
    }
}
