//! Why an answer is not secure.

use super::{Name, records::Signature};
use crate::verdict::{Security, Validation};
use faultfinder_taxonomy::Fact;

/// Why an answer is not secure, or not known to be.
#[derive(Debug, Clone)]
pub(super) struct Trouble {
    pub(super) security: Security,
    /// A name of the registry of extended errors, as the taxonomy writes it: `SIGNATURE_EXPIRED`.
    pub(super) name: &'static str,
    /// What is wrong, as a sentence fragment.
    pub(super) reason: String,
    /// The record set that it is about.
    pub(super) record_set: Option<String>,
    /// The zone that it is about.
    pub(super) zone: Option<String>,
    /// What its signature says.
    pub(super) signature: Option<Fact>,
}

impl Trouble {
    pub(super) fn bogus(name: &'static str, reason: impl Into<String>) -> Self {
        Self::new(Security::Bogus, name, reason)
    }

    pub(super) fn insecure(name: &'static str, reason: impl Into<String>) -> Self {
        Self::new(Security::Insecure, name, reason)
    }

    pub(super) fn indeterminate(reason: impl Into<String>) -> Self {
        Self::new(Security::Indeterminate, "DNSSEC_INDETERMINATE", reason)
    }

    fn new(security: Security, name: &'static str, reason: impl Into<String>) -> Self {
        Self { security, name, reason: reason.into(), record_set: None, zone: None, signature: None }
    }

    /// In this zone, unless a zone is named already.
    pub(super) fn in_zone(mut self, zone: &Name) -> Self {
        self.zone.get_or_insert_with(|| zone.to_string());
        self
    }

    /// About this record set, unless one is named already.
    pub(super) fn about(mut self, record_set: String) -> Self {
        self.record_set.get_or_insert(record_set);
        self
    }

    /// With what this signature says, at this time.
    pub(super) fn with_signature(mut self, signature: &Signature) -> Self {
        let time = |seconds: u32| faultfinder_net::dns::date(seconds).as_str().into();
        self.signature = Some(Fact::map([
            ("key_tag", signature.key_tag.into()),
            ("algorithm", signature.algorithm.into()),
            ("signer", signature.signer.to_string().into()),
            ("labels", signature.labels.into()),
            ("inception", time(signature.inception)),
            ("expiration", time(signature.expiration)),
        ]));
        self
    }

    /// Adds it to the result.
    pub(super) fn tell(self, validation: &mut Validation) {
        validation.status = self.security;
        validation.name = Some(self.name);
        validation.reason = Some(self.reason);
        validation.record_set = self.record_set;
        validation.zone = self.zone;
        validation.signature = self.signature;
    }
}
