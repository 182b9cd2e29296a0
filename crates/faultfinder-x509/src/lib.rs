//! stub
#![expect(missing_docs, reason = "stub")]
use faultfinder_taxonomy::*;
#[derive(Debug, Clone)]
pub struct Certificate;
#[derive(Debug, Clone)]
pub struct ParseError;
impl std::fmt::Display for ParseError {
    fn fmt(&self, _: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        Ok(())
    }
}
impl Certificate {
    pub fn from_der(_: &[u8]) -> Result<Self, ParseError> {
        Ok(Self)
    }
    pub fn facts(&self) -> CertificateFacts {
        CertificateFacts::default()
    }
    pub fn spki_der(&self) -> &[u8] {
        &[]
    }
}
#[derive(Debug, Clone)]
pub struct TrustedCertificate {
    pub certificate: Certificate,
}
impl From<Certificate> for TrustedCertificate {
    fn from(certificate: Certificate) -> Self {
        Self { certificate }
    }
}
#[derive(Debug)]
pub struct TrustStore;
impl TrustStore {
    pub fn new(_: impl IntoIterator<Item = TrustedCertificate>) -> Self {
        Self
    }
}
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Purpose {
    SslServer,
}
#[derive(Debug, Clone, Default)]
pub struct HostFlags {
    pub never_check_subject: bool,
    pub no_partial_wildcards: bool,
}
#[derive(Debug, Clone, Default)]
pub struct VerifyOptions {
    pub time: Option<i64>,
    pub purpose: Option<Purpose>,
    pub hosts: Vec<String>,
    pub ip: Option<std::net::IpAddr>,
    pub host_flags: HostFlags,
    pub depth: Option<u32>,
    pub auth_level: u8,
}
#[derive(Debug, Clone)]
pub struct Event {
    pub depth: usize,
    pub code: VerifyCode,
    pub openssl: VerifyCode,
    pub subject: String,
    pub reason: String,
    pub remedy: String,
}
impl Event {
    pub fn to_facts(&self) -> VerifyEvent {
        VerifyEvent::new(self.depth, self.code, self.openssl)
    }
}
#[derive(Debug, Clone)]
pub struct Verdict {
    pub events: Vec<Event>,
}
impl Verdict {
    pub fn decisive(&self, _: impl Fn(VerifyCode) -> bool) -> Option<&Event> {
        None
    }
}
pub fn verify(_: &Certificate, _: &[Certificate], _: &TrustStore, _: &VerifyOptions) -> Verdict {
    Verdict { events: vec![] }
}
pub mod pem {
    pub fn certificates(_: &[u8]) -> Result<Vec<super::TrustedCertificate>, super::ParseError> {
        Ok(vec![])
    }
}
