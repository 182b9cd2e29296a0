//! The JSON Schema of definitions: the fields, and the lines of their assertions.

use serde_json::Value;

/// JSON Schema (draft 2020-12) of definition files, for editors. Lines of assertions are known by their subjects and operators.
#[must_use]
pub fn definition_schema() -> Value {
    faultfinder_spec::schema(faultfinder_assert::line_schema())
}
