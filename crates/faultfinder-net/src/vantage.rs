//! The place that probes run from.

use crate::tls::{TlsClient, TlsOptions};
use crate::{Clock, dns::SystemResolver, fetch::Cache};
use faultfinder_taxonomy::Fault;
use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::sync::{Arc, OnceLock, PoisonError, RwLock};

/// The place that probes run from: its clock, its resolver, the TLS clients that were prepared here, and what
/// authorities were asked before (CRLs, certificates of issuers, OCSP answers), and what probes keep between runs.
///
/// Make one and share it; there is no global state beside it.
#[derive(Debug)]
pub struct Vantage {
    clock: Clock,
    resolver: OnceLock<SystemResolver>,
    tls: RwLock<HashMap<TlsOptions, Arc<TlsClient>>>,
    fetched: Cache,
    shared: RwLock<HashMap<TypeId, Arc<dyn Any + Send + Sync>>>,
}

/// How many prepared TLS clients are kept; beyond that they are made anew.
const TLS_CLIENTS_MAX: usize = 4096;

impl Vantage {
    /// This host, with its own clock and resolver.
    #[must_use]
    pub fn system() -> Self {
        Self::with_clock(Clock::system())
    }

    /// This host with another clock.
    #[must_use]
    pub fn with_clock(clock: Clock) -> Self {
        Self {
            clock,
            resolver: OnceLock::new(),
            tls: RwLock::default(),
            fetched: Cache::new(),
            shared: RwLock::default(),
        }
    }

    /// The clock.
    #[must_use]
    pub const fn clock(&self) -> &Clock {
        &self.clock
    }

    /// The resolver that this system is configured with, read once.
    pub fn resolver(&self) -> &SystemResolver {
        self.resolver.get_or_init(SystemResolver::from_system)
    }

    /// What was fetched before.
    pub(crate) const fn fetched(&self) -> &Cache {
        &self.fetched
    }

    /// What the probes of one protocol share at this place, such as their sockets or tokens: one value per type, made
    /// empty when it is first asked for. Its size is the business of the type.
    ///
    /// The type belongs to the crate of the protocol, which alone knows it; the vantage only keeps it.
    pub fn shared<T: Any + Default + Send + Sync>(&self) -> Arc<T> {
        let shared =
            self.shared.read().unwrap_or_else(PoisonError::into_inner).get(&TypeId::of::<T>()).cloned();
        if let Some(Ok(shared)) = shared.map(Arc::downcast::<T>) {
            return shared;
        }
        let mut all = self.shared.write().unwrap_or_else(PoisonError::into_inner);
        let new = || -> Arc<dyn Any + Send + Sync> { Arc::new(T::default()) };
        let shared = Arc::clone(all.entry(TypeId::of::<T>()).or_insert_with(new));
        // An entry is of the type that is its key.
        shared.downcast::<T>().unwrap_or_default()
    }

    /// The TLS client for these options, prepared once per distinct set.
    ///
    /// # Errors
    ///
    /// `INVALID_REQUEST` when a certificate or key cannot be read or does not fit.
    pub fn tls_client(&self, options: &TlsOptions) -> Result<Arc<TlsClient>, Fault> {
        if let Some(client) = self.tls.read().unwrap_or_else(PoisonError::into_inner).get(options) {
            return Ok(Arc::clone(client));
        }
        let client = Arc::new(TlsClient::new(options)?);
        let mut clients = self.tls.write().unwrap_or_else(PoisonError::into_inner);
        if clients.len() < TLS_CLIENTS_MAX {
            clients.insert(options.clone(), Arc::clone(&client));
        }
        Ok(client)
    }
}

impl Default for Vantage {
    fn default() -> Self {
        Self::system()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicU32, Ordering};

    #[test]
    fn a_vantage_keeps_one_value_per_type_and_shares_it_with_no_other_vantage() {
        let vantage = Vantage::system();
        vantage.shared::<AtomicU32>().store(7, Ordering::Relaxed);
        assert_eq!(vantage.shared::<AtomicU32>().load(Ordering::Relaxed), 7);
        assert!(vantage.shared::<std::sync::Mutex<Vec<u8>>>().lock().unwrap().is_empty());
        assert_eq!(Vantage::system().shared::<AtomicU32>().load(Ordering::Relaxed), 0);
    }
}
