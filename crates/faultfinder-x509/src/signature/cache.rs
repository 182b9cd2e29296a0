//! Cached signature checks.
//!
//! A prober sees the same chain every minute, and its signatures are what verification costs. Whether one holds depends on
//! two strings of bytes only, the certificate and its issuer's key, so the answer can be kept. Nothing else is: dates,
//! names, trust and revocation are judged anew each time.

use std::fmt;
use std::hash::{BuildHasher as _, RandomState};
use std::ops::Range;
use std::sync::{Arc, Mutex};

use super::SignatureFault;
use crate::certificate::Certificate;

/// The largest certificate that is remembered, in bytes: no honest one is larger.
const REMEMBERED_BYTES_MAX: usize = 16 * 1024;

/// The outcomes of signature checks, shared by verifications; cheap to clone.
///
/// Each check has one place, and the last one that falls on it stays, so the size is fixed: at most `capacity` pairs of
/// certificates of at most 16 KiB. Nobody ever waits for it: a place that somebody else is looking at counts as empty.
#[derive(Clone)]
pub struct SignatureCache {
    places: Arc<[Mutex<Option<Remembered>>]>,
    hasher: RandomState,
}

/// One check: what was signed by which key, and whether it holds.
struct Remembered {
    subject: Certificate,
    issuer: Arc<[u8]>,
    key: Range<usize>,
    outcome: Result<(), SignatureFault>,
}

impl SignatureCache {
    /// A cache of so many checks; at least one.
    #[must_use]
    pub fn new(capacity: usize) -> Self {
        let places = (0..capacity.max(1)).map(|_| Mutex::new(None)).collect();
        Self { places, hasher: RandomState::new() }
    }

    /// How many checks it holds at most.
    #[must_use]
    pub fn capacity(&self) -> usize {
        self.places.len()
    }

    /// The place of a certificate's signature. A peer that makes two collide only displaces its own.
    fn place(&self, subject: &Certificate) -> Option<&Mutex<Option<Remembered>>> {
        let hash = self.hasher.hash_one(subject.parts().signature());
        let count = u64::try_from(self.places.len()).ok()?;
        self.places.get(usize::try_from(hash.checked_rem(count)?).ok()?)
    }

    /// The outcome for a certificate and its issuer, remembered or found now.
    pub(crate) fn outcome(
        &self,
        subject: &Certificate,
        issuer: &Certificate,
        check: impl FnOnce() -> Result<(), SignatureFault>,
    ) -> Result<(), SignatureFault> {
        let Some(place) = self.place(subject) else { return check() };
        if let Ok(guard) = place.try_lock()
            && let Some(known) = &*guard
            && known.subject == *subject
            && known.issuer.get(known.key.clone()) == Some(issuer.spki_der())
        {
            return known.outcome;
        }
        let outcome = check();
        let small = |certificate: &Certificate| certificate.der().len() <= REMEMBERED_BYTES_MAX;
        if small(subject)
            && small(issuer)
            && let Ok(mut guard) = place.try_lock()
        {
            let (der, key) = issuer.spki_place();
            *guard = Some(Remembered { subject: subject.clone(), issuer: der, key, outcome });
        }
        outcome
    }
}

impl Default for SignatureCache {
    /// 4,096 checks: two for each of some two thousand hosts.
    fn default() -> Self {
        Self::new(4096)
    }
}

impl PartialEq for SignatureCache {
    /// Whether they are the same cache.
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.places, &other.places)
    }
}

impl Eq for SignatureCache {}

impl fmt::Debug for SignatureCache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SignatureCache").field("capacity", &self.capacity()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair};

    /// An authority of that name with a key of its own.
    fn authority(name: &str) -> (CertificateParams, KeyPair, Certificate) {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.distinguished_name.push(DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let certificate = Certificate::from_der(params.self_signed(&key).unwrap().der()).unwrap();
        (params, key, certificate)
    }

    #[test]
    fn a_check_is_done_once_for_each_certificate_and_key() {
        let (params, key, issuer) = authority("issuer");
        let (.., namesake) = authority("issuer");
        let leaf = |name: &str| {
            let params_of_leaf = CertificateParams::new([name.to_owned()]).unwrap();
            let signed =
                params_of_leaf.signed_by(&KeyPair::generate().unwrap(), &Issuer::from_params(&params, &key));
            Certificate::from_der(signed.unwrap().der()).unwrap()
        };
        let (one, other) = (leaf("one.test"), leaf("other.test"));
        // One place, so that everything falls on it.
        let cache = SignatureCache::new(1);
        let mut checks = 0;
        let mut ask = |subject: &Certificate, by: &Certificate, outcome| {
            cache.outcome(subject, by, || {
                checks += 1;
                outcome
            })
        };
        let bad = Err(SignatureFault::Mismatch);
        assert_eq!(ask(&one, &issuer, Ok(())), Ok(()));
        assert_eq!(ask(&one, &issuer, bad), Ok(()), "remembered");
        let again = Certificate::from_der(one.der()).unwrap();
        assert_eq!(ask(&again, &issuer, bad), Ok(()), "the same bytes, read again");
        assert_eq!(ask(&one, &namesake, bad), bad, "another key of the same name");
        assert_eq!(ask(&other, &issuer, bad), bad, "another certificate on the same place");
        assert_eq!(ask(&other, &issuer, Ok(())), bad, "what is bad is remembered too");
        assert_eq!(checks, 3);
    }

    #[test]
    fn what_another_key_signed_is_not_good_because_it_was_good_before() {
        use crate::{TrustStore, VerifyOptions, verify};
        let (params, key, issuer) = authority("issuer");
        let (_, wrong_key, namesake) = authority("issuer");
        let signed = |by: &KeyPair| {
            let params_of_leaf = CertificateParams::new(["a.test".to_owned()]).unwrap();
            let leaf_key = KeyPair::generate().unwrap();
            let leaf = params_of_leaf.signed_by(&leaf_key, &Issuer::from_params(&params, by)).unwrap();
            Certificate::from_der(leaf.der()).unwrap()
        };
        let (good, forged) = (signed(&key), signed(&wrong_key));
        let mut options = VerifyOptions::tls_server(1_767_225_600);
        options.signatures = Some(SignatureCache::new(1));
        let judge = |leaf: &Certificate, root: &Certificate| {
            verify(leaf, &[], &TrustStore::new([root.clone().into()]), &options).is_valid()
        };
        for _ in 0..2 {
            // The same certificate under another key right after, while it is remembered.
            assert!(judge(&good, &issuer) && !judge(&good, &namesake));
            assert!(judge(&forged, &namesake) && !judge(&forged, &issuer));
        }
    }
}
