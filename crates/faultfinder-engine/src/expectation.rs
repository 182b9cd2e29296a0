//! Assertions as written -> compiled, with placed mistakes.

use crate::render::Renderer;
use crate::section::Section;
use faultfinder_assert::{Assertion, AssertionError, Piece, from_fields, parse};
use faultfinder_spec::{AssertionSource, Diagnostic, Fields, FromText as _, Place, Source, Text};

/// An assertion of a test: compiled at load, or, when it has templates, once per run.
#[derive(Debug)]
pub(crate) enum Expectation {
    /// Compiled.
    Ready(Box<Assertion>),
    /// As written.
    Templated(AssertionSource),
}

impl Expectation {
    /// How many bytes the program of its regular expression has, as far as it is known at load.
    pub(crate) const fn program_bytes(&self) -> usize {
        match self {
            Self::Ready(assertion) => assertion.program_bytes(),
            Self::Templated(_) => 0,
        }
    }

    /// Compiles what can be compiled at load.
    pub(crate) fn load(written: &AssertionSource, path: String, source: &Source) -> Result<Self, Diagnostic> {
        let compiled = match written {
            AssertionSource::Line(text) => text.literal().map(parse),
            AssertionSource::Fields(fields) => literal_fields(fields),
        };
        match compiled {
            Some(Ok(assertion)) => Ok(Self::Ready(Box::new(assertion))),
            Some(Err(error)) => Err(diagnostic(&error, written, source).at(Some(path))),
            None => Ok(Self::Templated(written.clone())),
        }
    }
}

/// Compiles an assertion with templates for one run; `path` is what it is called in faults. Nothing when that is not
/// possible, which the renderer knows.
pub(crate) fn compile(
    written: &AssertionSource,
    path: &str,
    renderer: &mut Renderer<'_>,
) -> Option<Assertion> {
    let compiled = match written {
        AssertionSource::Line(text) => parse(&renderer.text(path, text)?),
        AssertionSource::Fields(fields) => {
            let mut section = Section::new(renderer, fields, path.to_owned());
            let (value, unit) = (section.text("value"), section.text("unit"));
            let (subject, operator) = (section.text("subject")?, section.text("operator")?);
            from_fields(&subject, &operator, value.as_deref(), unit.as_deref(), section.flag("not"))
        }
    };
    match compiled {
        Ok(assertion) if renderer.admits_program(path, assertion.program_bytes()) => Some(assertion),
        Ok(_) => None,
        Err(error) => {
            renderer.object("invalid_assertion", path, error.to_string());
            None
        }
    }
}

/// Compiles a mapping without templates.
fn literal_fields(fields: &Fields) -> Option<Result<Assertion, AssertionError>> {
    let option = |name: &str| match fields.text(name) {
        None => Some(None),
        Some(text) => text.literal().map(Some),
    };
    let not = option("not")?.is_some_and(|not| bool::from_text(not).unwrap_or(false));
    Some(from_fields(option("subject")??, option("operator")??, option("value")?, option("unit")?, not))
}

/// A mistake at its place in the file.
fn diagnostic(error: &AssertionError, written: &AssertionSource, source: &Source) -> Diagnostic {
    let text = match written {
        AssertionSource::Line(text) => Some(text),
        AssertionSource::Fields(fields) => match error.piece {
            Piece::Subject => fields.text("subject"),
            Piece::Operator => fields.text("operator"),
            Piece::Value => fields.text("value"),
            Piece::Unit => fields.text("unit"),
            Piece::Line => None,
        },
    };
    let place = text.map_or_else(|| written.place(), |text| place_in(text, error, source));
    described(error, place, source).with_name("invalid_assertion")
}

/// A mistake at a place.
pub(crate) fn described(error: &AssertionError, place: Place, source: &Source) -> Diagnostic {
    let mut diagnostic = Diagnostic::error(source, place, error.message.clone());
    if let Some(nearest) = &error.nearest {
        diagnostic = diagnostic.with_label(format!("did you mean `{nearest}`?"));
    }
    if let Some(expected) = &error.expected {
        diagnostic = diagnostic.with_help(format!("expected {expected}"));
    }
    diagnostic
}

/// The place of a stretch of a text in its file: exact where the text is in the file as it is, in quotes or not;
/// else that of the whole text.
fn place_in(text: &Text, error: &AssertionError, source: &Source) -> Place {
    let place = text.place();
    let value = text.as_written();
    let index = |number: u32| usize::try_from(number).unwrap_or(usize::MAX).saturating_sub(1);
    let Some(line) = source.text().split(['\n']).nth(index(place.line)) else { return place };
    let after = |skipped: usize| {
        line.char_indices().nth(index(place.column) + skipped).map(|(at, _)| line.get(at..).unwrap_or(""))
    };
    let quote = usize::from(after(0).is_some_and(|rest| rest.starts_with(['"', '\''])));
    if !after(quote).is_some_and(|rest| rest.starts_with(value)) || value.contains('\n') {
        return place;
    }
    let characters = |text: Option<&str>| u32::try_from(text.unwrap_or("").chars().count()).unwrap_or(0);
    let before = characters(value.get(..error.offset)) + u32::try_from(quote).unwrap_or(0);
    let length = characters(value.get(error.offset..error.offset.saturating_add(error.length)));
    Place { column: place.column.saturating_add(before), length: length.max(1), ..place }
}
