//! TLS servers with the lab's certificates.

use super::{Authority, Identity};
use crate::LabError;
use rustls::crypto::aws_lc_rs::default_provider;
use rustls::server::WebPkiClientVerifier;
use rustls::sign::{CertifiedKey, SigningKey, SingleCertAndKey};
use rustls::{CipherSuite, RootCertStore, ServerConfig, SupportedProtocolVersion};
use std::sync::Arc;

/// Puts a TLS server's configuration together. Nothing checks the certificates: wrong ones are the point.
#[derive(Debug, Clone)]
pub struct Server {
    identity: Identity,
    key: Arc<dyn SigningKey>,
    alpn: Vec<Vec<u8>>,
    versions: Vec<&'static SupportedProtocolVersion>,
    suites: Option<&'static [CipherSuite]>,
    clients: Option<Authority>,
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
            clients: None,
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

    /// Knows these cipher suites only.
    #[must_use]
    pub fn suites(self, suites: &'static [CipherSuite]) -> Self {
        Self { suites: Some(suites), ..self }
    }

    /// Demands a client certificate of this authority.
    #[must_use]
    pub fn clients(self, authority: &Authority) -> Self {
        Self { clients: Some(authority.clone()), ..self }
    }

    /// Signs with another key than the certificate's.
    #[must_use]
    pub fn signing_with(self, key: Arc<dyn SigningKey>) -> Self {
        Self { key, ..self }
    }

    /// The key it signs with.
    #[must_use]
    pub fn signing_key(&self) -> Arc<dyn SigningKey> {
        Arc::clone(&self.key)
    }

    /// The configuration.
    ///
    /// # Errors
    ///
    /// When rustls cannot make a server of it.
    pub fn config(self) -> Result<Arc<ServerConfig>, LabError> {
        let mut provider = default_provider();
        if let Some(suites) = self.suites {
            provider.cipher_suites.retain(|suite| suites.contains(&suite.suite()));
        }
        let provider = Arc::new(provider);
        let builder = ServerConfig::builder_with_provider(Arc::clone(&provider)).with_protocol_versions(&self.versions)?;
        let builder = match self.clients {
            None => builder.with_no_client_auth(),
            Some(authority) => {
                let mut roots = RootCertStore::empty();
                roots.add(authority.certificate().clone())?;
                let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider)
                    .build()
                    .map_err(|error| LabError::Certificate(error.to_string()))?;
                builder.with_client_cert_verifier(verifier)
            }
        };
        let certified = CertifiedKey::new(self.identity.chain, self.key);
        let mut config = builder.with_cert_resolver(Arc::new(SingleCertAndKey::from(certified)));
        config.alpn_protocols = self.alpn;
        Ok(Arc::new(config))
    }
}
