//! Which test is due when: one heap of small entries for all tests.
//!
//! A test of interval `E` is due at the moments `k * E + offset` since 1970, `offset` a hash of its id spread over `E`.
//! Each test has one entry of 16 bytes in the heap. What is removed or changed leaves its entry behind, to be dropped
//! when it comes up (its generation is out of date), or when half of the heap is of that kind.

use crate::Timestamp;
use faultfinder_spec::value::{EVERY_MAX, EVERY_MIN};
use sha2::{Digest as _, Sha256};
use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};
use std::sync::Arc;
use std::time::Duration;

/// Dead entries below this number are not worth a clean-up.
const DEAD_MIN: usize = 1_024;

/// All tests with their next due times. Pure: it takes the time as an argument.
#[derive(Debug, Default)]
pub struct Timetable {
    heap: BinaryHeap<Reverse<Entry>>,
    slots: Vec<Slot>,
    free: Vec<u32>,
    places: HashMap<Arc<str>, u32>,
    /// Entries of the heap that are out of date.
    dead: usize,
}

/// The next moment of a test; the earliest comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Entry {
    at: i64,
    slot: u32,
    generation: u32,
}

#[derive(Debug)]
struct Slot {
    /// Nothing when the slot is free.
    test: Option<Arc<str>>,
    every_ms: u32,
    /// One more with each change: older entries of the heap are out of date.
    generation: u32,
}

/// Due moments of a test that have come: `count` of them, `every` apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moments {
    /// The test.
    pub test: Arc<str>,
    /// The earliest.
    pub first: Timestamp,
    /// The latest.
    pub last: Timestamp,
    /// How many, at least one.
    pub count: u64,
    /// The interval of the test.
    pub every: Duration,
}

impl Timetable {
    /// Puts a test on the table, due for the first time after a moment; says whether that changes anything. A test that
    /// is there with the same interval keeps its next moment.
    pub fn set(&mut self, test: &str, every: Duration, after: Timestamp) -> bool {
        let every_ms = u32::try_from(every.clamp(EVERY_MIN, EVERY_MAX).as_millis()).unwrap_or(u32::MAX);
        let slot = match self.places.get(test) {
            Some(&slot) => {
                if self.slot(slot).is_some_and(|known| known.every_ms == every_ms) {
                    return false;
                }
                self.dead += 1;
                slot
            }
            None => match self.take_slot(test) {
                Some(slot) => slot,
                None => return false,
            },
        };
        let Some(known) = usize::try_from(slot).ok().and_then(|at| self.slots.get_mut(at)) else {
            return false;
        };
        known.every_ms = every_ms;
        known.generation = known.generation.wrapping_add(1);
        let entry = Entry { at: next(test, every_ms, after), slot, generation: known.generation };
        self.heap.push(Reverse(entry));
        self.clean();
        true
    }

    /// Takes a test off the table; says whether it was there.
    pub fn remove(&mut self, test: &str) -> bool {
        let Some(slot) = self.places.remove(test) else { return false };
        if let Some(known) = usize::try_from(slot).ok().and_then(|at| self.slots.get_mut(at)) {
            known.test = None;
            known.generation = known.generation.wrapping_add(1);
            self.free.push(slot);
            self.dead += 1;
        }
        self.clean();
        true
    }

    /// The interval of a test, and its name as the table has it; nothing if it is not on it.
    pub(super) fn every(&self, test: &str) -> Option<(Arc<str>, Duration)> {
        let slot = self.slot(*self.places.get(test)?)?;
        Some((slot.test.clone()?, Duration::from_millis(u64::from(slot.every_ms))))
    }

    /// The earliest due moment.
    pub fn next_due(&mut self) -> Option<Timestamp> {
        self.drop_dead();
        self.heap.peek().map(|Reverse(entry)| Timestamp::from_millis(entry.at))
    }

    /// The test that is due earliest, if it is by now, with all its moments up to now; its next one comes after them.
    pub fn pop_due(&mut self, now: Timestamp) -> Option<Moments> {
        self.drop_dead();
        let mut top = self.heap.peek_mut()?;
        let entry = top.0;
        let passed = now.millis().checked_sub(entry.at).filter(|passed| *passed >= 0)?;
        let slot = usize::try_from(entry.slot).ok().and_then(|at| self.slots.get(at))?;
        let test = slot.test.clone()?;
        let every_ms = i64::from(slot.every_ms);
        let skipped = passed.div_euclid(every_ms);
        let last = entry.at.saturating_add(skipped.saturating_mul(every_ms));
        // Changed in place: the heap sifts once.
        top.0.at = last.saturating_add(every_ms);
        drop(top);
        Some(Moments {
            test,
            first: Timestamp::from_millis(entry.at),
            last: Timestamp::from_millis(last),
            count: u64::try_from(skipped).unwrap_or(0).saturating_add(1),
            every: Duration::from_millis(u64::from(slot.every_ms)),
        })
    }

    /// Begins anew: each test is due next at its first moment after this one, be it earlier or later than before.
    pub fn restart(&mut self, after: Timestamp) {
        let entries = self.slots.iter().zip(0_u32..).filter_map(|(slot, number)| {
            let at = next(slot.test.as_deref()?, slot.every_ms, after);
            Some(Reverse(Entry { at, slot: number, generation: slot.generation }))
        });
        self.heap = entries.collect();
        self.dead = 0;
    }

    /// How many tests there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.places.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    /// Whether this test is there.
    #[must_use]
    pub fn contains(&self, test: &str) -> bool {
        self.places.contains_key(test)
    }

    fn slot(&self, number: u32) -> Option<&Slot> {
        self.slots.get(usize::try_from(number).ok()?)
    }

    /// A slot for a new test; nothing when there are as many as can be numbered.
    fn take_slot(&mut self, test: &str) -> Option<u32> {
        let test: Arc<str> = test.into();
        let number = match self.free.pop() {
            Some(number) => {
                self.slots.get_mut(usize::try_from(number).ok()?)?.test = Some(Arc::clone(&test));
                number
            }
            None => {
                let number = u32::try_from(self.slots.len()).ok()?;
                self.slots.push(Slot { test: Some(Arc::clone(&test)), every_ms: 0, generation: 0 });
                number
            }
        };
        self.places.insert(test, number);
        Some(number)
    }

    fn is_live(slots: &[Slot], entry: Entry) -> bool {
        let slot = usize::try_from(entry.slot).ok().and_then(|at| slots.get(at));
        slot.is_some_and(|slot| slot.test.is_some() && slot.generation == entry.generation)
    }

    /// Drops entries that are out of date and first in the heap.
    fn drop_dead(&mut self) {
        while let Some(Reverse(entry)) = self.heap.peek() {
            if Self::is_live(&self.slots, *entry) {
                return;
            }
            self.heap.pop();
            self.dead = self.dead.saturating_sub(1);
        }
    }

    /// Drops all entries that are out of date when they are most of the heap.
    fn clean(&mut self) {
        if self.dead >= DEAD_MIN && self.dead > self.places.len() {
            let slots = &self.slots;
            self.heap.retain(|Reverse(entry)| Self::is_live(slots, *entry));
            self.heap.shrink_to_fit();
            self.dead = 0;
        }
    }
}

/// The moments of a test after one and until another; nothing when there is none.
pub(crate) fn between(test: &str, every: Duration, after: Timestamp, until: Timestamp) -> Option<Moments> {
    let every_ms = u32::try_from(every.clamp(EVERY_MIN, EVERY_MAX).as_millis()).unwrap_or(u32::MAX);
    let first = next(test, every_ms, after);
    let passed = until.millis().checked_sub(first).filter(|passed| *passed >= 0)?;
    let more = passed.div_euclid(i64::from(every_ms.max(1)));
    Some(Moments {
        test: test.into(),
        first: Timestamp::from_millis(first),
        last: Timestamp::from_millis(first.saturating_add(more.saturating_mul(i64::from(every_ms)))),
        count: u64::try_from(more).unwrap_or(0).saturating_add(1),
        every: Duration::from_millis(u64::from(every_ms)),
    })
}

/// The first moment of a test after a moment, in milliseconds since 1970.
fn next(test: &str, every_ms: u32, after: Timestamp) -> i64 {
    let (every, offset) = (i64::from(every_ms.max(1)), offset(test, every_ms));
    let passed = after.millis().saturating_sub(offset).div_euclid(every);
    passed.saturating_add(1).saturating_mul(every).saturating_add(offset)
}

/// Where in its interval a test is due: a hash of its id, spread evenly. The same in every build and on every machine.
fn offset(test: &str, every_ms: u32) -> i64 {
    let digest = Sha256::digest(test);
    let bits = digest.iter().take(8).fold(0_u64, |bits, byte| bits << 8 | u64::from(*byte));
    i64::try_from((u128::from(bits) * u128::from(every_ms)) >> 64).unwrap_or(0)
}

#[cfg(test)]
mod tests;
