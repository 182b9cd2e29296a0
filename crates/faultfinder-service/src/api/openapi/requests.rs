//! Bodies of requests as the document describes them.
//!
//! What comes is read by hand ([`Fields`](super::super::body::Fields)), so that all problems are reported at once;
//! these types document the same for others, and are never constructed.

#![expect(dead_code, reason = "they describe; nobody makes one")]

use super::schemas::{self, Definition};
use crate::timestamp::Timestamp;
use crate::token::Scope;
use serde_json::{Value, json};
use utoipa::ToSchema;

/// A body with a definition.
fn example() -> Value {
    json!({ "definition": schemas::definition() })
}

/// A body with a definition that replaces the first one.
fn replacement() -> Value {
    json!({ "version": 1, "definition": schemas::definition(), "paused": false })
}

/// A test to keep.
#[derive(Debug, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(examples(example))]
pub(crate) struct NewTest {
    /// A definition with one test.
    definition: Definition,
    /// Whether it does not run at its interval for now; if it is not given, as the definition says, or false.
    #[schema(nullable = false)]
    paused: Option<bool>,
}

/// A test that replaces another.
#[derive(Debug, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(examples(replacement))]
pub(crate) struct Replacement {
    /// The version that is replaced: the current one, or nothing is.
    #[schema(minimum = 1, maximum = 9223372036854775807_i64)]
    version: i64,
    /// A definition with one test.
    definition: Definition,
    /// Whether it does not run at its interval for now; if it is not given, as the definition says, or false.
    #[schema(nullable = false)]
    paused: Option<bool>,
}

/// Tests to run now, without keeping them.
#[derive(Debug, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(examples(example))]
pub(crate) struct Runnable {
    /// A definition with at least one test and at most ten.
    definition: Definition,
    /// Location; default this location.
    #[schema(nullable = false, examples("local"))]
    location: Option<String>,
}

/// A definition to look at.
#[derive(Debug, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(examples(example))]
pub(crate) struct OneDefinition {
    /// A definition. Whatever it is: what is wrong with it is the answer.
    #[schema(required)]
    definition: Value,
}

/// A token to make.
#[derive(Debug, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(examples(json!({ "name": "a dashboard", "scopes": ["tests:read", "results:read"] })))]
pub(crate) struct NewToken {
    /// What people call it.
    #[schema(min_length = 1, max_length = 200)]
    name: String,
    /// What it may do.
    #[schema(min_items = 1)]
    scopes: Vec<Scope>,
    /// From when on it is refused, in the future; never if it is not given.
    expires_at: Option<Timestamp>,
}

/// What a job reports.
#[derive(Debug, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(examples(json!({ "exitCode": 3, "output": "no space left on device" })))]
pub(crate) struct NewReport {
    /// `start` when it begins, `end` when it has ended, `fail` when it has failed; `end` if it is not given.
    #[schema(nullable = false, value_type = Option<String>, pattern = "^(start|end|fail)$")]
    event: Option<String>,
    /// Its exit code: 0 if all is well.
    #[schema(nullable = false, minimum = 0, maximum = 255)]
    exit_code: Option<i64>,
    /// What it has written; of what is longer than 10,000 bytes, the end is kept.
    #[schema(nullable = false)]
    output: Option<String>,
}

/// A silence to begin.
#[derive(Debug, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(examples(json!({
    "tags": ["shop"], "startsAt": "2098-12-31T00:00:00Z", "endsAt": "2099-01-01T00:00:00Z", "comment": "the database moves"
})))]
pub(crate) struct NewSilence {
    /// The ids of the tests that it concerns; with neither tests nor tags, all.
    #[schema(nullable = false, max_items = 100)]
    tests: Option<Vec<String>>,
    /// Tags: it also concerns each test that has all of them.
    #[schema(nullable = false, max_items = 20)]
    tags: Option<Vec<String>>,
    /// When it begins; now if it is not given.
    #[schema(nullable = false)]
    starts_at: Option<Timestamp>,
    /// When it ends, at most 400 days after its beginning.
    ends_at: Timestamp,
    /// Whether failures do not count either; false if it is not given.
    #[schema(nullable = false)]
    is_maintenance: Option<bool>,
    /// Why, for people.
    #[schema(nullable = false, max_length = 1000)]
    comment: Option<String>,
}
