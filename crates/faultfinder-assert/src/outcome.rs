//! The outcome of an assertion, and how much of what was found it repeats.

use faultfinder_taxonomy::Fact;

/// Most bytes of a found value that an outcome repeats.
pub const ACTUAL_BYTES_MAX: usize = 4096;
/// How the message of an assertion begins that could not be evaluated.
pub const NOT_PERFORMED: &str = "could not perform assertion: ";
/// What stands at the end of a text that was cut.
pub const CUT_MARK: &str = "...";

/// What came of an assertion.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    /// Whether it holds.
    pub passed: bool,
    /// Whether it could be evaluated: what it reads was there. If not, it does not hold.
    pub evaluated: bool,
    /// What was expected.
    pub expected: Fact,
    /// What was found, cut after [`ACTUAL_BYTES_MAX`]; several values as a list, nothing when there is none.
    pub actual: Fact,
    /// Why it does not hold, or that it does.
    pub message: String,
    /// Whether it was given up because it took more work than an assertion may: then it does not hold.
    pub unfinished: bool,
}
