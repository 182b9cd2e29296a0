//! Requests with an idempotency key that are under way.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

/// Whose request it is, and its key.
type Of = (Arc<str>, String);

/// Requests with an idempotency key that are under way.
#[derive(Debug, Default)]
pub(crate) struct UnderWay(Mutex<HashSet<Of>>);

/// A request that is under way, until this is dropped.
#[derive(Debug)]
pub(crate) struct Begun {
    all: Arc<UnderWay>,
    of: Of,
}

impl UnderWay {
    /// Begins a request; nothing while another one of this caller with the same key is under way.
    pub(crate) fn begin(self: &Arc<Self>, caller: &Arc<str>, key: &str) -> Option<Begun> {
        let of = (Arc::clone(caller), key.to_owned());
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.insert(of.clone()).then(|| Begun { all: Arc::clone(self), of })
    }
}

impl Drop for Begun {
    fn drop(&mut self) {
        self.all.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.of);
    }
}
