//! Changes of which it is not known whether they were committed.
//!
//! A database that stops answering in the middle of a commit may have carried it out. Until it is asked again, the catalog
//! could run a test that was deleted, or not run one that is kept.

use crate::api;
use crate::catalog::Kept;
use crate::service::Service;
use crate::store::{StoreError, TestRecord};
use std::sync::Arc;
use std::time::Duration;

/// The pause before the store is asked again; twice as long after each further failure.
const PAUSE_MIN: Duration = Duration::from_millis(500);
const PAUSE_MAX: Duration = Duration::from_secs(30);

/// What the store says of a test.
enum Truth {
    /// It is kept, and can be run.
    Kept(Box<Kept>),
    /// It was deleted, or never kept.
    Gone,
    /// It is kept, and cannot be run.
    Unusable(String),
}

/// Brings the catalog in line with the store for one test, as soon as the store answers.
pub(crate) fn settle(service: &Arc<Service>, id: &str) {
    let (of, id) = (Arc::clone(service), id.to_owned());
    service.changes().begin(async move {
        let mut pause = PAUSE_MIN;
        while !of.is_closing() {
            match look(&of, &id).await {
                Ok(()) => return,
                Err(StoreError::Unavailable(_)) => {}
                Err(error) => return tracing::error!(test = id, "a stored test cannot be read: {error}"),
            }
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(PAUSE_MAX);
        }
    });
}

async fn look(service: &Service, id: &str) -> Result<(), StoreError> {
    let _turn = service.changes().turn(id).await;
    match truth(service.store().test(id.to_owned()).await?, service) {
        Truth::Gone => service.remove(id),
        Truth::Kept(kept) => {
            if service.catalog().get(id).is_none_or(|known| known.record.version != kept.record.version) {
                service.put(*kept);
            }
        }
        Truth::Unusable(why) => {
            tracing::error!(test = id, "a stored test cannot run: {why}");
            service.remove(id);
        }
    }
    Ok(())
}

fn truth(record: Option<TestRecord>, service: &Service) -> Truth {
    match record.filter(|record| record.deleted_at.is_none()) {
        None => Truth::Gone,
        Some(record) => match api::restored(record, service.keyring()) {
            Ok(kept) => Truth::Kept(Box::new(kept)),
            Err(why) => Truth::Unusable(why),
        },
    }
}
