//! How the process ends: the one table of exit statuses.

use std::io;
use std::process::ExitCode;

/// The exit status of every command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Everything passed.
    Passed = 0,
    /// A test failed.
    Failed = 1,
    /// Bad usage, or an invalid definition.
    Usage = 2,
    /// We failed, not the target.
    Ourselves = 3,
    /// Ctrl-C or SIGTERM ended a run before all tests were done: 128 + SIGINT, as shells say.
    Interrupted = 130,
    /// The reader of standard output closed it: 128 + SIGPIPE, as in shells.
    Closed = 141,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

/// Why a command could not do what was asked.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The arguments or the files are wrong: the message, and what to do.
    Usage { message: String, help: Option<String> },
    /// The definitions are invalid, and what is wrong has been shown.
    Invalid,
    /// We failed.
    Ourselves(String),
    /// Standard output was closed by its reader.
    Closed,
}

impl Failure {
    /// Something wrong with what was asked for.
    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self::Usage { message: message.into(), help: None }
    }

    /// The same, with what to do.
    pub(crate) fn usage_with_help(message: impl Into<String>, help: impl Into<String>) -> Self {
        Self::Usage { message: message.into(), help: Some(help.into()) }
    }

    /// We failed, with the error that caused it.
    pub(crate) fn ourselves(step: &str, error: &dyn std::error::Error) -> Self {
        let mut message = format!("{step}: {error}");
        let mut cause = error.source();
        while let Some(error) = cause {
            message.push_str(&format!(": {error}"));
            cause = error.source();
        }
        Self::Ourselves(message)
    }
}

/// Only writing to standard output fails as a bare `io::Error` here; everything else names its file.
impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::BrokenPipe {
            return Self::Closed;
        }
        Self::ourselves("cannot write to standard output", &error)
    }
}

/// What a command ends with.
pub(crate) type Outcome = Result<Exit, Failure>;
