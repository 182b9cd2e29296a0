//! A chain of certificates and the key of its leaf.

use super::{Key, pem};
use rustls_pki_types::CertificateDer;
use std::sync::Arc;

/// What a TLS server or client presents: its chain, leaf first, and the key of the leaf.
#[derive(Debug, Clone)]
pub struct Identity {
    /// The certificates as they are sent, whatever is in them.
    pub chain: Vec<CertificateDer<'static>>,
    /// The key of the leaf.
    pub key: Arc<Key>,
}

impl Identity {
    /// A chain and the key of its leaf.
    #[must_use]
    pub fn new(chain: Vec<CertificateDer<'static>>, key: Key) -> Self {
        Self { chain, key: Arc::new(key) }
    }

    /// The same key with another chain.
    #[must_use]
    pub fn with_chain(self, chain: Vec<CertificateDer<'static>>) -> Self {
        Self { chain, ..self }
    }

    /// The same with one more certificate at the end of the chain.
    #[must_use]
    pub fn and(mut self, certificate: CertificateDer<'static>) -> Self {
        self.chain.push(certificate);
        self
    }

    /// The leaf alone.
    #[must_use]
    pub fn leaf_only(mut self) -> Self {
        self.chain.truncate(1);
        self
    }

    /// The chain in PEM, leaf first.
    #[must_use]
    pub fn certificate_pem(&self) -> String {
        self.chain.iter().map(|certificate| pem::encode("CERTIFICATE", certificate)).collect()
    }

    /// The key in PEM.
    #[must_use]
    pub fn key_pem(&self) -> String {
        self.key.pem()
    }
}
