//! What differs between two sets of tests.

use faultfinder_engine::PlannedTest;
use std::collections::HashMap;
use std::sync::Arc;

/// What differs between two sets of tests, by their ids; each list in the order of its set.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Changes {
    /// Tests that were not there before.
    pub new: Vec<String>,
    /// Tests that are written otherwise than before, or whose file has other `defaults` or `variables`.
    pub changed: Vec<String>,
    /// Tests that are as before.
    pub unchanged: Vec<String>,
    /// Tests that are not there any more.
    pub gone: Vec<String>,
}

impl Changes {
    /// What becomes of the tests from before.
    #[must_use]
    pub fn between(before: &[Arc<PlannedTest>], after: &[Arc<PlannedTest>]) -> Self {
        let mut known: HashMap<&str, u64> =
            before.iter().map(|test| (test.id(), test.fingerprint())).collect();
        let mut changes = Self::default();
        for test in after {
            let list = match known.remove(test.id()) {
                None => &mut changes.new,
                Some(fingerprint) if fingerprint == test.fingerprint() => &mut changes.unchanged,
                Some(_) => &mut changes.changed,
            };
            list.push(test.id().to_owned());
        }
        let gone = before.iter().filter(|test| known.contains_key(test.id()));
        changes.gone = gone.map(|test| test.id().to_owned()).collect();
        changes
    }
}
