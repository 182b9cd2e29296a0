//! TLS servers with the lab's certificates.

use super::{Authority, Identity};
use crate::LabError;
use rustls::crypto::CryptoProvider;
use rustls::crypto::aws_lc_rs::default_provider;
use rustls::server::danger::ClientCertVerifier;
use rustls::server::{ClientHello, ResolvesServerCert, WebPkiClientVerifier};
use rustls::sign::{CertifiedKey, SigningKey, SingleCertAndKey};
use rustls::time_provider::TimeProvider;
use rustls::{
    CipherSuite, NamedGroup, RootCertStore, ServerConfig, SignatureAlgorithm, SupportedCipherSuite,
    SupportedProtocolVersion,
};
use rustls_pki_types::UnixTime;
use std::sync::Arc;
use std::time::SystemTime;

/// Puts a TLS server's configuration together. Nothing checks the certificates: wrong ones are the point.
#[derive(Debug, Clone)]
pub struct Server {
    identity: Identity,
    key: Arc<dyn SigningKey>,
    alpn: Vec<Vec<u8>>,
    versions: Vec<&'static SupportedProtocolVersion>,
    suites: Option<&'static [CipherSuite]>,
    groups: Option<&'static [NamedGroup]>,
    clients: Option<(Authority, SystemTime)>,
    staple: Option<Vec<u8>>,
    needs_sni: bool,
}

impl Server {
    /// A TLS 1.2 and 1.3 server that presents this identity.
    ///
    /// # Errors
    ///
    /// When rustls refuses the key.
    pub fn new(identity: &Identity) -> Result<Self, LabError> {
        Ok(Self {
            key: identity.key.for_rustls()?,
            identity: identity.clone(),
            alpn: Vec::new(),
            versions: rustls::ALL_VERSIONS.to_vec(),
            suites: None,
            groups: None,
            clients: None,
            staple: None,
            needs_sni: false,
        })
    }

    /// Speaks these protocols, the preferred one first.
    #[must_use]
    pub fn alpn(self, protocols: &[&str]) -> Self {
        Self { alpn: protocols.iter().map(|protocol| protocol.as_bytes().to_vec()).collect(), ..self }
    }

    /// Speaks this version only.
    #[must_use]
    pub fn only(self, version: &'static SupportedProtocolVersion) -> Self {
        Self { versions: vec![version], ..self }
    }

    /// Knows these groups only, of those that Faultfinder's own sessions have.
    #[must_use]
    pub fn groups(self, groups: &'static [NamedGroup]) -> Self {
        Self { groups: Some(groups), ..self }
    }

    /// Knows these cipher suites only, of those that Faultfinder's own sessions have.
    #[must_use]
    pub fn suites(self, suites: &'static [CipherSuite]) -> Self {
        Self { suites: Some(suites), ..self }
    }

    /// Demands a client certificate below this root that is valid at this time.
    #[must_use]
    pub fn clients(self, root: &Authority, now: SystemTime) -> Self {
        Self { clients: Some((root.clone(), now)), ..self }
    }

    /// Staples this OCSP answer, for clients that ask for one.
    #[must_use]
    pub fn staples(self, answer: Vec<u8>) -> Self {
        Self { staple: Some(answer), ..self }
    }

    /// Has no certificate for clients that send no server name.
    #[must_use]
    pub fn needs_sni(self) -> Self {
        Self { needs_sni: true, ..self }
    }

    /// Signs with another key than the certificate's.
    #[must_use]
    pub fn signing_with(self, key: Arc<dyn SigningKey>) -> Self {
        Self { key, ..self }
    }

    /// The configuration.
    ///
    /// # Errors
    ///
    /// When rustls cannot make a server of it.
    pub fn config(self) -> Result<Arc<ServerConfig>, LabError> {
        let is_chosen = self.suites.is_some()
            || self.groups.is_some()
            || self.key.algorithm() == SignatureAlgorithm::ED448;
        let mut provider = if is_chosen {
            CryptoProvider::clone(&faultfinder_net::tls::provider())
        } else {
            default_provider()
        };
        if let Some(suites) = self.suites {
            provider.cipher_suites.retain(|suite| suites.contains(&suite.suite()));
        }
        if let Some(groups) = self.groups {
            provider.kx_groups.retain(|group| groups.contains(&group.name()));
            // A suite without a group for its exchange of keys is an error for rustls.
            let exchanges: Vec<_> =
                provider.kx_groups.iter().map(|group| group.name().key_exchange_algorithm()).collect();
            provider.cipher_suites.retain(|suite| match suite {
                SupportedCipherSuite::Tls12(suite) => exchanges.contains(&suite.kx),
                SupportedCipherSuite::Tls13(_) => true,
            });
        }
        let provider = Arc::new(provider);
        let builder = ServerConfig::builder_with_provider(Arc::clone(&provider))
            .with_protocol_versions(&self.versions)?;
        let builder = match &self.clients {
            None => builder.with_no_client_auth(),
            Some((authority, _)) => builder.with_client_cert_verifier(verifier(authority, provider)?),
        };
        let mut certified = CertifiedKey::new(self.identity.chain, self.key);
        certified.ocsp = self.staple;
        let certificate = SingleCertAndKey::from(certified);
        let mut config = if self.needs_sni {
            builder.with_cert_resolver(Arc::new(ByName(certificate)))
        } else {
            builder.with_cert_resolver(Arc::new(certificate))
        };
        config.alpn_protocols = self.alpn;
        if let Some((_, now)) = self.clients {
            config.time_provider = Arc::new(Stopped(now));
        }
        Ok(Arc::new(config))
    }
}

/// A certificate for clients that send a server name, whichever.
#[derive(Debug)]
struct ByName(SingleCertAndKey);

impl ResolvesServerCert for ByName {
    fn resolve(&self, hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        hello.server_name()?;
        self.0.resolve(hello)
    }
}

impl Identity {
    /// A TLS 1.2 and 1.3 server that presents it and speaks these protocols, the preferred one first.
    ///
    /// # Errors
    ///
    /// When rustls refuses the key.
    pub fn server_config(&self, alpn: &[&str]) -> Result<Arc<ServerConfig>, LabError> {
        Server::new(self)?.alpn(alpn).config()
    }
}

/// Lets in clients with a certificate below this authority.
fn verifier(
    authority: &Authority,
    provider: Arc<CryptoProvider>,
) -> Result<Arc<dyn ClientCertVerifier>, LabError> {
    let mut roots = RootCertStore::empty();
    roots.add(authority.certificate().clone())?;
    WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider)
        .build()
        .map_err(|error| LabError::Certificate(error.to_string()))
}

/// A clock that stands still: client certificates are judged at the time they were made for.
#[derive(Debug)]
struct Stopped(SystemTime);

impl TimeProvider for Stopped {
    fn current_time(&self) -> Option<UnixTime> {
        self.0.duration_since(SystemTime::UNIX_EPOCH).ok().map(UnixTime::since_unix_epoch)
    }
}
