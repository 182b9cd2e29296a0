//! The location that probes run from.

use crate::dns::SystemResolver;
#[cfg(feature = "tls")]
use crate::fetch::{Cache, FetchError, Wanted};
use crate::stamped::KeepStamping;
#[cfg(feature = "tls")]
use crate::tls::{TlsClient, TlsOptions};
use crate::{Clock, DeniedNetworks, Trace};
use faultfinder_taxonomy::{Fault, Phase};
use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, OnceLock, PoisonError, RwLock};

/// The location that probes run from: its clock, its resolver, the prepared TLS clients, cached data from
/// authorities (CRLs, issuers' certificates, OCSP responses), state that probes keep between runs, and the
/// networks that they may not reach.
///
/// Create one and share it; there is no other global state.
#[derive(Debug)]
pub struct Vantage {
    clock: Clock,
    denied: DeniedNetworks,
    resolver: OnceLock<SystemResolver>,
    #[cfg(feature = "tls")]
    tls: RwLock<HashMap<TlsOptions, Arc<TlsClient>>>,
    #[cfg(feature = "tls")]
    fetch: Fetch,
    #[cfg(feature = "tls")]
    fetched: Cache,
    shared: RwLock<HashMap<TypeId, Arc<dyn Any + Send + Sync>>>,
    stamping: OnceLock<KeepStamping>,
}

/// How data that an authority publishes is fetched: the vantage, the options of the test, how many requests the probe
/// has made so far, the URL, and what to fetch. It is injected, because the fetched data is used to verify the kind of
/// connection that a fetch itself uses.
#[cfg(feature = "tls")]
pub(crate) type Fetch =
    for<'a> fn(
        &'a Vantage,
        &'a crate::ClientOptions,
        &'a mut usize,
        &'a str,
        Wanted<'a>,
    ) -> std::pin::Pin<Box<dyn Future<Output = Result<Vec<u8>, FetchError>> + Send + 'a>>;

/// How many prepared TLS clients are cached; others are created anew.
#[cfg(feature = "tls")]
const TLS_CLIENTS_MAX: usize = 4096;

impl Vantage {
    /// A vantage with a clock, and a function that fetches data that authorities publish.
    pub(crate) fn new(clock: Clock, #[cfg(feature = "tls")] fetch: Fetch) -> Self {
        Self {
            clock,
            denied: DeniedNetworks::none(),
            resolver: OnceLock::new(),
            #[cfg(feature = "tls")]
            tls: RwLock::default(),
            #[cfg(feature = "tls")]
            fetch,
            #[cfg(feature = "tls")]
            fetched: Cache::new(),
            shared: RwLock::default(),
            stamping: OnceLock::new(),
        }
    }

    /// The same vantage, from which no probe may reach these networks. By default none are denied.
    ///
    /// An address in one of them is `DENIED` with the detail `ERR_NETWORK_DENIED`, before a connection to it is opened
    /// or a packet sent. One denied address of a name denies the name. What a proxy reaches by a name is not checked,
    /// and neither are the addresses of this host's name servers.
    #[must_use]
    pub fn denying(mut self, networks: DeniedNetworks) -> Self {
        self.denied = networks;
        self
    }

    /// The networks that no probe may reach.
    #[must_use]
    pub const fn denied(&self) -> &DeniedNetworks {
        &self.denied
    }

    /// Whether probes may reach all of these addresses; `field` is what led to them. If not, the trace enters the
    /// connect phase.
    ///
    /// Everything in this crate that opens a connection or sends a packet calls this; code that does so by other means
    /// must call it first.
    ///
    /// # Errors
    ///
    /// `DENIED` with the detail `ERR_NETWORK_DENIED`, in the connect phase.
    pub fn admit(&self, addresses: &[IpAddr], field: &str, trace: &mut Trace) -> Result<(), Fault> {
        if self.denied.is_empty() {
            return Ok(());
        }
        match addresses.iter().find_map(|address| self.denied.denying(*address)) {
            Some(denial) => {
                trace.enter(Phase::Connect);
                Err(denial.fault(field))
            }
            None => Ok(()),
        }
    }

    /// The same for a name server that is asked over UDP: the servers that this host is configured with are allowed.
    pub(crate) fn admit_server(&self, server: SocketAddr) -> Result<(), Fault> {
        match self.denied.denying(server.ip()) {
            Some(denial) if !self.resolver().has_server(server) => Err(denial.fault("resolver.server")),
            _ => Ok(()),
        }
    }

    /// The clock.
    #[must_use]
    pub const fn clock(&self) -> &Clock {
        &self.clock
    }

    /// The resolver that this system is configured with. It notices when the configuration changes.
    pub fn resolver(&self) -> &SystemResolver {
        self.resolver.get_or_init(SystemResolver::from_system)
    }

    /// From now on the kernel notes when data arrives.
    pub(crate) fn keep_stamping(&self) {
        self.stamping.get_or_init(KeepStamping::begin);
    }

    /// How data that an authority publishes is fetched.
    #[cfg(feature = "tls")]
    pub(crate) const fn fetch(&self) -> Fetch {
        self.fetch
    }

    /// Data that was fetched before.
    #[cfg(feature = "tls")]
    pub(crate) const fn fetched(&self) -> &Cache {
        &self.fetched
    }

    /// State that the probes of one protocol share at this vantage, such as their sockets or tokens: one value per
    /// type, created empty on first use. The type must limit its own size.
    ///
    /// The type belongs to the crate of the protocol, which alone knows it; the vantage only stores it.
    pub fn shared<T: Any + Default + Send + Sync>(&self) -> Arc<T> {
        let shared =
            self.shared.read().unwrap_or_else(PoisonError::into_inner).get(&TypeId::of::<T>()).cloned();
        if let Some(Ok(shared)) = shared.map(Arc::downcast::<T>) {
            return shared;
        }
        let mut all = self.shared.write().unwrap_or_else(PoisonError::into_inner);
        let new = || -> Arc<dyn Any + Send + Sync> { Arc::new(T::default()) };
        let shared = Arc::clone(all.entry(TypeId::of::<T>()).or_insert_with(new));
        // An entry has the type that is its key.
        shared.downcast::<T>().unwrap_or_default()
    }

    /// The TLS client for these options, prepared once per distinct set. `field` is what they are called in faults:
    /// `http.tls`.
    ///
    /// # Errors
    ///
    /// `INVALID_REQUEST` when a certificate or key cannot be read or is invalid.
    #[cfg(feature = "tls")]
    pub fn tls_client(&self, options: &TlsOptions, field: &str) -> Result<Arc<TlsClient>, Fault> {
        if let Some(client) = self.tls.read().unwrap_or_else(PoisonError::into_inner).get(options) {
            return Ok(Arc::clone(client));
        }
        let client = Arc::new(TlsClient::new(options, field)?);
        let mut clients = self.tls.write().unwrap_or_else(PoisonError::into_inner);
        if clients.len() < TLS_CLIENTS_MAX {
            clients.insert(options.clone(), Arc::clone(&client));
        }
        Ok(client)
    }

    /// Forgets the prepared TLS clients: the files that options name are read again when they are needed next.
    #[cfg(feature = "tls")]
    pub fn forget_tls_clients(&self) {
        self.tls.write().unwrap_or_else(PoisonError::into_inner).clear();
    }
}
