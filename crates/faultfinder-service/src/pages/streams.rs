//! How many browsers wait for changes, in all and of each address.

use crate::connections::holder;
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Most streams at a time, in all and of one address.
const STREAMS_MAX: usize = 64;
const OF_ADDRESS_MAX: usize = 4;

/// The streams that are open, by address.
#[derive(Debug, Clone, Default)]
pub(super) struct Streams(Arc<Mutex<HashMap<Option<IpAddr>, usize>>>);

/// A stream that is counted until this is dropped.
#[derive(Debug)]
pub(super) struct Counted {
    of: Streams,
    address: Option<IpAddr>,
}

impl Streams {
    fn open(&self) -> MutexGuard<'_, HashMap<Option<IpAddr>, usize>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts a stream of an address; nothing when there are too many.
    pub(super) fn begin(&self, address: Option<IpAddr>) -> Option<Counted> {
        let address = address.map(holder);
        let mut open = self.open();
        let of_address = open.get(&address).copied().unwrap_or_default();
        if of_address >= OF_ADDRESS_MAX || open.values().sum::<usize>() >= STREAMS_MAX {
            return None;
        }
        open.insert(address, of_address.saturating_add(1));
        Some(Counted { of: self.clone(), address })
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        let mut open = self.of.open();
        match open.get(&self.address).copied().unwrap_or_default() {
            0 | 1 => drop(open.remove(&self.address)),
            count => drop(open.insert(self.address, count - 1)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_few_streams_and_all_have_a_bounded_number() {
        let streams = Streams::default();
        let begin = |host: u8| streams.begin(Some(IpAddr::from([192, 0, 2, host])));
        let mut mine: Vec<Counted> = (0..4).filter_map(|_| begin(1)).collect();
        assert!(mine.len() == 4 && begin(1).is_none());
        mine.pop();
        assert!(begin(1).is_some());
        let all: Vec<Counted> = (2..=100).filter_map(begin).collect();
        assert_eq!((all.len(), mine.len()), (61, 3));
        drop((all, mine));
        assert!(streams.open().is_empty());
    }
}
