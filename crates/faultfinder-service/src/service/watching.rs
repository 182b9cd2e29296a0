//! What happens to tests, and what that means for their alerts.

use super::{RunOf, Service};
use crate::alerts::{self, FaultFacts, HOST, Subject};
use crate::catalog::Kept;
use crate::silences::concerns;
use crate::store::SilenceRecord;
use faultfinder_alert::{Parents, Seen, Verdict};
use faultfinder_engine::{PlannedTest, TestResult, TestType};
use faultfinder_taxonomy::word::Happening;
use std::sync::Arc;
use uuid::Uuid;

/// Most tests that depend on another one which its alert names.
const DEPENDENTS_MAX: usize = 100;

impl Service {
    /// A test, as far as alerts depend on it.
    pub(crate) fn subject(&self, kept: &Kept) -> Subject {
        let id = &kept.record.id;
        let dependents = self.dependencies.children(id);
        let names = dependents.iter().take(DEPENDENTS_MAX).filter_map(|child| self.catalog.get(child));
        let names = names.map(|child| child.record.name.clone()).collect();
        Subject::of(kept, &self.silences, self.parents(id), names)
    }

    /// How the tests are on which a test depends, if there are any.
    fn parents(&self, id: &str) -> Option<Parents> {
        let parents = self.dependencies.parents(id);
        // Only these can be asked to run, and are soon done.
        let runs_by_itself = |kept: &Arc<Kept>| {
            let has_times = kept.planned().is_some_and(|test| test.active_times().is_some());
            kept.record.every.is_some() && !kept.record.paused && !has_times && !kept.is_heartbeat()
        };
        let mut ran_at: Option<i64> = None;
        for parent in &parents {
            if self.catalog.get(parent).is_some_and(|kept| runs_by_itself(&kept)) {
                let last = self.states.of(parent).map_or(0, |state| state.last.started_at.millis());
                ran_at = Some(ran_at.map_or(last, |earliest| earliest.min(last)));
            }
        }
        let is_down = parents.iter().any(|parent| self.alerts.is_in_trouble(parent));
        (!parents.is_empty()).then_some(Parents { is_down, ran_at })
    }

    /// The tests on which a test depends, and that have an alert: nothing is sent about it.
    pub(crate) fn parents_in_trouble(&self, id: &str) -> Vec<Arc<Kept>> {
        let parents = self.dependencies.parents(id);
        let in_trouble = parents.iter().filter(|parent| self.alerts.is_in_trouble(parent));
        in_trouble.filter_map(|parent| self.catalog.get(parent)).collect()
    }

    /// What it means for tests that others have an alert now, or have none any more, on which they depend.
    fn tell_dependents(&self) {
        // Time may pass for those, too, and end an alert. It passes once: that comes to an end.
        loop {
            let turned = self.alerts.take_turned();
            if turned.is_empty() {
                return;
            }
            for child in turned.iter().flat_map(|turned| self.dependencies.children(turned)) {
                self.reconsider(&child);
            }
        }
    }

    /// Brings the watch over a test up to how the tests are on which it depends.
    fn reconsider(&self, test: &str) {
        if self.alerts.is_watched(test)
            && let Some(kept) = self.catalog.get(test)
        {
            self.alerts.pass(&self.subject(&kept), self.now());
        }
    }

    /// A silence is new, or has been taken back: what that means for the tests that are watched.
    pub(crate) fn silence_changed(&self, silence: &SilenceRecord) {
        let is_concerned = |id: &String| match self.catalog.get(id) {
            Some(kept) => concerns(silence, id, &kept.record.tags),
            None => id == HOST && concerns(silence, id, &[]),
        };
        let tests: Vec<String> = self.alerts.tests().into_iter().filter(is_concerned).collect();
        self.pass_time(&tests);
    }

    /// Tells the tests that depend on others what has become of these, and writes to the store what it does not have of alerts.
    pub(crate) fn save_alerts(&self) {
        self.tell_dependents();
        if self.alerts.is_unsaved() {
            let (alerts, store) = (Arc::clone(&self.alerts), Arc::clone(&self.store));
            self.changes.begin(async move { alerts.save(store).await });
        }
    }

    /// The alert of a test that is new or has changed, or was paused or resumed.
    pub(super) fn alert_of_change(&self, id: &str, before: Option<&Kept>) {
        let Some(kept) = self.catalog.get(id) else { return };
        let was_paused = before.is_some_and(|before| before.record.paused);
        let fingerprint = |kept: &Kept| kept.planned().map(PlannedTest::fingerprint);
        let has_changed = before.is_some_and(|before| fingerprint(before) != fingerprint(&kept));
        let has_rule = kept.planned().is_some_and(|test| test.alert().is_some());
        if !has_changed && !has_rule && was_paused == kept.record.paused {
            return;
        }
        let (subject, now) = (self.subject(&kept), self.now());
        self.alerts.set_paused(&subject, now, kept.record.paused);
        if has_changed {
            self.alerts.happen(&subject, now, Happening::Changed);
        }
        if has_rule {
            self.alerts.begin(&subject, now);
        }
        self.save_alerts();
    }

    /// Somebody works on the alert of a test. Yields whether the test has this alert.
    pub(crate) fn acknowledge(&self, test: &str, alert: &str) -> bool {
        let subject = match (self.catalog.get(test), test) {
            (Some(kept), _) => self.subject(&kept),
            (None, HOST) => self.host(),
            (None, _) => return false,
        };
        let is_open = self.alerts.acknowledge(&subject, alert, self.now());
        self.save_alerts();
        is_open
    }

    /// Time has passed for the alerts of these tests.
    pub(crate) fn pass_time(&self, tests: &[String]) {
        for test in tests {
            match (self.catalog.get(test), test.as_str()) {
                (Some(kept), _) => self.alerts.pass(&self.subject(&kept), self.now()),
                (None, HOST) => self.alerts.pass(&self.host(), self.now()),
                (None, _) => self.alerts.forget(test),
            }
        }
        self.save_alerts();
    }

    /// A result of a test that is kept goes to its watch.
    pub(super) fn watch(&self, id: Uuid, of: &RunOf, result: &TestResult) {
        if of.test.is_empty() {
            return;
        }
        let verdict = alerts::verdict(result);
        self.watch_host(id, verdict, result);
        if verdict == Verdict::Passed && !self.alerts.is_watched(&of.test) {
            return;
        }
        let Some(kept) = self.catalog.get(&of.test) else { return };
        let (at, location) = (self.now().millis(), self.config.location.clone());
        let seen = Seen { id: id.as_u128(), at, location, verdict };
        let subject = self.subject(&kept);
        self.alerts.see(&subject, &seen, FaultFacts::of(id, result));
        if self.alerts.awaits_parents(&subject)
            && let Some(scheduler) = self.scheduler.get()
        {
            let asked = self.dependencies.ask(&of.test, self.now());
            asked.iter().for_each(|parent| scheduler.soon(parent));
        }
        self.save_alerts();
    }

    /// This host, as far as alerts depend on it.
    fn host(&self) -> Subject {
        alerts::host(&self.config.location, &self.silences)
    }

    /// What a result says of this host goes to its watch.
    fn watch_host(&self, id: Uuid, verdict: Verdict, result: &TestResult) {
        let code = result.fault.as_ref().map(|fault| fault.code);
        // What a job reports says nothing of this host.
        let of_host = alerts::of_host(verdict, code).filter(|_| result.test_type != TestType::Heartbeat);
        let Some(of_host) = of_host else { return };
        if of_host == Verdict::Passed && !self.alerts.is_watched(HOST) {
            return;
        }
        let (at, location) = (self.now().millis(), self.config.location.clone());
        let seen = Seen { id: id.as_u128(), at, location, verdict: of_host };
        let fault = FaultFacts::of(id, result).filter(|_| of_host != Verdict::Passed);
        self.alerts.see(&self.host(), &seen, fault);
        self.save_alerts();
    }

    /// A run of a test has ended: alerts of those that depend on it may have waited for that.
    pub(super) fn tell_of_run(&self, test: &str) {
        let children = self.dependencies.children(test);
        if !children.is_empty() {
            children.iter().for_each(|child| self.reconsider(child));
            self.save_alerts();
        }
    }
}
