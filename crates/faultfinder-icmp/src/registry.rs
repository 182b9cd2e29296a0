//! Which sequence numbers belong to which probe.
//!
//! A socket has one identifier, so its requests are distinguished by target and sequence number: there are 65,536 of those
//! for each target. They are given out in turn, so that a late reply does not meet the next probe of the same target.

use crate::tally::Tally;
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::Arc;

/// Which sequence numbers belong to which probe.
#[derive(Debug, Default)]
pub(crate) struct Registry {
    waiting: HashMap<(IpAddr, u16), (Arc<Tally>, u16)>,
    next: u16,
}

impl Registry {
    /// Takes as many sequence numbers in a row as a probe needs, and yields the first; nothing when there are not so many
    /// free ones for this target.
    pub(crate) fn take(&mut self, target: IpAddr, count: u16, tally: &Arc<Tally>) -> Option<u16> {
        for _ in 0..=u16::MAX / count.max(1) {
            let first = self.next;
            self.next = self.next.wrapping_add(count);
            let numbers = || (0..count).map(|index| (index, first.wrapping_add(index)));
            if numbers().all(|(_, number)| !self.waiting.contains_key(&(target, number))) {
                for (index, number) in numbers() {
                    self.waiting.insert((target, number), (Arc::clone(tally), index));
                }
                return Some(first);
            }
        }
        None
    }

    /// Gives them back.
    pub(crate) fn give_back(&mut self, target: IpAddr, first: u16, count: u16) {
        for index in 0..count {
            self.waiting.remove(&(target, first.wrapping_add(index)));
        }
    }

    /// The probe that has sent this to that target, and which of its requests it was.
    pub(crate) fn find(&self, target: IpAddr, sequence: u16) -> Option<(Arc<Tally>, u16)> {
        self.waiting.get(&(target, sequence)).map(|(tally, index)| (Arc::clone(tally), *index))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::payload::Payload;

    #[test]
    fn numbers_of_one_target_are_given_once_until_they_come_back() {
        let mut registry = Registry { next: u16::MAX - 4, ..Registry::default() };
        let tally = Arc::new(Tally::new(10, Payload::new(0, 0), None));
        let (one, other) = ("127.0.0.1".parse().unwrap(), "::1".parse().unwrap());
        let firsts: Vec<u16> = (0..6553).map_while(|_| registry.take(one, 10, &tally)).collect();
        assert_eq!(firsts.len(), 6553, "65,536 numbers are enough for 6,553 probes");
        assert_eq!(registry.take(one, 10, &tally), None);
        assert!(registry.take(other, 10, &tally).is_some(), "another target has numbers of its own");
        registry.give_back(one, firsts[3], 10);
        // In turn: the search begins where the last one ended, and tries each block once.
        assert_eq!(registry.waiting.len(), 65_530);
        assert!(registry.find(one, firsts[3]).is_none());
        let (_, index) = registry.find(one, firsts[0].wrapping_add(9)).unwrap();
        assert_eq!(index, 9, "numbers go on after 65,535 with 0");
    }
}
