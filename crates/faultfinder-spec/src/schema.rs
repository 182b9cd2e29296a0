//! The JSON Schema of the native format, so that editors complete it.

use serde_json::{Value, json};

/// JSON Schema (draft 2020-12) of the native format.
#[must_use]
pub fn schema() -> Value {
    json!({})
}
