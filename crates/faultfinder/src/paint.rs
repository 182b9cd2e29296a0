//! Colors.

use clap::ValueEnum;
use std::io::IsTerminal;
use std::sync::OnceLock;

/// When colors are used.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum When {
    /// On a terminal, unless NO_COLOR is set or TERM is `dumb`.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// What `--color` said; set once, before anything is written.
static WHEN: OnceLock<When> = OnceLock::new();

/// Takes over what `--color` said.
pub(crate) fn decide(when: When) {
    let _ = WHEN.set(when);
}

/// Colors text, or leaves it unchanged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Paint {
    on: bool,
}

impl Paint {
    /// For text that goes to standard output.
    pub(crate) fn for_stdout() -> Self {
        Self { on: wanted(std::io::stdout().is_terminal()) }
    }

    /// For text that goes to standard error.
    pub(crate) fn for_stderr() -> Self {
        Self { on: wanted(std::io::stderr().is_terminal()) }
    }

    /// No colors, as in files.
    pub(crate) const fn plain() -> Self {
        Self { on: false }
    }

    /// Whether there are colors.
    pub(crate) const fn is_on(self) -> bool {
        self.on
    }

    /// Something that holds.
    pub(crate) fn good(self, text: &str) -> String {
        self.wrap("32", text)
    }

    /// Something that failed.
    pub(crate) fn bad(self, text: &str) -> String {
        self.wrap("1;31", text)
    }

    /// Something to know about.
    pub(crate) fn warn(self, text: &str) -> String {
        self.wrap("33", text)
    }

    /// Something to look at first.
    pub(crate) fn strong(self, text: &str) -> String {
        self.wrap("1", text)
    }

    /// Something to look at last.
    pub(crate) fn faint(self, text: &str) -> String {
        self.wrap("2", text)
    }

    /// A stretch of time.
    pub(crate) fn bar(self, text: &str) -> String {
        self.wrap("36", text)
    }

    fn wrap(self, code: &str, text: &str) -> String {
        if self.on && !text.is_empty() { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() }
    }
}

/// Whether to use colors for a stream. NO_COLOR counts when it is not empty (no-color.org).
fn wanted(terminal: bool) -> bool {
    match WHEN.get().copied().unwrap_or_default() {
        When::Always => true,
        When::Never => false,
        When::Auto => {
            let set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
            terminal && !set("NO_COLOR") && std::env::var_os("TERM").is_none_or(|term| term != "dumb")
        }
    }
}
