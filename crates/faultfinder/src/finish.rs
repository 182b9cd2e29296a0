//! The end of the process: the reason of a failure on standard error, and the exit status.

use crate::exit::{Exit, Failure, Outcome};
use crate::output::note;
use crate::paint::Paint;
use std::process::ExitCode;

/// Prints the reason of a failure on standard error, and turns the command's outcome into the exit status.
pub(crate) fn finish(outcome: Outcome) -> ExitCode {
    let failure = match outcome {
        Ok(exit) => return exit.into(),
        Err(failure) => failure,
    };
    match failure {
        Failure::Usage { message, help } => {
            tell(&message, help.as_deref());
            Exit::Usage.into()
        }
        Failure::Invalid => Exit::Usage.into(),
        Failure::Ourselves(message) => {
            tell(&message, None);
            Exit::Ourselves.into()
        }
        Failure::Closed => Exit::Closed.into(),
    }
}

/// Prints something that is probably not meant, and its fix, on standard error.
pub(crate) fn warn(message: &str, help: Option<&str>) {
    let paint = Paint::for_stderr();
    show(&paint.warn("warning"), message, help);
}

/// Prints the problem and its fix on standard error.
pub(crate) fn tell(message: &str, help: Option<&str>) {
    let paint = Paint::for_stderr();
    show(&paint.bad("error"), message, help);
}

fn show(level: &str, message: &str, help: Option<&str>) {
    let paint = Paint::for_stderr();
    note(&format!("{level}: {message}"));
    if let Some(help) = help {
        note(&format!("{}: {help}", paint.good("help")));
    }
}
