//! One test under watch: its state, its alert, and what is sent.

use crate::event::Seen;
use crate::machine::{Kind, Machine, State, Trouble};
use crate::notice::{End, Event, Notice};
use crate::parents::{PARENTS_AWAITED, Parents};
use crate::place::Place;
use crate::rule::Rule;
use faultfinder_taxonomy::word::Happening;
use serde::{Deserialize, Serialize};

/// One test under watch. It is fed with what happens, in the order of time, and says what is to be sent.
///
/// It can be kept between two runs of a program: what comes out is the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Watch {
    machine: Machine,
    open: Option<Open>,
    /// The number of the latest alert.
    alerts: u64,
    silences: u32,
    /// How many parents have an alert.
    parents_down: u32,
    /// Whether a result has to fail before an alert is sent: a parent was down.
    awaits_result: bool,
    /// Whether it is a time in which failures do not count, by the rule.
    #[serde(default)]
    in_maintenance: bool,
    /// Whether it is a time in which nothing is sent, by the rule.
    #[serde(default)]
    in_silence: bool,
    /// Whether somebody works on an alert that was not sent yet.
    #[serde(default)]
    is_acknowledged: bool,
    /// The tests that it depends on, if it depends on any.
    #[serde(default)]
    parents: Option<Parents>,
    /// Since when there should be an alert that was not sent yet.
    #[serde(default)]
    unsent_since: Option<i64>,
}

/// An alert that goes on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[expect(clippy::exhaustive_structs, reason = "closed: what is known of an alert that goes on")]
pub struct Open {
    /// Its number.
    pub alert: u64,
    /// What was sent of it last.
    pub sent: Trouble,
    /// When that was, in milliseconds since 1970.
    pub sent_at: i64,
    /// When it began to be sent.
    pub opened_at: i64,
    /// How many notices there were.
    pub notices: u32,
    /// Whether somebody works on it.
    pub is_acknowledged: bool,
}

impl Watch {
    /// The watch over a test whose results are awaited from these locations from this moment on, in milliseconds since 1970.
    #[must_use]
    pub fn new(now: i64, locations: &[String]) -> Self {
        Self {
            machine: Machine::new(now, locations),
            open: None,
            alerts: 0,
            silences: 0,
            parents_down: 0,
            awaits_result: false,
            in_maintenance: false,
            in_silence: false,
            is_acknowledged: false,
            parents: None,
            unsent_since: None,
        }
    }

    /// The same with the number of the latest alert that there was: the next one has the next number.
    #[must_use]
    pub const fn after_alerts(mut self, alerts: u64) -> Self {
        self.alerts = alerts;
        self
    }

    /// The number of the latest alert.
    #[must_use]
    pub const fn alerts(&self) -> u64 {
        self.alerts
    }

    /// Whether nothing needs to be kept of it but the number of its latest alert: a new watch would do the same.
    #[must_use]
    pub fn is_idle(&self, rule: &Rule) -> bool {
        // A new watch would find itself in the same silence of its rule.
        self.open.is_none() && !self.is_muted() && self.machine.is_idle(rule)
    }

    /// The state of the test.
    #[must_use]
    pub fn state(&self) -> State {
        self.machine.state()
    }

    /// Whether the test is paused: its results count for nothing.
    #[must_use]
    pub const fn is_paused(&self) -> bool {
        self.machine.is_paused()
    }

    /// Whether there should be an alert now, whether it is sent or not.
    #[must_use]
    pub fn is_in_trouble(&self) -> bool {
        self.machine.is_in_trouble()
    }

    /// The alert that goes on.
    #[must_use]
    pub const fn open(&self) -> Option<&Open> {
        self.open.as_ref()
    }

    /// Why there should be an alert now, whether it is sent or not.
    #[must_use]
    pub fn trouble(&self, rule: &Rule) -> Option<Trouble> {
        self.machine.trouble(rule)
    }

    /// Up to when it has been brought, in milliseconds since 1970.
    #[must_use]
    pub const fn now(&self) -> i64 {
        self.machine.now()
    }

    /// When it has to be [brought up](Self::pass) if nothing else happens.
    #[must_use]
    pub fn deadline(&self, rule: &Rule) -> Option<i64> {
        [self.due(rule), self.change(rule)].into_iter().flatten().min()
    }

    /// Until when an alert waits for runs of the tests on which this one depends.
    fn awaits_parents_until(&self, rule: &Rule) -> Option<i64> {
        let ran_at = self.parents?.ran_at?;
        let until = self.unsent_since?.saturating_add(PARENTS_AWAITED);
        let trouble = self.machine.trouble(rule)?;
        (ran_at < trouble.since && self.now() < until).then_some(until)
    }

    /// Whether a first alert waits for runs of the tests on which this one depends.
    #[must_use]
    pub fn awaits_parents(&self, rule: &Rule) -> bool {
        self.awaits_parents_until(rule).is_some()
    }

    /// When a maintenance or a silence of the rule may begin or end next.
    fn change(&self, rule: &Rule) -> Option<i64> {
        let (_, maintenance) = rule.in_maintenance(self.now());
        let (_, silence) = rule.in_silence(self.now());
        [maintenance, silence].into_iter().flatten().min()
    }

    /// When something is due of what counts, or of what was sent.
    fn due(&self, rule: &Rule) -> Option<i64> {
        let reminder = self.open.as_ref().filter(|open| !open.is_acknowledged && !self.is_mute());
        let reminder = reminder.and_then(|open| Some(open.sent_at.saturating_add(rule.remind_every?)));
        let parents = self.awaits_parents_until(rule);
        [self.machine.deadline(rule), reminder, parents].into_iter().flatten().min()
    }

    /// Time passes, up to this moment. A moment before the latest one is the latest one: clocks may be set back.
    pub fn pass(&mut self, rule: &Rule, to: i64, notices: &mut Vec<Notice>) {
        self.note_change(rule, notices);
        while let Some(change) = self.change(rule).filter(|at| *at <= to) {
            self.pass_due(rule, change, notices);
            self.note_change(rule, notices);
        }
        self.pass_due(rule, to, notices);
    }

    /// Time passes, up to this moment, without a change of maintenance or silence.
    fn pass_due(&mut self, rule: &Rule, to: i64, notices: &mut Vec<Notice>) {
        while let Some(at) = self.due(rule).filter(|at| *at <= to) {
            let before = (self.due(rule), self.machine.now());
            self.machine.pass(rule, at);
            self.follow(rule, End::Missing, notices);
            // Each deadline is reached once.
            if (self.due(rule), self.machine.now()) == before {
                break;
            }
        }
        self.machine.pass(rule, to);
    }

    /// Notes whether it is a time in which failures do not count, or nothing is sent. The rule may be another one than before.
    fn note_change(&mut self, rule: &Rule, notices: &mut Vec<Notice>) {
        let (in_silence, _) = rule.in_silence(self.now());
        let ends = self.in_silence && !in_silence;
        self.in_silence = in_silence;
        let (in_maintenance, _) = rule.in_maintenance(self.now());
        if in_maintenance != self.in_maintenance {
            self.in_maintenance = in_maintenance;
            let happening =
                if in_maintenance { Happening::MaintenanceBegins } else { Happening::MaintenanceEnds };
            self.machine.happen(rule, happening);
            self.follow(rule, End::Passed, notices);
        } else if ends {
            self.follow(rule, End::Passed, notices);
        }
    }

    /// A result has come.
    pub fn see(&mut self, rule: &Rule, seen: &Seen, notices: &mut Vec<Notice>) {
        self.pass(rule, seen.at, notices);
        self.awaits_result &= Place::fails(rule, seen.verdict) != Some(true);
        self.machine.see(rule, seen);
        self.follow(rule, End::Passed, notices);
    }

    /// How the tests are on which this one depends, at this moment.
    pub fn depend(&mut self, rule: &Rule, at: i64, parents: Option<Parents>, notices: &mut Vec<Notice>) {
        let was_down = self.parents.take().is_some_and(|parents| parents.is_down);
        let is_down = parents.is_some_and(|parents| parents.is_down);
        self.parents = parents;
        match (was_down, is_down) {
            (false, true) => self.happen(rule, at, Happening::ParentDown, notices),
            (true, false) => self.happen(rule, at, Happening::ParentUp, notices),
            (true, true) | (false, false) => {
                self.pass(rule, at, notices);
                // They may have run since.
                if self.unsent_since.is_some() {
                    self.follow(rule, End::Passed, notices);
                }
            }
        }
    }

    /// Something else has happened, at this moment.
    pub fn happen(&mut self, rule: &Rule, at: i64, happening: Happening, notices: &mut Vec<Notice>) {
        self.pass(rule, at, notices);
        self.machine.happen(rule, happening);
        let mut end = End::Passed;
        match happening {
            Happening::SilenceBegins => self.silences = self.silences.saturating_add(1),
            Happening::SilenceEnds => self.silences = self.silences.saturating_sub(1),
            Happening::ParentDown => self.parents_down = self.parents_down.saturating_add(1),
            Happening::ParentUp => {
                self.parents_down = self.parents_down.saturating_sub(1);
                self.awaits_result |= self.parents_down == 0;
            }
            Happening::Acknowledged => match &mut self.open {
                Some(open) => open.is_acknowledged = true,
                None => self.is_acknowledged = self.machine.trouble(rule).is_some(),
            },
            Happening::Paused => end = End::Paused,
            Happening::Deleted => end = End::Deleted,
            Happening::MaintenanceBegins
            | Happening::MaintenanceEnds
            | Happening::Resumed
            | Happening::Changed => {}
        }
        self.follow(rule, end, notices);
    }

    const fn is_mute(&self) -> bool {
        self.in_silence || self.is_muted()
    }

    /// Whether something that has happened keeps notices back.
    const fn is_muted(&self) -> bool {
        self.silences > 0 || self.parents_down > 0 || self.awaits_result
    }

    /// Sends what is due at this moment. That an alert has ended is sent even if nothing else is: those who got it wait for that.
    fn follow(&mut self, rule: &Rule, end: End, notices: &mut Vec<Notice>) {
        let at = self.machine.now();
        let is_mute = self.is_mute();
        let trouble = self.machine.trouble(rule);
        self.is_acknowledged &= trouble.is_some();
        self.unsent_since = match (&self.open, &trouble) {
            (None, Some(_)) => self.unsent_since.or(Some(at)),
            (Some(_), _) | (None, None) => None,
        };
        let is_acknowledged = self.is_acknowledged;
        let event = match (&self.open, &trouble) {
            (None, None) => return,
            (Some(_), None) => Event::Recovery,
            (None | Some(_), Some(_)) if is_mute => return,
            (None, Some(_)) if self.awaits_parents(rule) => return,
            (None, Some(_)) => Event::Alert,
            (Some(open), Some(trouble)) if open.sent.kind != trouble.kind => Event::Change,
            (Some(open), Some(_)) => {
                let next = rule.remind_every.map(|every| open.sent_at.saturating_add(every));
                if open.is_acknowledged || next.is_none_or(|next| at < next) {
                    return;
                }
                Event::Reminder
            }
        };
        let mut open = self.open.take().unwrap_or_else(|| {
            self.alerts = self.alerts.saturating_add(1);
            let sent =
                Trouble { kind: Kind::Down, since: at, code: None, failures: (0, 0), locations: Vec::new() };
            Open { alert: self.alerts, sent, sent_at: at, opened_at: at, notices: 0, is_acknowledged }
        });
        open.notices = open.notices.saturating_add(1);
        open.sent_at = at;
        let has_ended = trouble.is_none();
        if let Some(trouble) = trouble {
            open.sent = trouble;
        }
        notices.push(Notice {
            event,
            at,
            alert: open.alert,
            opened_at: open.opened_at,
            number: open.notices,
            trouble: open.sent.clone(),
            end: has_ended.then_some(end),
        });
        self.open = Some(open).filter(|_| !has_ended);
    }
}
