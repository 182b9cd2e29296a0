//! How much of the places anybody may take.
//!
//! One that has some may take another one as long as it has fewer than twice as many as are free: of 512 places one alone
//! gets 342 at the most, two get 205 each, and some are always free for who comes next. That holds for a target, for a
//! token, for all targets together that answered slowly the last time, and for all that have not been probed yet. (Dynamic
//! thresholds: Choudhury and Hahne, 1998.) All that may take long together leave some places to targets on the schedule that
//! are known to be quick.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

/// How many times the places that are free one may have.
const OF_FREE: usize = 2;
/// With fewer places nothing is shared out: each is worth more than fairness.
const SHARED_MIN: usize = 16;
/// The part of the places that runs of the API may take together, as a divisor: the others are for the schedule.
const FOR_API: usize = 2;
/// Of so many places, one is for quick targets on the schedule alone.
const FOR_QUICK: usize = 8;
/// A run that takes longer makes its target a slow one.
pub(super) const QUICK_MAX: Duration = Duration::from_secs(1);
/// Most targets that are remembered; beyond them all are new again.
const TARGETS_MAX: usize = 100_000;

/// On whose account a run takes its place.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "two accounts")]
pub struct Share {
    /// The token that wrote the test, or asked for the run; nothing for administrators and tests of files.
    pub owner: Option<Arc<str>>,
    /// The host and the port that it is about.
    pub target: Arc<str>,
}

impl Share {
    /// On no token's account.
    #[must_use]
    pub fn of_target(target: &str) -> Self {
        Self { owner: None, target: target.into() }
    }
}

/// How a target answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Class {
    /// Its last run was quick.
    Quick,
    /// Its last run took long.
    Slow,
    /// It has had no run yet.
    New,
}

/// Who has how many of the places.
#[derive(Debug)]
pub(super) struct Shares {
    /// How many places there are when all is well.
    most: usize,
    /// How many of them may be taken now.
    open: usize,
    in_flight: usize,
    of_api: usize,
    of_slow: usize,
    of_new: usize,
    owners: HashMap<Arc<str>, usize>,
    targets: HashMap<Arc<str>, usize>,
    /// Targets that have been probed, and whether their last run was quick.
    quick: HashMap<Arc<str>, bool>,
}

impl Shares {
    pub(super) fn new(in_flight_max: usize) -> Self {
        Self {
            most: in_flight_max.max(1),
            open: in_flight_max.max(1),
            in_flight: 0,
            of_api: 0,
            of_slow: 0,
            of_new: 0,
            owners: HashMap::new(),
            targets: HashMap::new(),
            quick: HashMap::new(),
        }
    }

    pub(super) const fn in_flight(&self) -> usize {
        self.in_flight
    }

    pub(super) const fn places(&self) -> usize {
        self.open
    }

    /// From now on so many places may be taken, at most as many as there are. Those that are taken stay so.
    pub(super) fn open(&mut self, places: usize) {
        self.open = places.clamp(1, self.most);
    }

    pub(super) const fn is_full(&self) -> bool {
        self.in_flight >= self.open
    }

    /// With few places nothing is shared out.
    const fn is_small(&self) -> bool {
        self.most < SHARED_MIN
    }

    pub(super) fn class(&self, target: &str) -> Class {
        match self.quick.get(target) {
            None => Class::New,
            Some(true) => Class::Quick,
            Some(false) => Class::Slow,
        }
    }

    /// Whether somebody who has so many places may have one more.
    const fn may(&self, has: usize) -> bool {
        let free = self.open.saturating_sub(self.in_flight);
        free > 0 && (self.is_small() || has < free.saturating_mul(OF_FREE))
    }

    /// Whether one more that may take long leaves the places of quick targets alone.
    const fn leaves_some(&self) -> bool {
        let others = self.open.saturating_sub(self.open / FOR_QUICK);
        let has = self.of_slow.saturating_add(self.of_new).saturating_add(self.of_api);
        self.is_small() || has < others
    }

    pub(super) const fn may_class(&self, class: Class) -> bool {
        match class {
            Class::Quick => true,
            Class::Slow => self.may(self.of_slow) && self.leaves_some(),
            Class::New => self.may(self.of_new) && self.leaves_some(),
        }
    }

    pub(super) fn may_begin(&self, share: &Share) -> bool {
        let has = |places: &HashMap<Arc<str>, usize>, name: &str| places.get(name).copied().unwrap_or(0);
        let owner = share.owner.as_ref().map_or(0, |owner| has(&self.owners, owner));
        self.may(owner) && self.may(has(&self.targets, &share.target))
    }

    /// Whether a run of the API may begin.
    pub(super) fn may_admit(&self, share: &Share) -> bool {
        let for_api = self.open.div_ceil(FOR_API);
        (self.is_small() || self.of_api < for_api) && self.leaves_some() && self.may_begin(share)
    }

    pub(super) fn begin(&mut self, share: &Share, class: Class) {
        self.in_flight += 1;
        self.count(class, true);
        if let Some(owner) = &share.owner {
            *self.owners.entry(Arc::clone(owner)).or_default() += 1;
        }
        *self.targets.entry(Arc::clone(&share.target)).or_default() += 1;
    }

    pub(super) fn admit(&mut self, share: &Share) {
        self.of_api += 1;
        self.begin(share, Class::Quick);
    }

    pub(super) fn give_back(&mut self, share: &Share, class: Class) {
        self.in_flight = self.in_flight.saturating_sub(1);
        self.count(class, false);
        if let Some(owner) = &share.owner {
            take_one(&mut self.owners, owner);
        }
        take_one(&mut self.targets, &share.target);
    }

    const fn count(&mut self, class: Class, is_more: bool) {
        let count = match class {
            Class::Quick => return,
            Class::Slow => &mut self.of_slow,
            Class::New => &mut self.of_new,
        };
        *count = if is_more { count.saturating_add(1) } else { count.saturating_sub(1) };
    }

    /// A run of a new target takes long.
    pub(super) const fn is_slow(&mut self) {
        self.count(Class::New, false);
        self.count(Class::Slow, true);
    }

    pub(super) fn leave(&mut self, share: &Share) {
        self.of_api = self.of_api.saturating_sub(1);
        self.give_back(share, Class::Quick);
    }

    /// A run has ended that took so long.
    pub(super) fn end(&mut self, share: &Share, class: Class, took: Duration) {
        self.give_back(share, class);
        let is_quick = took <= QUICK_MAX;
        if let Some(was_quick) = self.quick.get_mut(&share.target) {
            *was_quick = is_quick;
            return;
        }
        if self.quick.len() >= TARGETS_MAX {
            self.quick.clear();
        }
        self.quick.insert(Arc::clone(&share.target), is_quick);
    }
}

/// One place less; who has none is not remembered.
fn take_one(places: &mut HashMap<Arc<str>, usize>, name: &Arc<str>) {
    if let Some(count) = places.get_mut(name) {
        *count = count.saturating_sub(1);
        if *count == 0 {
            places.remove(name);
        }
    }
}
