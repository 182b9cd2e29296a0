//! Mappings with known fields: one row per field.
//!
//! The reader, the schema, the reference in the docs and the options of `faultfinder probe` are all made from these rows, so
//! that a new field is one row here and one line where it takes effect.

use crate::value::{BadValue, FromText, ValueKind, parse_word};
use faultfinder_taxonomy::word::Word;

/// The fields that a mapping may have.
#[derive(Debug)]
pub struct Table {
    /// What the mapping is called in messages: `http`.
    pub title: &'static str,
    /// Its fields, in groups so that tables can share some.
    pub(crate) groups: &'static [&'static [FieldSpec]],
    /// Fields of which exactly one must be there.
    pub one_of: &'static [&'static str],
    /// Fields of which at most one may be there.
    pub at_most_one_of: &'static [&'static str],
    /// The field without which the required ones must be there; with it, they may be left out.
    pub unless: Option<&'static str>,
}

/// A field that a mapping may have.
#[derive(Debug)]
pub struct FieldSpec {
    /// Its name.
    pub name: &'static str,
    /// What it may hold.
    pub shape: Shape,
    /// Whether it must be there.
    pub required: bool,
    /// Whether its value must be known at load: no templates.
    pub literal: bool,
    /// Whether its value is a secret, which the command line puts into a secret variable.
    pub secret: bool,
    /// What it says, for people; the default in parentheses.
    pub about: &'static str,
}

/// What a field may hold.
#[derive(Debug)]
#[expect(
    clippy::exhaustive_enums,
    reason = "closed: each has its form in the schema and on the command line"
)]
pub enum Shape {
    /// Text.
    Text,
    /// Text, or `true` for the empty text.
    TextOrTrue,
    /// A value that is read from text.
    Value(ValueShape),
    /// One text, or, which is something else, a list of so many texts at most.
    TextOrList(usize),
    /// One text or a list of so many texts at most.
    Texts(usize),
    /// A list of so many texts at most.
    TextList(usize),
    /// Names and values.
    Pairs,
    /// Host names, each with its address or addresses.
    Addresses,
    /// Any JSON.
    Json,
    /// A JSON object.
    JsonObject,
    /// A mapping.
    Table(&'static Table),
    /// A list of so many mappings at most.
    Tables(&'static Table, usize),
    /// A list of tests.
    Tests(&'static Table),
    /// A list of assertions.
    Assertions,
    /// Names and variables.
    Variables,
    /// Names, each with what is extracted from an answer.
    Extractions,
}

/// A type of values.
#[derive(Debug, Clone, Copy)]
pub struct ValueShape {
    /// How such values look.
    pub kind: ValueKind,
    pub(crate) expected: fn() -> String,
    pub(crate) check: fn(&str) -> Result<(), BadValue>,
}

impl Shape {
    /// Values of this type.
    pub(crate) const fn of<T: FromText>() -> Self {
        Self::Value(ValueShape { kind: T::KIND, expected: T::expected, check: check_value::<T> })
    }

    /// One of these words.
    pub(crate) const fn word<W: Word>() -> Self {
        Self::Value(ValueShape {
            kind: ValueKind::Words(W::WORDS),
            expected: W::expected,
            check: check_word::<W>,
        })
    }
}

fn check_value<T: FromText>(text: &str) -> Result<(), BadValue> {
    T::from_text(text).map(drop)
}

fn check_word<W: Word>(text: &str) -> Result<(), BadValue> {
    parse_word::<W>(text).map(drop)
}

impl FieldSpec {
    pub(crate) const fn new(name: &'static str, shape: Shape, about: &'static str) -> Self {
        Self { name, shape, required: false, literal: false, secret: false, about }
    }

    pub(crate) const fn required(mut self) -> Self {
        self.required = true;
        self
    }

    /// Needed before variables are.
    pub(crate) const fn literal(mut self) -> Self {
        self.literal = true;
        self
    }

    /// Never to be shown.
    pub(crate) const fn secret(mut self) -> Self {
        self.secret = true;
        self
    }

    /// Whether it is `true` or `false`.
    pub(crate) const fn is_flag(&self) -> bool {
        matches!(&self.shape, Shape::Value(value) if matches!(value.kind, ValueKind::Bool))
    }

    /// Checks a text as a value of this field.
    ///
    /// # Errors
    ///
    /// When the field holds values of a type, and the text is not one.
    pub fn check(&self, text: &str) -> Result<(), BadValue> {
        match &self.shape {
            Shape::Value(value) => (value.check)(text),
            _ => Ok(()),
        }
    }
}

impl Table {
    pub(crate) const fn new(title: &'static str, groups: &'static [&'static [FieldSpec]]) -> Self {
        Self { title, groups, one_of: &[], at_most_one_of: &[], unless: None }
    }

    pub(crate) const fn one_of(mut self, names: &'static [&'static str]) -> Self {
        self.one_of = names;
        self
    }

    pub(crate) const fn at_most_one_of(mut self, names: &'static [&'static str]) -> Self {
        self.at_most_one_of = names;
        self
    }

    pub(crate) const fn unless(mut self, name: &'static str) -> Self {
        self.unless = Some(name);
        self
    }

    /// Its fields.
    pub fn fields(&self) -> impl Iterator<Item = &'static FieldSpec> {
        self.groups.iter().flat_map(|group| group.iter())
    }

    /// Calls `visit` with every field, at whatever depth, as the chain of fields that leads to it; the last one is the field.
    pub fn walk(&'static self, visit: &mut impl FnMut(&[&'static FieldSpec])) {
        self.walk_below(&mut Vec::new(), visit);
    }

    fn walk_below(
        &'static self,
        chain: &mut Vec<&'static FieldSpec>,
        visit: &mut impl FnMut(&[&'static FieldSpec]),
    ) {
        for field in self.fields() {
            chain.push(field);
            visit(chain);
            if let Shape::Table(inner) | Shape::Tables(inner, _) = &field.shape {
                inner.walk_below(chain, visit);
            }
            chain.pop();
        }
    }

    /// The field of that name.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<&'static FieldSpec> {
        self.fields().find(|field| field.name == name)
    }
}
