//! What came of a run.

use serde::Deserialize;

/// What came of a run.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Finished {
    /// What `dd.variable.set` was called with, in the order of the calls.
    pub variables: Vec<Variable>,
    /// What was printed by `console`, a line for each call; cut off at [`OUTPUT_CHARS_MAX`](crate::OUTPUT_CHARS_MAX).
    pub output: String,
    /// Why it did not come to its end.
    pub failure: Option<Failure>,
}

/// A variable that a script sets.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[expect(clippy::exhaustive_structs, reason = "closed: a name, a value, and whether it may be shown")]
pub struct Variable {
    /// Its name.
    pub name: String,
    /// Its value; one that is not text is its JSON.
    pub value: String,
    /// Whether it was set by `dd.variable.setObfuscated`, and must not be shown.
    pub secret: bool,
}

/// Why a script did not come to its end.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Failure {
    /// What kind of failure it is.
    pub kind: FailureKind,
    /// What the script, or the engine, says.
    pub message: String,
    /// The line of the script in which it failed, from 1.
    pub line: Option<u32>,
    /// The column, from 1.
    pub column: Option<u32>,
}

/// What kind of failure ended a script.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "closed: each is reported in its own way")]
pub enum FailureKind {
    /// An assertion of `dd.expect`, `dd.assert` or `dd.should` does not hold.
    Assertion,
    /// It threw something else: by `throw`, or because of a mistake in it.
    Error,
    /// It took more than [`TIME_MAX`](crate::TIME_MAX).
    Time,
    /// It needed more than [`MEMORY_BYTES_MAX`](crate::MEMORY_BYTES_MAX), or too much of the stack.
    Memory,
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)?;
        match (self.line, self.column) {
            (Some(line), Some(column)) => write!(f, " (line {line}, column {column} of the script)"),
            (Some(line), None) => write!(f, " (line {line} of the script)"),
            _ => Ok(()),
        }
    }
}
