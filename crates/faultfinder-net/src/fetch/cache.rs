//! Data that was fetched before and is still valid.

use faultfinder_x509::ocsp::OcspAnswer;
use faultfinder_x509::{Certificate, Crl};
use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::watch;

/// The longest time that anything is kept, in seconds: whatever an authority permits, data is fetched again after a
/// day.
const KEPT_SECONDS_MAX: i64 = 86_400;

/// Data that was fetched before, decoded. Shared by all probes of a vantage; no lock is held during a fetch.
#[derive(Debug)]
pub(crate) struct Cache {
    /// CRLs by their URL.
    pub(crate) crls: Shelf<String, Crl>,
    /// Issuers' certificates by their URL.
    pub(crate) certificates: Shelf<String, Arc<[Certificate]>>,
    /// OCSP responses, by the SHA-256 of the certificate and of its issuer.
    pub(crate) answers: Shelf<([u8; 32], [u8; 32]), Arc<OcspAnswer>>,
}

impl Cache {
    pub(crate) fn new() -> Self {
        Self {
            crls: Shelf::new(1024, 128 << 20),
            certificates: Shelf::new(1024, 16 << 20),
            answers: Shelf::new(16_384, 16 << 20),
        }
    }
}

/// Entries of one kind, bounded in count and bytes.
#[derive(Debug)]
pub(crate) struct Shelf<K, V> {
    count_max: usize,
    bytes_max: usize,
    kept: Mutex<Kept<K, V>>,
}

#[derive(Debug)]
struct Kept<K, V> {
    entries: HashMap<K, Entry<V>>,
    bytes: usize,
    /// Fetches in progress; a fetch ends when its sender is dropped.
    pending: HashMap<K, watch::Receiver<()>>,
}

#[derive(Debug)]
struct Entry<V> {
    value: V,
    bytes: usize,
    expires: i64,
}

/// Who fetches something that is not cached.
pub(crate) enum Turn<'s, K: Eq + Hash, V> {
    /// Nobody: another caller has just fetched it.
    Kept(V),
    /// The caller; other callers that need the same data wait until this is dropped.
    Mine(Fetching<'s, K, V>),
    /// The caller, without others waiting: another caller's fetch has just failed.
    Alone,
}

/// A fetch that other callers may wait for.
pub(crate) struct Fetching<'s, K: Eq + Hash, V> {
    shelf: &'s Shelf<K, V>,
    key: K,
    _ended: watch::Sender<()>,
}

impl<K: Eq + Hash, V> Drop for Fetching<'_, K, V> {
    fn drop(&mut self) {
        self.shelf.lock().pending.remove(&self.key);
    }
}

impl<K: Eq + Hash, V> Shelf<K, V> {
    fn lock(&self) -> std::sync::MutexGuard<'_, Kept<K, V>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<K: Eq + Hash + Clone, V: Clone> Shelf<K, V> {
    fn new(count_max: usize, bytes_max: usize) -> Self {
        Self {
            count_max,
            bytes_max,
            kept: Mutex::new(Kept { entries: HashMap::new(), bytes: 0, pending: HashMap::new() }),
        }
    }

    /// The entry of a key, unless it has expired by now.
    pub(crate) fn get(&self, key: &K, now: i64) -> Option<V> {
        let kept = self.lock();
        kept.entries.get(key).filter(|entry| now < entry.expires).map(|entry| entry.value.clone())
    }

    /// Waits once while another caller fetches the same data. However many probes need it at the same time, it is
    /// fetched once, unless that fails.
    ///
    /// Cancel-safe: dropping this, or the value it returns, wakes the waiting callers.
    pub(crate) async fn turn(&self, key: &K, now: i64) -> Turn<'_, K, V> {
        let mut other = {
            let mut kept = self.lock();
            match kept.pending.get(key) {
                Some(other) => other.clone(),
                None => {
                    let (sender, receiver) = watch::channel(());
                    kept.pending.insert(key.clone(), receiver);
                    return Turn::Mine(Fetching { shelf: self, key: key.clone(), _ended: sender });
                }
            }
        };
        // Nothing is ever sent: this ends when the sender is dropped.
        let _ = other.changed().await;
        self.get(key, now).map_or(Turn::Alone, Turn::Kept)
    }

    /// Keeps an entry until it expires, and for a day at most; an entry that is too large or has expired is not kept.
    /// The entries that expire first make room.
    pub(crate) fn put(&self, key: K, value: V, bytes: usize, now: i64, expires: Option<i64>) {
        let latest = now.saturating_add(KEPT_SECONDS_MAX);
        let expires = expires.map_or(latest, |expires| expires.min(latest));
        if expires <= now || bytes > self.bytes_max {
            return;
        }
        let mut kept = self.lock();
        kept.remove(&key);
        if kept.entries.len() >= self.count_max || kept.bytes.saturating_add(bytes) > self.bytes_max {
            kept.make_room(now, self.count_max.saturating_sub(1), self.bytes_max.saturating_sub(bytes));
        }
        kept.bytes = kept.bytes.saturating_add(bytes);
        kept.entries.insert(key, Entry { value, bytes, expires });
    }
}

impl<K: Eq + Hash + Clone, V> Kept<K, V> {
    fn remove(&mut self, key: &K) {
        if let Some(entry) = self.entries.remove(key) {
            self.bytes = self.bytes.saturating_sub(entry.bytes);
        }
    }

    /// Drops expired entries, and then those that expire first, until no more than that is left.
    fn make_room(&mut self, now: i64, count: usize, bytes: usize) {
        let mut order: Vec<(i64, K)> =
            self.entries.iter().map(|(key, entry)| (entry.expires, key.clone())).collect();
        order.sort_by_key(|(expires, _)| *expires);
        for (expires, key) in order {
            if expires > now && self.entries.len() <= count && self.bytes <= bytes {
                return;
            }
            self.remove(&key);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn things_are_kept_until_they_expire_and_a_day_at_most() {
        let shelf = Shelf::new(9, 99);
        shelf.put("until 20", 1, 1, 10, Some(20));
        shelf.put("a day", 2, 1, 10, None);
        shelf.put("a year", 3, 1, 10, Some(31_536_000));
        shelf.put("over", 4, 1, 10, Some(10));
        for (key, now, expected) in [
            ("until 20", 19, Some(1)),
            ("until 20", 20, None),
            ("a day", 10 + 86_399, Some(2)),
            ("a day", 10 + 86_400, None),
            ("a year", 10 + 86_400, None),
            ("over", 9, None),
        ] {
            assert_eq!(shelf.get(&key, now), expected, "{key} at {now}");
        }
    }

    #[tokio::test]
    async fn what_is_being_fetched_is_waited_for_and_a_failure_wakes_everybody() {
        let shelf = Shelf::new(9, 99);
        let Turn::Mine(fetching) = shelf.turn(&"a", 0).await else { panic!("no other caller fetches") };
        assert!(matches!(shelf.turn(&"b", 0).await, Turn::Mine(_)));
        let waiting = shelf.turn(&"a", 0);
        let fetch = async {
            shelf.put("a", 7, 1, 0, None);
            drop(fetching);
        };
        let (waited, ()) = tokio::join!(waiting, fetch);
        assert!(matches!(waited, Turn::Kept(7)));

        let Turn::Mine(fetching) = shelf.turn(&"c", 0).await else { panic!("no other caller fetches") };
        let (one, other, ()) =
            tokio::join!(shelf.turn(&"c", 0), shelf.turn(&"c", 0), async { drop(fetching) });
        assert!(matches!((one, other), (Turn::Alone, Turn::Alone)));
        assert!(shelf.lock().pending.is_empty());
    }

    #[test]
    fn what_expires_first_makes_room() {
        let shelf = Shelf::new(3, 10);
        shelf.put("b", (), 4, 0, Some(200));
        shelf.put("a", (), 4, 0, Some(100));
        shelf.put("c", (), 2, 0, Some(300));
        shelf.put("too large", (), 11, 0, Some(300));
        shelf.put("d", (), 1, 0, Some(400));
        let has = |key| shelf.get(&key, 50).is_some();
        assert_eq!(["a", "b", "c", "d", "too large"].map(has), [false, true, true, true, false]);
        // Bytes count too, and a replaced entry counts once.
        shelf.put("d", (), 9, 50, Some(400));
        assert_eq!(["b", "c", "d"].map(has), [false, false, true]);
        assert_eq!(shelf.lock().bytes, 9);
    }
}
