//! What an alert depends on: results.

use faultfinder_taxonomy::Code;

/// A result of a test, as far as alerts depend on it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "closed: what of a result counts")]
pub struct Seen {
    /// The id of the result: the same result counts once.
    pub id: u128,
    /// When the run ended, its last retry included, in milliseconds since 1970.
    pub at: i64,
    /// Where it ran.
    pub location: String,
    /// How it ended.
    pub verdict: Verdict,
}

/// How a run ended, as far as alerts depend on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "closed: an alert has to know what each means")]
pub enum Verdict {
    /// Everything held.
    Passed,
    /// Everything held, with warnings.
    Degraded,
    /// The test failed, with this code if it is known.
    Failed(Option<Code>),
    /// This host could not carry the test out, which says nothing about the target.
    Ourselves,
    /// The run did not happen, which says nothing about the target.
    Missed,
}
