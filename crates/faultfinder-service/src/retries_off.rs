//! Tests whose automatic retries are off: a target refused their credentials, and trying them again can lock an account.
//!
//! They stay off until the test, or a secret that it uses, changes: over runs, and over restarts of the service.

use crate::store::{RetriesOff, Store, StoreError};
use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The tests whose automatic retries are off, in memory and in the store.
#[derive(Debug, Default)]
pub(crate) struct AllRetriesOff {
    state: Mutex<State>,
    /// One write at a time, each of what is true then: the last one is right.
    saving: tokio::sync::Mutex<()>,
}

#[derive(Debug, Default)]
struct State {
    off: HashMap<String, RetriesOff>,
    /// Tests of which the store does not have the state yet.
    unsaved: HashSet<String>,
}

impl AllRetriesOff {
    /// Reads what the store has.
    ///
    /// # Errors
    ///
    /// When the store does not answer.
    pub(crate) async fn load(&self, store: &dyn Store) -> Result<(), StoreError> {
        let listed = store.retries_off().await?;
        for damage in listed.damaged {
            tracing::error!("{damage}; automatic retries of that test are on");
        }
        self.state().off = listed.rows.into_iter().map(|off| (off.test.clone(), off)).collect();
        Ok(())
    }

    /// Since when and why the retries of a test are off, if they are.
    pub(crate) fn of(&self, test: &str) -> Option<RetriesOff> {
        self.state().off.get(test).cloned()
    }

    /// Switches the retries of a test off. Returns whether there is something to save; when they were off already, they
    /// stay off since then.
    pub(crate) fn put(&self, off: RetriesOff) -> bool {
        let mut state = self.state();
        let is_new = state.off.get(&off.test).is_none_or(|known| known.fingerprint != off.fingerprint);
        if is_new {
            tracing::warn!(
                test = off.test,
                "automatic retries are off until the test or a secret it uses changes"
            );
            state.unsaved.insert(off.test.clone());
            state.off.insert(off.test.clone(), off);
        }
        is_new
    }

    /// A test is now another one, with this fingerprint, or gone. Returns whether there is something to save.
    pub(crate) fn changed(&self, test: &str, fingerprint: Option<u32>) -> bool {
        let mut state = self.state();
        let is_other = state.off.get(test).is_some_and(|off| Some(off.fingerprint) != fingerprint);
        if is_other {
            state.off.remove(test);
            state.unsaved.insert(test.to_owned());
        }
        is_other
    }

    /// Whether the store does not have the state of a test yet.
    pub(crate) fn is_unsaved(&self, test: &str) -> bool {
        self.state().unsaved.contains(test)
    }

    /// Writes the state of a test to the store. When that fails, [`is_unsaved`](Self::is_unsaved) says so.
    pub(crate) async fn save(&self, test: &str, store: &dyn Store) {
        let _one_at_a_time = self.saving.lock().await;
        let off = {
            let mut state = self.state();
            if !state.unsaved.remove(test) {
                return;
            }
            state.off.get(test).cloned()
        };
        if let Err(error) = store.set_retries_off(test.to_owned(), off).await {
            tracing::error!(test, "whether automatic retries are off cannot be stored: {error}");
            self.state().unsaved.insert(test.to_owned());
        }
    }

    /// Writes what the store does not have yet.
    pub(crate) async fn save_all(&self, store: &dyn Store) {
        let unsaved: Vec<String> = self.state().unsaved.iter().cloned().collect();
        for test in unsaved {
            self.save(&test, store).await;
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
