//! Reads nodes, and collects all that is wrong with them.

use crate::reference::Reference;
use crate::template;
use crate::value::parse_word;
use crate::yaml::{Kind, Node};
use crate::{BadValue, DIAGNOSTICS_MAX, Diagnostic, FromText, Part, Place, Source, Spanned, Text};
use faultfinder_taxonomy::word::Word;
use std::borrow::Cow;

/// Reads nodes. What cannot be read is reported and left out.
#[derive(Debug)]
pub(crate) struct Reader<'s> {
    source: &'s Source,
    diagnostics: Vec<Diagnostic>,
    references: Vec<Reference>,
    look_alikes: Vec<Reference>,
    path: Vec<Segment>,
    /// Variables that get a value from what could not be read.
    pub(crate) unread_variables: Vec<String>,
    /// Whether there may be more of them, nobody knows which.
    pub(crate) has_more_variables: bool,
    /// Whether the file is another tool's: what has no effect here may have one there, and is called otherwise.
    pub(crate) is_foreign: bool,
}

/// Most texts that look like variables and are none, which are kept to be warned of.
const LOOK_ALIKES_MAX: usize = 1_000;

/// Whether a text is in quotes that YAML does not know, as word processors write them.
fn is_in_curly_quotes(text: &str) -> bool {
    const CURLY: [char; 6] = ['\u{201c}', '\u{201d}', '\u{201e}', '\u{2018}', '\u{2019}', '\u{201a}'];
    text.starts_with(CURLY) && text.ends_with(CURLY)
}

#[derive(Debug, Clone)]
enum Segment {
    Name(Cow<'static, str>),
    Index(usize),
}

impl<'s> Reader<'s> {
    pub(crate) const fn new(source: &'s Source) -> Self {
        Self {
            source,
            diagnostics: Vec::new(),
            references: Vec::new(),
            look_alikes: Vec::new(),
            path: Vec::new(),
            unread_variables: Vec::new(),
            has_more_variables: false,
            is_foreign: false,
        }
    }

    pub(crate) const fn source(&self) -> &'s Source {
        self.source
    }

    /// What was wrong, in the order of the file, which variables are used, and what looks as if it used one.
    pub(crate) fn finish(mut self) -> (Vec<Diagnostic>, Vec<Reference>, Vec<Reference>) {
        self.diagnostics.sort_by(|a, b| (a.place, &a.message).cmp(&(b.place, &b.message)));
        if self.is_full() {
            self.diagnostics.truncate(DIAGNOSTICS_MAX);
            let place = self.diagnostics.last().map_or(Place::START, |last| last.place);
            self.diagnostics.push(Diagnostic::error(
                self.source,
                place,
                format!("more than {DIAGNOSTICS_MAX} mistakes; the rest of the file was not read"),
            ));
        }
        (self.diagnostics, self.references, self.look_alikes)
    }

    /// Whether so much is wrong that reading on makes no sense.
    pub(crate) fn is_full(&self) -> bool {
        self.diagnostics.len() > DIAGNOSTICS_MAX
    }

    /// Runs `read` for the field or item of this name.
    pub(crate) fn within<T>(&mut self, name: &str, read: impl FnOnce(&mut Self) -> T) -> T {
        self.within_segment(Segment::Name(Cow::Owned(name.to_owned())), read)
    }

    /// Runs `read` for a field of a table; nothing is copied, since there are tens of thousands of them.
    pub(crate) fn within_field<T>(&mut self, name: &'static str, read: impl FnOnce(&mut Self) -> T) -> T {
        self.within_segment(Segment::Name(Cow::Borrowed(name)), read)
    }

    fn within_item<T>(&mut self, index: usize, read: impl FnOnce(&mut Self) -> T) -> T {
        self.within_segment(Segment::Index(index), read)
    }

    fn within_segment<T>(&mut self, segment: Segment, read: impl FnOnce(&mut Self) -> T) -> T {
        self.path.push(segment);
        let result = read(self);
        self.path.pop();
        result
    }

    /// An error at a place, to be completed and given to [`report`](Self::report).
    pub(crate) fn error(&self, place: Place, message: impl Into<String>) -> Diagnostic {
        Diagnostic::error(self.source, place, message)
    }

    /// Keeps a diagnostic, with the path of what is being read.
    pub(crate) fn report(&mut self, mut diagnostic: Diagnostic) {
        // What stands behind an alias is read as often as it is used.
        let told =
            |other: &Diagnostic| other.place == diagnostic.place && other.message == diagnostic.message;
        if self.is_full() || self.diagnostics.iter().any(told) {
            return;
        }
        diagnostic.path = self.path();
        self.diagnostics.push(diagnostic);
    }

    /// Keeps a diagnostic as a warning.
    pub(crate) fn warn(&mut self, mut diagnostic: Diagnostic) {
        diagnostic.severity = crate::Severity::Warning;
        self.report(diagnostic);
    }

    /// The field or item that is being read: `tests[0].http.port`.
    pub(crate) fn path(&self) -> Option<String> {
        let mut path = String::new();
        for segment in &self.path {
            match segment {
                Segment::Index(index) => path.push_str(&format!("[{index}]")),
                Segment::Name(name) if path.is_empty() => path.push_str(name),
                Segment::Name(name) => {
                    path.push('.');
                    path.push_str(name);
                }
            }
        }
        (!path.is_empty()).then_some(path)
    }

    /// `expected WHAT, found ..`, with the hints for common slips.
    pub(crate) fn unexpected(&mut self, node: &Node, expected: &str) {
        self.unexpected_with(node, expected, None);
    }

    /// The same, with what to do where nothing else is known.
    pub(crate) fn unexpected_with(&mut self, node: &Node, expected: &str, help: Option<String>) {
        let mut diagnostic =
            self.error(node.place, format!("expected {expected}, found {}", node.describe()));
        if node.is_bare_template() {
            diagnostic = diagnostic.with_help("text that begins with `{{` must be in quotes");
        } else if matches!(&node.kind, Kind::Scalar(scalar) if scalar.is_null()) {
            diagnostic = diagnostic.with_help("give a value, or leave the field out");
        } else if let Some(help) = help {
            diagnostic = diagnostic.with_help(help);
        }
        self.report(diagnostic);
    }

    /// Text, which may hold templates. Numbers and booleans are text in their own spelling.
    pub(crate) fn text(&mut self, node: &Node) -> Option<Text> {
        self.text_as(node, "text")
    }

    pub(crate) fn text_as(&mut self, node: &Node, expected: &str) -> Option<Text> {
        let Some(scalar) = node.scalar() else {
            let is_body = matches!(self.path.last(), Some(Segment::Name(name)) if name == "body");
            self.unexpected_with(node, expected, is_body.then(|| "`json` sends it as JSON".to_owned()));
            return None;
        };
        if scalar.plain && is_in_curly_quotes(&scalar.text) {
            let message = "curly quotes do not quote: they are a part of the text";
            let diagnostic = self.error(node.place, message).with_help("write straight ones: \" or '");
            self.warn(diagnostic);
        }
        Some(self.template(&scalar.text, node.place))
    }

    /// The key of a mapping as text, whatever it looks like.
    pub(crate) fn key(&mut self, node: &Node, text: &str) -> Text {
        self.template(text, node.place)
    }

    fn template(&mut self, text: &str, place: Place) -> Text {
        if !text.contains('{') {
            return Text::plain(Spanned::new(text.to_owned(), place));
        }
        let (template, errors) = template::parse(text);
        for error in errors {
            let place = self.source.template_place(place, error.index);
            let mut diagnostic = self.error(place, error.message);
            diagnostic.label = error.label;
            diagnostic.help = error.help;
            self.report(diagnostic);
        }
        for part in template.parts() {
            if let Part::Variable { name, index } = part {
                let (name, path) = (name.clone(), self.path());
                self.references.push(Reference { name, text: place, index: *index, path });
            }
        }
        self.note_single_braces(text, place);
        Text::new(Spanned::new(text.to_owned(), place), template)
    }

    /// Notes `{NAME}`, which is plain text and may be meant as a variable.
    fn note_single_braces(&mut self, text: &str, place: Place) {
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('{') {
            rest = after;
            // No further than a name goes: thousands of braces are not all searched for one that closes them.
            let end = after.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(after.len());
            let (name, behind) = after.split_at(end);
            let Some(behind) = behind.strip_prefix('}') else { continue };
            let is_double = before.ends_with('{') || behind.starts_with('}');
            if !is_double && template::is_name(name) && self.look_alikes.len() < LOOK_ALIKES_MAX {
                let text = self.source.place_within(place, &format!("{{{name}}}"));
                let path = self.path();
                self.look_alikes.push(Reference { name: name.to_owned(), text, index: 0, path });
            }
        }
    }

    /// A value that must be known at load.
    pub(crate) fn literal<T: FromText>(&mut self, node: &Node) -> Option<Spanned<T>> {
        let Some(scalar) = node.scalar() else {
            self.unexpected(node, &T::expected());
            return None;
        };
        if scalar.text.contains("{{") {
            let message = format!("expected {}, found a template", T::expected());
            let diagnostic =
                self.error(node.place, message).with_help("this field is needed before variables are");
            self.report(diagnostic);
            return None;
        }
        let value = self.value(&scalar.text, node.place)?;
        Some(Spanned::new(value, node.place))
    }

    /// One of some words, which must be known at load.
    pub(crate) fn word<W: Word>(&mut self, node: &Node) -> Option<W> {
        let Spanned { value, place } = self.literal_text(node)?;
        match parse_word::<W>(&value) {
            Ok(word) => Some(word),
            Err(bad) => {
                self.bad_value(place, bad);
                None
            }
        }
    }

    /// Text that must be known at load.
    pub(crate) fn literal_text(&mut self, node: &Node) -> Option<Spanned<String>> {
        let text = self.text(node)?;
        if text.literal().is_none() {
            let diagnostic = self.error(node.place, "variables cannot be used here");
            self.report(diagnostic);
            return None;
        }
        Some(Spanned::new(text.literal()?.to_owned(), node.place))
    }

    /// Text in which braces mean nothing: a script.
    pub(crate) fn verbatim(&mut self, node: &Node) -> Option<Spanned<String>> {
        let Some(scalar) = node.scalar() else {
            self.unexpected(node, "a script");
            return None;
        };
        Some(Spanned::new(scalar.text.clone(), node.place))
    }

    fn value<T: FromText>(&mut self, text: &str, place: Place) -> Option<T> {
        match T::from_text(text) {
            Ok(value) => Some(value),
            Err(bad) => {
                self.bad_value(place, bad);
                None
            }
        }
    }

    pub(crate) fn bad_value(&mut self, place: Place, bad: BadValue) {
        let message = match self.path.last() {
            Some(Segment::Name(field)) if bad.later => format!("field `{field}`: {}", bad.message),
            _ => bad.message,
        };
        let mut diagnostic = self.error(place, message);
        diagnostic.label = bad.label;
        diagnostic.help = bad.help;
        diagnostic.name = bad.name.map(str::to_owned);
        self.report(diagnostic);
    }

    /// The items of a list that could be read; at most `most`.
    pub(crate) fn list<T>(
        &mut self,
        node: &Node,
        expected: &str,
        most: usize,
        mut read: impl FnMut(&mut Self, &Node) -> Option<T>,
    ) -> Option<Vec<T>> {
        let Kind::Sequence(items) = &node.kind else {
            let named = ["a list of tests", "a list of steps"].contains(&expected);
            let help = match &node.kind {
                Kind::Mapping(_) if named => Some("begin each with `- name: ..`, and put its name there"),
                Kind::Mapping(_) if expected == "a list of assertions" => {
                    Some("write each in a line that begins with a dash: `- status is 200`")
                }
                Kind::Scalar(_) => Some("put it in brackets, or in a line of its own that begins with `- `"),
                _ => None,
            };
            let help = help.map(str::to_owned);
            self.unexpected_with(node, expected, help);
            return None;
        };
        if let Some(first) = items.get(most) {
            let message = format!("expected {expected} of at most {most} items, found {}", items.len());
            let diagnostic = self.error(first.place, message);
            self.report(diagnostic);
        }
        let mut list = Vec::with_capacity(items.len().min(most));
        for (index, item) in items.iter().enumerate().take(most) {
            if self.is_full() {
                break;
            }
            list.extend(self.within_item(index, |reader| read(reader, item)));
        }
        Some(list)
    }

    /// One text, or a list of them.
    pub(crate) fn texts(&mut self, node: &Node, most: usize) -> Option<Vec<Text>> {
        match &node.kind {
            Kind::Scalar(_) => self.text(node).map(|text| vec![text]),
            _ => self.list(node, "text or a list of texts", most, Self::text),
        }
    }
}
