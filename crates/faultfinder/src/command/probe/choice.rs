//! The options of a protocol's command, one per field: made from the tables of fields and the rows of exceptions.

use super::field::{self, Field};
use super::row::Source;
use super::syntax::Syntax;
use faultfinder_spec::fields::Table;
use faultfinder_taxonomy::Protocol;

/// An option that sets a field.
#[derive(Debug, Clone)]
pub(super) struct Choice {
    /// Its long name.
    pub(super) name: String,
    pub(super) field: Field,
    pub(super) syntax: Syntax,
    /// Other options that it needs.
    pub(super) requires: Vec<String>,
    /// Other options of which it needs one.
    pub(super) requires_one_of: Vec<String>,
    /// Other options that it cannot be combined with.
    pub(super) conflicts: Vec<String>,
}

/// The options of a protocol's command.
pub(super) fn all(protocol: Protocol) -> Vec<Choice> {
    let fields = field::all(protocol);
    let mut choices: Vec<Choice> = fields.iter().filter_map(|field| choice(field, &fields)).collect();
    let setters = Setters { choices: choices.clone(), fields };
    for choice in &mut choices {
        setters.complete(choice);
    }
    choices
}

/// The option of a field, if it has one of its own.
fn choice(field: &Field, fields: &[Field]) -> Option<Choice> {
    let syntax = match field.row.source {
        Source::Form(syntax) => syntax,
        Source::Shape => Syntax::of(&field.spec.shape)?,
        Source::Target | Source::Other(_) | Source::Nothing(_) => return None,
    };
    if set_by_mapping(field, fields).is_some() {
        return None;
    }
    Some(Choice {
        name: name(field, syntax),
        field: field.clone(),
        syntax,
        requires: field.row.requires.iter().map(|&name| name.to_owned()).collect(),
        requires_one_of: Vec::new(),
        conflicts: Vec::new(),
    })
}

/// The mapping around a field, if the mapping's own option sets it.
fn set_by_mapping<'f>(field: &Field, fields: &'f [Field]) -> Option<&'f Field> {
    let mapping = fields.iter().find(|other| other.path == field.parent())?;
    let Source::Form(syntax) = mapping.row.source else { return None };
    syntax.sets().contains(&field.spec.name).then_some(mapping)
}

/// `tls.min_version` is `min-version`, `proxy.headers` is `proxy-header`.
fn name(field: &Field, syntax: Syntax) -> String {
    if let Some(name) = field.row.option {
        return name.to_owned();
    }
    let mut segments: Vec<&str> = field.path.split('.').collect();
    if segments.len() > 1 {
        // The protocol, or `retry`: its fields have rows.
        segments.remove(0);
    }
    if segments.len() > 1 && segments.first().is_some_and(|first| ["tls", "auth"].contains(first)) {
        segments.remove(0);
    }
    let name = segments.join("-").replace('_', "-");
    match name.strip_suffix('s') {
        Some(singular) if syntax.is_repeatable() => singular.to_owned(),
        _ => name,
    }
}

/// What sets each field.
struct Setters {
    choices: Vec<Choice>,
    fields: Vec<Field>,
}

impl Setters {
    /// The option that sets a field.
    fn of(&self, field: &Field) -> Option<&str> {
        if let Source::Other(path) = field.row.source {
            return self.own(path);
        }
        self.own(&field.path).or_else(|| self.own(&set_by_mapping(field, &self.fields)?.path))
    }

    /// The option of a field's own.
    fn own(&self, path: &str) -> Option<&str> {
        self.choices.iter().find(|choice| choice.field.path == path).map(|choice| choice.name.as_str())
    }

    /// Adds what the format says: fields that must be there, and fields that exclude each other.
    fn complete(&self, choice: &mut Choice) {
        let mut path = choice.field.path.as_str();
        let mut requires = Vec::new();
        let mut one_of = Vec::new();
        // The mapping that the option makes, then those around it; the request itself is complete by TARGET.
        while path.contains('.') {
            if let Some(table) = self.inside(path) {
                requires.extend(self.required(path, table));
                one_of.extend(self.alternatives(path, table, &choice.field.path));
            }
            path = path.rsplit_once('.').map_or("", |(parent, _)| parent);
        }
        choice.requires.extend(requires);
        choice.requires.retain(|name| *name != choice.name);
        choice.requires.sort();
        choice.requires.dedup();
        choice.requires_one_of = one_of;
        choice.conflicts = self.conflicts(choice);
    }

    /// The fields of a mapping below the request.
    fn inside(&self, path: &str) -> Option<&'static Table> {
        self.fields.iter().find(|field| field.parent() == path).map(|field| field.table)
    }

    /// The options of a mapping's required fields.
    fn required(&self, path: &str, table: &'static Table) -> Vec<String> {
        let required = table.fields().filter(|spec| spec.required);
        let fields = required.filter_map(|spec| self.field(&format!("{path}.{}", spec.name)));
        fields
            .filter(|field| field.row.otherwise.is_none())
            .filter_map(|field| self.of(field))
            .map(ToOwned::to_owned)
            .collect()
    }

    /// The options of the fields of which a mapping needs one, for an option of another of its fields.
    fn alternatives(&self, path: &str, table: &'static Table, own: &str) -> Vec<String> {
        let among = |name: &&str| {
            let field = format!("{path}.{name}");
            own == field || own.starts_with(&format!("{field}."))
        };
        if own == path || table.one_of.iter().any(among) {
            return Vec::new();
        }
        let fields = table.one_of.iter().filter_map(|name| self.own(&format!("{path}.{name}")));
        fields.map(ToOwned::to_owned).collect()
    }

    fn field(&self, path: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.path == path)
    }

    /// The options of fields that the format does not allow together with an option's own.
    fn conflicts(&self, choice: &Choice) -> Vec<String> {
        let mut conflicts = Vec::new();
        let mut path = choice.field.path.as_str();
        while let Some((parent, name)) = path.rsplit_once('.') {
            if let Some(table) = self.field(path).map(|field| field.table) {
                let sets = [table.one_of, table.at_most_one_of].into_iter().filter(|set| set.contains(&name));
                for other in sets.flatten().filter(|other| **other != name) {
                    let other = format!("{parent}.{other}");
                    if !self.are_linked(path, &other) {
                        conflicts.extend(self.below(&other).map(|choice| choice.name.clone()));
                    }
                }
            }
            path = parent;
        }
        conflicts
    }

    /// Whether an option of one mapping sets fields of the other.
    fn are_linked(&self, one: &str, other: &str) -> bool {
        let sets = |from: &str, into: &str| {
            self.fields
                .iter()
                .filter(|field| is_below(&field.path, into))
                .any(|field| matches!(field.row.source, Source::Other(source) if is_below(source, from)))
        };
        sets(one, other) || sets(other, one)
    }

    fn below(&self, path: &str) -> impl Iterator<Item = &Choice> {
        self.choices.iter().filter(move |choice| is_below(&choice.field.path, path))
    }
}

/// Whether a field is another one, or inside it.
pub(super) fn is_below(path: &str, other: &str) -> bool {
    path.strip_prefix(other).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}
