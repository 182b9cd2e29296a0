//! Why text is not the value that a field needs.

use crate::text::quoted;

/// Why text is not the value that a field needs.
#[derive(Debug, Clone, PartialEq, Eq)]
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
    pub(crate) fn expected(expected: &str, found: &str) -> Self {
        Self::new(format!("expected {expected}, found {}", quoted(found)))
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

/// `did you mean WORD?`
pub(super) fn did_you_mean(word: Option<&str>) -> Option<String> {
    word.map(|word| format!("did you mean `{word}`?"))
}
