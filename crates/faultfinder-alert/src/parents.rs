//! The tests on which a test depends.

use serde::{Deserialize, Serialize};

/// The tests that a test depends on, together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[expect(clippy::exhaustive_structs, reason = "closed: what an alert depends on")]
pub struct Parents {
    /// Whether one of them has an alert.
    pub is_down: bool,
    /// When the latest run of each began, of those that run by themselves: the earliest of these moments, in milliseconds since
    /// 1970. Nothing if none of them does.
    pub ran_at: Option<i64>,
}

/// How long an alert waits for runs of the tests on which its test depends, in milliseconds.
///
/// They may fail for the same reason, and have not run since.
pub const PARENTS_AWAITED: i64 = 30_000;
