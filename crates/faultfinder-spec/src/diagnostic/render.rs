//! Diagnostics for people: the line, a caret, the hint.

use super::{Diagnostic, Severity};
use crate::Source;
use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};

impl Diagnostic {
    /// The message with the line it is about, a caret and what to do; ends without a line feed. `source` is the one
    /// that was parsed.
    #[must_use]
    pub fn render(&self, source: &Source, color: bool) -> String {
        let line = source.line(self.place.line);
        let start = byte_of(line, self.place.column.saturating_sub(1));
        let end =
            byte_of(line, self.place.column.saturating_sub(1).saturating_add(self.place.length)).max(start);
        let mut annotation = AnnotationKind::Primary.span(start..end);
        if let Some(label) = &self.label {
            annotation = annotation.label(label);
        }
        let snippet = Snippet::source(line)
            .path(&self.source)
            .line_start(usize::try_from(self.place.line).unwrap_or(1))
            .annotation(annotation);
        let level = match self.severity {
            Severity::Error => Level::ERROR,
            Severity::Warning => Level::WARNING,
        };
        let mut group = level.primary_title(&self.message).element(snippet);
        if let Some(help) = &self.help {
            group = group.element(Level::HELP.message(help));
        }
        let renderer = if color { Renderer::styled() } else { Renderer::plain() };
        renderer.render(&[group])
    }
}

/// The byte at which a character of a line begins.
fn byte_of(line: &str, character: u32) -> usize {
    let index = usize::try_from(character).unwrap_or(usize::MAX);
    line.char_indices().nth(index).map_or(line.len(), |(byte, _)| byte)
}
