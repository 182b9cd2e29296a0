//! The end of the process: why a command failed, on standard error, and the exit status.

use crate::exit::{Exit, Failure, Outcome};
use crate::output::note;
use crate::paint::Paint;
use std::process::ExitCode;

/// Says on standard error why a command failed, and turns its outcome into the exit status.
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

/// Says on standard error what is wrong, and what to do.
pub(crate) fn tell(message: &str, help: Option<&str>) {
    let paint = Paint::for_stderr();
    note(&format!("{}: {message}", paint.bad("error")));
    if let Some(help) = help {
        note(&format!("{}: {help}", paint.good("help")));
    }
}
