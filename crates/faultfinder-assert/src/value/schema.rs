//! JSON Schemas: as text, or the file that holds one.

use super::{Value, Written};
use crate::AssertionError;
use crate::cursor::unquote;
use crate::error::{Piece, Span};
use crate::schema::JsonSchema;

/// A file that holds a JSON Schema.
#[derive(Debug, Clone)]
pub(crate) struct SchemaFile {
    pub(crate) path: String,
    piece: Piece,
    offset: usize,
    length: usize,
}

impl SchemaFile {
    /// Makes a mistake that is about the file.
    pub(crate) fn error(&self, message: impl Into<String>) -> AssertionError {
        let error = AssertionError::new(Span::whole(self.piece, ""), message);
        AssertionError { offset: self.offset, length: self.length, ..error }
    }

    /// Compiles the text of the file.
    pub(crate) fn compile(&self, text: &str) -> Result<Value, AssertionError> {
        let compiled = JsonSchema::compile(text, Span::whole(self.piece, ""));
        compiled.map(Value::Schema).map_err(|error| self.error(error.message))
    }
}

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
