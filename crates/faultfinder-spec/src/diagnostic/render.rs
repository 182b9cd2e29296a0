//! Diagnostics for people: the line, a caret, the hint.

use super::{Diagnostic, Severity};
use crate::Source;
use annotate_snippets::{AnnotationKind, Level, Origin, Renderer, Snippet};

/// Longest line, in characters, that is shown whole. Of a longer one the surroundings of the place are shown.
const LINE_CHARS_MAX: usize = 400;

/// How much of a longer line is shown on either side.
const AROUND_CHARS: usize = 60;

impl Diagnostic {
    /// The message with the line it is about, a caret and what to do; ends without a line feed. `source` is the one
    /// that was parsed.
    #[must_use]
    pub fn render(&self, source: &Source, color: bool) -> String {
        let line = source.line(self.place.line);
        let column = usize::try_from(self.place.column).unwrap_or(usize::MAX);
        let length = usize::try_from(self.place.length).unwrap_or(usize::MAX);
        let number = usize::try_from(self.place.line).unwrap_or(1);
        let window = Window::new(line, column.saturating_sub(1), length);
        let mut annotation = AnnotationKind::Primary.span(window.start..window.end);
        if let Some(label) = &self.label {
            annotation = annotation.label(label);
        }
        let snippet = Snippet::source(window.text).line_start(number).annotation(annotation);
        let level = match self.severity {
            Severity::Error => Level::ERROR,
            Severity::Warning => Level::WARNING,
        };
        let title = level.primary_title(&self.message);
        let mut group = if window.whole {
            title.element(snippet.path(&self.source))
        } else {
            // The snippet does not know how far into the line it begins.
            title.element(Origin::path(&self.source).line(number).char_column(column)).element(snippet)
        };
        if let Some(help) = &self.help {
            group = group.element(Level::HELP.message(help));
        }
        let renderer = if color { Renderer::styled() } else { Renderer::plain() };
        renderer.render(&[group])
    }
}

/// What is shown of a line, and the bytes in it that are pointed at.
struct Window<'l> {
    text: &'l str,
    start: usize,
    end: usize,
    whole: bool,
}

impl<'l> Window<'l> {
    fn new(line: &'l str, column: usize, length: usize) -> Self {
        let whole = line.char_indices().nth(LINE_CHARS_MAX).is_none();
        let (from, length) =
            if whole { (0, length) } else { (column.saturating_sub(AROUND_CHARS), length.min(AROUND_CHARS)) };
        let text = line.get(byte_of(line, from)..).unwrap_or("");
        let text = if whole {
            text
        } else {
            let end = byte_of(text, (column - from).saturating_add(length).saturating_add(AROUND_CHARS));
            text.get(..end).unwrap_or(text)
        };
        let start = byte_of(text, column - from);
        let end = byte_of(text, (column - from).saturating_add(length)).max(start);
        Self { text, start, end, whole }
    }
}

/// The byte at which a character of a line begins.
fn byte_of(line: &str, character: usize) -> usize {
    line.char_indices().nth(character).map_or(line.len(), |(byte, _)| byte)
}
