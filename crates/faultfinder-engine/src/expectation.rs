//! Assertions as written -> compiled, with placed mistakes.

use crate::observables;
use crate::render::Renderer;
use crate::scope::{Author, folder_of};
use crate::section::Section;
use faultfinder_assert::{
    Assertion, AssertionError, Observables, Piece, SCHEMA_BYTES_MAX, from_fields, from_fields_with_list,
    parse, parse_guarded,
};
use faultfinder_spec::value::parse_word;
use faultfinder_spec::{
    AssertionSource, Diagnostic, Fields, FromText as _, Place, Request, ScriptSource, Source, Text,
};
use faultfinder_taxonomy::word::Severity;
use std::collections::HashMap;
use std::io::Read as _;
use std::path::Path;

/// An assertion of a test: compiled at load, or, when it has templates, once per run.
#[derive(Debug, Clone)]
pub(crate) enum Expectation {
    /// Compiled.
    Ready(Box<Assertion>),
    /// As written.
    Templated(AssertionSource),
}

impl Expectation {
    /// How many bytes the programs of its regular expressions have, as far as they are known at load.
    pub(crate) fn program_bytes(&self) -> usize {
        match self {
            Self::Ready(assertion) => assertion.program_bytes(),
            Self::Templated(_) => 0,
        }
    }
}

/// What is known when assertions are read at load.
pub(crate) struct Loading<'l> {
    pub(crate) source: &'l Source,
    /// What the test can observe.
    pub(crate) observables: Observables,
    /// Whether it may name files of this host.
    pub(crate) admits_files: bool,
    /// What was found that is wrong, or probably not meant.
    pub(crate) found: Vec<Diagnostic>,
    lines: &'l mut Lines,
}

/// The lines of assertions that were compiled before. Tests by the thousand have the same ones, whose clones share their
/// memory.
#[derive(Debug, Default)]
pub(crate) struct Lines(HashMap<String, Assertion>);

impl Lines {
    /// How many different lines are kept.
    const KEPT_MAX: usize = 1000;

    /// Compiles a line, or takes it over.
    fn compile(&mut self, text: &str) -> Result<Assertion, AssertionError> {
        if let Some(assertion) = self.0.get(text) {
            return Ok(assertion.clone());
        }
        let assertion = parse(text)?;
        if self.0.len() < Self::KEPT_MAX {
            self.0.insert(text.to_owned(), assertion.clone());
        }
        Ok(assertion)
    }
}

impl<'l> Loading<'l> {
    /// For the assertions on the answer to a request.
    pub(crate) fn new(source: &'l Source, request: &Request, author: Author, lines: &'l mut Lines) -> Self {
        let admits_files = author == Author::Ours;
        Self { source, observables: observables::of(request), admits_files, found: Vec::new(), lines }
    }
}

impl Loading<'_> {
    /// Compiles what can be compiled at load; nothing when it is wrong.
    pub(crate) fn expectation(&mut self, written: &AssertionSource, path: &str) -> Option<Expectation> {
        match self.literal(written, path) {
            Literal::Ready(mut assertion) => {
                let known = assertion.notes().len();
                if let Err(error) = assertion.load_files(&mut |path| {
                    schema_file(&folder_of(self.source).join(path), self.admits_files)
                }) {
                    self.found.push(diagnostic(&error, written, self.source).at(Some(path.to_owned())));
                    return None;
                }
                // What only shows in the files that it names.
                self.remark(&assertion, known, written, path);
                if let Some(never) = assertion.unobservable(&self.observables) {
                    let diagnostic = Diagnostic::error(self.source, written.place(), never.message);
                    self.found.push(
                        diagnostic.with_help(never.help).with_name("unobservable").at(Some(path.to_owned())),
                    );
                    return None;
                }
                let Place { line, column, .. } = written.place();
                let assertion = assertion.at(self.source.shared_name(), line, column);
                Some(Expectation::Ready(Box::new(assertion)))
            }
            Literal::Templated => Some(Expectation::Templated(written.clone())),
            Literal::Wrong => None,
        }
    }

    /// Warns of what is probably not meant, but for so many remarks that are known.
    fn remark(&mut self, assertion: &Assertion, known: usize, written: &AssertionSource, path: &str) {
        for note in assertion.notes().iter().skip(known) {
            let note = diagnostic(note, written, self.source).at(Some(path.to_owned()));
            let severity = faultfinder_spec::Severity::Warning;
            self.found.push(Diagnostic { severity, name: None, ..note });
        }
    }

    fn literal(&mut self, written: &AssertionSource, path: &str) -> Literal {
        let compiled = match written {
            AssertionSource::Line(text) => text.literal().map(|text| self.lines.compile(text)),
            AssertionSource::Warning(text) => {
                text.literal().map(|text| Ok(self.lines.compile(text)?.with_severity(Severity::Warn)))
            }
            AssertionSource::Fields(fields) => literal_fields(fields),
            AssertionSource::Script(script, severity) => Some(scripted(script, *severity)),
            AssertionSource::Group(group) => {
                let mut parts = Vec::with_capacity(group.parts.len());
                let (mut is_templated, mut is_wrong) = (false, false);
                for (index, part) in group.parts.iter().enumerate() {
                    match self.literal(part, &format!("{path}.{}[{index}]", group.kind)) {
                        Literal::Ready(assertion) => parts.push(assertion),
                        Literal::Templated => is_templated = true,
                        Literal::Wrong => is_wrong = true,
                    }
                }
                if is_wrong {
                    return Literal::Wrong;
                }
                let options = || {
                    let not = literal_option(&group.options, "not")?;
                    let not = not.is_some_and(|not| bool::from_text(not).unwrap_or(false));
                    let severity = severity(literal_option(&group.options, "severity")?);
                    Some(Ok(Assertion::group(group.kind, parts, not).with_severity(severity)))
                };
                if is_templated { None } else { options() }
            }
        };
        match compiled {
            Some(Ok(assertion)) => {
                self.remark(&assertion, 0, written, path);
                Literal::Ready(assertion)
            }
            Some(Err(error)) => {
                self.found.push(diagnostic(&error, written, self.source).at(Some(path.to_owned())));
                Literal::Wrong
            }
            None => Literal::Templated,
        }
    }
}

/// What came of an assertion at load.
enum Literal {
    Ready(Assertion),
    /// A template hides a part of it.
    Templated,
    /// What is wrong was reported.
    Wrong,
}

/// Compiles an assertion with templates for one run; `path` is what it is called in faults. Nothing when that is not
/// possible, which the renderer knows.
pub(crate) fn compile(
    written: &AssertionSource,
    path: &str,
    observables: &Observables,
    renderer: &mut Renderer<'_>,
) -> Option<Assertion> {
    let mut assertion = rendered(written, path, renderer)?;
    if assertion.needs_files() {
        let admits_files = renderer.admits_file(path);
        if let Err(error) =
            assertion.load_files(&mut |name| schema_file(&renderer.folder().join(name), admits_files))
        {
            if admits_files {
                renderer.object("invalid_assertion", path, error.to_string());
            }
            return None;
        }
    }
    if let Some(never) = assertion.unobservable(observables) {
        renderer.object("unobservable", path, format!("{}: {}", never.message, never.help));
        return None;
    }
    renderer.admits_program(path, assertion.program_bytes()).then_some(assertion)
}

fn rendered(written: &AssertionSource, path: &str, renderer: &mut Renderer<'_>) -> Option<Assertion> {
    let compiled = match written {
        AssertionSource::Line(text) => line(text, path, renderer)?,
        AssertionSource::Warning(text) => {
            line(text, path, renderer)?.map(|assertion| assertion.with_severity(Severity::Warn))
        }
        AssertionSource::Fields(fields) => {
            let mut section = Section::new(renderer, fields, path.to_owned());
            let (value, unit) = (section.text("value"), section.text("unit"));
            let list = section.all("value", Renderer::text);
            // One that is given and not known yet is not one that is missing.
            let has_list = !fields.texts("value").is_empty();
            let is_unknown = |name, read: &Option<String>| read.is_none() && fields.has(name);
            if (!has_list && is_unknown("value", &value)) || is_unknown("unit", &unit) {
                return None;
            }
            let (subject, operator) = (section.text("subject")?, section.text("operator")?);
            let severity = section.word("severity").unwrap_or(Severity::Fail);
            let (unit, not) = (unit.as_deref(), section.flag("not"));
            let compiled = if has_list {
                let list = list?;
                let list: Vec<&str> = list.iter().map(String::as_str).collect();
                from_fields_with_list(&subject, &operator, &list, unit, not)
            } else {
                from_fields(&subject, &operator, value.as_deref(), unit, not)
            };
            compiled.map(|assertion| assertion.with_severity(severity))
        }
        AssertionSource::Script(script, severity) => scripted(script, *severity),
        AssertionSource::Group(group) => {
            let parts =
                group.parts.iter().enumerate().map(|(index, part)| {
                    rendered(part, &format!("{path}.{}[{index}]", group.kind), renderer)
                });
            // All are made, so that everything that is wrong is known.
            let parts: Vec<Option<Assertion>> = parts.collect();
            let parts: Option<Vec<Assertion>> = parts.into_iter().collect();
            let mut section = Section::new(renderer, &group.options, path.to_owned());
            let severity = section.word("severity").unwrap_or(Severity::Fail);
            Ok(Assertion::group(group.kind, parts?, section.flag("not")).with_severity(severity))
        }
    };
    match compiled {
        Ok(assertion) => Some(assertion),
        Err(error) => {
            renderer.object("invalid_assertion", path, error.to_string());
            None
        }
    }
}

fn scripted(script: &ScriptSource, severity: Severity) -> Result<Assertion, AssertionError> {
    Assertion::script(script.code()).map(|assertion| assertion.with_severity(severity))
}

/// Compiles a line whose variables are replaced: nothing in their values is syntax.
fn line(text: &Text, path: &str, renderer: &mut Renderer<'_>) -> Option<Result<Assertion, AssertionError>> {
    let (line, values) = renderer.with_values(path, text)?;
    Some(parse_guarded(&line, &values))
}

/// Reads the file of a JSON Schema.
fn schema_file(path: &Path, admits_files: bool) -> Result<String, String> {
    if !admits_files {
        return Err(
            "a file is named, but this definition may not read files: put the JSON Schema here".to_owned()
        );
    }
    let failed = |error: std::io::Error| format!("cannot read the JSON Schema {}: {error}", path.display());
    let file = std::fs::File::open(path).map_err(failed)?;
    let most = u64::try_from(SCHEMA_BYTES_MAX).unwrap_or(u64::MAX).saturating_add(1);
    let mut text = String::new();
    file.take(most).read_to_string(&mut text).map_err(failed)?;
    Ok(text)
}

/// A field of a mapping without templates; nothing inside when it is not given.
fn literal_option<'f>(fields: &'f Fields, name: &str) -> Option<Option<&'f str>> {
    match fields.text(name) {
        None => Some(None),
        Some(text) => text.literal().map(Some),
    }
}

/// A severity; what is wrong with it was reported when it was read.
fn severity(text: Option<&str>) -> Severity {
    text.and_then(|text| parse_word(text).ok()).unwrap_or(Severity::Fail)
}

/// Compiles a mapping without templates.
fn literal_fields(fields: &Fields) -> Option<Result<Assertion, AssertionError>> {
    let option = |name: &str| literal_option(fields, name);
    let not = option("not")?.is_some_and(|not| bool::from_text(not).unwrap_or(false));
    let severity = severity(option("severity")?);
    let (subject, operator, unit) = (option("subject")??, option("operator")??, option("unit")?);
    let list = fields.texts("value");
    let compiled = if list.is_empty() {
        from_fields(subject, operator, option("value")?, unit, not)
    } else {
        let list: Vec<&str> = list.iter().map(Text::literal).collect::<Option<_>>()?;
        from_fields_with_list(subject, operator, &list, unit, not)
    };
    Some(compiled.map(|assertion| assertion.with_severity(severity)))
}

/// A mistake at its place in the file.
fn diagnostic(error: &AssertionError, written: &AssertionSource, source: &Source) -> Diagnostic {
    let text = match written {
        AssertionSource::Line(text) | AssertionSource::Warning(text) => Some(text),
        AssertionSource::Fields(fields) => match error.piece {
            Piece::Subject => fields.text("subject"),
            Piece::Operator => fields.text("operator"),
            Piece::Value => fields.text("value"),
            Piece::Item(index) => fields.texts("value").get(index),
            Piece::Unit => fields.text("unit"),
            Piece::Line => None,
        },
        AssertionSource::Group(_) | AssertionSource::Script(..) => None,
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
