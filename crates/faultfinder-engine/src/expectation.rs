//! Assertions as written -> compiled, with placed mistakes.

use crate::render::Renderer;
use faultfinder_assert::{Assertion, AssertionError, Piece, from_fields, parse};
use faultfinder_spec::{AssertionFields, AssertionSource, Diagnostic, Place, Source, Text};
use faultfinder_taxonomy::Fault;

/// An assertion of a test: compiled at load, or, when it has templates, once per run.
#[derive(Debug)]
pub(crate) enum Expectation {
    /// Compiled.
    Ready(Box<Assertion>),
    /// As written.
    Templated(AssertionSource),
}

impl Expectation {
    /// Compiles what can be compiled at load.
    pub(crate) fn load(written: &AssertionSource, source: &Source) -> Result<Self, Diagnostic> {
        let compiled = match written {
            AssertionSource::Line(text) => text.literal().map(parse),
            AssertionSource::Fields(fields) => literal_fields(fields),
            _ => None,
        };
        match compiled {
            Some(Ok(assertion)) => Ok(Self::Ready(Box::new(assertion))),
            Some(Err(error)) => Err(diagnostic(&error, written, source)),
            None => Ok(Self::Templated(written.clone())),
        }
    }
}

/// Compiles an assertion with templates for one run.
pub(crate) fn compile(written: &AssertionSource, renderer: &mut Renderer<'_>) -> Result<Assertion, Fault> {
    let compiled = match written {
        AssertionSource::Line(text) => parse(&renderer.text("assert", text)?),
        AssertionSource::Fields(fields) => {
            let subject = renderer.text("assert.subject", &fields.subject)?;
            let operator = renderer.text("assert.operator", &fields.operator)?;
            let mut option =
                |field, text: &Option<Text>| text.as_ref().map(|text| renderer.text(field, text)).transpose();
            let value = option("assert.value", &fields.value)?;
            let unit = option("assert.unit", &fields.unit)?;
            let not = renderer.option("assert.not", &fields.not)?.unwrap_or(false);
            from_fields(&subject, &operator, value.as_deref(), unit.as_deref(), not)
        }
        _ => {
            return Err(renderer.invalid(
                "invalid_assertion",
                "assert",
                written.place(),
                "unknown form of assertion",
            ));
        }
    };
    compiled
        .map_err(|error| renderer.invalid("invalid_assertion", "assert", written.place(), error.to_string()))
}

fn literal_fields(fields: &AssertionFields) -> Option<Result<Assertion, AssertionError>> {
    let option = |text: &Option<Text>| match text {
        None => Some(None),
        Some(text) => text.literal().map(|text| Some(text.to_owned())),
    };
    let (value, unit) = (option(&fields.value)?, option(&fields.unit)?);
    let not = match &fields.not {
        None => false,
        Some(not) => *not.literal()?,
    };
    Some(from_fields(
        fields.subject.literal()?,
        fields.operator.literal()?,
        value.as_deref(),
        unit.as_deref(),
        not,
    ))
}

/// A mistake, where it stands in the file.
fn diagnostic(error: &AssertionError, written: &AssertionSource, source: &Source) -> Diagnostic {
    let text = match written {
        AssertionSource::Line(text) => Some(text),
        AssertionSource::Fields(fields) => match error.piece {
            Piece::Subject => Some(&fields.subject),
            Piece::Operator => Some(&fields.operator),
            Piece::Value => fields.value.as_ref(),
            Piece::Unit => fields.unit.as_ref(),
            Piece::Line => None,
        },
        _ => None,
    };
    let place = text.map_or_else(|| written.place(), |text| place_in(text, error, source));
    let mut diagnostic =
        Diagnostic::error(source, place, error.message.clone()).with_name("invalid_assertion");
    if let Some(nearest) = &error.nearest {
        diagnostic = diagnostic.with_label(format!("did you mean `{nearest}`?"));
    }
    if let Some(expected) = &error.expected {
        diagnostic = diagnostic.with_help(format!("expected {expected}"));
    }
    diagnostic
}

/// The place of a stretch of a text in its file: exact where the text stands in the file as it is, in quotes or not;
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
