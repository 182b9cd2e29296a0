//! Do the key identifiers and the kind of key of one certificate agree with those of another?

use crate::certificate::Inner;
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
pub(super) fn key_type_fits(issuer: &Inner, subject: &Inner) -> bool {
    let key = issuer.key.as_ref().ok().and_then(|key| key.family());
    key.zip(subject.inner_algorithm.as_ref()).is_some_and(|(key, algorithm)| algorithm.fits(key))
}

/// `EXFLAG_SS`: self-issued, key identifiers agree, the key is of the signature's type.
pub(crate) fn is_marked_self_signed(certificate: &Inner) -> bool {
    certificate.self_issued
        && key_id_agrees(certificate, certificate.extensions.authority_key_id.as_ref())
        && key_type_fits(certificate, certificate)
}
