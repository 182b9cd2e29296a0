//! Tests from files: into the catalog, and out of it.

use crate::catalog::Kept;
use crate::definitions::{Changes, Loaded};
use crate::service::Service;
use crate::store::{Origin, TestRecord};
use faultfinder_engine::PlannedTest;
use std::collections::HashMap;
use std::sync::Arc;
use tokio::sync::watch;

/// Takes what the files say when the service starts.
pub(crate) fn take_first(service: &Service, loaded: &Loaded) -> Arc<[Arc<PlannedTest>]> {
    take(service, &[], &loaded.tests);
    Arc::clone(&loaded.tests)
}

/// Follows the files, from what they said before on, until they are no longer watched.
pub(crate) async fn follow(
    service: Arc<Service>,
    mut loaded: watch::Receiver<Arc<Loaded>>,
    mut before: Arc<[Arc<PlannedTest>]>,
) {
    loop {
        let now = Arc::clone(&loaded.borrow_and_update().tests);
        take(&service, &before, &now);
        before = now;
        if loaded.changed().await.is_err() {
            return;
        }
    }
}

/// Brings the catalog from what the files said to what they say.
fn take(service: &Service, before: &[Arc<PlannedTest>], now: &[Arc<PlannedTest>]) {
    let Changes { new, changed, gone, .. } = Changes::between(before, now);
    let tests: HashMap<&str, &Arc<PlannedTest>> = now.iter().map(|test| (test.id(), test)).collect();
    for test in new.iter().chain(&changed).filter_map(|id| tests.get(id.as_str())) {
        service.put(Kept::of_file(record(service, test), Arc::clone(test)));
    }
    for id in &gone {
        service.remove(id);
    }
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
        paused: false,
        restricted: false,
        owner: String::new(),
        sealed: None,
        created_at: before.map_or(now, |before| before.created_at),
        updated_at: now,
        deleted_at: None,
    }
}
