//! Certificates for the tests of this module, made by the lab's writer for one fixed time.

use faultfinder_lab::pki;
use faultfinder_x509::Certificate;
use std::time::{Duration, SystemTime};

/// The time that they are made for: 2026-01-01.
pub(super) const NOW: i64 = 1_767_225_600;

fn now() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(NOW.unsigned_abs())
}

/// An authority.
pub(super) struct Authority(pki::Authority);

impl Authority {
    /// A root of that common name.
    pub(super) fn root(name: &str) -> Self {
        let key = pki::Key::ec().unwrap();
        Self(pki::Authority::root(&pki::Template::authority(now(), name, None), key).unwrap())
    }

    /// An authority below this one.
    pub(super) fn subordinate(&self, name: &str) -> Self {
        let key = pki::Key::ec().unwrap();
        Self(self.0.subordinate(&pki::Template::authority(now(), name, None), key).unwrap())
    }

    /// A server's certificate, valid for 89 days.
    pub(super) fn issue(&self, name: &str) -> Vec<u8> {
        self.0.issue(&pki::Template::server(now(), &[name])).unwrap().chain.first().unwrap().to_vec()
    }

    pub(super) fn der(&self) -> Vec<u8> {
        self.0.certificate().to_vec()
    }

    pub(super) fn certificate(&self) -> Certificate {
        Certificate::from_der(&self.der()).unwrap()
    }

    /// PEM that trusts it for TLS clients only.
    pub(super) fn for_clients_only(&self) -> String {
        self.0.trusted_pem(&[pki::oids::CLIENT_AUTH], &[])
    }
}

/// A certificate as PEM.
pub(super) fn pem(der: &[u8]) -> String {
    pki::pem::encode("CERTIFICATE", der)
}
