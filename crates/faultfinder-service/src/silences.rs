//! Times in which nothing is sent about tests, in memory and in the store.

use crate::store::{SilenceRecord, Store, StoreError};
use crate::timestamp::Timestamp;
use faultfinder_alert::Silence;
use std::sync::{Arc, PoisonError, RwLock};

/// Most silences at once that have not ended: each result of a test that fails looks at all of them.
pub(crate) const SILENCES_MAX: usize = 200;

/// The silences that have not ended.
#[derive(Debug, Default)]
pub(crate) struct Silences {
    lasting: RwLock<Arc<[SilenceRecord]>>,
    /// One change at a time, in the store and here.
    changing: tokio::sync::Mutex<()>,
}

/// Why there is no new silence.
#[derive(Debug)]
pub(crate) enum NotAdded {
    /// There are as many as there may be.
    Full,
    Store(StoreError),
}

impl Silences {
    /// Reads what the store has.
    ///
    /// # Errors
    ///
    /// When the store does not answer.
    pub(crate) async fn load(&self, store: &dyn Store, now: Timestamp) -> Result<(), StoreError> {
        let listed = store.silences(now).await?;
        for damage in listed.damaged {
            tracing::error!("{damage}; that silence has no effect");
        }
        self.set(listed.rows);
        Ok(())
    }

    fn set(&self, lasting: Vec<SilenceRecord>) {
        *self.lasting.write().unwrap_or_else(PoisonError::into_inner) = lasting.into();
    }

    /// Those that have not ended at this moment, the first to begin first.
    pub(crate) fn lasting(&self, now: Timestamp) -> Vec<SilenceRecord> {
        self.all().iter().filter(|silence| silence.ends_at > now).cloned().collect()
    }

    fn all(&self) -> Arc<[SilenceRecord]> {
        Arc::clone(&self.lasting.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Those of a test.
    pub(crate) fn of(&self, test: &str, tags: &[String]) -> Arc<[Silence]> {
        let of_test = |silence: &&SilenceRecord| concerns(silence, test, tags);
        self.all().iter().filter(of_test).map(effect).collect()
    }

    /// Keeps a new one.
    ///
    /// # Errors
    ///
    /// When there are too many, or the store does not answer.
    pub(crate) async fn add(
        &self,
        store: &dyn Store,
        silence: SilenceRecord,
        now: Timestamp,
    ) -> Result<(), NotAdded> {
        let _changing = self.changing.lock().await;
        let mut lasting = self.lasting(now);
        if lasting.len() >= SILENCES_MAX {
            return Err(NotAdded::Full);
        }
        store.create_silence(silence.clone()).await.map_err(NotAdded::Store)?;
        lasting.push(silence);
        lasting.sort_by(|a, b| (a.starts_at, &a.id).cmp(&(b.starts_at, &b.id)));
        self.set(lasting);
        Ok(())
    }

    /// Ends one. Yields what it was; nothing if there is none of this id that has not ended.
    ///
    /// # Errors
    ///
    /// When the store does not answer.
    pub(crate) async fn end(
        &self,
        store: &dyn Store,
        id: &str,
        now: Timestamp,
    ) -> Result<Option<SilenceRecord>, StoreError> {
        let _changing = self.changing.lock().await;
        let (ended, lasting): (Vec<_>, Vec<_>) =
            self.lasting(now).into_iter().partition(|silence| silence.id == id);
        let Some(ended) = ended.into_iter().next() else { return Ok(None) };
        store.end_silence(id.to_owned(), now).await?;
        self.set(lasting);
        Ok(Some(SilenceRecord { ends_at: now, ..ended }))
    }
}

/// Whether a silence concerns a test with these tags.
pub(crate) fn concerns(silence: &SilenceRecord, test: &str, tags: &[String]) -> bool {
    let has_all = || !silence.tags.is_empty() && silence.tags.iter().all(|tag| tags.contains(tag));
    let is_for_all = silence.tests.is_empty() && silence.tags.is_empty();
    is_for_all || silence.tests.iter().any(|id| id == test) || has_all()
}

fn effect(silence: &SilenceRecord) -> Silence {
    Silence {
        from: silence.starts_at.millis(),
        until: silence.ends_at.millis(),
        is_maintenance: silence.is_maintenance,
    }
}
