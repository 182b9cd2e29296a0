//! The results of one location.

use crate::event::Verdict;
use crate::rule::Rule;
use faultfinder_taxonomy::Code;
use serde::{Deserialize, Serialize};
use std::collections::VecDeque;

/// How many results decide whether a location flaps, and at which numbers of changes among them that begins and ends: those
/// of Nagios, without its weights.
const FLAPPING_RESULTS: usize = 21;
const FLAPPING_BEGINS: usize = 10;
const FLAPPING_ENDS: usize = 5;

/// How badly a test fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Level {
    /// It passes with warnings.
    Degraded,
    /// Its results are missing.
    Missing,
    /// It fails.
    Down,
}

/// What came last of a location.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Last {
    /// Nothing yet.
    Nothing,
    /// A result that says something about the target.
    Result,
    /// A failure of this host.
    Ourselves,
    /// A run that did not happen.
    Missed,
}

/// What is known of one location.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Place {
    /// The last results that count, the latest at the end: when each failed, if it did. Forgotten when the location recovers.
    counted: VecDeque<Option<i64>>,
    /// How many of them passed in a row, up to now.
    passes: u32,
    /// Whether it fails by the rule.
    is_failing: bool,
    /// When the first result failed of those that made it fail, or when results began to be missing.
    failed_since: i64,
    /// How badly, and with which code, the latest result failed.
    level: Level,
    code: Option<Code>,
    /// When the latest result came that says something about the target; before the first one when that was awaited first.
    pub(crate) fresh_at: i64,
    /// Whether results are missing.
    pub(crate) is_silent: bool,
    last: Last,
    /// The last results with which flapping is detected.
    #[serde(default, skip_serializing_if = "VecDeque::is_empty")]
    changes: VecDeque<bool>,
    #[serde(default)]
    is_flapping: bool,
}

impl Place {
    /// A location of which results are awaited from this moment on.
    pub(crate) const fn new(awaited_from: i64) -> Self {
        Self {
            counted: VecDeque::new(),
            passes: 0,
            is_failing: false,
            failed_since: awaited_from,
            level: Level::Down,
            code: None,
            fresh_at: awaited_from,
            is_silent: false,
            last: Last::Nothing,
            changes: VecDeque::new(),
            is_flapping: false,
        }
    }

    pub(crate) const fn is_failing(&self) -> bool {
        self.is_failing
    }

    pub(crate) const fn failed_since(&self) -> i64 {
        self.failed_since
    }

    pub(crate) const fn is_flapping(&self) -> bool {
        self.is_flapping
    }

    pub(crate) const fn level(&self) -> Level {
        self.level
    }

    pub(crate) const fn code(&self) -> Option<Code> {
        self.code
    }

    pub(crate) const fn last(&self) -> Last {
        self.last
    }

    /// How many of the last results failed, and how many count.
    pub(crate) fn failures(&self) -> (usize, usize) {
        (self.counted.iter().flatten().count(), self.counted.len())
    }

    /// Whether results failed that are not enough yet.
    pub(crate) fn is_pending(&self) -> bool {
        !self.is_failing && self.passes == 0 && self.counted.back().is_some_and(Option::is_some)
    }

    /// Whether it fails, and the latest results pass.
    pub(crate) const fn is_recovering(&self) -> bool {
        self.is_failing && self.passes > 0
    }

    /// Whether no result that counts has failed.
    pub(crate) fn is_idle(&self) -> bool {
        !self.is_failing && self.failures().0 == 0
    }

    /// Begins anew.
    pub(crate) fn restart(&mut self) {
        *self = Self { last: self.last, ..Self::new(self.fresh_at) };
    }

    /// Forgets what was counted, but not that it fails.
    pub(crate) fn forget_counted(&mut self) {
        self.counted.clear();
        self.passes = 0;
    }

    /// Whether a result fails by the rule; nothing for one that does not count.
    pub(crate) fn fails(rule: &Rule, verdict: Verdict) -> Option<bool> {
        match verdict {
            Verdict::Passed => Some(false),
            Verdict::Degraded => Some(rule.degraded),
            Verdict::Failed(code) => {
                let counts = rule.codes.is_empty() || code.is_some_and(|code| rule.codes.contains(&code));
                counts.then_some(true)
            }
            Verdict::Ourselves | Verdict::Missed => None,
        }
    }

    /// Results are missing, which counts as failing.
    pub(crate) fn miss(&mut self, now: i64) {
        if !self.is_failing {
            self.failed_since = now;
            (self.is_failing, self.level, self.code) = (true, Level::Missing, None);
            self.counted.clear();
        }
        self.passes = 0;
    }

    /// Results of all locations are missing.
    pub(crate) const fn miss_with_all(&mut self) {
        (self.level, self.code) = (Level::Missing, None);
    }

    /// Counts a result.
    pub(crate) fn count(&mut self, rule: &Rule, verdict: Verdict, at: i64, in_maintenance: bool) {
        match verdict {
            Verdict::Ourselves => self.last = Last::Ourselves,
            Verdict::Missed => self.last = Last::Missed,
            Verdict::Passed | Verdict::Degraded | Verdict::Failed(_) => {
                self.count_result(rule, verdict, at, in_maintenance)
            }
        }
    }

    fn count_result(&mut self, rule: &Rule, verdict: Verdict, at: i64, in_maintenance: bool) {
        let Some(failed) = Self::fails(rule, verdict) else { return self.heard(at) };
        if failed && in_maintenance {
            // It is heard of, and that results were missing before is as true as it was.
            (self.fresh_at, self.last) = (at, Last::Result);
            return;
        }
        self.heard(at);
        if rule.flapping {
            self.watch_changes(failed);
        }
        if failed {
            self.passes = 0;
            (self.level, self.code) = match verdict {
                Verdict::Failed(code) => (Level::Down, code),
                _ => (Level::Degraded, None),
            };
        } else {
            self.passes = self.passes.saturating_add(1);
        }
        self.counted.push_back(failed.then_some(at));
        while self.counted.len() > rule.of {
            self.counted.pop_front();
        }
        if self.is_failing && self.passes >= rule.passes {
            self.is_failing = false;
            self.counted.clear();
        } else if !self.is_failing && failed && self.failures().0 >= rule.failures {
            self.is_failing = true;
            self.failed_since = self.counted.iter().flatten().next().copied().unwrap_or(at);
        }
    }

    fn heard(&mut self, at: i64) {
        self.fresh_at = at;
        self.is_silent = false;
        self.last = Last::Result;
    }

    fn watch_changes(&mut self, failed: bool) {
        self.changes.push_back(failed);
        if self.changes.len() > FLAPPING_RESULTS {
            self.changes.pop_front();
        }
        let pairs = self.changes.iter().zip(self.changes.iter().skip(1));
        let changes = pairs.filter(|(before, after)| before != after).count();
        self.is_flapping = changes >= if self.is_flapping { FLAPPING_ENDS + 1 } else { FLAPPING_BEGINS };
    }
}
