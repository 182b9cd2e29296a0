//! Certificates made for the lab: authorities, good leaves, and every way in which one can be broken; and what authorities
//! say of them later, by CRL and OCSP.
//!
//! All of them are made when the lab starts, for the time it was given; only the two RSA keys are fixed, because
//! making them takes long. They are test keys: everybody can read them in the source, so trust nothing that they sign.

mod authority; // Authority: a key, a name, a certificate; signs others
mod crl; // Crl: what a revocation list says
pub mod der; // writer of DER
pub mod extensions; // certificate extensions
mod identity; // Identity: a chain and its leaf's key
mod key; // Key: P-256, RSA and Ed448
mod rsa_signature; // Digest, and signatures by RSA keys
mod ocsp; // OcspResponse: what a responder says of a certificate
pub mod oids; // object identifiers
pub mod pem; // writer of PEM
pub mod pkcs7; // writer of PKCS #7
mod server; // Server: TLS servers with wrong certificates
mod template; // Template: what a certificate says
mod weak_rsa; // TLS signatures by too short a key
mod handshake_keys; // TLS signatures by keys that rustls does not take

pub use authority::Authority;
pub use crl::{Crl, Reason, Scope};
pub use identity::Identity;
pub use key::Key;
pub use ocsp::{OcspResponse, Status};
pub use rsa_signature::Digest;
pub use server::Server;
pub use template::{DAY, Signature, Template, after, before, name};

use crate::LabError;
use rustls::ServerConfig;
use std::sync::Arc;
use std::time::SystemTime;

/// The names of the lab's good certificate.
pub const NAMES: &[&str] = &["shop.lab.test", "*.lab.test", "localhost", "127.0.0.1", "::1"];

/// The lab's authorities and certificates.
#[derive(Debug)]
pub struct Pki {
    now: SystemTime,
    root: Authority,
    issuing: Authority,
    stranger: Authority,
    good: Identity,
}

impl Pki {
    /// Authorities whose certificates are valid at this time.
    ///
    /// # Errors
    ///
    /// When a key or certificate cannot be made.
    pub fn new(now: SystemTime) -> Result<Self, LabError> {
        let root = Authority::root(&Template::authority(now, "Lab Root", None), Key::ec()?)?;
        let issuing = root.subordinate(&Template::authority(now, "Lab Issuing CA", Some(0)), Key::ec()?)?;
        let stranger = Authority::root(&Template::authority(now, "Somebody Else's Root", None), Key::ec()?)?;
        let good = issuing.issue(&Template::server(now, NAMES))?;
        Ok(Self { now, root, issuing, stranger, good })
    }

    /// The time that the certificates were made for.
    #[must_use]
    pub const fn now(&self) -> SystemTime {
        self.now
    }

    /// The root that tests trust.
    #[must_use]
    pub const fn root(&self) -> &Authority {
        &self.root
    }

    /// The authority below the root that issues leaves.
    #[must_use]
    pub const fn issuing(&self) -> &Authority {
        &self.issuing
    }

    /// A root that issued nothing here: what a test trusts when it must not find the right one.
    #[must_use]
    pub const fn stranger(&self) -> &Authority {
        &self.stranger
    }

    /// The root in PEM: what a test puts into `ca`.
    #[must_use]
    pub fn ca_pem(&self) -> String {
        self.root.pem()
    }

    /// The good certificate, for all of [`NAMES`].
    #[must_use]
    pub const fn good(&self) -> &Identity {
        &self.good
    }

    /// A good certificate for these names and addresses.
    ///
    /// # Errors
    ///
    /// When it cannot be signed.
    pub fn leaf(&self, names: &[&str]) -> Result<Identity, LabError> {
        self.issuing.issue(&Template::server(self.now, names))
    }

    /// A certificate for [`NAMES`] that expired yesterday.
    ///
    /// # Errors
    ///
    /// When it cannot be signed.
    pub fn expired(&self) -> Result<Identity, LabError> {
        self.issuing.issue(
            &Template::server(self.now, NAMES).valid(before(self.now, DAY * 91), before(self.now, DAY)),
        )
    }

    /// A certificate for [`NAMES`] that signed itself.
    ///
    /// # Errors
    ///
    /// When it cannot be signed.
    pub fn self_signed(&self) -> Result<Identity, LabError> {
        let authority = Authority::root(&Template::server(self.now, NAMES), Key::ec()?)?;
        Ok(Identity { chain: vec![authority.certificate().clone()], key: Arc::clone(authority.key()) })
    }

    /// A good client certificate.
    ///
    /// # Errors
    ///
    /// When it cannot be signed.
    pub fn client(&self) -> Result<Identity, LabError> {
        self.issuing.issue(&Template::client(self.now, "Lab Client"))
    }

    /// A TLS 1.2 and 1.3 server with the good certificate that speaks these protocols, the preferred one first.
    ///
    /// # Errors
    ///
    /// When rustls cannot make a server of it.
    pub fn server_config(&self, alpn: &[&str]) -> Result<Arc<ServerConfig>, LabError> {
        self.good.server_config(alpn)
    }
}

#[cfg(test)]
mod tests;
