//! The watches over all tests, and what of them the store does not have yet.

use super::notice::{Facts, FaultFacts, alert_id, facts};
use super::notifier::Notifier;
use super::subject::Subject;
use crate::store::{AlertChanges, AlertRecord, Delivery, RawObject, Store, StoreError, WatchRecord};
use crate::timestamp::Timestamp;
use faultfinder_alert::{Event, Kind, Notice, Seen, State, Watch};
use faultfinder_taxonomy::word::Happening;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::Notify;

/// Most notifiers that are not there of which the log speaks.
const UNKNOWN_MAX: usize = 100;

/// The watches over all tests.
#[derive(Debug, Default)]
pub(crate) struct Alerts {
    notifiers: Vec<Arc<Notifier>>,
    /// Where tests run.
    location: String,
    watched: Mutex<Watched>,
    /// Something is to be delivered.
    pub(super) to_deliver: Notify,
    /// A deadline is earlier than the one that is waited for.
    pub(crate) earlier: Notify,
}

#[derive(Debug, Default)]
struct Watched {
    of: HashMap<String, Watch>,
    /// When time has to pass for which test, and the same by test.
    deadlines: BTreeSet<(i64, String)>,
    deadline_of: HashMap<String, i64>,
    /// The number of the latest alert of each test that had one.
    numbers: HashMap<String, u64>,
    /// What broke last in each test that has an alert, or may have one soon.
    faults: HashMap<String, FaultFacts>,
    /// Tests of whose watch the store does not have the latest, and what else it does not have.
    unsaved: HashSet<String>,
    alerts: Vec<AlertRecord>,
    deliveries: Vec<Delivery>,
    /// Notifiers that tests name and that are not there.
    unknown: HashSet<String>,
    /// Whether somebody is saving, and will see what is unsaved.
    saving: bool,
    /// Tests that have an alert now and had none before, or the other way round: what that means for those that depend on them
    /// is still to be seen.
    turned: Vec<String>,
}

impl Alerts {
    pub(crate) fn new(notifiers: Vec<Notifier>, location: String) -> Self {
        Self { notifiers: notifiers.into_iter().map(Arc::new).collect(), location, ..Self::default() }
    }

    /// Where alerts are sent.
    pub(crate) fn notifiers(&self) -> &[Arc<Notifier>] {
        &self.notifiers
    }

    fn watched(&self) -> MutexGuard<'_, Watched> {
        self.watched.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A result of a test has come.
    pub(crate) fn see(&self, subject: &Subject, seen: &Seen, fault: Option<FaultFacts>) {
        let mut watched = self.watched();
        match fault {
            Some(fault) => drop(watched.faults.insert(subject.id.clone(), fault)),
            // What an alert says of what broke stays until it has ended.
            None if !watched.of.contains_key(&subject.id) => drop(watched.faults.remove(&subject.id)),
            None => {}
        }
        self.change(&mut watched, subject, seen.at, |watch, notices| watch.see(&subject.rule, seen, notices));
    }

    /// A test is there: results of it are awaited from now on, if its rule says what it means when none come.
    pub(crate) fn begin(&self, subject: &Subject, now: Timestamp) {
        let mut watched = self.watched();
        self.check_names(&mut watched, subject);
        if !watched.of.contains_key(&subject.id) {
            self.change(&mut watched, subject, now.millis(), |_, _| {});
        }
    }

    /// Says which notifiers a test names that are not there, once for each name: many tests may have the same.
    fn check_names(&self, watched: &mut Watched, subject: &Subject) {
        let is_there = |name: &str| self.notifiers.iter().any(|notifier| notifier.name() == name);
        for name in subject.written.notify.iter().flatten().filter(|name| !is_there(name)) {
            if watched.unknown.len() < UNKNOWN_MAX && watched.unknown.insert(name.clone()) {
                tracing::warn!(
                    test = subject.id.as_str(),
                    name = subject.name.as_str(),
                    "the alert of a test names the notifier `{name}`, which this service does not have: nothing is sent to it"
                );
            }
        }
    }

    /// Somebody works on the alert of a test. Yields whether there is this one.
    pub(crate) fn acknowledge(&self, subject: &Subject, alert: &str, now: Timestamp) -> bool {
        let (_, open) = self.state(&subject.id);
        let is_open = open.as_deref() == Some(alert);
        if is_open {
            self.happen(subject, now, Happening::Acknowledged);
        }
        is_open
    }

    /// Whether somebody works on the alert of a test.
    pub(crate) fn is_acknowledged(&self, test: &str) -> bool {
        let watched = self.watched();
        watched.of.get(test).and_then(Watch::open).is_some_and(|open| open.is_acknowledged)
    }

    /// Something else has happened to a test.
    pub(crate) fn happen(&self, subject: &Subject, at: Timestamp, happening: Happening) {
        let mut watched = self.watched();
        // Without a watch there is nothing to end and nothing to forget.
        if happening == Happening::Paused || watched.of.contains_key(&subject.id) {
            let at = at.millis();
            self.change(&mut watched, subject, at, |watch, notices| {
                watch.happen(&subject.rule, at, happening, notices);
            });
        }
        if happening == Happening::Deleted {
            watched.drop_watch(&subject.id);
        }
    }

    /// A test is paused, or it is not: what happened to it while nobody watched.
    pub(crate) fn set_paused(&self, subject: &Subject, now: Timestamp, paused: bool) {
        let is_paused = self.watched().of.get(&subject.id).is_some_and(Watch::is_paused);
        match (is_paused, paused) {
            (false, true) => self.happen(subject, now, Happening::Paused),
            (true, false) => self.happen(subject, now, Happening::Resumed),
            (true, true) | (false, false) => {}
        }
    }

    /// Whether there is a watch over a test. A result that passes matters only if there is.
    pub(crate) fn is_watched(&self, test: &str) -> bool {
        self.watched().of.contains_key(test)
    }

    /// Whether a test has an alert, or would if it was sent.
    pub(crate) fn is_in_trouble(&self, test: &str) -> bool {
        self.watched().of.get(test).is_some_and(Watch::is_in_trouble)
    }

    /// What is wrong with a test by its rule, whether an alert is sent or not.
    pub(crate) fn kind(&self, subject: &Subject) -> Option<Kind> {
        let watched = self.watched();
        watched.of.get(&subject.id).and_then(|watch| watch.trouble(&subject.rule)).map(|trouble| trouble.kind)
    }

    /// Whether the first alert of a test waits for runs of those that it depends on.
    pub(crate) fn awaits_parents(&self, subject: &Subject) -> bool {
        self.watched().of.get(&subject.id).is_some_and(|watch| watch.awaits_parents(&subject.rule))
    }

    /// The tests that have an alert now and had none before, or the other way round, each once.
    pub(crate) fn take_turned(&self) -> Vec<String> {
        std::mem::take(&mut self.watched().turned)
    }

    /// The earliest moment at which something changes if nothing happens.
    pub(crate) fn deadline(&self) -> Option<Timestamp> {
        self.watched().deadlines.first().map(|(at, _)| Timestamp::from_millis(*at))
    }

    /// The tests for which time has to pass now, at most so many.
    pub(crate) fn due(&self, now: Timestamp, most: usize) -> Vec<String> {
        let watched = self.watched();
        let due = watched.deadlines.iter().take_while(|(at, _)| *at <= now.millis());
        due.take(most).map(|(_, test)| test.clone()).collect()
    }

    /// Time passes for a test.
    pub(crate) fn pass(&self, subject: &Subject, now: Timestamp) {
        let mut watched = self.watched();
        self.change(&mut watched, subject, now.millis(), |watch, notices| {
            watch.pass(&subject.rule, now.millis(), notices);
        });
    }

    /// A test is not there any more: nothing is due for it.
    pub(crate) fn forget(&self, test: &str) {
        self.watched().drop_watch(test);
    }

    /// The state of a test, and the id of its alert.
    pub(crate) fn state(&self, test: &str) -> (State, Option<String>) {
        let watched = self.watched();
        match watched.of.get(test) {
            Some(watch) => (watch.state(), watch.open().map(|open| alert_id(test, open.alert))),
            None => (State::Normal, None),
        }
    }

    /// How many tests are in each state but the normal one.
    pub(crate) fn counts(&self) -> HashMap<State, usize> {
        let mut counts = HashMap::new();
        for watch in self.watched().of.values() {
            *counts.entry(watch.state()).or_default() += 1;
        }
        counts
    }

    fn change(
        &self,
        watched: &mut Watched,
        subject: &Subject,
        at: i64,
        change: impl FnOnce(&mut Watch, &mut Vec<Notice>),
    ) {
        let (id, rule) = (&subject.id, &subject.rule);
        let before = watched.of.remove(id);
        let was_there = before.is_some();
        let mut watch = before.unwrap_or_else(|| {
            let number = watched.numbers.get(id).copied().unwrap_or(0);
            Watch::new(at, std::slice::from_ref(&self.location)).after_alerts(number)
        });
        let mut notices = Vec::new();
        let was_in_trouble = watch.is_in_trouble();
        watch.depend(rule, at, subject.parents, &mut notices);
        change(&mut watch, &mut notices);
        if watch.is_in_trouble() != was_in_trouble {
            watched.turned.push(id.clone());
        }
        for notice in &notices {
            watched.numbers.insert(id.clone(), notice.alert);
            let facts = facts(subject, notice, watched.faults.get(id).cloned());
            self.send(watched, subject, notice, &facts);
        }
        let first = watched.deadlines.first().map(|(at, _)| *at);
        watched.set_deadline(id, watch.deadline(rule));
        if watched.deadlines.first().map(|(at, _)| *at) != first {
            self.earlier.notify_one();
        }
        let is_idle = watch.is_idle(rule);
        if is_idle {
            watched.faults.remove(id);
        } else {
            watched.of.insert(id.clone(), watch);
        }
        if was_there || !is_idle {
            watched.unsaved.insert(id.clone());
        }
        if !notices.is_empty() {
            tracing::info!(
                test = id.as_str(),
                name = subject.name.as_str(),
                notices = notices.len(),
                "an alert has changed"
            );
        }
    }

    /// Notes a notice: the alert as it is now, and what each notifier has to send.
    fn send(&self, watched: &mut Watched, subject: &Subject, notice: &Notice, facts: &Facts) {
        let Ok(body) = serde_json::to_string(facts)
            .map_err(|_| ())
            .and_then(|text| RawObject::parse(text).map_err(|_| ()))
        else {
            // Texts and numbers can always be written as JSON.
            return tracing::error!(test = subject.id.as_str(), "a notice cannot be written as JSON");
        };
        watched.alerts.push(AlertRecord {
            id: facts.alert.clone(),
            test: subject.id.clone(),
            number: i64::try_from(notice.alert).unwrap_or(i64::MAX),
            opened_at: Timestamp::from_millis(notice.opened_at),
            ended_at: (notice.event == Event::Recovery).then(|| Timestamp::from_millis(notice.at)),
            body: body.clone(),
        });
        let wanted = subject.written.notify.as_ref();
        for notifier in &self.notifiers {
            if wanted.is_none_or(|wanted| wanted.iter().any(|name| name == notifier.name())) {
                let at = Timestamp::from_millis(notice.at);
                watched.deliveries.push(Delivery {
                    alert: facts.alert.clone(),
                    notice: i64::from(notice.number),
                    notifier: notifier.name().to_owned(),
                    at,
                    due_at: at,
                    attempts: 0,
                    ended_at: None,
                    failure: None,
                    body: body.clone(),
                });
            }
        }
    }

    /// Reads what the store has of the watches over tests.
    ///
    /// # Errors
    ///
    /// When the store does not answer.
    pub(crate) async fn load(&self, store: &dyn Store) -> Result<(), StoreError> {
        let (watches, numbers) = (store.watches().await?, store.alert_numbers().await?);
        for damage in watches.damaged {
            tracing::error!("{damage}; the alert of that test begins anew");
        }
        let mut watched = self.watched();
        for record in watches.rows {
            match serde_json::from_str::<Watch>(record.body.as_str()) {
                Ok(watch) => drop(watched.of.insert(record.test, watch)),
                Err(error) => {
                    tracing::error!(
                        test = record.test.as_str(),
                        "the watch over a test cannot be read: {error}; its alert begins anew"
                    );
                }
            }
        }
        let number = |number: i64| u64::try_from(number).unwrap_or(0);
        watched.numbers.extend(numbers.into_iter().map(|(test, of)| (test, number(of))));
        Ok(())
    }

    /// Up to when the watch over a test has been brought; nothing if there is none.
    pub(crate) fn seen_until(&self, test: &str) -> Option<Timestamp> {
        self.watched().of.get(test).map(|watch| Timestamp::from_millis(watch.now()))
    }

    /// The tests that are watched.
    pub(crate) fn tests(&self) -> Vec<String> {
        self.watched().of.keys().cloned().collect()
    }

    /// Whether somebody has to [`save`](Self::save).
    pub(crate) fn is_unsaved(&self) -> bool {
        let watched = self.watched();
        !watched.saving && watched.has_unsaved()
    }

    /// Writes to the store what it does not have, unless that is under way. What it does not take stays unsaved.
    pub(crate) async fn save(&self, store: Arc<dyn Store>) {
        loop {
            let (changes, tests) = {
                let mut watched = self.watched();
                if watched.saving || !watched.has_unsaved() {
                    return;
                }
                watched.saving = true;
                watched.take_changes()
            };
            let has_deliveries = !changes.deliveries.is_empty();
            let (alerts, deliveries) = (changes.alerts.clone(), changes.deliveries.clone());
            let mut saving = Saving { alerts: self, left: Some((tests, alerts, deliveries)) };
            if let Err(error) = store.save_alerts(changes).await {
                return tracing::warn!("alerts cannot be stored yet: {error}");
            }
            saving.left = None;
            drop(saving);
            if has_deliveries {
                self.to_deliver.notify_waiters();
            }
        }
    }
}

impl Watched {
    fn set_deadline(&mut self, test: &str, deadline: Option<i64>) {
        if let Some(before) = self.deadline_of.remove(test) {
            self.deadlines.remove(&(before, test.to_owned()));
        }
        if let Some(deadline) = deadline {
            self.deadlines.insert((deadline, test.to_owned()));
            self.deadline_of.insert(test.to_owned(), deadline);
        }
    }

    fn drop_watch(&mut self, test: &str) {
        self.set_deadline(test, None);
        self.faults.remove(test);
        if let Some(watch) = self.of.remove(test) {
            self.unsaved.insert(test.to_owned());
            if watch.is_in_trouble() {
                self.turned.push(test.to_owned());
            }
        }
    }

    fn has_unsaved(&self) -> bool {
        !self.unsaved.is_empty() || !self.alerts.is_empty() || !self.deliveries.is_empty()
    }

    fn take_changes(&mut self) -> (AlertChanges, HashSet<String>) {
        let tests = std::mem::take(&mut self.unsaved);
        let mut changes = AlertChanges {
            alerts: std::mem::take(&mut self.alerts),
            deliveries: std::mem::take(&mut self.deliveries),
            ..AlertChanges::default()
        };
        // Of several notices of an alert the last one says how it is.
        let mut latest = HashSet::new();
        changes.alerts.reverse();
        changes.alerts.retain(|alert| latest.insert(alert.id.clone()));
        for test in &tests {
            let body = self.of.get(test).and_then(|watch| serde_json::to_string(watch).ok());
            match body.and_then(|body| RawObject::parse(body).ok()) {
                Some(body) => changes.watches.push(WatchRecord { test: test.clone(), body }),
                None => changes.idle.push(test.clone()),
            }
        }
        (changes, tests)
    }
}

/// What is being saved: it is unsaved again if that ends otherwise.
struct Saving<'a> {
    alerts: &'a Alerts,
    left: Option<(HashSet<String>, Vec<AlertRecord>, Vec<Delivery>)>,
}

impl Drop for Saving<'_> {
    fn drop(&mut self) {
        let mut watched = self.alerts.watched();
        watched.saving = false;
        if let Some((tests, mut alerts, mut deliveries)) = self.left.take() {
            watched.unsaved.extend(tests);
            // What came about since is later.
            alerts.append(&mut watched.alerts);
            deliveries.append(&mut watched.deliveries);
            (watched.alerts, watched.deliveries) = (alerts, deliveries);
        }
    }
}
