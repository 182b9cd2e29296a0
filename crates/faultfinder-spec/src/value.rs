//! Values that are read from text, at load or when their template has been rendered: by the same rules, and with the same
//! words when they are wrong.

mod bad; // BadValue: why text is not the value that a field needs
mod base64; // bytes that are written in base64
mod duration_range; // durations within bounds
mod method; // HTTP methods
mod number; // whole numbers and ports
mod simple; // truth, addresses, the version of the format
mod words; // the closed words, and types of records

pub use bad::BadValue;
pub use base64::Base64;
pub use duration_range::{
    EVERY_MAX, EVERY_MIN, EchoInterval, EchoWait, Every, FailingFor, Grace, Lifetime, LongestRun,
    MissingAfter, OverallTimeout, RETRY_INTERVAL_MAX, RemindEvery, RepeatInterval, RetryInterval, StepWait,
    TIMEOUT_MAX, Timeout, TotpPeriod,
};
pub use method::{METHOD_CHARS_MAX, Method};
pub use number::{EdnsSize, Number, Port};
pub(crate) use simple::FormatVersion;
pub use simple::ZonedAddress;
pub use words::parse_word;

/// A value that is read from text.
pub trait FromText: Sized {
    /// How such values look.
    const KIND: ValueKind;

    /// What is expected, with its article: `a port from 1 to 65535`.
    fn expected() -> String;

    /// Reads the value.
    ///
    /// # Errors
    ///
    /// When the text is not such a value.
    fn from_text(text: &str) -> Result<Self, BadValue>;
}

/// How values of a type look: for the schema, the reference and the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(
    clippy::exhaustive_enums,
    reason = "closed: each has its form in the schema and on the command line"
)]
pub enum ValueKind {
    /// Text of some form.
    Text,
    /// `true` or `false`.
    Bool,
    /// A duration.
    Duration,
    /// A port.
    Port,
    /// A whole number between bounds.
    Number(u32, u32),
    /// One of these words.
    Words(&'static [&'static str]),
    /// The version of the format.
    Version,
}
