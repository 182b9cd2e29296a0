//! The fields of a mapping of another tool, read one after the other.

use super::build::Conversion;
use crate::yaml::{Kind, Node};
use faultfinder_taxonomy::word::nearest;
use std::rc::Rc;

/// A mapping, or nothing where it was left out. What nobody asks for is reported by [`Section::finish`].
pub(super) struct Section<'n> {
    node: Option<&'n Node>,
    /// What it is called in messages: `http`.
    name: &'n str,
    asked: Vec<&'static str>,
    /// What was reported as misspelled.
    misspelled: Vec<&'n str>,
}

impl<'n> Section<'n> {
    /// The fields of a node, if there is one.
    pub(super) fn open(
        conversion: &mut Conversion<'_, '_, '_>,
        node: Option<&'n Rc<Node>>,
        name: &'n str,
    ) -> Self {
        match node {
            Some(node) => Self::of(conversion, node, name),
            None => Self { node: None, name, asked: Vec::new(), misspelled: Vec::new() },
        }
    }

    /// The fields of a node; a node that is nothing has none, and one that is not a mapping is an error.
    pub(super) fn of(conversion: &mut Conversion<'_, '_, '_>, node: &'n Node, name: &'n str) -> Self {
        let is_mapping = matches!(node.kind, Kind::Mapping(_));
        if !is_mapping && !is_nothing(node) {
            conversion.reader.unexpected(node, &format!("a mapping for {}", titled(name)));
        }
        Self { node: is_mapping.then_some(node), name, asked: Vec::new(), misspelled: Vec::new() }
    }

    /// A field that is not nothing.
    pub(super) fn get(&mut self, field: &'static str) -> Option<&'n Rc<Node>> {
        self.asked.push(field);
        self.node?.get(field).filter(|node| !is_nothing(node))
    }

    /// Whether a field is written, whatever its value is.
    pub(super) fn has(&self, field: &str) -> bool {
        self.node.is_some_and(|node| node.get(field).is_some())
    }

    /// The name of a field, if it has a value that is not nothing and not the empty text.
    pub(super) fn given(&self, field: &str) -> Option<&'n Rc<Node>> {
        let Kind::Mapping(entries) = &self.node?.kind else { return None };
        let is_given = |value: &Node| match &value.kind {
            Kind::Scalar(scalar) => !scalar.is_null() && !scalar.text.is_empty(),
            Kind::Sequence(_) | Kind::Mapping(_) => true,
        };
        let entry = entries.iter().find(|(key, _)| key.scalar().is_some_and(|key| key.text == field));
        entry.filter(|(_, value)| is_given(value)).map(|(key, _)| key)
    }

    /// A field that is text (or a number, or a truth value) that is not empty.
    pub(super) fn text(
        &mut self,
        conversion: &mut Conversion<'_, '_, '_>,
        field: &'static str,
    ) -> Option<(&'n Rc<Node>, &'n str)> {
        let node = self.get(field)?;
        let Some(scalar) = node.scalar() else {
            conversion.reader.unexpected(node, &format!("text for `{field}`"));
            return None;
        };
        (!scalar.text.is_empty()).then_some((node, scalar.text.as_str()))
    }

    /// A field that is true or false, as YAML 1.1 and 1.2 write that.
    pub(super) fn flag(
        &mut self,
        conversion: &mut Conversion<'_, '_, '_>,
        field: &'static str,
    ) -> Option<(&'n Rc<Node>, bool)> {
        let node = self.get(field)?;
        let text = node.scalar().map(|scalar| scalar.text.to_ascii_lowercase());
        match text.as_deref() {
            Some("true" | "yes" | "on" | "y") => Some((node, true)),
            Some("false" | "no" | "off" | "n") => Some((node, false)),
            _ => {
                conversion.reader.unexpected(node, &format!("true or false for `{field}`"));
                None
            }
        }
    }

    /// The items of a field that is a list; a text alone is a list of one.
    pub(super) fn items(
        &mut self,
        conversion: &mut Conversion<'_, '_, '_>,
        field: &'static str,
    ) -> &'n [Rc<Node>] {
        let Some(node) = self.get(field) else { return &[] };
        match &node.kind {
            Kind::Sequence(items) => items,
            Kind::Scalar(_) => std::slice::from_ref(node),
            Kind::Mapping(_) => {
                conversion.reader.unexpected(node, &format!("a list for `{field}`"));
                &[]
            }
        }
    }

    /// The items of a field that is a list of texts.
    pub(super) fn texts(
        &mut self,
        conversion: &mut Conversion<'_, '_, '_>,
        field: &'static str,
    ) -> Vec<(&'n Rc<Node>, &'n str)> {
        let items = self.items(conversion, field);
        items.iter().filter_map(|item| Some((item, text_of(conversion, item, field)?))).collect()
    }

    /// The names and values of a field that is a mapping.
    pub(super) fn pairs(
        &mut self,
        conversion: &mut Conversion<'_, '_, '_>,
        field: &'static str,
    ) -> Vec<(&'n str, &'n Rc<Node>)> {
        let Some(node) = self.get(field) else { return Vec::new() };
        let Kind::Mapping(entries) = &node.kind else {
            conversion.reader.unexpected(node, &format!("a mapping of names and values for `{field}`"));
            return Vec::new();
        };
        entries.iter().filter_map(|(key, value)| Some((key.scalar()?.text.as_str(), value))).collect()
    }

    /// Reports a field that must be there and is not: at a name that was probably meant, or at the mapping.
    pub(super) fn missing(
        &mut self,
        conversion: &mut Conversion<'_, '_, '_>,
        field: &'static str,
        message: &str,
        help: &str,
    ) {
        let Some(node) = self.node else { return };
        let names = self.entries().iter().filter_map(|(key, _)| Some((key, key.scalar()?.text.as_str())));
        let meant = names.filter(|(_, name)| !self.asked.contains(name)).find(|(_, name)| {
            nearest(name, self.asked.iter().copied().chain([field])).is_some_and(|meant| meant == field)
        });
        if let Some((key, name)) = meant {
            self.misspelled.push(name);
            let message = format!("unknown field {} of {}", crate::text::quoted(name), titled(self.name));
            conversion.error(key, message, &format!("did you mean `{field}`?"));
        } else {
            conversion.error(node, message, help);
        }
    }

    /// The names of its fields, and their values.
    fn entries(&self) -> &'n [(Rc<Node>, Rc<Node>)] {
        match self.node.map(|node| &node.kind) {
            Some(Kind::Mapping(entries)) => entries,
            _ => &[],
        }
    }

    /// Passes over fields that mean nothing to a run.
    pub(super) fn skip(&mut self, fields: &[&'static str]) {
        self.asked.extend(fields);
    }

    /// Warns of fields that are set and cannot be followed, each with what it would have done.
    pub(super) fn left_out(
        &mut self,
        conversion: &mut Conversion<'_, '_, '_>,
        rows: &[(&'static str, &str)],
    ) {
        for (field, effect) in rows {
            if let Some(node) = self.get(field)
                && !is_off(node)
            {
                conversion.warn(node, format!("`{field}` of {} is left out: {effect}", titled(self.name)));
            }
        }
    }

    /// Warns of what nobody has asked for.
    pub(super) fn finish(self, conversion: &mut Conversion<'_, '_, '_>) {
        self.finish_where(conversion, |_| true);
    }

    /// The same for a tool that writes all fields that it knows: what is empty or switches nothing on is passed over.
    pub(super) fn finish_set(self, conversion: &mut Conversion<'_, '_, '_>) {
        self.finish_where(conversion, |value| !is_nothing(value) && !is_off(value));
    }

    fn finish_where(self, conversion: &mut Conversion<'_, '_, '_>, counts: impl Fn(&Node) -> bool) {
        for (key, value) in self.entries() {
            let name = key.scalar().map_or("", |key| key.text.as_str());
            if self.asked.contains(&name) || self.misspelled.contains(&name) || !counts(value) {
                continue;
            }
            let meant = nearest(name, self.asked.iter().copied());
            let hint = meant.map_or_else(String::new, |meant| format!("; did you mean `{meant}`?"));
            let name = crate::text::quoted(name);
            conversion.warn(key, format!("unknown field {name} of {} is left out{hint}", titled(self.name)));
        }
    }
}

/// A name in backquotes; what is in words, such as `an endpoint`, as it is.
fn titled(name: &str) -> String {
    if name.starts_with("an ") || name.starts_with("a ") { name.to_owned() } else { format!("`{name}`") }
}

/// The text of an item.
pub(super) fn text_of<'n>(
    conversion: &mut Conversion<'_, '_, '_>,
    node: &'n Rc<Node>,
    field: &str,
) -> Option<&'n str> {
    match &node.kind {
        Kind::Scalar(scalar) if !scalar.is_null() => Some(&scalar.text),
        _ => {
            conversion.reader.unexpected(node, &format!("text for `{field}`"));
            None
        }
    }
}

/// Whether a node is YAML's null.
pub(super) fn is_nothing(node: &Node) -> bool {
    matches!(&node.kind, Kind::Scalar(scalar) if scalar.is_null())
}

/// Whether a value switches nothing on: false, zero, empty.
fn is_off(node: &Node) -> bool {
    match &node.kind {
        Kind::Scalar(scalar) => matches!(scalar.text.as_str(), "" | "false" | "0"),
        Kind::Sequence(items) => items.is_empty(),
        Kind::Mapping(entries) => entries.is_empty(),
    }
}
