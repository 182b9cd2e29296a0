//! Authorities: they sign what they are given.

use super::extensions::{authority_key_identifier, subject_key_identifier};
use super::{Identity, Key, Template, der, oids, pem};
use crate::LabError;
use rustls_pki_types::CertificateDer;
use std::sync::Arc;

/// Version 3, as it is written.
const VERSION_3: u8 = 2;
/// Bytes of a serial number (CA/Browser Forum: at least 64 random bits).
const SERIAL_BYTES: usize = 16;

/// An authority: its key, its name and its certificate.
#[derive(Debug, Clone)]
pub struct Authority {
    key: Arc<Key>,
    subject: Vec<u8>,
    certificate: CertificateDer<'static>,
    /// What servers send above a leaf of this authority, nearest first: everything but the root.
    sent: Vec<CertificateDer<'static>>,
}

impl Authority {
    /// A root, signed by itself.
    ///
    /// # Errors
    ///
    /// When it cannot be signed.
    pub fn root(template: &Template, key: Key) -> Result<Self, LabError> {
        let certificate = sign(template, &key, &template.subject, &key)?;
        Ok(Self { key: Arc::new(key), subject: template.subject.clone(), certificate, sent: Vec::new() })
    }

    /// An authority below this one.
    ///
    /// # Errors
    ///
    /// When it cannot be signed.
    pub fn subordinate(&self, template: &Template, key: Key) -> Result<Self, LabError> {
        let certificate = self.certify(template, &key)?;
        let sent = std::iter::once(&certificate).chain(&self.sent).cloned().collect();
        Ok(Self { key: Arc::new(key), subject: template.subject.clone(), certificate, sent })
    }

    /// A leaf with a new P-256 key, and the chain up to the root without it.
    ///
    /// # Errors
    ///
    /// When it cannot be signed.
    pub fn issue(&self, template: &Template) -> Result<Identity, LabError> {
        self.issue_for(template, Key::ec()?)
    }

    /// A leaf with this key, and the chain up to the root without it.
    ///
    /// # Errors
    ///
    /// When it cannot be signed.
    pub fn issue_for(&self, template: &Template, key: Key) -> Result<Identity, LabError> {
        let mut chain = vec![self.certify(template, &key)?];
        chain.extend_from_slice(&self.sent);
        Ok(Identity::new(chain, key))
    }

    /// The authority's certificate.
    #[must_use]
    pub const fn certificate(&self) -> &CertificateDer<'static> {
        &self.certificate
    }

    /// The authority's name, a `Name`.
    #[must_use]
    pub fn subject(&self) -> &[u8] {
        &self.subject
    }

    /// The authority's key.
    #[must_use]
    pub const fn key(&self) -> &Arc<Key> {
        &self.key
    }

    /// The authority's certificate in PEM.
    #[must_use]
    pub fn pem(&self) -> String {
        pem::encode("CERTIFICATE", &self.certificate)
    }

    /// The authority's certificate as OpenSSL's `TRUSTED CERTIFICATE`: `trust` lists the purposes it is trusted for,
    /// `reject` those it is not.
    #[must_use]
    pub fn trusted_pem(&self, trust: &[oids::Oid], reject: &[oids::Oid]) -> String {
        let list = |oids: &[oids::Oid]| oids.iter().flat_map(|oid| der::oid(oid)).collect::<Vec<u8>>();
        let mut settings = Vec::new();
        if !trust.is_empty() {
            settings.push(der::sequence(&[list(trust)]));
        }
        if !reject.is_empty() {
            settings.push(der::tagged(0, &list(reject)));
        }
        pem::encode("TRUSTED CERTIFICATE", &[self.certificate.as_ref(), &der::sequence(&settings)].concat())
    }

    fn certify(&self, template: &Template, key: &Key) -> Result<CertificateDer<'static>, LabError> {
        sign(template, key, &self.subject, &self.key)
    }
}

/// Puts the parts together (RFC 5280 section 4.1) and signs them.
fn sign(
    template: &Template,
    key: &Key,
    issuer: &[u8],
    by: &Key,
) -> Result<CertificateDer<'static>, LabError> {
    let outer = by.signature_algorithm(template.digest);
    let serial = match &template.serial {
        Some(serial) => serial.clone(),
        None => random_serial()?.to_vec(),
    };
    let mut extensions = template.extensions.clone();
    extensions.insert(0, subject_key_identifier(&key.id()));
    extensions.insert(1, authority_key_identifier(&by.id()));
    let signed = der::sequence(&[
        der::tagged(0, &der::integer(&[VERSION_3])),
        der::integer(&serial),
        template.inner_algorithm.clone().unwrap_or_else(|| outer.clone()),
        issuer.to_vec(),
        der::sequence(&[template.not_before.clone(), template.not_after.clone()]),
        template.subject.clone(),
        template.spki.clone().unwrap_or_else(|| key.spki().to_vec()),
        der::tagged(3, &der::sequence(&extensions)),
    ]);
    let signature = template.signature.make(by, template.digest, &signed)?;
    Ok(CertificateDer::from(der::sequence(&[signed, outer, der::bit_string(&signature)])))
}

fn random_serial() -> Result<[u8; SERIAL_BYTES], LabError> {
    let mut serial = [0; SERIAL_BYTES];
    aws_lc_rs::rand::fill(&mut serial)
        .map_err(|_| LabError::Certificate("no random serial number".to_owned()))?;
    Ok(serial)
}
