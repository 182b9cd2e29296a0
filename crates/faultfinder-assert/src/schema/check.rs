//! Whether the keywords of a schema have the form that the standard asks for. A validation skips those that do not, so that a
//! mistake would accept everything.

use crate::error::quoted;
use faultfinder_taxonomy::word::nearest;
use serde_json::{Map, Value};

/// The types that a schema can ask for.
const TYPES: [&str; 7] = ["array", "boolean", "integer", "null", "number", "object", "string"];

/// Most remarks on one schema.
const NOTES_MAX: usize = 5;

/// Fewest letters of a keyword that an unknown one can be a misspelling of: shorter ones are near too much.
const LETTERS_MIN: usize = 4;

/// What is not a keyword of the standard, and near one.
const OTHERS: [&str; 2] = ["example", "definition"];

/// The form of a keyword's value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    /// Nothing that a validation depends on.
    Any,
    Text,
    Texts,
    Number,
    /// A number above zero.
    Positive,
    /// A whole number that is not negative.
    Count,
    Flag,
    Type,
    List,
    Schema,
    /// A list of schemas, with at least one.
    Schemas,
    /// A schema, or a list of them as in older drafts.
    Items,
    /// Schemas by names.
    Members,
    /// Lists of names by names.
    Names,
    /// Schemas or lists of names by names.
    Dependencies,
}

impl Form {
    /// What it is called.
    const fn words(self) -> &'static str {
        match self {
            Self::Any => "anything",
            Self::Text => "a text",
            Self::Texts => "a list of texts",
            Self::Number => "a number",
            Self::Positive => "a number above 0",
            Self::Count => "a whole number from 0 on",
            Self::Flag => "true or false",
            Self::Type => "a type or a list of types",
            Self::List => "a list",
            Self::Schema => "a schema: an object, true or false",
            Self::Schemas => "a list of schemas with at least one",
            Self::Items => "a schema or a list of schemas",
            Self::Members => "an object whose members are schemas",
            Self::Names => "an object whose members are lists of texts",
            Self::Dependencies => "an object whose members are schemas or lists of texts",
        }
    }

    /// Whether a value has it, as far as that does not depend on the schemas inside.
    fn fits(self, value: &Value) -> bool {
        match self {
            Self::Any => true,
            Self::Text => value.is_string(),
            Self::Texts => are_texts(value),
            Self::Number => value.is_number(),
            Self::Positive => value.as_f64().is_some_and(|number| number > 0.0),
            Self::Count => value.as_f64().is_some_and(|number| number >= 0.0 && number.fract() == 0.0),
            Self::Flag => value.is_boolean(),
            Self::Type => value.is_string() || (are_texts(value) && !is_empty(value)),
            Self::List => value.is_array(),
            Self::Schema => is_schema(value),
            Self::Schemas => are_schemas(value) && !is_empty(value),
            Self::Items => is_schema(value) || are_schemas(value),
            Self::Members => each_member(value, is_schema),
            Self::Names => each_member(value, are_texts),
            Self::Dependencies => each_member(value, |member| is_schema(member) || are_texts(member)),
        }
    }

    /// Whether there are schemas in it.
    const fn has_schemas(self) -> bool {
        matches!(self, Self::Schema | Self::Schemas | Self::Items | Self::Members | Self::Dependencies)
    }
}

fn is_schema(value: &Value) -> bool {
    matches!(value, Value::Object(_) | Value::Bool(_))
}

fn are_schemas(value: &Value) -> bool {
    value.as_array().is_some_and(|items| items.iter().all(is_schema))
}

fn are_texts(value: &Value) -> bool {
    value.as_array().is_some_and(|items| items.iter().all(Value::is_string))
}

fn is_empty(value: &Value) -> bool {
    value.as_array().is_some_and(Vec::is_empty)
}

fn each_member(value: &Value, fits: impl Fn(&Value) -> bool) -> bool {
    value.as_object().is_some_and(|members| members.values().all(fits))
}

/// The keywords of all supported versions.
const KEYWORDS: &[(&str, Form)] = &[
    ("$schema", Form::Text),
    ("$id", Form::Text),
    ("$ref", Form::Text),
    ("$dynamicRef", Form::Text),
    ("$recursiveRef", Form::Text),
    ("$anchor", Form::Text),
    ("$dynamicAnchor", Form::Text),
    ("$recursiveAnchor", Form::Any),
    ("$vocabulary", Form::Any),
    ("$comment", Form::Any),
    ("$defs", Form::Members),
    ("definitions", Form::Members),
    ("type", Form::Type),
    ("enum", Form::List),
    ("const", Form::Any),
    ("multipleOf", Form::Positive),
    ("minimum", Form::Number),
    ("maximum", Form::Number),
    ("exclusiveMinimum", Form::Number),
    ("exclusiveMaximum", Form::Number),
    ("minLength", Form::Count),
    ("maxLength", Form::Count),
    ("pattern", Form::Text),
    ("format", Form::Any),
    ("items", Form::Items),
    ("prefixItems", Form::Schemas),
    ("additionalItems", Form::Schema),
    ("unevaluatedItems", Form::Schema),
    ("contains", Form::Schema),
    ("minContains", Form::Count),
    ("maxContains", Form::Count),
    ("minItems", Form::Count),
    ("maxItems", Form::Count),
    ("uniqueItems", Form::Flag),
    ("properties", Form::Members),
    ("patternProperties", Form::Members),
    ("additionalProperties", Form::Schema),
    ("unevaluatedProperties", Form::Schema),
    ("propertyNames", Form::Schema),
    ("required", Form::Texts),
    ("minProperties", Form::Count),
    ("maxProperties", Form::Count),
    ("dependencies", Form::Dependencies),
    ("dependentRequired", Form::Names),
    ("dependentSchemas", Form::Members),
    ("allOf", Form::Schemas),
    ("anyOf", Form::Schemas),
    ("oneOf", Form::Schemas),
    ("not", Form::Schema),
    ("if", Form::Schema),
    ("then", Form::Schema),
    ("else", Form::Schema),
    ("title", Form::Any),
    ("description", Form::Any),
    ("default", Form::Any),
    ("examples", Form::Any),
    ("readOnly", Form::Any),
    ("writeOnly", Form::Any),
    ("deprecated", Form::Any),
    ("contentEncoding", Form::Any),
    ("contentMediaType", Form::Any),
    ("contentSchema", Form::Any),
];

/// What is probably not meant, and what is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Note {
    pub(crate) message: String,
    pub(crate) expected: String,
}

/// Looks for keywords whose values have the wrong form; yields what is not a keyword, and near one.
pub(super) fn check(root: &Value) -> Result<Vec<Note>, String> {
    let mut notes = Vec::new();
    schema(root, "#", &mut notes)?;
    Ok(notes)
}

fn schema(value: &Value, place: &str, notes: &mut Vec<Note>) -> Result<(), String> {
    let Value::Object(members) = value else { return Ok(()) };
    for (name, value) in members {
        match KEYWORDS.iter().find(|(keyword, _)| keyword == name) {
            Some((keyword, form)) => known(keyword, *form, value, place, notes)?,
            None => notes.extend(unknown(name, place).filter(|_| notes.len() < NOTES_MAX)),
        }
    }
    Ok(())
}

fn known(keyword: &str, form: Form, value: &Value, place: &str, notes: &mut Vec<Note>) -> Result<(), String> {
    if !form.fits(value) {
        let found = quoted(&value.to_string());
        return Err(format!("`{keyword}` at {place} is {found}, and must be {}", form.words()));
    }
    if form == Form::Type {
        return types(value, place);
    }
    if !form.has_schemas() {
        return Ok(());
    }
    let place = format!("{place}/{keyword}");
    match (form, value) {
        (Form::Members | Form::Dependencies, Value::Object(schemas)) => inside(schemas, &place, notes),
        (_, Value::Array(schemas)) => {
            let mut schemas = schemas.iter().enumerate();
            schemas.try_for_each(|(at, value)| schema(value, &format!("{place}/{at}"), notes))
        }
        (_, value) => schema(value, &place, notes),
    }
}

/// Schemas by names.
fn inside(schemas: &Map<String, Value>, place: &str, notes: &mut Vec<Note>) -> Result<(), String> {
    schemas.iter().try_for_each(|(name, value)| schema(value, &format!("{place}/{name}"), notes))
}

fn types(value: &Value, place: &str) -> Result<(), String> {
    let names = value.as_array().map_or_else(|| vec![value], |names| names.iter().collect());
    let Some(name) = names.into_iter().filter_map(Value::as_str).find(|name| !TYPES.contains(name)) else {
        return Ok(());
    };
    let meant = nearest(name, TYPES).map(|meant| format!("; did you mean `{meant}`?")).unwrap_or_default();
    Err(format!("`type` at {place} is never {}{meant}; the types are {}", quoted(name), TYPES.join(", ")))
}

/// A keyword that the standard does not know checks nothing.
fn unknown(name: &str, place: &str) -> Option<Note> {
    if OTHERS.contains(&name) || name.starts_with("x-") {
        return None;
    }
    let words = KEYWORDS.iter().map(|(keyword, _)| *keyword).filter(|word| word.len() >= LETTERS_MIN);
    let meant = nearest(name, words)?;
    Some(Note {
        message: format!(
            "the JSON Schema has an unknown keyword {} at {place}, which checks nothing",
            quoted(name)
        ),
        expected: format!("`{meant}`, if that is meant"),
    })
}
