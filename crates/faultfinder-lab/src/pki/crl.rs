//! Certificate revocation lists (RFC 5280 section 5), good and broken.

use super::extensions::{authority_key_identifier, extension, point_name};
use super::{Authority, Digest, Key, Signature, after, before, der, oids};
use crate::LabError;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

/// Version 2, as it is written.
const VERSION_2: u8 = 1;
/// How long ago good lists were issued.
const AGE: Duration = Duration::from_secs(3600);
/// How long they are good for.
const REST: Duration = Duration::from_secs(7 * 86_400);

/// What a revocation list says. Every field is DER and may be replaced by something wrong.
#[derive(Debug, Clone)]
pub struct Crl {
    /// Who issues it, a `Name`.
    pub issuer: Vec<u8>,
    /// `thisUpdate`, a `Time`.
    pub this_update: Vec<u8>,
    /// `nextUpdate`, a `Time`.
    pub next_update: Option<Vec<u8>>,
    /// The entries.
    pub revoked: Vec<Vec<u8>>,
    /// The extensions, among them the key identifier of the issuer.
    pub extensions: Vec<Vec<u8>>,
    /// How the signature comes about.
    pub signature: Signature,
    /// The key of the issuer.
    pub key: Arc<Key>,
}

/// Why a certificate was revoked (RFC 5280 section 5.3.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "closed: the lab's own vocabulary")]
pub enum Reason {
    /// The key is known to others.
    KeyCompromise = 1,
    /// The authority's key is known to others.
    CaCompromise = 2,
    /// Another certificate has taken its place.
    Superseded = 4,
    /// It is on hold and may come back.
    CertificateHold = 6,
    /// It is no longer on hold: only in deltas.
    RemoveFromCrl = 8,
}

/// Which part of an authority's revocations a list covers (`issuingDistributionPoint`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "closed: the lab's own vocabulary")]
pub enum Scope<'a> {
    /// Certificates of authorities alone.
    OnlyAuthorities,
    /// Certificates that name this place.
    Point(&'a str),
    /// Certificates of several issuers that name this place.
    Indirect(&'a str),
}

impl Crl {
    /// The list of an authority: issued an hour ago, due again in a week, number 1, and nothing is revoked.
    #[must_use]
    pub fn of(authority: &Authority, now: SystemTime) -> Self {
        Self {
            issuer: authority.subject().to_vec(),
            this_update: der::time(before(now, AGE)),
            next_update: Some(der::time(after(now, REST))),
            revoked: Vec::new(),
            extensions: vec![authority_key_identifier(&authority.key().id()), number(1)],
            signature: Signature::Good,
            key: Arc::clone(authority.key()),
        }
    }

    /// What changed since the list with number 1 of an authority: number 2.
    #[must_use]
    pub fn delta_of(authority: &Authority, now: SystemTime) -> Self {
        let mut delta = Self::of(authority, now);
        let base = extension(oids::DELTA_CRL_INDICATOR, true, &der::integer(&[1]));
        delta.extensions = vec![authority_key_identifier(&authority.key().id()), number(2), base];
        delta
    }

    /// The same, issued and due again at these times.
    #[must_use]
    pub fn valid(self, from: SystemTime, until: SystemTime) -> Self {
        Self { this_update: der::time(from), next_update: Some(der::time(until)), ..self }
    }

    /// The same, and a certificate of its issuer was revoked at a time.
    #[must_use]
    pub fn revoking(self, serial: &[u8], at: SystemTime, reason: Reason) -> Self {
        self.entry(serial, at, &[extension(oids::CRL_REASON, false, &der::enumerated(reason as u8))])
    }

    /// The same, and a certificate of another issuer was revoked at a time.
    #[must_use]
    pub fn revoking_of(self, issuer: &[u8], serial: &[u8], at: SystemTime, reason: Reason) -> Self {
        let names = der::sequence(&[der::tagged(4, issuer)]);
        self.entry(
            serial,
            at,
            &[
                extension(oids::CRL_REASON, false, &der::enumerated(reason as u8)),
                extension(oids::CERTIFICATE_ISSUER, true, &names),
            ],
        )
    }

    fn entry(mut self, serial: &[u8], at: SystemTime, extensions: &[Vec<u8>]) -> Self {
        let entry = der::sequence(&[der::integer(serial), der::time(at), der::sequence(extensions)]);
        self.revoked.push(entry);
        self
    }

    /// The same, covering only this part.
    #[must_use]
    pub fn scoped(self, scope: Scope<'_>) -> Self {
        let parts = match scope {
            Scope::OnlyAuthorities => vec![der::implicit(2, &[0xff])],
            Scope::Point(url) => vec![point_name(url)],
            Scope::Indirect(url) => vec![point_name(url), der::implicit(4, &[0xff])],
        };
        self.with_extension(extension(oids::ISSUING_DISTRIBUTION_POINT, true, &der::sequence(&parts)))
    }

    /// The same with one more extension.
    #[must_use]
    pub fn with_extension(mut self, extension: Vec<u8>) -> Self {
        self.extensions.push(extension);
        self
    }

    /// The same, signed otherwise.
    #[must_use]
    pub fn signed(self, signature: Signature) -> Self {
        Self { signature, ..self }
    }

    /// The list in DER.
    ///
    /// # Errors
    ///
    /// When it cannot be signed.
    pub fn der(&self) -> Result<Vec<u8>, LabError> {
        let algorithm = self.key.signature_algorithm(Digest::Sha256);
        let mut parts = vec![
            der::integer(&[VERSION_2]),
            algorithm.clone(),
            self.issuer.clone(),
            self.this_update.clone(),
        ];
        parts.extend(self.next_update.clone());
        if !self.revoked.is_empty() {
            parts.push(der::sequence(&self.revoked));
        }
        parts.push(der::tagged(0, &der::sequence(&self.extensions)));
        let signed = der::sequence(&parts);
        let signature = self.signature.make(&self.key, Digest::Sha256, &signed)?;
        Ok(der::sequence(&[signed, algorithm, der::bit_string(&signature)]))
    }
}

/// `cRLNumber`.
fn number(number: u8) -> Vec<u8> {
    extension(oids::CRL_NUMBER, false, &der::integer(&[number]))
}
