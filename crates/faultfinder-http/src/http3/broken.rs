//! Why there is no answer.

use faultfinder_taxonomy::{Fault, Phase};
use h3::error::StreamError;

/// Why there is no answer.
pub(super) enum Broken {
    /// The library says so, in this phase.
    Library(StreamError, Phase),
    /// The peer violated a rule that the library does not enforce.
    Rule(Fault),
}

impl Broken {
    pub(super) const fn in_phase(phase: Phase) -> impl Fn(StreamError) -> Self {
        move |error| Self::Library(error, phase)
    }
}
