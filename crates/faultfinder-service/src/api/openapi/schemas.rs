//! Schemas of words, moments and definitions.

use crate::store::{Outcome, Period};
use crate::timestamp::Timestamp;
use crate::token::Scope;
use serde_json::{Value, json};
use std::borrow::Cow;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{
    ArrayBuilder, KnownFormat, ObjectBuilder, Ref, Schema, SchemaFormat, SchemaType, Type,
};
use utoipa::{PartialSchema, ToSchema};

/// One of a few words.
fn one_of<'a>(words: impl IntoIterator<Item = &'a str>, about: &str) -> RefOr<Schema> {
    let word = ObjectBuilder::new().schema_type(SchemaType::Type(Type::String));
    word.enum_values(Some(words)).description(Some(about)).into()
}

impl PartialSchema for Timestamp {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(SchemaType::Type(Type::String))
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::DateTime)))
            .description(Some("An RFC 3339 time; responses have it in UTC with milliseconds."))
            .into()
    }
}

impl ToSchema for Timestamp {}

impl PartialSchema for Scope {
    fn schema() -> RefOr<Schema> {
        one_of(
            Self::ALL.iter().map(|scope| scope.as_str()),
            "What a token may do; `admin` allows everything.",
        )
    }
}

impl ToSchema for Scope {}

impl PartialSchema for Outcome {
    fn schema() -> RefOr<Schema> {
        let about = "The result of a run: it passed, the target failed, this host failed, or it did not run.";
        one_of(Self::ALL.iter().map(|outcome| outcome.as_str()), about)
    }
}

impl ToSchema for Outcome {}

impl PartialSchema for Period {
    fn schema() -> RefOr<Schema> {
        one_of(["hour", "day"], "How long a period is, in UTC.")
    }
}

impl ToSchema for Period {}

/// Whether a test runs on its schedule.
#[derive(Debug)]
pub(crate) struct TestStatus;

impl PartialSchema for TestStatus {
    fn schema() -> RefOr<Schema> {
        one_of(["active", "paused"], "Whether a test runs on its schedule.")
    }
}

impl ToSchema for TestStatus {}

/// How a test ended last.
#[derive(Debug)]
pub(crate) struct TestState;

impl PartialSchema for TestState {
    fn schema() -> RefOr<Schema> {
        one_of(
            ["passed", "failed", "error", "unknown"],
            "How a test ended last; `unknown` before its first result.",
        )
    }
}

impl ToSchema for TestState {}

/// The order of a list of tests.
#[derive(Debug)]
pub(crate) struct TestOrder;

impl PartialSchema for TestOrder {
    fn schema() -> RefOr<Schema> {
        let words = ["id", "-id", "name", "-name", "since", "-since"];
        one_of(words, "The order of a list of tests; with `-` it descends.")
    }
}

impl ToSchema for TestOrder {}

/// How many items a page has at most; any number, as one that is too large is clamped.
#[derive(Debug)]
pub(crate) struct PageSize;

impl PartialSchema for PageSize {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new().schema_type(SchemaType::Type(Type::Integer)).minimum(Some(1)).into()
    }
}

impl ToSchema for PageSize {}

/// A definition that can be used: it speaks to nobody but this host.
pub(super) fn definition() -> Value {
    json!({
        "version": 1,
        "tests": [{ "name": "nobody listens", "every": "1h", "tcp": { "host": "127.0.0.1", "port": 1 } }],
    })
}

/// The schema of definitions, as `faultfinder schema` prints it, at its place in the document.
pub(super) fn definition_schema() -> Value {
    let mut schema = faultfinder_engine::definition_schema();
    point_into_document(&mut schema);
    if let Some(schema) = schema.as_object_mut() {
        // The document has one dialect for all of its schemas, which is the same.
        schema.remove("$schema");
        // What is kept is an object.
        if let Some(forms) = schema.get_mut("anyOf").and_then(Value::as_array_mut) {
            forms.retain(|form| form.get("type").is_none_or(|kind| kind != "array"));
        }
        let about = "A definition of tests with the content of a definition file, in JSON. Files and environment \
                     variables are not available.";
        schema.insert("description".to_owned(), json!(about));
        schema.insert("examples".to_owned(), json!([definition()]));
    }
    schema
}

/// Makes the references inside of a schema of its own such of a schema in the document.
fn point_into_document(schema: &mut Value) {
    match schema {
        Value::Object(fields) => {
            if let Some(Value::String(reference)) = fields.get_mut("$ref")
                && let Some(place) = reference.strip_prefix("#/")
            {
                *reference = format!("#/components/schemas/Definition/{place}");
            }
            fields.values_mut().for_each(point_into_document);
        }
        Value::Array(items) => items.iter_mut().for_each(point_into_document),
        _ => {}
    }
}

/// A definition of tests.
#[derive(Debug)]
pub(crate) struct Definition;

impl PartialSchema for Definition {
    /// A place for the [whole](definition_schema), which this builder cannot hold.
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new().into()
    }
}

impl ToSchema for Definition {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("Definition")
    }
}

/// A list of violations, which may be empty.
pub(crate) fn violations() -> RefOr<Schema> {
    ArrayBuilder::new().items(Ref::from_schema_name("ConstraintViolation")).into()
}
