//! The tests that can be run now, by id.

use crate::store::TestRecord;
use faultfinder_engine::{PlannedTest, Suite};
use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

/// The tests that can be run now, by id.
#[derive(Debug, Default)]
pub(crate) struct Catalog(RwLock<HashMap<Arc<str>, Arc<Kept>>>);

/// A test that can be run.
#[derive(Debug)]
pub(crate) struct Kept {
    pub(crate) record: TestRecord,
    suite: Arc<Suite>,
    place: usize,
}

impl Kept {
    /// A test of a suite.
    pub(crate) const fn new(record: TestRecord, suite: Arc<Suite>, place: usize) -> Self {
        Self { record, suite, place }
    }

    /// The test, ready to be run.
    pub(crate) fn planned(&self) -> Option<&PlannedTest> {
        self.suite.tests().get(self.place)
    }
}

impl Catalog {
    pub(crate) fn get(&self, id: &str) -> Option<Arc<Kept>> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).get(id).cloned()
    }

    pub(crate) fn put(&self, kept: Kept) {
        let id: Arc<str> = kept.record.id.as_str().into();
        self.0.write().unwrap_or_else(PoisonError::into_inner).insert(id, Arc::new(kept));
    }

    pub(crate) fn remove(&self, id: &str) {
        self.0.write().unwrap_or_else(PoisonError::into_inner).remove(id);
    }
}
