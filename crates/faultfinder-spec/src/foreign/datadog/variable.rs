//! A variable of the file.

use crate::Place;

/// A variable of the file.
pub(super) struct Variable {
    pub(super) name: String,
    pub(super) place: Place,
    /// Where its value comes from.
    pub(super) source: Source,
    pub(super) secret: bool,
}

/// Where the value of a variable comes from.
#[derive(PartialEq, Eq, Clone)]
pub(super) enum Source {
    /// From the file.
    Text(String),
    /// From outside, by the name that it has in Datadog: the file does not have it.
    Outside { name: String, is_global: bool },
}
