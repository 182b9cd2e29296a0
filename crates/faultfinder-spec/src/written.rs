//! What a request says, as a tree of fields with their places.
//!
//! Every value of a field is here as it was written: texts whose templates are taken apart but not resolved. Values of other
//! types (ports, durations, words) are texts too; they were checked when they were read, unless a template hides them.

use crate::fields::{FieldSpec, Table};
use crate::reader::Reader;
use crate::{JsonTemplate, Place, Text};

/// A mapping as written: the fields that are given.
#[derive(Debug, Clone)]
pub struct Fields {
    pub(crate) table: &'static Table,
    pub(crate) place: Place,
    pub(crate) entries: Vec<Entry>,
    /// Fields that are there, but could not be read: what is wrong with them was reported.
    pub(crate) unread: Vec<&'static str>,
    /// Whether a field that is not known was reported, and what is missing is probably that one.
    pub(crate) has_unknown: bool,
}

/// A field that is given.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    pub(crate) spec: &'static FieldSpec,
    /// Where its name is.
    pub(crate) key: Place,
    pub(crate) value: Written,
}

/// What a field holds.
#[derive(Debug, Clone)]
pub(crate) enum Written {
    Text(Text),
    Texts(Vec<Text>),
    Pairs(Vec<Pair>),
    Json(JsonTemplate),
    Fields(Fields),
    List(Vec<Fields>),
}

/// A name and a value: a header, a parameter, a host and its address.
#[derive(Debug, Clone)]
#[expect(clippy::exhaustive_structs, reason = "closed: a name and a value")]
pub struct Pair {
    /// The name.
    pub name: Text,
    /// The value.
    pub value: Text,
}

impl Fields {
    /// Where the mapping begins, or the word that names it.
    #[must_use]
    pub const fn place(&self) -> Place {
        self.place
    }

    /// What the mapping is called in messages.
    #[must_use]
    pub const fn table(&self) -> &'static Table {
        self.table
    }

    /// Whether a field is given.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.entry(name).is_some()
    }

    /// The names of the fields that are given, in the order in which they are written; those of `defaults` come last.
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        self.entries.iter().map(|entry| entry.spec.name)
    }

    /// The fields that are given, each with its place as [`place_of`](Self::place_of) has it; nothing if there are mappings among
    /// them, whose parts have places of their own.
    #[must_use]
    pub fn flat_places(&self) -> Option<Box<[(&'static str, Place)]>> {
        let place = |entry: &Entry| match &entry.value {
            Written::Fields(_) | Written::List(_) | Written::Json(_) => None,
            flat => Some((entry.spec.name, flat.find("").unwrap_or(entry.key))),
        };
        self.entries.iter().map(place).collect()
    }

    /// Whether a field is there, whatever is in it.
    pub(crate) fn is_written(&self, name: &str) -> bool {
        self.has(name) || self.unread.contains(&name)
    }

    /// Reports that a field cannot be given.
    pub(crate) fn refuse(&self, reader: &mut Reader<'_>, name: &str, message: &str, help: &str) {
        let place = self.key_place(name).unwrap_or_else(|| self.place());
        let diagnostic = reader.error(place, message).with_help(help);
        reader.within(name, |reader| reader.report(diagnostic));
    }

    /// Where the name of a field is, if it is given.
    #[must_use]
    pub fn key_place(&self, name: &str) -> Option<Place> {
        self.entry(name).map(|entry| entry.key)
    }

    /// A text, or a value that is read from one.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&Text> {
        match self.value(name)? {
            Written::Text(text) => Some(text),
            _ => None,
        }
    }

    /// A list of texts; empty when the field is not given.
    #[must_use]
    pub fn texts(&self, name: &str) -> &[Text] {
        match self.value(name) {
            Some(Written::Texts(texts)) => texts,
            _ => &[],
        }
    }

    /// Names and values, in order; empty when the field is not given.
    #[must_use]
    pub fn pairs(&self, name: &str) -> &[Pair] {
        match self.value(name) {
            Some(Written::Pairs(pairs)) => pairs,
            _ => &[],
        }
    }

    /// JSON.
    #[must_use]
    pub fn json(&self, name: &str) -> Option<&JsonTemplate> {
        match self.value(name)? {
            Written::Json(json) => Some(json),
            _ => None,
        }
    }

    /// A mapping.
    #[must_use]
    pub fn fields(&self, name: &str) -> Option<&Self> {
        match self.value(name)? {
            Written::Fields(fields) => Some(fields),
            _ => None,
        }
    }

    /// A list of mappings; empty when the field is not given.
    #[must_use]
    pub fn list(&self, name: &str) -> &[Self] {
        match self.value(name) {
            Some(Written::List(list)) => list,
            _ => &[],
        }
    }

    /// Where a field is, by its path: `tls.ca[1]`, `headers.x-id`, `steps[0].send`. Where the field is not given, the name
    /// of the nearest field around it that is.
    #[must_use]
    pub fn place_of(&self, path: &str) -> Place {
        self.find(path).unwrap_or(self.place)
    }

    /// Where the name of a header or another name with a value is, by its path: `headers.x-id`.
    #[must_use]
    pub fn place_of_name(&self, path: &str) -> Option<Place> {
        let (name, rest) = path.split_once('.')?;
        match self.value_of(name)? {
            Written::Fields(fields) => fields.place_of_name(rest),
            Written::Pairs(pairs) => {
                let pair = pairs.iter().find(|pair| pair.name.as_written().eq_ignore_ascii_case(rest))?;
                Some(pair.name.place())
            }
            _ => None,
        }
    }

    fn value_of(&self, name: &str) -> Option<&Written> {
        self.entry(name).map(|entry| &entry.value)
    }

    fn find(&self, path: &str) -> Option<Place> {
        let end = path.find(['.', '[']).unwrap_or(path.len());
        let (name, rest) = path.split_at(end);
        let entry = self.entry(name)?;
        Some(entry.value.find(rest.strip_prefix('.').unwrap_or(rest)).unwrap_or(entry.key))
    }

    /// Takes over the fields of `defaults` that are not given here.
    pub(crate) fn complete(&mut self, defaults: &Self) {
        for entry in &defaults.entries {
            if self.table.find(entry.spec.name).is_some() && !self.has(entry.spec.name) {
                self.entries.push(entry.clone());
            }
        }
    }

    fn entry(&self, name: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.spec.name == name)
    }

    fn value(&self, name: &str) -> Option<&Written> {
        debug_assert!(self.table.find(name).is_some(), "{} has no field {name}", self.table.title);
        self.entry(name).map(|entry| &entry.value)
    }
}

impl Written {
    /// Where a part of the value is; nothing where only the name of the field has a place.
    fn find(&self, path: &str) -> Option<Place> {
        let (index, rest) = indexed(path);
        match self {
            Self::Text(text) => Some(text.place()),
            Self::Texts(texts) => texts.get(index.unwrap_or(0)).map(Text::place),
            Self::Pairs(pairs) => {
                let named = |pair: &&Pair| pair.name.as_written().eq_ignore_ascii_case(path);
                let pair = match index {
                    Some(index) => pairs.get(index),
                    None => pairs.iter().find(named),
                };
                pair.map(|pair| pair.value.place())
            }
            Self::Json(_) => None,
            Self::Fields(fields) => fields.find(path),
            Self::List(list) => list.get(index?).map(|fields| fields.place_of(rest)),
        }
    }
}

/// The index at the beginning of a path, and what is behind it.
fn indexed(path: &str) -> (Option<usize>, &str) {
    let Some((index, rest)) = path.strip_prefix('[').and_then(|inside| inside.split_once(']')) else {
        return (None, path);
    };
    (index.parse().ok(), rest.strip_prefix('.').unwrap_or(rest))
}
