//! Certificates for the tests of this module, created by the lab for one fixed time.

use super::answer::Answer;
use super::session::Session;
use super::tests::arguments;
use faultfinder_lab::pki;
use faultfinder_x509::Certificate;
use std::time::{Duration, SystemTime};

/// The time that they are created for: 2026-01-01.
pub(super) const NOW: i64 = 1_767_225_600;

fn now() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(NOW.unsigned_abs())
}

/// An authority.
pub(super) struct Authority(pki::Authority);

impl Authority {
    /// A root with that common name.
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

    /// The same with a P-256 key that is not a point on the curve.
    pub(super) fn issue_without_key(&self, name: &str) -> Vec<u8> {
        let algorithm = pki::der::sequence(&[
            pki::der::oid(&[1, 2, 840, 10045, 2, 1]),
            pki::der::oid(&[1, 2, 840, 10045, 3, 1, 7]),
        ]);
        let mut template = pki::Template::server(now(), &[name]);
        template.spki = Some(pki::der::sequence(&[algorithm, pki::der::bit_string(&[4; 65])]));
        self.0.issue(&template).unwrap().chain.first().unwrap().to_vec()
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

/// Verifies with the words of a line, in which `DIR` is a folder with these files; the result also contains `DIR`.
pub(super) fn verify(line: &str, files: &[(&str, String)]) -> Answer {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().display().to_string();
    for (name, content) in files {
        std::fs::write(folder.path().join(name), content).unwrap();
    }
    let arguments = arguments(&line.replace("DIR", &path)).unwrap();
    let mut session = Session::open(&arguments, NOW).unwrap();
    let mut answer = Answer::of(&mut session, &arguments.files[0]).unwrap();
    answer.name = answer.name.replace(&path, "DIR");
    for origin in &mut answer.origins {
        origin.file = origin.file.replace(&path, "DIR");
    }
    answer
}
