//! What each caller of the API may have at once.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::Semaphore;

/// So many permits for each caller. A caller can only make itself wait.
#[derive(Debug)]
pub(crate) struct OfCallers {
    each: usize,
    callers: Mutex<HashMap<Arc<str>, Arc<Semaphore>>>,
}

impl OfCallers {
    /// So many permits for each.
    pub(crate) fn new(each: usize) -> Self {
        Self { each, callers: Mutex::default() }
    }

    /// The permits of a caller, which are never closed. Those of which none are taken are forgotten.
    pub(crate) fn of(&self, caller: &Arc<str>) -> Arc<Semaphore> {
        let mut callers = self.callers.lock().unwrap_or_else(PoisonError::into_inner);
        callers.retain(|_, permits| Arc::strong_count(permits) > 1);
        let new = || Arc::new(Semaphore::new(self.each));
        Arc::clone(callers.entry(Arc::clone(caller)).or_insert_with(new))
    }

    #[cfg(test)]
    pub(crate) fn count(&self) -> usize {
        self.callers.lock().unwrap_or_else(PoisonError::into_inner).len()
    }
}
