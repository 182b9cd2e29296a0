//! Mappings with known fields. One table per mapping feeds the check for unknown fields, the schema and the docs.

use crate::reader::Reader;
use crate::text::quoted;
use crate::yaml::{Kind, Node};
use crate::{Field, FromText, Place, Text};
use faultfinder_taxonomy::word::nearest;
use std::collections::HashMap;

/// The fields that a mapping may have.
#[derive(Debug)]
pub(crate) struct Table {
    /// What the mapping is called in messages: `http`.
    pub(crate) title: &'static str,
    /// Its fields, in groups so that tables can share some.
    pub(crate) groups: &'static [&'static [FieldSpec]],
    /// Fields of which exactly one must be there.
    pub(crate) one_of: &'static [&'static str],
    /// Fields of which at most one may be there.
    pub(crate) at_most_one_of: &'static [&'static str],
}

/// A field that a mapping may have.
#[derive(Debug)]
pub(crate) struct FieldSpec {
    pub(crate) name: &'static str,
    pub(crate) shape: Shape,
    pub(crate) required: bool,
    /// Whether it is known but not supported yet.
    pub(crate) later: bool,
    /// What it says, for editors.
    pub(crate) about: &'static str,
}

/// What a field may hold; the schema's view of it.
#[derive(Debug)]
pub(crate) enum Shape {
    /// Text with templates.
    Text,
    /// Text without variables.
    LiteralText,
    /// One text or a list of texts.
    Texts,
    /// A list of texts.
    TextList,
    Bool,
    /// Like [`Shape::Bool`], but not as a template; likewise below.
    LiteralBool,
    Duration,
    LiteralDuration,
    Port,
    Number(u32, u32),
    LiteralNumber(u32, u32),
    Words(&'static [&'static str]),
    /// Names and values.
    Pairs,
    /// Host names and addresses.
    Addresses,
    /// Any JSON.
    Json,
    /// The version of the format.
    Version,
    Table(&'static Table),
    Tables(&'static Table),
    /// Assertions.
    Assertions,
    /// Names and variables.
    Variables,
}

impl FieldSpec {
    pub(crate) const fn new(name: &'static str, shape: Shape, about: &'static str) -> Self {
        Self { name, shape, required: false, later: false, about }
    }

    pub(crate) const fn required(mut self) -> Self {
        self.required = true;
        self
    }

    /// A word of a later version: known, not supported yet.
    pub(crate) const fn later(name: &'static str, about: &'static str) -> Self {
        Self { name, shape: Shape::Json, required: false, later: true, about }
    }
}

impl Table {
    pub(crate) const fn new(title: &'static str, groups: &'static [&'static [FieldSpec]]) -> Self {
        Self { title, groups, one_of: &[], at_most_one_of: &[] }
    }

    pub(crate) const fn one_of(mut self, names: &'static [&'static str]) -> Self {
        self.one_of = names;
        self
    }

    pub(crate) const fn at_most_one_of(mut self, names: &'static [&'static str]) -> Self {
        self.at_most_one_of = names;
        self
    }

    pub(crate) fn fields(&self) -> impl Iterator<Item = &'static FieldSpec> {
        self.groups.iter().flat_map(|group| group.iter())
    }

    pub(crate) fn find(&self, name: &str) -> Option<&'static FieldSpec> {
        self.fields().find(|field| field.name == name)
    }
}

/// A mapping whose known fields were found.
#[derive(Debug)]
pub(crate) struct Fields<'n> {
    table: &'static Table,
    /// Where the mapping begins.
    pub(crate) place: Place,
    entries: Vec<(Place, &'static FieldSpec, &'n Node)>,
}

impl<'n> Fields<'n> {
    /// Opens a mapping. Unknown, repeated, missing and not yet supported fields are reported.
    pub(crate) fn open(reader: &mut Reader<'_>, node: &'n Node, table: &'static Table) -> Option<Self> {
        Self::open_named(reader, node, table, node.place)
    }

    /// [`open`](Self::open), with the place of the word that names the mapping: there a missing field is reported.
    pub(crate) fn open_named(
        reader: &mut Reader<'_>,
        node: &'n Node,
        table: &'static Table,
        place: Place,
    ) -> Option<Self> {
        let Kind::Mapping(entries) = &node.kind else {
            reader.unexpected(node, &format!("a mapping with the fields of {}", table.title));
            return None;
        };
        let mut fields = Self { table, place, entries: Vec::new() };
        let mut later = false;
        for (name, key, value) in unique(reader, entries, "field") {
            match table.find(name) {
                Some(spec) if spec.later => {
                    later = true;
                    let message = format!("field `{name}` of {} is not supported yet", table.title);
                    let diagnostic = reader.error(key.place, message).with_label("not supported yet");
                    reader.within(name, |reader| reader.report(diagnostic));
                }
                Some(spec) => fields.entries.push((key.place, spec, value)),
                None => unknown(reader, table, name, key.place),
            }
        }
        if !later {
            fields.check_presence(reader);
        }
        Some(fields)
    }

    fn check_presence(&self, reader: &mut Reader<'_>) {
        for spec in self.table.fields().filter(|spec| spec.required && !self.has(spec.name)) {
            let message = format!("field `{}` of {} is missing", spec.name, self.table.title);
            let diagnostic =
                reader.error(self.place, message).with_help(format!("`{}`: {}", spec.name, spec.about));
            reader.within(spec.name, |reader| reader.report(diagnostic));
        }
        let one_of = self.table.one_of;
        if !one_of.is_empty() && !one_of.iter().any(|name| self.has(name)) {
            let message =
                format!("{} needs one of {}", self.table.title, faultfinder_taxonomy::word::one_of(one_of));
            let diagnostic = reader.error(self.place, message);
            reader.report(diagnostic);
        }
        self.check_alone(reader, one_of);
        self.check_alone(reader, self.table.at_most_one_of);
    }

    /// At most one of these fields may be there.
    fn check_alone(&self, reader: &mut Reader<'_>, names: &[&str]) {
        let mut found = self.entries.iter().filter(|(_, spec, _)| names.contains(&spec.name));
        let Some((_, first, _)) = found.next() else { return };
        for (place, spec, _) in found {
            let message = format!("`{}` cannot stand beside `{}`", spec.name, first.name);
            let diagnostic = reader
                .error(*place, message)
                .with_help(format!("give only one of {}", faultfinder_taxonomy::word::one_of(names)));
            reader.within(spec.name, |reader| reader.report(diagnostic));
        }
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.node(name).is_some()
    }

    /// Where a field's name stands.
    pub(crate) fn key_place(&self, name: &str) -> Option<Place> {
        self.entries.iter().find(|(_, spec, _)| spec.name == name).map(|(place, _, _)| *place)
    }

    fn node(&self, name: &str) -> Option<&'n Node> {
        debug_assert!(self.table.find(name).is_some(), "{name} is no field of {}", self.table.title);
        self.entries.iter().find(|(_, spec, _)| spec.name == name).map(|(_, _, node)| *node)
    }

    /// Reads a field, if it is there.
    pub(crate) fn read<'s, T>(
        &self,
        reader: &mut Reader<'s>,
        name: &str,
        read: impl FnOnce(&mut Reader<'s>, &'n Node) -> Option<T>,
    ) -> Option<T> {
        let node = self.node(name)?;
        reader.within(name, |reader| read(reader, node))
    }

    pub(crate) fn text(&self, reader: &mut Reader<'_>, name: &str) -> Option<Text> {
        self.read(reader, name, |reader, node| reader.text(node))
    }

    pub(crate) fn field<T: FromText>(&self, reader: &mut Reader<'_>, name: &str) -> Option<Field<T>> {
        self.read(reader, name, |reader, node| reader.field(node))
    }

    pub(crate) fn texts(&self, reader: &mut Reader<'_>, name: &str, most: usize) -> Vec<Text> {
        self.read(reader, name, |reader, node| reader.texts(node, most)).unwrap_or_default()
    }
}

/// The entries of a mapping with scalar keys, each key once; others are reported as a `what`.
pub(crate) fn unique<'n>(
    reader: &mut Reader<'_>,
    entries: &'n [(std::rc::Rc<Node>, std::rc::Rc<Node>)],
    what: &str,
) -> Vec<(&'n str, &'n Node, &'n Node)> {
    let mut seen: HashMap<&str, Place> = HashMap::new();
    let mut kept = Vec::new();
    for (key, value) in entries {
        if reader.is_full() {
            break;
        }
        let Kind::Scalar(scalar) = &key.kind else {
            reader.unexpected(key, &format!("the name of a {what}"));
            continue;
        };
        if let Some(first) = seen.get(scalar.text.as_str()) {
            let message = format!("duplicate {what} {}", quoted(&scalar.text));
            let diagnostic = reader
                .error(key.place, message)
                .with_label(format!("first given in line {}", first.line))
                .with_help("remove one of them");
            reader.report(diagnostic);
            continue;
        }
        seen.insert(&scalar.text, key.place);
        kept.push((scalar.text.as_str(), key.as_ref(), value.as_ref()));
    }
    kept
}

fn unknown(reader: &mut Reader<'_>, table: &'static Table, name: &str, place: Place) {
    if reader.is_full() {
        return;
    }
    let mut diagnostic = reader.error(place, format!("unknown field {} of {}", quoted(name), table.title));
    // A word of one of the mappings inside was probably indented too little.
    let inside: Vec<&str> = table
        .fields()
        .filter(|field| match &field.shape {
            // Words such as `port` and `url` mean something else there.
            Shape::Table(inner) => !["resolver", "proxy"].contains(&field.name) && inner.find(name).is_some(),
            Shape::Tables(inner) => field.name == "tests" && inner.find(name).is_some(),
            _ => false,
        })
        .map(|field| field.name)
        .collect();
    if name == "<<" {
        diagnostic =
            diagnostic.with_help("merge keys are not supported; use `defaults`, or repeat the fields");
    } else if !inside.is_empty() {
        diagnostic = diagnostic
            .with_label("not here")
            .with_help(format!("`{name}` belongs inside {}", faultfinder_taxonomy::word::one_of(&inside)));
    } else if let Some(word) = nearest(name, table.fields().map(|field| field.name)) {
        diagnostic = diagnostic.with_label(format!("did you mean `{word}`?"));
    } else {
        let known: Vec<&str> = table.fields().filter(|field| !field.later).map(|field| field.name).collect();
        diagnostic = diagnostic.with_help(format!("fields are {}", known.join(", ")));
    }
    reader.within(name, |reader| reader.report(diagnostic));
}
