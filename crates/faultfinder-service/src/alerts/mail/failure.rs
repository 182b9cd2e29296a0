//! What went wrong with a message, in words: as long as replies may be, and with what they quote.

use faultfinder_net::{session_fault, transport_fault};
use faultfinder_taxonomy::{Fault, Phase};
use lettre::transport::smtp::Error;
use lettre::transport::smtp::response::Response;
use std::error::Error as _;
use std::fmt;
use std::io;
use std::time::Duration;

/// A step of a session, after the connection is there.
#[derive(Debug, Clone, Copy)]
pub(super) enum Step<'a> {
    Greeting,
    Login,
    Sender(&'a str),
    Recipient(&'a str),
    Message,
}

impl Step<'_> {
    /// The phase whose faults are those of this step.
    const fn phase(self) -> Phase {
        match self {
            Self::Greeting => Phase::Open,
            Self::Login => Phase::Authenticate,
            Self::Sender(_) | Self::Recipient(_) | Self::Message => Phase::Send,
        }
    }
}

impl fmt::Display for Step<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Greeting => f.write_str("the client"),
            Self::Login => f.write_str("the login"),
            Self::Sender(address) => write!(f, "the sender {address}"),
            Self::Recipient(address) => write!(f, "the recipient {address}"),
            Self::Message => f.write_str("the message"),
        }
    }
}

/// Why a step failed.
#[derive(Debug)]
pub(super) struct Failure {
    pub(super) why: String,
    /// Whether the server refused, and goes on with the session.
    pub(super) is_refusal: bool,
}

impl Failure {
    /// What happened before the first command, named by its code.
    pub(super) fn of_fault(fault: &Fault) -> Self {
        Self { why: fault.to_string(), is_refusal: false }
    }

    /// Something else.
    pub(super) fn of_text(why: impl Into<String>) -> Self {
        Self { why: why.into(), is_refusal: false }
    }

    /// A reply that does not take the step further.
    pub(super) fn of_reply(step: Step<'_>, reply: &Response) -> Self {
        let text: Vec<&str> = reply.message().collect();
        Self::refused(step, &reply.code().to_string(), &text.join(" "))
    }

    /// The error that a step ended with.
    pub(super) fn of_error(step: Step<'_>, error: &Error) -> Self {
        let source = error.source();
        let text = source.map(ToString::to_string).unwrap_or_default();
        if let Some(code) = error.status() {
            return Self::refused(step, &code.to_string(), &text);
        }
        if let Some(error) = source.and_then(|source| source.downcast_ref::<io::Error>()) {
            let what = format!("go on with {step}");
            let fault = session_fault(error, step.phase())
                .unwrap_or_else(|| transport_fault(error, step.phase(), &what));
            return Self::of_fault(&fault);
        }
        Self::of_text(match (error.is_response(), step) {
            (true, Step::Greeting) => format!("the server does not speak SMTP: {text}"),
            // Later the text, in which a reply is quoted, could have a password that could not be recognized.
            (true, _) => format!("{step} failed: the server's reply is not one of SMTP"),
            (false, _) => format!("{step} failed: {text}"),
        })
    }

    /// No answer came in time.
    pub(super) fn of_time(step: Step<'_>, waited: Duration) -> Self {
        Self::of_text(format!(
            "TIMEOUT during {}: the server did not answer within {} ms when it was to take {step}",
            step.phase().as_str(),
            waited.as_millis()
        ))
    }

    fn refused(step: Step<'_>, code: &str, text: &str) -> Self {
        let why = format!("{step} was refused: {code} {text}");
        // With 421 it ends the session (RFC 5321 section 3.8).
        Self { why, is_refusal: code != "421" }
    }
}
