//! OCSP answers (RFC 6960), good and broken.

use super::crl::Reason;
use super::{Authority, Digest, Key, Signature, after, before, der, oids};
use crate::LabError;
use aws_lc_rs::digest;
use rustls_pki_types::CertificateDer;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

/// How long ago good answers were given.
const AGE: Duration = Duration::from_secs(3600);
/// How long they are good for.
const REST: Duration = Duration::from_secs(4 * 86_400);

/// What an answer says of a certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "closed: RFC 6960 has these three")]
pub enum Status {
    /// It is not revoked.
    Good,
    /// It was revoked at a time, for a reason.
    Revoked(SystemTime, Reason),
    /// The responder does not know it.
    Unknown,
}

/// The answer of a responder about one certificate.
#[derive(Debug, Clone)]
pub struct OcspResponse {
    /// What it says.
    pub status: Status,
    /// `producedAt`: when it was signed.
    pub produced_at: SystemTime,
    /// `thisUpdate`.
    pub this_update: SystemTime,
    /// `nextUpdate`.
    pub next_update: Option<SystemTime>,
    /// The certificates that come with it.
    pub certificates: Vec<CertificateDer<'static>>,
    /// How the signature comes about.
    pub signature: Signature,
    /// Which certificate it is about: a `CertID`.
    pub id: Vec<u8>,
    /// The key of the responder.
    pub responder: Arc<Key>,
}

impl OcspResponse {
    /// The answer of an issuer itself about the certificate with this serial number: good, an hour old, and good for four
    /// days.
    #[must_use]
    pub fn of(issuer: &Authority, serial: &[u8], now: SystemTime) -> Self {
        let name_hash = digest::digest(&digest::SHA1_FOR_LEGACY_USE_ONLY, issuer.subject());
        let id = der::sequence(&[
            der::sequence(&[der::oid(oids::SHA1), der::null()]),
            der::octet_string(name_hash.as_ref()),
            der::octet_string(&issuer.key().ocsp_hash()),
            der::integer(serial),
        ]);
        Self {
            status: Status::Good,
            produced_at: before(now, AGE),
            this_update: before(now, AGE),
            next_update: Some(after(now, REST)),
            certificates: Vec::new(),
            signature: Signature::Good,
            id,
            responder: Arc::clone(issuer.key()),
        }
    }

    /// The same, saying this.
    #[must_use]
    pub fn saying(self, status: Status) -> Self {
        Self { status, ..self }
    }

    /// The same, current between these times.
    #[must_use]
    pub fn valid(self, from: SystemTime, until: SystemTime) -> Self {
        Self { this_update: from, next_update: Some(until), ..self }
    }

    /// The same, given by the responder with this key and certificate.
    #[must_use]
    pub fn by(self, key: &Arc<Key>, certificate: &CertificateDer<'static>) -> Self {
        Self { responder: Arc::clone(key), certificates: vec![certificate.clone()], ..self }
    }

    /// The same, signed otherwise.
    #[must_use]
    pub fn signed(self, signature: Signature) -> Self {
        Self { signature, ..self }
    }

    /// The answer in DER.
    ///
    /// # Errors
    ///
    /// When it cannot be signed.
    pub fn der(&self) -> Result<Vec<u8>, LabError> {
        let status = match self.status {
            Status::Good => der::implicit(0, &[]),
            Status::Revoked(at, reason) => {
                let reason = der::tagged(0, &der::enumerated(reason as u8));
                der::tagged(1, &[der::generalized_time(at), reason].concat())
            }
            Status::Unknown => der::implicit(2, &[]),
        };
        let mut single = vec![self.id.clone(), status, der::generalized_time(self.this_update)];
        single.extend(self.next_update.map(|until| der::tagged(0, &der::generalized_time(until))));
        let signed = der::sequence(&[
            der::tagged(2, &der::octet_string(&self.responder.ocsp_hash())),
            der::generalized_time(self.produced_at),
            der::sequence(&[der::sequence(&single)]),
        ]);
        let signature = self.signature.make(&self.responder, Digest::Sha256, &signed)?;
        let mut basic =
            vec![signed, self.responder.signature_algorithm(Digest::Sha256), der::bit_string(&signature)];
        if !self.certificates.is_empty() {
            let certificates: Vec<u8> =
                self.certificates.iter().flat_map(|one| one.iter().copied()).collect();
            basic.push(der::tagged(0, &der::sequence_of(&certificates)));
        }
        let bytes = der::sequence(&[der::oid(oids::OCSP_BASIC), der::octet_string(&der::sequence(&basic))]);
        Ok(der::sequence(&[der::enumerated(0), der::tagged(0, &bytes)]))
    }

    /// What a responder says that gives no answer: 3 is tryLater, 6 unauthorized (RFC 6960 section 4.2.1).
    #[must_use]
    pub fn refusal(status: u8) -> Vec<u8> {
        der::sequence(&[der::enumerated(status)])
    }
}
