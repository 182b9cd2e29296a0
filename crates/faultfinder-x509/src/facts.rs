//! Certificates in readable form.

mod details; // details without influence on a verdict

use faultfinder_taxonomy::CertificateFacts;
use sha1::Digest as _;

use crate::certificate::Certificate;
use crate::hex::hex;

impl Certificate {
    /// Its facts in readable form, without the details.
    #[must_use]
    pub fn facts(&self) -> CertificateFacts {
        let mut facts = CertificateFacts::default();
        facts.subject = self.subject();
        facts.issuer = self.issuer();
        facts.serial = hex(&self.parts().serial);
        facts.subject_alt_names = self.alt_names();
        facts.not_before = self.not_before();
        facts.not_after = self.not_after();
        if let Ok(key) = &self.parts().key {
            facts.key_type = key.type_name();
            facts.key_bits = Some(key.bits);
        }
        facts.signature_algorithm = self.signature_algorithm();
        facts.sha256 = hex(&self.sha256());
        facts.sha1 = hex(&sha1::Sha1::digest(self.der()));
        facts.is_ca = self.is_ca();
        facts
    }

    /// The same with all details that can be read: usages, policies, places, certificate timestamps. None of them has a say
    /// in verification, and what cannot be read is left out.
    #[must_use]
    pub fn facts_in_detail(&self) -> CertificateFacts {
        let mut facts = self.facts();
        details::add(&mut facts, self);
        facts
    }
}
