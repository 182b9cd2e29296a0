//! The queue: what waits, what runs, and what is next. Pure: it takes the time as an argument.
//!
//! Tests wait by their target, first due first, and targets take turns. How much of the places one target, one token, or
//! all targets that answer slowly may take depends on how many are free ([`Shares`]), so that the next one still
//! finds one.

use super::shares::{Class, QUICK_MAX, Share, Shares};
use super::{Missed, MissedReason, Moments};
use crate::Timestamp;
use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

/// Longest that a run waits for its place; one whose interval is shorter waits no longer than that.
pub const WAIT_MAX: Duration = Duration::from_secs(60);

/// The runs that wait and those in flight. `W` stands for a run of the API that waits.
#[derive(Debug)]
pub(crate) struct Line<W> {
    waiting_max: usize,
    shares: Shares,
    /// The tests that wait or run.
    busy: HashMap<Arc<str>, Busy>,
    /// The tests that wait, by target, each with its number; one that [`busy`](Self::busy) does not know is void.
    targets: HashMap<Arc<str>, VecDeque<(Arc<str>, u64)>>,
    /// The targets whose tests wait, by how they answer; the next one first.
    quick: VecDeque<Arc<str>>,
    slow: VecDeque<Arc<str>>,
    new: VecDeque<Arc<str>>,
    /// When tests of new targets began; those that have ended since are void.
    new_running: VecDeque<(Timestamp, Arc<str>)>,
    /// Until when each of the tests that wait does so at the most, by its number.
    bounds: BinaryHeap<Reverse<(Timestamp, u64, Arc<str>)>>,
    waiting: VecDeque<(Share, W)>,
    queued: usize,
    numbers: u64,
    /// Whose turn it is when several wait.
    waiting_next: bool,
    last: Class,
}

#[derive(Debug)]
enum Busy {
    Queued { at: Timestamp, every: Duration, number: u64, share: Share },
    Running { at: Timestamp, began: Timestamp, share: Share, class: Class },
}

/// Who gets a place.
#[derive(Debug)]
pub(crate) enum Next<W> {
    Run { test: Arc<str>, at: Timestamp },
    Admit(W, Share),
}

impl<W> Line<W> {
    pub(crate) fn new(in_flight_max: usize, waiting_max: usize) -> Self {
        Self {
            waiting_max,
            shares: Shares::new(in_flight_max),
            busy: HashMap::new(),
            targets: HashMap::new(),
            quick: VecDeque::new(),
            slow: VecDeque::new(),
            new: VecDeque::new(),
            new_running: VecDeque::new(),
            bounds: BinaryHeap::new(),
            waiting: VecDeque::new(),
            queued: 0,
            numbers: 0,
            waiting_next: false,
            last: Class::Slow,
        }
    }

    /// Runs that are due and wait, runs of the API that wait, and places that are taken.
    pub(crate) fn counts(&self) -> (usize, usize, usize) {
        (self.queued, self.waiting.len(), self.shares.in_flight())
    }

    /// Whether a test waits or runs.
    pub(crate) fn is_busy(&self, test: &str) -> bool {
        self.busy.contains_key(test)
    }

    /// How many places may be taken now.
    pub(crate) const fn places(&self) -> usize {
        self.shares.places()
    }

    /// From now on so many places may be taken.
    pub(crate) fn open(&mut self, places: usize) {
        self.shares.open(places);
    }

    /// Takes in moments of a test that have come.
    pub(crate) fn come(&mut self, moments: Moments, share: Share, missed: &mut Vec<Missed>) {
        let Moments { test, first, last, count, every } = moments;
        let mut miss = |first, count, reason| {
            if count > 0 {
                missed.push(Missed { test: Arc::clone(&test), first, count, reason });
            }
        };
        match self.busy.get_mut(&test) {
            Some(Busy::Running { .. }) => miss(first, count, MissedReason::StillRunning),
            Some(Busy::Queued { at, every: of_queued, .. }) => {
                miss(*at, 1, MissedReason::Overloaded);
                miss(first, count.saturating_sub(1), MissedReason::Overloaded);
                (*at, *of_queued) = (last, every);
            }
            None => {
                miss(first, count.saturating_sub(1), MissedReason::Overloaded);
                self.queue(test, last, every, share);
            }
        }
    }

    fn queue(&mut self, test: Arc<str>, at: Timestamp, every: Duration, share: Share) {
        self.numbers = self.numbers.wrapping_add(1);
        let number = self.numbers;
        let waiting = self.targets.entry(Arc::clone(&share.target)).or_default();
        if waiting.is_empty() {
            waiting.push_back((Arc::clone(&test), number));
            self.take_turn(Arc::clone(&share.target));
        } else {
            waiting.push_back((Arc::clone(&test), number));
        }
        self.bounds.push(Reverse((at.after(WAIT_MAX.min(every)), number, Arc::clone(&test))));
        self.busy.insert(test, Busy::Queued { at, every, number, share });
        self.queued += 1;
    }

    /// The targets of a class whose tests wait.
    const fn turns(&mut self, class: Class) -> &mut VecDeque<Arc<str>> {
        match class {
            Class::Quick => &mut self.quick,
            Class::Slow => &mut self.slow,
            Class::New => &mut self.new,
        }
    }

    /// A target is the last one among those that answer as it did.
    fn take_turn(&mut self, target: Arc<str>) {
        let class = self.shares.class(&target);
        self.turns(class).push_back(target);
    }

    /// Who gets the next free place. What has waited for too long is missed.
    pub(crate) fn take(&mut self, now: Timestamp, missed: &mut Vec<Missed>) -> Option<Next<W>> {
        self.expire(now, missed);
        self.slow_down(now);
        if self.shares.is_full() {
            return None;
        }
        let next = match self.waiting_next {
            true => self.take_waiter().or_else(|| self.take_test(now)),
            false => self.take_test(now).or_else(|| self.take_waiter()),
        }?;
        self.waiting_next = matches!(next, Next::Run { .. });
        Some(next)
    }

    /// The first run of the API that may have a place.
    fn take_waiter(&mut self) -> Option<Next<W>> {
        let first = self.waiting.iter().position(|(share, _)| self.shares.may_admit(share))?;
        let (share, waiter) = self.waiting.remove(first)?;
        self.shares.admit(&share);
        Some(Next::Admit(waiter, share))
    }

    /// The first test that may have a place, of the target whose turn it is.
    fn take_test(&mut self, now: Timestamp) -> Option<Next<W>> {
        let classes = match self.last {
            Class::Slow => [Class::Quick, Class::New, Class::Slow],
            Class::Quick => [Class::New, Class::Slow, Class::Quick],
            Class::New => [Class::Slow, Class::Quick, Class::New],
        };
        let (class, test) = classes.into_iter().find_map(|class| Some((class, self.take_of(class)?)))?;
        self.last = class;
        let Some(Busy::Queued { at, share, .. }) = self.busy.remove(&test) else { return None };
        self.queued = self.queued.saturating_sub(1);
        self.shares.begin(&share, class);
        if class == Class::New {
            self.new_running.push_back((now, Arc::clone(&test)));
        }
        self.busy.insert(Arc::clone(&test), Busy::Running { at, began: now, share, class });
        Some(Next::Run { test, at })
    }

    /// The test that is next among the targets of a class.
    fn take_of(&mut self, class: Class) -> Option<Arc<str>> {
        if !self.shares.may_class(class) {
            return None;
        }
        for _ in 0..self.turns(class).len() {
            let target = self.turns(class).pop_front()?;
            let Some(waiting) = self.targets.get_mut(&target) else { continue };
            // What is void is dropped on the way.
            while let Some((test, number)) = waiting.front() {
                match self.busy.get(test) {
                    Some(Busy::Queued { number: valid, .. }) if valid == number => break,
                    _ => drop(waiting.pop_front()),
                }
            }
            let Some((test, _)) = waiting.front() else {
                self.targets.remove(&target);
                continue;
            };
            let Some(Busy::Queued { share, .. }) = self.busy.get(test) else { continue };
            if !self.shares.may_begin(share) {
                self.turns(class).push_back(target);
                continue;
            }
            let (test, _) = waiting.pop_front()?;
            if waiting.is_empty() {
                self.targets.remove(&target);
            } else {
                self.take_turn(target);
            }
            return Some(test);
        }
        None
    }

    /// Runs of new targets that take long by now are slow ones.
    fn slow_down(&mut self, now: Timestamp) {
        while let Some((began, test)) = self.new_running.front()
            && began.after(QUICK_MAX) <= now
        {
            if let Some(Busy::Running { began: of_run, class: class @ Class::New, .. }) =
                self.busy.get_mut(test)
                && of_run == began
            {
                *class = Class::Slow;
                self.shares.is_slow();
            }
            self.new_running.pop_front();
        }
    }

    /// Gives up what has waited for too long.
    fn expire(&mut self, now: Timestamp, missed: &mut Vec<Missed>) {
        while let Some(Reverse((bound, _, _))) = self.bounds.peek()
            && *bound < now
        {
            let Some(Reverse((_, number, test))) = self.bounds.pop() else { return };
            let Some(Busy::Queued { at, every, number: valid, .. }) = self.busy.get(&test) else { continue };
            if *valid != number {
                continue;
            }
            let bound = at.after(WAIT_MAX.min(*every));
            if bound >= now {
                // A later moment has taken the place of the one that it waited for.
                self.bounds.push(Reverse((bound, number, test)));
                continue;
            }
            let first = *at;
            self.forget(&test);
            missed.push(Missed { test, first, count: 1, reason: MissedReason::Overloaded });
        }
    }

    /// A place at once, if there is one and nobody waits for it.
    pub(crate) fn enter(&mut self, share: &Share) -> bool {
        let free = !self.shares.is_full() && self.queued == 0 && self.waiting.is_empty();
        let free = free && self.shares.may_admit(share);
        if free {
            self.shares.admit(share);
        }
        free
    }

    /// Waits for a place; `gone` says who has given up.
    pub(crate) fn wait(&mut self, share: Share, waiter: W, gone: impl Fn(&W) -> bool) -> Result<(), W> {
        if self.waiting.len() >= self.waiting_max {
            self.waiting.retain(|(_, waiter)| !gone(waiter));
        }
        if self.waiting.len() >= self.waiting_max {
            return Err(waiter);
        }
        self.waiting.push_back((share, waiter));
        Ok(())
    }

    /// A run has ended.
    pub(crate) fn ended(&mut self, test: &str, now: Timestamp) {
        if let Some(Busy::Running { .. }) = self.busy.get(test)
            && let Some(Busy::Running { began, share, class, .. }) = self.busy.remove(test)
        {
            self.shares.end(&share, class, now.since(began));
        }
    }

    /// A run could not begin: that says nothing about its target.
    pub(crate) fn not_begun(&mut self, test: &str) {
        if let Some(Busy::Running { .. }) = self.busy.get(test)
            && let Some(Busy::Running { share, class, .. }) = self.busy.remove(test)
        {
            self.shares.give_back(&share, class);
        }
    }

    /// A run of the API has ended.
    pub(crate) fn leave(&mut self, share: &Share) {
        self.shares.leave(share);
    }

    /// A test does not wait any more; if it runs, it ends as it likes.
    pub(crate) fn forget(&mut self, test: &str) {
        if let Some(Busy::Queued { .. }) = self.busy.get(test)
            && let Some(Busy::Queued { share, .. }) = self.busy.remove(test)
        {
            self.queued = self.queued.saturating_sub(1);
            self.leave_queue(test, &share.target);
        }
    }

    /// What does not wait any more keeps no turn for its target.
    fn leave_queue(&mut self, test: &str, target: &Arc<str>) {
        let Some(waiting) = self.targets.get_mut(target) else { return };
        waiting.retain(|(waits, _)| **waits != *test);
        if waiting.is_empty() {
            self.targets.remove(target);
            self.quick.retain(|turn| turn != target);
            self.slow.retain(|turn| turn != target);
            self.new.retain(|turn| turn != target);
        }
    }

    /// Everything that is due and waits is missed.
    pub(crate) fn give_up(&mut self, reason: MissedReason, missed: &mut Vec<Missed>) {
        let mut given_up: Vec<(u64, Missed)> = self
            .busy
            .iter()
            .filter_map(|(test, busy)| match busy {
                Busy::Queued { at, number, .. } => {
                    Some((*number, Missed { test: Arc::clone(test), first: *at, count: 1, reason }))
                }
                Busy::Running { .. } => None,
            })
            .collect();
        given_up.sort_by_key(|(number, _)| *number);
        self.busy.retain(|_, busy| matches!(busy, Busy::Running { .. }));
        self.targets.clear();
        self.quick.clear();
        self.slow.clear();
        self.new.clear();
        self.bounds.clear();
        self.queued = 0;
        missed.extend(given_up.into_iter().map(|(_, missed)| missed));
    }

    /// Sends the runs of the API away that wait.
    pub(crate) fn send_away(&mut self) {
        self.waiting.clear();
    }

    /// The runs in flight that were due, with their moments.
    pub(crate) fn running(&self) -> impl Iterator<Item = (&Arc<str>, Timestamp)> {
        self.busy.iter().filter_map(|(test, busy)| match busy {
            Busy::Running { at, .. } => Some((test, *at)),
            Busy::Queued { .. } => None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: Duration = Duration::from_secs(60);

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_millis(seconds * 1_000)
    }

    fn come(line: &mut Line<u8>, test: &str, seconds: i64, every: Duration) -> Vec<Missed> {
        let mut missed = Vec::new();
        let moment = at(seconds);
        // `target/test`, or a target of its own.
        let share = Share::of_target(test.split_once('/').map_or(test, |(target, _)| target));
        let moments = Moments { test: test.into(), first: moment, last: moment, count: 1, every };
        line.come(moments, share, &mut missed);
        missed
    }

    /// A token's.
    fn share(token: &str) -> Share {
        Share { owner: Some(token.into()), target: "a target".into() }
    }

    /// Who is next: the test, or the number of the waiter; what is missed stands before it.
    fn next(line: &mut Line<u8>, seconds: i64) -> String {
        let mut missed = Vec::new();
        let next = line.take(at(seconds), &mut missed);
        let mut words: Vec<String> = missed.iter().map(|missed| format!("-{}", missed.test)).collect();
        words.extend(next.map(|next| match next {
            Next::Run { test, at } => format!("{test}@{}", at.millis() / 1_000),
            Next::Admit(waiter, _) => waiter.to_string(),
        }));
        words.join(" ")
    }

    #[test]
    fn first_due_is_first_served_within_the_bound() {
        let mut line = Line::new(2, 0);
        for test in ["a", "b", "c"] {
            assert_eq!(come(&mut line, test, 0, MINUTE), []);
        }
        assert_eq!([next(&mut line, 0), next(&mut line, 0), next(&mut line, 0)], ["a@0", "b@0", ""]);
        line.ended("b", at(0));
        assert_eq!(next(&mut line, 1), "c@0");
    }

    #[test]
    fn targets_take_turns() {
        let mut line = Line::<u8>::new(9, 0);
        for test in ["a/1", "a/2", "b/1"] {
            come(&mut line, test, 0, MINUTE);
        }
        assert_eq!([next(&mut line, 0), next(&mut line, 0), next(&mut line, 0)], ["a/1@0", "b/1@0", "a/2@0"]);
    }

    #[test]
    fn runs_of_the_api_alternate_with_the_line() {
        let mut line = Line::new(5, 9);
        assert!(line.enter(&share("x")));
        for test in ["a", "b"] {
            come(&mut line, test, 0, MINUTE);
        }
        assert!(!line.enter(&share("x")), "nobody overtakes the line");
        for waiter in 1..=2 {
            line.wait(share("x"), waiter, |_| false).unwrap();
        }
        let order: Vec<String> = (0..5).map(|_| next(&mut line, 0)).collect();
        assert_eq!(order, ["a@0", "1", "b@0", "2", ""]);
    }

    #[test]
    fn waiters_are_bounded_and_those_who_left_do_not_count() {
        let mut line = Line::new(1, 2);
        assert_eq!(
            [1, 2, 3].map(|waiter| line.wait(share("x"), waiter, |_| false).is_ok()),
            [true, true, false]
        );
        assert!(line.wait(share("x"), 4, |waiter| *waiter == 1).is_ok());
        assert_eq!(next(&mut line, 0), "2");
    }

    #[test]
    fn what_waits_too_long_is_missed_and_a_later_moment_takes_its_place() {
        let mut line = Line::new(1, 0);
        come(&mut line, "first", 0, MINUTE);
        assert_eq!(next(&mut line, 0), "first@0");
        come(&mut line, "hourly", 0, MINUTE * 60);
        come(&mut line, "quick", 0, EVERY_SECOND);
        let missed = come(&mut line, "quick", 1, EVERY_SECOND);
        assert_eq!((missed.len(), missed[0].first, missed[0].reason), (1, at(0), MissedReason::Overloaded));
        let missed = come(&mut line, "first", 60, MINUTE);
        assert_eq!(missed[0].reason, MissedReason::StillRunning);
        assert_eq!(next(&mut line, 60), "-quick", "an hour's interval is waited for a minute");
        line.ended("first", at(60));
        come(&mut line, "quick", 61, EVERY_SECOND);
        assert_eq!(next(&mut line, 61), "-hourly quick@61");
        assert_eq!(line.counts(), (0, 0, 1));
    }

    const EVERY_SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn a_test_that_is_forgotten_and_comes_back_does_not_run_twice() {
        let mut line = Line::new(9, 0);
        come(&mut line, "a", 0, MINUTE);
        line.forget("a");
        assert_eq!(line.counts(), (0, 0, 0));
        come(&mut line, "b", 1, MINUTE);
        come(&mut line, "a", 2, MINUTE);
        assert_eq!([next(&mut line, 2), next(&mut line, 2), next(&mut line, 2)], ["b@1", "a@2", ""]);
    }

    /// A line of 64 places with as many tests of a target as wait.
    fn flooded(target: &str) -> Line<u8> {
        let mut line = Line::new(64, 9);
        for test in 0..500 {
            come(&mut line, &format!("{target}/{test}"), 0, MINUTE);
        }
        while !next(&mut line, 0).is_empty() {}
        line
    }

    #[test]
    fn one_target_leaves_places_for_others() {
        let mut line = flooded("silent");
        let (_, _, in_flight) = line.counts();
        assert!((40..=44).contains(&in_flight), "{in_flight}");
        for test in ["healthy", "well"] {
            come(&mut line, test, 1, EVERY_SECOND);
        }
        assert_eq!([next(&mut line, 1), next(&mut line, 1), next(&mut line, 1)], ["healthy@1", "well@1", ""]);
        // A place that it gives back goes to it again.
        line.ended("silent/0", at(2));
        line.ended("healthy", at(2));
        line.ended("well", at(2));
        assert!(next(&mut line, 2).starts_with("silent/"));
    }

    #[test]
    fn targets_that_are_new_or_slow_leave_places_for_those_that_answer_quickly() {
        let mut line = Line::<u8>::new(64, 9);
        come(&mut line, "healthy", 0, EVERY_SECOND);
        assert_eq!(next(&mut line, 0), "healthy@0");
        line.ended("healthy", at(0));
        for round in [0, 60] {
            for test in 0..64 {
                come(&mut line, &format!("slow{test}"), round, MINUTE);
            }
            while !next(&mut line, round).is_empty() {}
            let (_, _, in_flight) = line.counts();
            // In the second round, some are slow and some still new.
            assert!((40..=52).contains(&in_flight), "{in_flight}");
            come(&mut line, "healthy", round + 1, EVERY_SECOND);
            assert_eq!(next(&mut line, round + 1), format!("healthy@{}", round + 1));
            line.ended("healthy", at(round + 1));
            if round == 0 {
                (0..64).for_each(|test| line.ended(&format!("slow{test}"), at(59)));
            }
        }
        // One that has become quick is among the quick ones.
        let changed = line.running().map(|(test, _)| test.to_string()).min().unwrap();
        line.ended(&changed, at(60));
        come(&mut line, &changed, 90, MINUTE);
        let both = [next(&mut line, 90), next(&mut line, 90)];
        assert!(both.contains(&format!("{changed}@90")), "{both:?}");
    }

    #[test]
    fn new_targets_that_do_not_answer_leave_places_for_those_that_are_known_to() {
        let mut line = Line::<u8>::new(64, 9);
        come(&mut line, "healthy", 0, EVERY_SECOND);
        assert_eq!(next(&mut line, 0), "healthy@0");
        line.ended("healthy", at(0));
        for second in 0..30 {
            for test in 0..40 {
                come(&mut line, &format!("new{second}-{test}"), second, MINUTE);
            }
            come(&mut line, "healthy", second, EVERY_SECOND);
            let all: Vec<String> =
                std::iter::from_fn(|| Some(next(&mut line, second)).filter(|next| !next.is_empty()))
                    .collect();
            assert!(all.contains(&format!("healthy@{second}")), "{second}: {all:?}");
            line.ended("healthy", at(second));
        }
        assert_eq!(line.counts().2, 56, "one place of eight is for those that are known to answer");
    }

    #[test]
    fn a_token_whose_targets_are_quick_leaves_places_for_others() {
        let mut line = Line::<u8>::new(64, 9);
        let come = |line: &mut Line<u8>, token: &str, test: usize, second| {
            let (test, moment) = (format!("{token}{test}").into(), at(second));
            let share = Share { owner: Some(token.into()), target: Arc::clone(&test) };
            let moments = Moments { test, first: moment, last: moment, count: 1, every: MINUTE };
            line.come(moments, share, &mut Vec::new());
        };
        // Each target has answered quickly once.
        for (token, test) in (0..64).map(|test| ("a", test)).chain([("b", 0)]) {
            come(&mut line, token, test, 0);
            assert_eq!(next(&mut line, 0), format!("{token}{test}@0"));
            line.ended(&format!("{token}{test}"), at(0));
        }
        (0..64).for_each(|test| come(&mut line, "a", test, 60));
        while !next(&mut line, 60).is_empty() {}
        assert!((40..=44).contains(&line.counts().2), "{:?}", line.counts());
        come(&mut line, "b", 0, 61);
        assert_eq!(next(&mut line, 61), "b0@61");
    }

    #[test]
    fn a_token_leaves_places_for_others_and_the_api_for_the_schedule() {
        let mut line = Line::<u8>::new(64, 9);
        let entered = |line: &mut Line<u8>, token: &str| {
            let of = |number: usize| Share { owner: Some(token.into()), target: number.to_string().into() };
            (0..64).filter(|number| line.enter(&of(*number))).count()
        };
        assert_eq!(entered(&mut line, "a"), 32, "half of the places are for the schedule");
        assert_eq!(entered(&mut line, "b"), 0);
        come(&mut line, "test", 0, MINUTE);
        assert_eq!(next(&mut line, 0), "test@0");
        for number in 0..20 {
            line.leave(&Share { owner: Some("a".into()), target: number.to_string().into() });
        }
        assert_eq!(line.counts().2, 13);
        assert_eq!(entered(&mut line, "b"), 20);
        let mut line = Line::<u8>::new(64, 9);
        for test in 0..64 {
            let moments = Moments {
                test: format!("{test}").into(),
                first: at(0),
                last: at(0),
                count: 1,
                every: MINUTE,
            };
            let owned = Share { owner: Some("a".into()), target: format!("{test}").into() };
            line.come(moments, owned, &mut Vec::new());
        }
        while !next(&mut line, 0).is_empty() {}
        assert!((40..=44).contains(&line.counts().2), "{:?}", line.counts());
    }
}
