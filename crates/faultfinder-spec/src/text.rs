//! Text as written, which may hold templates.

use crate::{Place, Spanned, Template};
use faultfinder_taxonomy::QUOTED_CHARS_MAX;

/// Text that may hold templates (`{{ NAME }}`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text {
    raw: Spanned<String>,
    /// Nothing when the text stands for itself, as nearly all do: thousands of texts are kept.
    template: Option<Box<Template>>,
}

impl Text {
    /// Text as written; what is wrong with its templates was reported when it was read.
    pub(crate) fn new(raw: Spanned<String>, template: Template) -> Self {
        let itself = template.literal() == Some(raw.value.as_str());
        Self { raw, template: (!itself).then(|| Box::new(template)) }
    }

    /// Text without templates.
    pub(crate) const fn plain(raw: Spanned<String>) -> Self {
        Self { raw, template: None }
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

    /// The text in parts; nothing when it stands for itself.
    #[must_use]
    pub fn template(&self) -> Option<&Template> {
        self.template.as_deref()
    }

    /// Names of the variables in it, in order, repeated ones repeatedly.
    pub fn variables(&self) -> impl Iterator<Item = &str> {
        self.template.iter().flat_map(|template| template.variables())
    }

    /// The text, when it holds neither variables nor generators.
    #[must_use]
    pub fn literal(&self) -> Option<&str> {
        match &self.template {
            None => Some(&self.raw.value),
            Some(template) => template.literal(),
        }
    }
}

impl std::fmt::Display for Text {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(&self.raw.value)
    }
}

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
