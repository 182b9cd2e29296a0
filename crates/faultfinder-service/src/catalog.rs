//! The tests that can be run now, by id.

use crate::schedule::Moments;
use crate::store::{Origin, TestQuery, TestRecord};
use faultfinder_engine::{PlannedTest, Suite};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ops::Bound;
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

/// Most tests of files that are remembered after they are gone.
const GONE_MAX: usize = 10_000;

/// The tests that can be run now, by id.
#[derive(Debug, Default)]
pub(crate) struct Catalog(RwLock<Tests>);

#[derive(Debug, Default)]
struct Tests {
    kept: BTreeMap<Arc<str>, Arc<Kept>>,
    /// Tests of files that were here since this process began.
    gone: BTreeSet<Arc<str>>,
    /// How many tests of the API each token has, and is about to have.
    of_owners: HashMap<String, usize>,
}

impl Tests {
    fn insert(&mut self, id: Arc<str>, kept: Arc<Kept>) {
        self.count(&kept.record, 1);
        if let Some(before) = self.kept.insert(id, kept) {
            self.count(&before.record, -1);
        }
    }

    fn count(&mut self, record: &TestRecord, by: isize) {
        if record.origin == Origin::Api {
            self.count_owner(&record.owner, by);
        }
    }

    fn count_owner(&mut self, owner: &str, by: isize) {
        let count = self.of_owners.get(owner).copied().unwrap_or(0).saturating_add_signed(by);
        match count {
            0 => drop(self.of_owners.remove(owner)),
            count => drop(self.of_owners.insert(owner.to_owned(), count)),
        }
    }
}

/// Room for one more test of an owner, until this is dropped.
#[derive(Debug)]
pub(crate) struct Reserved<'a> {
    catalog: &'a Catalog,
    owner: String,
}

impl Drop for Reserved<'_> {
    fn drop(&mut self) {
        self.catalog.write().count_owner(&self.owner, -1);
    }
}

/// A test that can be run.
#[derive(Debug, Clone)]
pub(crate) struct Kept {
    pub(crate) record: TestRecord,
    planned: Planned,
}

/// A test that is ready to be run.
#[derive(Debug, Clone)]
enum Planned {
    /// The first of a suite, which came over the API.
    First(Arc<Suite>),
    /// One of a file.
    OfFile(Arc<PlannedTest>),
}

impl Kept {
    /// The first test of a suite.
    pub(crate) const fn first(record: TestRecord, suite: Arc<Suite>) -> Self {
        Self { record, planned: Planned::First(suite) }
    }

    /// A test of a file.
    pub(crate) const fn of_file(record: TestRecord, test: Arc<PlannedTest>) -> Self {
        Self { record, planned: Planned::OfFile(test) }
    }

    /// The same test with another record.
    pub(crate) fn with(&self, record: TestRecord) -> Self {
        Self { record, planned: self.planned.clone() }
    }

    /// The test, ready to be run.
    pub(crate) fn planned(&self) -> Option<&PlannedTest> {
        match &self.planned {
            Planned::First(suite) => suite.tests().first(),
            Planned::OfFile(test) => Some(test),
        }
    }

    /// Whether it is not run, but reports by itself.
    pub(crate) fn is_heartbeat(&self) -> bool {
        self.planned().is_some_and(|test| test.heartbeat().is_some())
    }

    /// Those of its due moments that are in its active times.
    pub(crate) fn active(&self, moments: Moments) -> Option<Moments> {
        match self.planned().and_then(PlannedTest::active_times) {
            Some(active) => moments.within(active),
            None => Some(moments),
        }
    }

    fn is_of_file(&self) -> bool {
        matches!(self.record.origin, Origin::File(_))
    }
}

impl Catalog {
    fn read(&self) -> RwLockReadGuard<'_, Tests> {
        self.0.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Tests> {
        self.0.write().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn get(&self, id: &str) -> Option<Arc<Kept>> {
        self.read().kept.get(id).cloned()
    }

    /// The test of a file, which the store does not have.
    pub(crate) fn of_file(&self, id: &str) -> Option<TestRecord> {
        self.get(id).filter(|kept| kept.is_of_file()).map(|kept| kept.record.clone())
    }

    /// Tests of files, in the order of their ids: at most one more than a page has.
    pub(crate) fn of_files(&self, query: &TestQuery) -> Vec<TestRecord> {
        let begin = query.after.as_deref().map_or(Bound::Unbounded, Bound::Excluded);
        let wanted = |kept: &&Arc<Kept>| kept.is_of_file() && query.is_met_by(&kept.record);
        let tests = self.read();
        let found =
            tests.kept.range::<str, _>((begin, Bound::Unbounded)).map(|(_, kept)| kept).filter(wanted);
        found.take(query.limit.saturating_add(1)).map(|kept| kept.record.clone()).collect()
    }

    /// All tests, in the order of their ids.
    pub(crate) fn all(&self) -> Vec<Arc<Kept>> {
        self.read().kept.values().cloned().collect()
    }

    /// The ids of all tests.
    pub(crate) fn ids(&self) -> Vec<Arc<str>> {
        self.read().kept.keys().cloned().collect()
    }

    pub(crate) fn put(&self, kept: Kept) {
        let id: Arc<str> = kept.record.id.as_str().into();
        let mut tests = self.write();
        tests.gone.remove(&id);
        tests.insert(id, Arc::new(kept));
    }

    /// Room for one more test of this owner, which may have so many that came over the API. The new one counts by itself
    /// when it is put.
    pub(crate) fn reserve(&self, owner: &str, tests_max: usize) -> Option<Reserved<'_>> {
        let mut tests = self.write();
        if tests.of_owners.get(owner).is_some_and(|count| *count >= tests_max) {
            return None;
        }
        tests.count_owner(owner, 1);
        Some(Reserved { catalog: self, owner: owner.to_owned() })
    }

    /// A test of a file is what it was, and was planned anew.
    pub(crate) fn renew(&self, test: &Arc<PlannedTest>) {
        if let Some(kept) = self.write().kept.get_mut(test.id()) {
            Arc::make_mut(kept).planned = Planned::OfFile(Arc::clone(test));
        }
    }

    /// Whether no test can be run.
    pub(crate) fn is_empty(&self) -> bool {
        self.read().kept.is_empty()
    }

    pub(crate) fn remove(&self, id: &str) {
        let mut tests = self.write();
        let Some((id, kept)) = tests.kept.remove_entry(id) else { return };
        tests.count(&kept.record, -1);
        if kept.is_of_file() {
            if tests.gone.len() >= GONE_MAX {
                tests.gone.pop_first();
            }
            tests.gone.insert(id);
        }
    }

    /// Whether a file had a test of this id.
    pub(crate) fn had(&self, id: &str) -> bool {
        self.read().gone.contains(id)
    }
}
