//! Values as written: text that may hold templates, and fields of other types that may be given as one.

use crate::{Place, Spanned, Template};

/// Text that may hold templates (`{{ NAME }}`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text {
    raw: Spanned<String>,
    template: Template,
}

impl Text {
    /// Text as written; what is wrong with its templates was told when it was read.
    pub(crate) const fn new(raw: Spanned<String>, template: Template) -> Self {
        Self { raw, template }
    }

    /// The text with its templates as written.
    #[must_use]
    pub fn as_written(&self) -> &str {
        &self.raw.value
    }

    /// Where it was written.
    #[must_use]
    pub const fn place(&self) -> Place {
        self.raw.place
    }

    /// The text in parts.
    #[must_use]
    pub const fn template(&self) -> &Template {
        &self.template
    }

    /// The text, when it holds neither variables nor generators.
    #[must_use]
    pub fn literal(&self) -> Option<&str> {
        self.template.literal()
    }
}

impl std::fmt::Display for Text {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(&self.raw.value)
    }
}

/// A field that is not text, but may be given as a template (`port: "{{ PORT }}"`).
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Field<T> {
    /// What it says.
    pub value: FieldValue<T>,
    /// Where it was written.
    pub place: Place,
}

/// What a [`Field`] says.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "closed: known at load, or only when the test is planned")]
pub enum FieldValue<T> {
    /// The value.
    Literal(T),
    /// A template. Once rendered, [`FromText::from_text`] reads it. Boxed: a test has dozens of fields, and few of them
    /// are templates.
    Template(Box<Text>),
}

impl<T> Field<T> {
    /// The value, when it was not given as a template.
    #[must_use]
    pub const fn literal(&self) -> Option<&T> {
        match &self.value {
            FieldValue::Literal(value) => Some(value),
            FieldValue::Template(_) => None,
        }
    }
}

impl<T: FromText + Clone> Field<T> {
    /// The value; a template is rendered by `render` and then read.
    ///
    /// # Errors
    ///
    /// What `render` answers, or, made into the same type, why the rendered text is no such value.
    pub fn resolve<E: From<BadValue>>(
        &self,
        render: impl FnOnce(&Template) -> Result<String, E>,
    ) -> Result<T, E> {
        match &self.value {
            FieldValue::Literal(value) => Ok(value.clone()),
            FieldValue::Template(text) => Ok(T::from_text(&render(text.template())?)?),
        }
    }
}

/// A value that is read from text, at load or when its template has been rendered: by the same rules, with the same
/// words when it is wrong.
pub trait FromText: Sized {
    /// What is expected, with its article: `a port from 1 to 65535`.
    fn expected() -> String;

    /// Reads the value.
    ///
    /// # Errors
    ///
    /// When the text is no such value.
    fn from_text(text: &str) -> Result<Self, BadValue>;
}

/// Why text is not the value that a field needs.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct BadValue {
    /// What was expected and what was found.
    pub message: String,
    /// The nearest valid spelling, or another short hint.
    pub label: Option<String>,
    /// What to do.
    pub help: Option<String>,
    /// What other tools call this mistake (`ERR_SOCKET_BAD_PORT`), where a fault's detail needs it.
    pub name: Option<&'static str>,
    /// Whether the value is known but not supported yet.
    pub(crate) later: bool,
}

impl BadValue {
    /// `expected EXPECTED, found TEXT`.
    pub(crate) fn expected<T: FromText>(found: &str) -> Self {
        Self::new(format!("expected {}, found {}", T::expected(), quoted(found)))
    }

    pub(crate) const fn new(message: String) -> Self {
        Self { message, label: None, help: None, name: None, later: false }
    }

    #[must_use]
    pub(crate) fn label(mut self, label: Option<String>) -> Self {
        self.label = label;
        self
    }

    #[must_use]
    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    #[must_use]
    pub(crate) const fn name(mut self, name: &'static str) -> Self {
        self.name = Some(name);
        self
    }
}

impl std::fmt::Display for BadValue {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for BadValue {}

/// How many characters of a found value are repeated in a message.
const QUOTED_CHARS_MAX: usize = 60;

/// Text in back quotes, shortened and on one line, for messages.
#[must_use]
pub fn quoted(text: &str) -> String {
    if text.is_empty() {
        return "empty text".to_owned();
    }
    let mut quoted = String::from("`");
    for (count, character) in text.chars().enumerate() {
        if count == QUOTED_CHARS_MAX {
            quoted.push_str("..");
            break;
        }
        match character {
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            control if control.is_control() => quoted.extend(control.escape_unicode()),
            other => quoted.push(other),
        }
    }
    quoted.push('`');
    quoted
}
