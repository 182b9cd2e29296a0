//! The certificates that are trusted, found by their subject, and CRLs, found by their issuer.

use std::collections::HashMap;
use std::sync::Arc;

use crate::certificate::Certificate;
use crate::crl::Crl;
use crate::pem::{AuxTrust, PemCertificate};

/// A trusted certificate and what it is trusted for.
#[derive(Debug, Clone)]
#[expect(clippy::exhaustive_structs, reason = "closed: a certificate and its settings")]
pub struct TrustedCertificate {
    /// The certificate.
    pub certificate: Certificate,
    /// Its trust settings; none leave it to the certificate itself.
    pub trust: Option<AuxTrust>,
}

impl From<Certificate> for TrustedCertificate {
    fn from(certificate: Certificate) -> Self {
        Self { certificate, trust: None }
    }
}

impl From<PemCertificate> for TrustedCertificate {
    fn from(pem: PemCertificate) -> Self {
        Self { certificate: pem.certificate, trust: pem.trust }
    }
}

/// Trusted certificates, indexed by subject. Built once; share it behind an `Arc`.
#[derive(Debug, Clone, Default)]
pub struct TrustStore {
    all: Vec<TrustedCertificate>,
    by_subject: HashMap<Arc<[u8]>, Vec<usize>>,
    crls: HashMap<Arc<[u8]>, Vec<Crl>>,
}

impl TrustStore {
    /// A store of these certificates, in this order. Of byte-equal ones the first is kept, with its trust settings.
    #[must_use]
    pub fn new(certificates: impl IntoIterator<Item = TrustedCertificate>) -> Self {
        let mut store = Self::default();
        for trusted in certificates {
            let found = store
                .by_subject
                .entry(Arc::clone(trusted.certificate.parts().subject.canonical()))
                .or_default();
            let known = found
                .iter()
                .filter_map(|index| store.all.get(*index))
                .any(|known| known.certificate == trusted.certificate);
            if !known {
                found.push(store.all.len());
                store.all.push(trusted);
            }
        }
        store
    }

    /// The same store with CRLs, in this order; of byte-equal ones the first is kept. They are looked at for certificates
    /// of their own issuer only, as by Node.js; [`VerifyOptions::crls`](crate::VerifyOptions::crls) are for all.
    #[must_use]
    pub fn with_crls(mut self, crls: impl IntoIterator<Item = Crl>) -> Self {
        for crl in crls {
            let found = self.crls.entry(Arc::clone(crl.parts().issuer.canonical())).or_default();
            if !found.contains(&crl) {
                found.push(crl);
            }
        }
        self
    }

    /// Its CRLs of an issuer, in the order they were given.
    pub(crate) fn crls_of(&self, canonical: &Arc<[u8]>) -> &[Crl] {
        self.crls.get(canonical).map(Vec::as_slice).unwrap_or_default()
    }

    /// All of its CRLs.
    pub(crate) fn crls(&self) -> impl Iterator<Item = &Crl> {
        self.crls.values().flatten()
    }

    /// How many certificates it has.
    #[must_use]
    pub fn len(&self) -> usize {
        self.all.len()
    }

    /// Whether it has none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// All of them, in the order they were given.
    pub fn iter(&self) -> impl Iterator<Item = &TrustedCertificate> {
        self.all.iter()
    }

    /// Those with a subject, in the order they were given.
    pub(crate) fn with_subject<'a>(
        &'a self,
        canonical: &Arc<[u8]>,
    ) -> impl Iterator<Item = &'a TrustedCertificate> + use<'a> {
        let found = self.by_subject.get(canonical).map(Vec::as_slice).unwrap_or_default();
        found.iter().filter_map(|index| self.all.get(*index))
    }
}

impl FromIterator<TrustedCertificate> for TrustStore {
    fn from_iter<I: IntoIterator<Item = TrustedCertificate>>(certificates: I) -> Self {
        Self::new(certificates)
    }
}
