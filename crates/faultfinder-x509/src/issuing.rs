//! Could this certificate have been issued by that one? No signature is involved.
//!
//! (`ossl_x509_likely_issued`, `X509_check_akid`, `check_sig_alg_match`.)

mod agreement;

use crate::certificate::Certificate;
use agreement::key_type_fits;
pub(crate) use agreement::{is_marked_self_signed, key_id_agrees, serial_agrees};

/// Whether `subject` could be issued by `issuer`.
pub(crate) fn could_issue(issuer: &Certificate, subject: &Certificate) -> bool {
    why_not(issuer, subject).is_none()
}

/// What speaks against it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Objection {
    OtherName,
    InvalidExtensions,
    KeyId,
    KeyType,
}

/// The first thing that speaks against it.
pub(crate) fn why_not(issuer: &Certificate, subject: &Certificate) -> Option<Objection> {
    if issuer.parts().subject != subject.parts().issuer {
        Some(Objection::OtherName)
    } else if issuer.parts().is_invalid() || subject.parts().is_invalid() {
        Some(Objection::InvalidExtensions)
    } else if !key_id_agrees(issuer.parts(), subject.parts().extensions.authority_key_id.as_ref()) {
        Some(Objection::KeyId)
    } else if !key_type_fits(issuer.parts(), subject.parts()) {
        Some(Objection::KeyType)
    } else {
        None
    }
}

/// The answer of `X509_self_signed` without a signature check.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SelfSigned {
    Yes,
    No,
    /// The key or the extensions cannot be read.
    Unknown,
}

/// Whether a certificate is self-signed, by its names, key identifiers and key type.
pub(crate) fn self_signed(certificate: &Certificate) -> SelfSigned {
    if certificate.parts().key.is_err() || certificate.parts().is_invalid() {
        SelfSigned::Unknown
    } else if certificate.parts().marked_self_signed {
        SelfSigned::Yes
    } else {
        SelfSigned::No
    }
}
