//! Tests from files: into the catalog, and out of it.

use crate::catalog::Kept;
use crate::definitions::{Changes, DefinitionFile, Loaded};
use crate::service::Service;
use crate::store::{Origin, TestRecord};
use faultfinder_engine::PlannedTest;
use std::collections::HashMap;
use std::sync::Arc;
use tokio::sync::watch;

/// Takes what the files say when the service starts.
pub(crate) fn take_first(service: &Service, loaded: &Loaded) -> Arc<[Arc<DefinitionFile>]> {
    take(service, &[], &loaded.files, &mut Vec::new());
    Arc::clone(&loaded.files)
}

/// Follows the files, from what they said before on, until they are no longer watched.
pub(crate) async fn follow(
    service: Arc<Service>,
    mut loaded: watch::Receiver<Arc<Loaded>>,
    mut before: Arc<[Arc<DefinitionFile>]>,
) {
    loop {
        let now = Arc::clone(&loaded.borrow_and_update().files);
        let mut new = Vec::new();
        take(&service, &before, &now, &mut new);
        service.begin_soon(new.iter().map(String::as_str));
        before = now;
        if loaded.changed().await.is_err() {
            return;
        }
    }
}

/// Brings the catalog from what the files said to what they say. The id of a test has its file's name in it, so each file can
/// be compared by itself. The ids of tests that are new are added to `added`.
fn take(
    service: &Service,
    before: &[Arc<DefinitionFile>],
    now: &[Arc<DefinitionFile>],
    added: &mut Vec<String>,
) {
    let mut known: HashMap<&str, &Arc<DefinitionFile>> =
        before.iter().map(|file| (&*file.name, file)).collect();
    for file in now {
        let before = known.remove(&*file.name).map(|before| &before.tests);
        // A file that was not read, or that has mistakes now, has the same tests as before.
        if before.is_none_or(|before| !Arc::ptr_eq(before, &file.tests)) {
            added.extend(take_file(service, before.map_or(&[][..], |before| &**before), &file.tests));
        }
    }
    for file in known.into_values() {
        take_file(service, &file.tests, &[]);
    }
}

/// Brings the catalog from the tests that a file had to those that it has. Yields the ids of those that are new.
fn take_file(service: &Service, before: &[Arc<PlannedTest>], now: &[Arc<PlannedTest>]) -> Vec<String> {
    let Changes { new, changed, unchanged, gone } = Changes::between(before, now);
    let tests: HashMap<&str, &Arc<PlannedTest>> = now.iter().map(|test| (test.id(), test)).collect();
    for test in new.iter().chain(&changed).filter_map(|id| tests.get(id.as_str())) {
        service.put(Kept::of_file(record(service, test), Arc::clone(test)));
    }
    // Planned anew, with what its file and those that it refers to say now; and what was planned before is not kept.
    for test in unchanged.iter().filter_map(|id| tests.get(id.as_str())) {
        service.catalog().renew(test);
    }
    for id in &gone {
        service.remove(id);
    }
    new
}

/// How a test of a file is shown. Its definition stays in the file.
fn record(service: &Service, test: &PlannedTest) -> TestRecord {
    let now = service.now();
    let before = service.catalog().of_file(test.id());
    TestRecord {
        id: test.id().to_owned(),
        version: before.as_ref().map_or(1, |before| before.version.saturating_add(1)),
        name: test.name().to_owned(),
        tags: test.tags().map(str::to_owned).collect(),
        every: test.every(),
        definition: None,
        origin: Origin::File(test.file().to_owned()),
        paused: test.is_paused(),
        restricted: false,
        owner: String::new(),
        sealed: None,
        created_at: before.map_or(now, |before| before.created_at),
        updated_at: now,
        deleted_at: None,
    }
}
