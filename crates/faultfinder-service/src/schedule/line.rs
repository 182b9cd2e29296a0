//! The queue: what waits, what runs, and what is next. Pure: it takes the time as an argument.

use super::{Missed, MissedReason, Moments};
use crate::Timestamp;
use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

/// Longest that a run waits for its place; one whose interval is shorter waits no longer than that.
pub const WAIT_MAX: Duration = Duration::from_secs(60);

/// The runs that wait and those in flight. `W` stands for a run of the API that waits.
#[derive(Debug)]
pub(crate) struct Line<W> {
    in_flight_max: usize,
    waiting_max: usize,
    /// In the order in which they came, each with its number; one that [`busy`](Self::busy) does not know is void.
    queue: VecDeque<(Arc<str>, u64)>,
    /// The tests that wait or run.
    busy: HashMap<Arc<str>, Busy>,
    waiting: VecDeque<W>,
    in_flight: usize,
    queued: usize,
    numbers: u64,
    /// Whose turn it is when both wait.
    waiting_next: bool,
}

#[derive(Debug)]
enum Busy {
    Queued { at: Timestamp, every: Duration, number: u64 },
    Running { at: Timestamp },
}

/// Who gets a place.
#[derive(Debug)]
pub(crate) enum Next<W> {
    Run { test: Arc<str>, at: Timestamp },
    Admit(W),
}

impl<W> Line<W> {
    pub(crate) fn new(in_flight_max: usize, waiting_max: usize) -> Self {
        Self {
            in_flight_max: in_flight_max.max(1),
            waiting_max,
            queue: VecDeque::new(),
            busy: HashMap::new(),
            waiting: VecDeque::new(),
            in_flight: 0,
            queued: 0,
            numbers: 0,
            waiting_next: false,
        }
    }

    /// Runs that are due and wait, runs of the API that wait, and places that are taken.
    pub(crate) fn counts(&self) -> (usize, usize, usize) {
        (self.queued, self.waiting.len(), self.in_flight)
    }

    /// Takes in moments of a test that have come.
    pub(crate) fn come(&mut self, moments: Moments, missed: &mut Vec<Missed>) {
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
                self.numbers = self.numbers.wrapping_add(1);
                let number = self.numbers;
                self.queue.push_back((Arc::clone(&test), number));
                self.busy.insert(test, Busy::Queued { at: last, every, number });
                self.queued += 1;
            }
        }
    }

    /// Who gets the next free place. What has waited for too long is missed.
    pub(crate) fn take(&mut self, now: Timestamp, missed: &mut Vec<Missed>) -> Option<Next<W>> {
        self.expire(now, missed);
        if self.in_flight >= self.in_flight_max {
            return None;
        }
        let admit = !self.waiting.is_empty() && (self.waiting_next || self.queue.is_empty());
        let next = if admit {
            Next::Admit(self.waiting.pop_front()?)
        } else {
            let (test, _) = self.queue.pop_front()?;
            let busy = self.busy.get_mut(&test)?;
            let (Busy::Queued { at, .. } | Busy::Running { at }) = *busy;
            *busy = Busy::Running { at };
            self.queued = self.queued.saturating_sub(1);
            Next::Run { test, at }
        };
        self.waiting_next = !admit;
        self.in_flight += 1;
        Some(next)
    }

    /// Drops what is first in the queue and void, or has waited for too long.
    fn expire(&mut self, now: Timestamp, missed: &mut Vec<Missed>) {
        while let Some((test, number)) = self.queue.front() {
            match self.busy.get(test) {
                Some(Busy::Queued { at, every, number: valid }) if valid == number => {
                    if now.since(*at) <= WAIT_MAX.min(*every) {
                        return;
                    }
                    let (test, first) = (Arc::clone(test), *at);
                    self.forget(&test);
                    missed.push(Missed { test, first, count: 1, reason: MissedReason::Overloaded });
                }
                _ => {}
            }
            self.queue.pop_front();
        }
    }

    /// A place at once, if there is one and nobody waits for it.
    pub(crate) fn enter(&mut self) -> bool {
        let free = self.in_flight < self.in_flight_max && self.queued == 0 && self.waiting.is_empty();
        self.in_flight += usize::from(free);
        free
    }

    /// Waits for a place; `gone` says who has given up.
    pub(crate) fn wait(&mut self, waiter: W, gone: impl Fn(&W) -> bool) -> Result<(), W> {
        if self.waiting.len() >= self.waiting_max {
            self.waiting.retain(|waiter| !gone(waiter));
        }
        if self.waiting.len() >= self.waiting_max {
            return Err(waiter);
        }
        self.waiting.push_back(waiter);
        Ok(())
    }

    /// A run has ended, or could not begin.
    pub(crate) fn ended(&mut self, test: &str) {
        if let Some(Busy::Running { .. }) = self.busy.get(test) {
            self.busy.remove(test);
            self.leave();
        }
    }

    /// A run of the API has ended.
    pub(crate) fn leave(&mut self) {
        self.in_flight = self.in_flight.saturating_sub(1);
    }

    /// A test does not wait any more; if it runs, it ends as it likes.
    pub(crate) fn forget(&mut self, test: &str) {
        if let Some(Busy::Queued { .. }) = self.busy.get(test) {
            self.busy.remove(test);
            self.queued = self.queued.saturating_sub(1);
        }
    }

    /// Everything that is due and waits is missed.
    pub(crate) fn give_up(&mut self, reason: MissedReason, missed: &mut Vec<Missed>) {
        for (test, number) in std::mem::take(&mut self.queue) {
            if let Some(Busy::Queued { at, number: valid, .. }) = self.busy.get(&test)
                && *valid == number
            {
                let first = *at;
                self.forget(&test);
                missed.push(Missed { test, first, count: 1, reason });
            }
        }
    }

    /// Sends the runs of the API away that wait.
    pub(crate) fn send_away(&mut self) {
        self.waiting.clear();
    }

    /// The runs in flight that were due, with their moments.
    pub(crate) fn running(&self) -> impl Iterator<Item = (&Arc<str>, Timestamp)> {
        self.busy.iter().filter_map(|(test, busy)| match busy {
            Busy::Running { at } => Some((test, *at)),
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
        line.come(Moments { test: test.into(), first: moment, last: moment, count: 1, every }, &mut missed);
        missed
    }

    /// Who is next: the test, or the number of the waiter; what is missed stands before it.
    fn next(line: &mut Line<u8>, seconds: i64) -> String {
        let mut missed = Vec::new();
        let next = line.take(at(seconds), &mut missed);
        let mut words: Vec<String> = missed.iter().map(|missed| format!("-{}", missed.test)).collect();
        words.extend(next.map(|next| match next {
            Next::Run { test, at } => format!("{test}@{}", at.millis() / 1_000),
            Next::Admit(waiter) => waiter.to_string(),
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
        line.ended("b");
        assert_eq!(next(&mut line, 1), "c@0");
    }

    #[test]
    fn runs_of_the_api_alternate_with_the_line() {
        let mut line = Line::new(5, 9);
        assert!(line.enter());
        for test in ["a", "b"] {
            come(&mut line, test, 0, MINUTE);
        }
        assert!(!line.enter(), "nobody overtakes the line");
        for waiter in 1..=2 {
            line.wait(waiter, |_| false).unwrap();
        }
        let order: Vec<String> = (0..5).map(|_| next(&mut line, 0)).collect();
        assert_eq!(order, ["a@0", "1", "b@0", "2", ""]);
    }

    #[test]
    fn waiters_are_bounded_and_those_who_left_do_not_count() {
        let mut line = Line::new(1, 2);
        assert_eq!([1, 2, 3].map(|waiter| line.wait(waiter, |_| false).is_ok()), [true, true, false]);
        assert!(line.wait(4, |waiter| *waiter == 1).is_ok());
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
        assert_eq!(next(&mut line, 60), "", "an hour's interval is waited for a minute");
        line.ended("first");
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
}
