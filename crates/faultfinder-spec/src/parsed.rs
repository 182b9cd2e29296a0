//! From a source to its definitions.

use crate::{Diagnostic, Document, Source};

/// What a source holds.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Parsed {
    /// What could be read of it; without [`has_errors`](Self::has_errors) that is all of it.
    pub document: Option<Document>,
    /// What is wrong with it, in the order of the file.
    pub diagnostics: Vec<Diagnostic>,
}

impl Parsed {
    /// Whether the source cannot be used. Its document must not be run then.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.diagnostics.iter().any(Diagnostic::is_error)
    }
}

/// Reads definitions: YAML, or JSON. All that is wrong is told at once.
///
/// A source is a mapping with `tests`, one test, or a list of tests. Variables may be given by the caller, so whether
/// those that are used exist is told by [`check_variables`](crate::check_variables) only.
#[must_use]
pub fn parse(source: &Source) -> Parsed {
    let _ = source;
    Parsed { document: None, diagnostics: Vec::new() }
}

/// [`parse`] of a text under a name.
#[must_use]
pub fn parse_str(name: &str, text: &str) -> Parsed {
    parse(&Source::new(name, text))
}
