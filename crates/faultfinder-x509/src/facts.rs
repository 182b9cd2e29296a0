//! Certificates as people want to read them.

use faultfinder_taxonomy::CertificateFacts;
use sha1::Digest as _;

use crate::certificate::Certificate;
use crate::hex::hex;

impl Certificate {
    /// What people want to read of it.
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
}
