//! What is wrong with a text, and where.

use super::DEPTH_MAX;
use crate::Place;
use saphyr_parser::Span;

/// Why a text is not a tree, or a part of it is not.
#[derive(Debug)]
pub(crate) struct Flaw {
    pub(crate) place: Place,
    pub(crate) message: String,
    pub(crate) help: Option<String>,
}

impl Flaw {
    pub(super) fn new(place: Place, message: impl Into<String>) -> Self {
        Self { place, message: message.into(), help: None }
    }

    pub(super) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

/// White space in the indentation of a line that YAML takes for text.
pub(super) fn odd_indentation(place: Place, space: char) -> Flaw {
    let what = if space == '\u{a0}' { "a no-break space" } else { "white space" };
    let message = format!("this line begins with {what} (U+{:04X}), which does not indent", u32::from(space));
    Flaw::new(place, message).help("indent with spaces")
}

pub(super) fn too_deep(place: Place) -> Flaw {
    Flaw::new(place, format!("lists and mappings are nested at most {DEPTH_MAX} deep"))
}

pub(super) fn place(span: Span) -> Place {
    let number = |value: usize| u32::try_from(value).unwrap_or(u32::MAX);
    let length = if span.end.line() == span.start.line() {
        span.end.col().saturating_sub(span.start.col())
    } else {
        1
    };
    Place {
        line: number(span.start.line()).max(1),
        column: number(span.start.col()).saturating_add(1),
        length: number(length).max(1),
    }
}
