//! Could this certificate have been issued by that one? No signature is involved.
//!
//! (`ossl_x509_likely_issued`, `X509_check_akid`, `check_sig_alg_match`.)

use crate::certificate::{Certificate, Inner};
use crate::extensions::AuthorityKeyId;

/// Whether the authority key identifier agrees with a possible issuer; none agrees with all.
pub(crate) fn key_id_agrees(issuer: &Inner, wanted: Option<&AuthorityKeyId>) -> bool {
    let Some(wanted) = wanted else { return true };
    if let (Some(wanted), Some(has)) = (&wanted.key_id, &issuer.extensions.subject_key_id)
        && wanted != has
    {
        return false;
    }
    serial_agrees(issuer, Some(wanted))
}

/// The same without the key identifier: serial number and issuer's issuer.
pub(crate) fn serial_agrees(issuer: &Inner, wanted: Option<&AuthorityKeyId>) -> bool {
    let Some(wanted) = wanted else { return true };
    if wanted.serial.as_ref().is_some_and(|serial| *serial != issuer.serial) {
        return false;
    }
    wanted.issuer.as_ref().is_none_or(|name| *name == issuer.issuer)
}

/// Whether the issuer's key is of the type that the subject's (inner) signature algorithm needs.
fn key_type_fits(issuer: &Inner, subject: &Inner) -> bool {
    let key = issuer.key.as_ref().ok().and_then(|key| key.family());
    key.zip(subject.inner_algorithm.as_ref()).is_some_and(|(key, algorithm)| algorithm.fits(key))
}

/// `EXFLAG_SS`: self-issued, key identifiers agree, the key is of the signature's type.
pub(crate) fn is_marked_self_signed(certificate: &Inner) -> bool {
    certificate.self_issued
        && key_id_agrees(certificate, certificate.extensions.authority_key_id.as_ref())
        && key_type_fits(certificate, certificate)
}

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
