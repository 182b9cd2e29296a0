//! Tests of files: into the catalog, and out of it.

use crate::catalog::Kept;
use crate::definitions::Loaded;
use crate::service::Service;
use crate::store::{Origin, TestRecord};
use faultfinder_engine::PlannedTest;
use std::collections::HashSet;
use std::sync::Arc;
use tokio::sync::watch;

/// Follows the files until they are no longer watched.
pub(crate) async fn follow(service: Arc<Service>, mut loaded: watch::Receiver<Arc<Loaded>>) {
    let mut known = HashSet::new();
    loop {
        let now = Arc::clone(&loaded.borrow_and_update());
        take(&service, &now, &mut known);
        if loaded.changed().await.is_err() {
            return;
        }
    }
}

/// Brings the catalog to what the files say. The good part of bad files is not taken: all of it, or what was before.
fn take(service: &Service, loaded: &Loaded, known: &mut HashSet<String>) {
    if !loaded.diagnostics.is_empty() {
        tracing::warn!(errors = loaded.errors, is_current = loaded.is_current, "{}", loaded.diagnostics);
    }
    let mut now = HashSet::new();
    for test in loaded.tests.iter() {
        now.insert(test.id().to_owned());
        service.put(Kept::of_file(record(service, test), Arc::clone(test)));
    }
    for gone in known.difference(&now) {
        service.remove(gone);
    }
    tracing::info!(tests = now.len(), "definitions are loaded");
    *known = now;
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
        definition: "null".to_owned(),
        origin: Origin::File(test.file().to_owned()),
        paused: false,
        created_at: before.map_or(now, |before| before.created_at),
        updated_at: now,
        deleted_at: None,
    }
}
