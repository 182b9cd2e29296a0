//! Remembered signature checks.
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

    /// The place of a certificate's signature. Whoever makes two fall on one only displaces himself.
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
    /// 4,096 checks: chains of two thousand hosts; some 15 MiB if all are of usual size.
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
