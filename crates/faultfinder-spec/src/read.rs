//! Reads the fields of a mapping by their shapes.

use crate::fields::{FieldSpec, Shape, Table, ValueShape};
use crate::json::JsonTemplate;
use crate::mapping::Mapping;
use crate::reader::Reader;
use crate::written::{Entry, Fields, Written};
use crate::yaml::{Kind, Node};
use crate::{Place, Text, pairs};

impl Fields {
    /// Reads a mapping by its table; `place` is that of the word that names it. Nothing when a field that must be there is
    /// missing.
    pub(crate) fn read(
        reader: &mut Reader<'_>,
        node: &Node,
        table: &'static Table,
        place: Place,
    ) -> Option<Self> {
        let mapping = Mapping::open_named(reader, node, table, place)?;
        let complete = mapping.complete;
        let fields = Self::of(reader, &mapping);
        complete.then_some(fields)
    }

    /// All fields of a mapping that can be read.
    pub(crate) fn of(reader: &mut Reader<'_>, mapping: &Mapping<'_>) -> Self {
        let (table, place, has_unknown) = (mapping.table, mapping.place, mapping.has_unknown);
        let mut fields = Self { table, place, entries: Vec::new(), unread: Vec::new(), has_unknown };
        for (key, spec, node) in &mapping.entries {
            if mapping.is_emptied(spec.name) {
                fields.unread.push(spec.name);
                continue;
            }
            let value = reader.within_field(spec.name, |reader| Written::read(reader, spec, node));
            match value {
                Some(value) => fields.entries.push(Entry { spec, key: *key, value }),
                None => fields.unread.push(spec.name),
            }
        }
        fields.entries.shrink_to_fit();
        fields
    }
}

impl Written {
    fn read(reader: &mut Reader<'_>, spec: &FieldSpec, node: &Node) -> Option<Self> {
        match &spec.shape {
            Shape::Text => reader.text(node).map(Self::Text),
            Shape::TextOrTrue => text_or_true(reader, node).map(Self::Text),
            Shape::Value(shape) => value(reader, node, shape).map(Self::Text),
            Shape::TextOrList(most) => text_or_list(reader, node, *most),
            Shape::Texts(most) => reader.texts(node, *most).map(Self::Texts),
            Shape::TextList(most) => {
                reader.list(node, "a list of texts", *most, Reader::text).map(Self::Texts)
            }
            Shape::Pairs => pairs::read(reader, node).map(Self::Pairs),
            Shape::Addresses => pairs::read_addresses(reader, node).map(Self::Pairs),
            Shape::Json => JsonTemplate::read(reader, node).map(Self::Json),
            Shape::JsonObject => json_object(reader, node).map(Self::Json),
            Shape::Table(table) => Fields::read(reader, node, table, node.place).map(Self::Fields),
            Shape::Tables(table, most) => {
                let item =
                    |reader: &mut Reader<'_>, node: &Node| Fields::read(reader, node, table, node.place);
                reader.list(node, &format!("a list of {}", plural(table)), *most, item).map(Self::List)
            }
            // These belong to tests and files, which are read by hand.
            Shape::Tests(_) | Shape::Assertions | Shape::Variables | Shape::Extractions => None,
        }
    }
}

/// A text, or `true`, which is the empty text.
fn text_or_true(reader: &mut Reader<'_>, node: &Node) -> Option<Text> {
    match node.scalar() {
        Some(scalar) if scalar.plain && scalar.text == "true" => Some(reader.key(node, "")),
        Some(scalar) if scalar.plain && scalar.text == "false" => {
            reader.unexpected(node, "text, or true");
            None
        }
        _ => reader.text(node),
    }
}

/// A text, or a list of texts that is not empty.
fn text_or_list(reader: &mut Reader<'_>, node: &Node, most: usize) -> Option<Written> {
    match &node.kind {
        Kind::Scalar(_) => reader.text(node).map(Written::Text),
        Kind::Sequence(items) if items.is_empty() => {
            let diagnostic = reader.error(node.place, "a list of values must not be empty");
            reader.report(diagnostic);
            None
        }
        Kind::Sequence(items) => {
            let texts = reader.texts(node, most)?;
            (texts.len() == items.len()).then_some(Written::Texts(texts))
        }
        _ => {
            reader.unexpected(node, "text or a list of texts");
            None
        }
    }
}

/// A value, checked unless a template hides it.
fn value(reader: &mut Reader<'_>, node: &Node, shape: &ValueShape) -> Option<Text> {
    let Some(scalar) = node.scalar() else {
        reader.unexpected(node, &(shape.expected)());
        return None;
    };
    let text = reader.text(node)?;
    let Some(literal) = text.literal() else { return Some(text) };
    // A brace that was escaped is not part of any value.
    debug_assert!(literal == scalar.text || scalar.text.contains("{{"), "{literal}");
    match (shape.check)(literal) {
        Ok(()) => Some(text),
        Err(bad) => {
            reader.bad_value(node.place, bad);
            None
        }
    }
}

fn json_object(reader: &mut Reader<'_>, node: &Node) -> Option<JsonTemplate> {
    let json = JsonTemplate::read(reader, node)?;
    if !matches!(json, JsonTemplate::Object(_)) {
        reader.unexpected(node, "a mapping of names to values");
        return None;
    }
    Some(json)
}

/// What a list of such mappings has: `steps` for `a step`.
fn plural(table: &Table) -> String {
    let name = table.title.trim_start_matches("a ").trim_start_matches("an ");
    format!("{name}s")
}
