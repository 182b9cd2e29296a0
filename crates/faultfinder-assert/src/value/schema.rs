//! JSON Schemas: as text, or the file that holds one.

use super::expected::{SchemaFile, Value, Written};
use crate::AssertionError;
use crate::cursor::unquote;
use crate::schema::JsonSchema;

/// Reads a schema: an object or a boolean of JSON; anything else is the name of a file.
pub(super) fn read(written: Written<'_>) -> Result<Value, AssertionError> {
    let span = written.text;
    let text = match unquote(span, false).filter(|_| !written.verbatim) {
        Some(read) => read?.0,
        None => span.text.to_owned(),
    };
    let bare = text.trim();
    if bare.starts_with('{') || matches!(bare, "true" | "false") {
        return JsonSchema::compile(bare, span).map(Value::Schema);
    }
    let (piece, offset, length) = (span.piece, span.offset, span.text.len());
    Ok(Value::SchemaFile(SchemaFile { path: bare.to_owned(), piece, offset, length }))
}
