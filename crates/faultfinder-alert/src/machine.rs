//! The state of a test, from its results: all locations together.

use crate::event::Seen;
use crate::place::{Last, Level, Place};
use crate::rule::Rule;
use faultfinder_taxonomy::Code;
use faultfinder_taxonomy::word::{Happening, MissingData};
use serde::{Deserialize, Serialize};

/// Most locations of a test; results of others do not count.
pub const LOCATIONS_MAX: usize = 200;

/// The state of a test.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(clippy::exhaustive_enums, reason = "closed: documented one by one")]
pub enum State {
    /// It passes, or nothing is known of it.
    Normal,
    /// It fails, but not enough for an alert yet.
    Pending,
    /// It has an alert.
    Alerting,
    /// It has an alert, and passes, but not enough to end it yet.
    Recovering,
    /// Results are missing, and the rule says that this is a state of its own.
    NoData,
    /// The latest runs could not be carried out because of this host.
    Error,
}

impl State {
    /// Its name in the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Normal => "normal",
            Self::Pending => "pending",
            Self::Alerting => "alerting",
            Self::Recovering => "recovering",
            Self::NoData => "no_data",
            Self::Error => "error",
        }
    }
}

/// Why there is an alert.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[expect(clippy::exhaustive_structs, reason = "closed: what an alert says of its cause")]
pub struct Trouble {
    /// What is wrong.
    pub kind: Kind,
    /// Since when, in milliseconds since 1970: the first failure of those that made the first of its locations fail; or the moment
    /// at which results began to be missing, or to flap.
    pub since: i64,
    /// The code of the latest failure, if there is one.
    pub code: Option<Code>,
    /// How many of the last results of that location failed, of how many.
    pub failures: (usize, usize),
    /// The locations that fail.
    pub locations: Vec<String>,
}

/// What is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(clippy::exhaustive_enums, reason = "closed: alerts name each")]
pub enum Kind {
    /// Results pass with warnings.
    Degraded,
    /// Results are missing, which the rule counts as failing.
    Missing,
    /// Results are missing, which is a state of its own.
    NoData,
    /// Results fail.
    Down,
    /// Results change too often.
    Flapping,
}

impl Kind {
    /// Its name in the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Degraded => "degraded",
            Self::Missing => "missing",
            Self::NoData => "no_data",
            Self::Down => "down",
            Self::Flapping => "flapping",
        }
    }
}

/// What a location counts as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Counts {
    /// It does not fail.
    Fine,
    /// It fails.
    Failing,
    /// Nothing is known of it.
    Unknown,
}

/// The results of a test, taken together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Machine {
    /// In the order of their names: most tests have one.
    places: Vec<(Box<str>, Place)>,
    now: i64,
    /// Since when some location fails without a break.
    failing_since: Option<i64>,
    /// Whether enough of them failed at once since then.
    has_reached: bool,
    is_alerting: bool,
    /// Since when results of all locations are missing.
    silent_since: Option<i64>,
    flapping_since: Option<i64>,
    /// How many maintenance periods go on.
    maintenances: u32,
    is_paused: bool,
}

impl Machine {
    /// The machine of a test whose results are awaited from these locations from this moment on.
    pub(crate) fn new(now: i64, locations: &[String]) -> Self {
        let mut places: Vec<_> =
            locations.iter().map(|location| (Box::from(location.as_str()), Place::new(now))).collect();
        places.sort_by(|(a, _): &(Box<str>, Place), (b, _)| a.cmp(b));
        places.dedup_by(|(a, _), (b, _)| a == b);
        Self {
            places,
            now,
            failing_since: None,
            has_reached: false,
            is_alerting: false,
            silent_since: None,
            flapping_since: None,
            maintenances: 0,
            is_paused: false,
        }
    }

    pub(crate) const fn now(&self) -> i64 {
        self.now
    }

    const fn in_maintenance(&self) -> bool {
        self.maintenances > 0
    }

    pub(crate) const fn is_paused(&self) -> bool {
        self.is_paused
    }

    /// When the state changes next if nothing comes.
    pub(crate) fn deadline(&self, rule: &Rule) -> Option<i64> {
        if self.is_paused || self.in_maintenance() {
            return None;
        }
        let alert = self.failing_since.filter(|_| self.has_reached && !self.is_alerting);
        let alert = alert.map(|since| since.saturating_add(rule.failing_for));
        let waiting = self.places().filter(|place| !place.is_silent);
        let silence = rule
            .missing_after
            .and_then(|after| waiting.map(|place| place.fresh_at.saturating_add(after)).min());
        [alert, silence].into_iter().flatten().min().map(|at| at.max(self.now))
    }

    /// Time passes, up to the next deadline at most.
    pub(crate) fn pass(&mut self, rule: &Rule, to: i64) {
        self.now = self.now.max(to);
        self.settle(rule);
    }

    /// A result has come.
    pub(crate) fn see(&mut self, rule: &Rule, seen: &Seen) {
        if self.is_paused {
            return;
        }
        let found = self.places.binary_search_by(|(name, _)| name.as_ref().cmp(&seen.location));
        let index = match found {
            Ok(index) => index,
            Err(_) if self.places.len() >= LOCATIONS_MAX => return,
            Err(index) => {
                self.places.insert(index, (seen.location.as_str().into(), Place::new(self.now)));
                index
            }
        };
        let in_maintenance = self.in_maintenance();
        if let Some((_, place)) = self.places.get_mut(index) {
            place.count(rule, seen.verdict, self.now, in_maintenance);
        }
        self.settle(rule);
    }

    /// Something else has happened.
    pub(crate) fn happen(&mut self, rule: &Rule, happening: Happening) {
        match happening {
            Happening::MaintenanceBegins => {
                self.maintenances = self.maintenances.saturating_add(1);
                self.restart(false);
            }
            Happening::MaintenanceEnds => {
                self.maintenances = self.maintenances.saturating_sub(1);
                self.places.iter_mut().for_each(|(_, place)| place.forget_counted());
                self.await_anew();
            }
            Happening::Paused | Happening::Deleted => {
                self.is_paused = true;
                self.restart(true);
            }
            Happening::Resumed => {
                self.is_paused = false;
                self.await_anew();
            }
            Happening::Changed => self.restart(false),
            Happening::SilenceBegins
            | Happening::SilenceEnds
            | Happening::Acknowledged
            | Happening::ParentDown
            | Happening::ParentUp => return,
        }
        self.settle(rule);
    }

    fn places(&self) -> impl Iterator<Item = &Place> + Clone {
        self.places.iter().map(|(_, place)| place)
    }

    /// Whether a machine that begins now would do the same.
    pub(crate) fn is_idle(&self, rule: &Rule) -> bool {
        let counts_time = rule.missing_after.is_some() && !matches!(rule.missing, MissingData::Keep);
        let is_plain = !counts_time && !rule.flapping && !self.in_maintenance() && !self.is_paused;
        is_plain && self.state() == State::Normal && self.places().all(Place::is_idle)
    }

    /// Forgets what was counted; an alert goes on, and what counts for its end, unless it `ends`.
    fn restart(&mut self, ends: bool) {
        if !ends && (self.is_alerting || self.silent_since.is_some() || self.flapping_since.is_some()) {
            return;
        }
        self.places.iter_mut().for_each(|(_, place)| place.restart());
        (self.failing_since, self.has_reached) = (None, false);
        (self.silent_since, self.flapping_since) = (None, None);
    }

    /// Results are awaited from now on.
    fn await_anew(&mut self) {
        self.places.iter_mut().for_each(|(_, place)| place.fresh_at = place.fresh_at.max(self.now));
    }

    fn counts(rule: &Rule, place: &Place) -> Counts {
        match rule.missing {
            MissingData::NoData if place.is_silent => Counts::Unknown,
            _ if place.is_failing() => Counts::Failing,
            _ => Counts::Fine,
        }
    }

    /// Notes which locations have become silent, and what that means.
    fn note_silence(&mut self, rule: &Rule) {
        let Some(after) = rule.missing_after else { return };
        for (_, place) in &mut self.places {
            place.is_silent |= self.now >= place.fresh_at.saturating_add(after);
            match rule.missing {
                MissingData::Alert if place.is_silent => place.miss(self.now),
                MissingData::Normal | MissingData::NoData if place.is_silent => {
                    place.restart();
                    place.is_silent = true;
                }
                _ => {}
            }
        }
        if rule.missing == MissingData::Alert && self.places().all(|place| place.is_silent) {
            self.places.iter_mut().for_each(|(_, place)| place.miss_with_all());
        }
    }

    /// Brings the state up to this moment.
    fn settle(&mut self, rule: &Rule) {
        if !self.is_paused && !self.in_maintenance() {
            self.note_silence(rule);
        }
        let count = |what| self.places().filter(|place| Self::counts(rule, place) == what).count();
        let (failing, unknown) = (count(Counts::Failing), count(Counts::Unknown));
        if failing == 0 {
            (self.failing_since, self.has_reached, self.is_alerting) = (None, false, false);
        } else {
            let since = *self.failing_since.get_or_insert(self.now);
            self.has_reached |= failing >= rule.locations;
            let is_due = self.now >= since.saturating_add(rule.failing_for);
            self.is_alerting |= self.has_reached && is_due;
        }
        let is_silent = unknown > 0 && unknown == self.places.len();
        // An alert about missing results does not end where failures begin: it is one about these, as soon as a location fails.
        self.is_alerting |= self.silent_since.is_some() && failing > 0;
        let goes_on =
            self.silent_since.is_some() && !self.is_alerting && self.places().any(Place::is_pending);
        self.silent_since = (is_silent || goes_on).then(|| self.silent_since.unwrap_or(self.now));
        let is_flapping = self.places().any(Place::is_flapping);
        self.flapping_since = is_flapping.then(|| self.flapping_since.unwrap_or(self.now));
    }

    pub(crate) fn state(&self) -> State {
        let mut places = self.places();
        if self.is_alerting {
            let recovers = places.all(|place| !place.is_failing() || place.is_recovering());
            return if recovers { State::Recovering } else { State::Alerting };
        }
        if self.silent_since.is_some() {
            return State::NoData;
        }
        if self.failing_since.is_some() || places.clone().any(Place::is_pending) {
            return State::Pending;
        }
        match !self.places.is_empty() && places.all(|place| place.last() == Last::Ourselves) {
            true => State::Error,
            false => State::Normal,
        }
    }

    /// Whether there should be an alert.
    pub(crate) fn is_in_trouble(&self) -> bool {
        self.flapping_since.is_some() || self.is_alerting || self.silent_since.is_some()
    }

    /// Why there should be an alert, if there should.
    pub(crate) fn trouble(&self, rule: &Rule) -> Option<Trouble> {
        if let Some(since) = self.flapping_since {
            let flaps = |place: &Place| place.is_flapping();
            return Some(self.trouble_of(Kind::Flapping, since, flaps));
        }
        if self.is_alerting {
            let kind = |place: &Place| match (Self::counts(rule, place), place.level()) {
                (Counts::Failing, Level::Down) => Some(Kind::Down),
                (Counts::Failing, Level::Degraded) => Some(Kind::Degraded),
                (Counts::Failing, Level::Missing) => Some(Kind::Missing),
                (Counts::Fine | Counts::Unknown, _) => None,
            };
            let worst = self.places().filter_map(kind).max().unwrap_or(Kind::Down);
            let fails = |place: &Place| kind(place).is_some();
            let since = self.places().filter(|place| fails(place)).map(Place::failed_since).min();
            return Some(self.trouble_of(worst, since.unwrap_or(self.now), fails));
        }
        let since = self.silent_since?;
        Some(self.trouble_of(Kind::NoData, since, |place| place.is_silent))
    }

    fn trouble_of(&self, kind: Kind, since: i64, concerns: impl Fn(&Place) -> bool) -> Trouble {
        let concerned = || self.places.iter().filter(|(_, place)| concerns(place));
        let latest = concerned().max_by_key(|(_, place)| place.fresh_at).map(|(_, place)| place);
        Trouble {
            kind,
            since,
            code: latest.filter(|_| matches!(kind, Kind::Down | Kind::Flapping)).and_then(Place::code),
            failures: latest.map_or((0, 0), Place::failures),
            locations: concerned().map(|(location, _)| location.to_string()).collect(),
        }
    }
}
