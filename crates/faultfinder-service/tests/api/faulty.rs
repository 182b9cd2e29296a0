//! A scripted store.

use faultfinder_service::store::{
    AlertChanges, AlertKey, AlertQuery, AlertRecord, Answer, AuditEntry, AuditKey, AuditQuery, Audited,
    Delivery, Forgotten, LastResult, Listed, Page, Period, RawObject, RecentRun, Remembered, RememberedOf,
    ResultKey, ResultQuery, ResultRecord, Retained, RetriesOff, SilenceRecord, StatusSince, Store,
    StoreError, Summary, TestQuery, TestRecord, Trouble, WatchRecord,
};
use faultfinder_service::{Timestamp, Token, TokenHash};
use futures_util::future::BoxFuture;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::Instant;
use uuid::Uuid;

/// What a store does when it is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mood {
    /// What it is there for.
    Fine,
    /// It says that it is away.
    Away,
    /// It panics.
    Panics,
    /// It says that something is broken.
    Broken,
    /// It never answers.
    Stuck,
    /// It changes tests as it is asked, and then says that it is away.
    CommitsInDoubt,
    /// Another service has taken it over.
    TakenOver,
    /// It takes no results.
    Full,
    /// It writes tokens and results, and deletes results, in its next mood.
    Held,
    /// It replaces tests as it is asked, and says so in its next mood.
    SaysLate,
}

/// The error text of a broken store, which no client may see.
pub(crate) const BROKEN: &str = "the disk of rack 7 speaks in tongues";

/// How long is waited for anything.
const WAIT_MAX: Duration = Duration::from_secs(60);

/// A scripted store.
#[derive(Debug)]
pub(crate) struct Faulty {
    inner: Arc<dyn Store>,
    mood: watch::Sender<Mood>,
    written: watch::Sender<Vec<Arc<ResultRecord>>>,
    audit: Mutex<Vec<AuditEntry>>,
    /// How many entries of the audit log are durable.
    kept: watch::Sender<usize>,
    /// When it was asked whether it is there.
    pings: Mutex<Vec<Instant>>,
    /// How many answers have waited for its next mood.
    held: watch::Sender<usize>,
    /// How many tokens it has looked up.
    looked_up: watch::Sender<usize>,
    /// The last sign of life of the service.
    alive: watch::Sender<Option<Timestamp>>,
    /// How many times it is saving alerts.
    saving_alerts: watch::Sender<usize>,
    /// What it says that it remembers of a caller; the truth when there is nothing.
    remembers: Mutex<Option<RememberedOf>>,
}

/// Waits until a value is as it should be.
async fn until<T: std::fmt::Debug>(value: &watch::Sender<T>, is_met: impl Fn(&T) -> bool) {
    let mut seen = value.subscribe();
    let waited = tokio::time::timeout(WAIT_MAX, seen.wait_for(is_met)).await;
    assert!(waited.is_ok(), "{:?}", value.borrow());
}

impl Faulty {
    pub(crate) fn new(inner: Arc<dyn Store>) -> Self {
        Self {
            inner,
            mood: watch::Sender::new(Mood::Fine),
            written: watch::Sender::default(),
            audit: Mutex::default(),
            kept: watch::Sender::default(),
            pings: Mutex::default(),
            held: watch::Sender::default(),
            looked_up: watch::Sender::default(),
            alive: watch::Sender::default(),
            saving_alerts: watch::Sender::default(),
            remembers: Mutex::default(),
        }
    }

    pub(crate) fn mood(&self, mood: Mood) {
        self.mood.send_replace(mood);
    }

    fn is(&self, mood: Mood) -> bool {
        *self.mood.borrow() == mood
    }

    /// The first result that fits, when it is written.
    pub(crate) async fn written(&self, fits: impl Fn(&ResultRecord) -> bool) -> Arc<ResultRecord> {
        let mut written = self.written.subscribe();
        let found = written.wait_for(|all| all.iter().any(|record| fits(record))).await.unwrap();
        found.iter().find(|record| fits(record)).unwrap().clone()
    }

    /// The results that are written, in their order.
    pub(crate) fn all_written(&self) -> Vec<Arc<ResultRecord>> {
        self.written.borrow().clone()
    }

    /// Waits until so many answers have waited for its next mood.
    pub(crate) async fn held_count(&self, count: usize) {
        until(&self.held, |held| *held >= count).await;
    }

    /// How many tokens it has looked up.
    pub(crate) fn looked_up(&self) -> usize {
        *self.looked_up.borrow()
    }

    /// Waits until it has looked up so many tokens.
    pub(crate) async fn looked_up_count(&self, count: usize) {
        until(&self.looked_up, |looked_up| *looked_up >= count).await;
    }

    /// Waits until the service has said that it lived at this moment or later.
    pub(crate) async fn alive_at(&self, moment: Timestamp) {
        until(&self.alive, |alive| alive.is_some_and(|alive| alive >= moment)).await;
    }

    /// When it was asked whether it is there.
    pub(crate) fn pings(&self) -> Vec<Instant> {
        self.pings.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Says from now on that it remembers this of every caller.
    pub(crate) fn remembers(&self, of: RememberedOf) {
        *self.remembers.lock().unwrap_or_else(PoisonError::into_inner) = Some(of);
    }

    /// What was noted for the audit log.
    pub(crate) fn noted(&self) -> Vec<AuditEntry> {
        self.audit.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Waits until the audit log has so many entries.
    pub(crate) async fn noted_count(&self, count: usize) {
        until(&self.kept, |kept| *kept >= count).await;
    }

    fn ask<'a, T: Send + 'a>(&'a self, answer: Answer<'a, T>) -> Answer<'a, T> {
        let mood = *self.mood.borrow();
        Box::pin(async move {
            match mood {
                Mood::Away => Err(StoreError::Unavailable("the database of the test is away".to_owned())),
                Mood::Broken => Err(StoreError::Broken(BROKEN.to_owned())),
                Mood::Stuck => std::future::pending().await,
                Mood::Panics => panic!("{BROKEN}"),
                _ => answer.await,
            }
        })
    }

    /// Waits for the end of this mood, if it is the one.
    async fn outlast(&self, mood: Mood) {
        if self.is(mood) {
            self.held.send_modify(|held| *held += 1);
            self.mood.subscribe().wait_for(|now| *now != mood).await.unwrap();
        }
    }

    /// What is written when writes are no longer held.
    fn hold<'a, T: Send + 'a>(&'a self, answer: Answer<'a, T>) -> Answer<'a, T> {
        let answer = self.ask(answer);
        Box::pin(async move {
            self.outlast(Mood::Held).await;
            answer.await
        })
    }
}

impl Faulty {
    /// Changes a test.
    fn change<'a>(&'a self, answer: Answer<'a, ()>) -> Answer<'a, ()> {
        let answer = self.ask(answer);
        Box::pin(async move {
            answer.await?;
            if self.is(Mood::CommitsInDoubt) {
                return Err(StoreError::Unavailable("the connection was lost".to_owned()));
            }
            Ok(())
        })
    }
}

impl Store for Faulty {
    fn kind(&self) -> &'static str {
        self.inner.kind()
    }

    fn ping(&self) -> Answer<'_, ()> {
        self.pings.lock().unwrap_or_else(PoisonError::into_inner).push(Instant::now());
        self.ask(self.inner.ping())
    }

    fn create_test(&self, test: TestRecord) -> Answer<'_, ()> {
        self.change(self.inner.create_test(test))
    }

    fn test(&self, id: String) -> Answer<'_, Option<TestRecord>> {
        self.ask(self.inner.test(id))
    }

    fn tests(&self, query: TestQuery) -> Answer<'_, Page<TestRecord, String>> {
        self.ask(self.inner.tests(query))
    }

    fn replace_test(&self, test: TestRecord) -> Answer<'_, ()> {
        let answer = self.change(self.inner.replace_test(test));
        Box::pin(async move {
            let answer = answer.await;
            self.outlast(Mood::SaysLate).await;
            answer
        })
    }

    fn delete_test(&self, id: String, version: Option<i64>, now: Timestamp) -> Answer<'_, ()> {
        self.change(self.inner.delete_test(id, version, now))
    }

    fn seal_test(
        &self,
        id: String,
        version: i64,
        definition: RawObject,
        sealed: Option<String>,
    ) -> Answer<'_, ()> {
        self.ask(self.inner.seal_test(id, version, definition, sealed))
    }

    fn write_results<'a>(&'a self, results: &'a [Arc<ResultRecord>]) -> Answer<'a, ()> {
        let answer = self.hold(self.inner.write_results(results));
        Box::pin(async move {
            if self.is(Mood::Full) {
                return Err(StoreError::Unavailable("the disk of the test is full".to_owned()));
            }
            answer.await?;
            self.written.send_modify(|all| all.extend_from_slice(results));
            Ok(())
        })
    }

    fn result(&self, id: Uuid) -> Answer<'_, Option<ResultRecord>> {
        self.ask(self.inner.result(id))
    }

    fn results(&self, query: ResultQuery) -> Answer<'_, Page<ResultRecord, ResultKey>> {
        self.ask(self.inner.results(query))
    }

    fn recent_runs(&self, tests: Vec<String>, of_each: usize) -> Answer<'_, Listed<RecentRun>> {
        self.ask(self.inner.recent_runs(tests, of_each))
    }

    fn fault_codes(&self, test: String, from: Timestamp) -> Answer<'_, Vec<(String, u64)>> {
        self.ask(self.inner.fault_codes(test, from))
    }

    fn troubles(&self, before: Option<ResultKey>, limit: usize) -> Answer<'_, Page<Trouble, ResultKey>> {
        self.ask(self.inner.troubles(before, limit))
    }

    fn periods(
        &self,
        test: String,
        from: Timestamp,
        to: Timestamp,
        period: Period,
    ) -> Answer<'_, Listed<Summary>> {
        self.ask(self.inner.periods(test, from, to, period))
    }

    fn retain(
        &self,
        now: Timestamp,
        results_from: Timestamp,
        summaries_from: Timestamp,
    ) -> Answer<'_, Retained> {
        // What is asked in the background is not what is tested here.
        self.inner.retain(now, results_from, summaries_from)
    }

    fn retries_off(&self) -> Answer<'_, Listed<RetriesOff>> {
        self.ask(self.inner.retries_off())
    }

    fn set_retries_off(&self, test: String, off: Option<RetriesOff>) -> Answer<'_, ()> {
        self.ask(self.inner.set_retries_off(test, off))
    }

    fn create_silence(&self, silence: SilenceRecord) -> Answer<'_, ()> {
        self.hold(self.inner.create_silence(silence))
    }

    fn silences(&self, now: Timestamp) -> Answer<'_, Listed<SilenceRecord>> {
        self.ask(self.inner.silences(now))
    }

    fn ended_silences(&self, now: Timestamp) -> Answer<'_, Listed<SilenceRecord>> {
        self.ask(self.inner.ended_silences(now))
    }

    fn end_silence(&self, id: String, now: Timestamp) -> Answer<'_, ()> {
        self.hold(self.inner.end_silence(id, now))
    }

    fn forget_history(&self, test: String) -> Answer<'_, Forgotten> {
        self.hold(self.inner.forget_history(test))
    }

    fn create_token(&self, token: Token, hash: TokenHash) -> Answer<'_, ()> {
        self.hold(self.inner.create_token(token, hash))
    }

    fn token(&self, hash: TokenHash) -> Answer<'_, Option<Token>> {
        let answer = self.ask(self.inner.token(hash));
        Box::pin(async move {
            let answer = answer.await;
            self.looked_up.send_modify(|count| *count += 1);
            answer
        })
    }

    fn tokens(&self) -> Answer<'_, Listed<Token>> {
        self.ask(self.inner.tokens())
    }

    fn revoke_token(&self, id: String, now: Timestamp) -> Answer<'_, ()> {
        self.hold(self.inner.revoke_token(id, now))
    }

    fn audit(&self, entry: AuditEntry) -> Answer<'_, ()> {
        self.audit.lock().unwrap_or_else(PoisonError::into_inner).push(entry.clone());
        let answer = self.ask(self.inner.audit(entry));
        Box::pin(async move {
            answer.await?;
            self.kept.send_modify(|count| *count += 1);
            Ok(())
        })
    }

    fn last_results(&self) -> Answer<'_, Listed<LastResult>> {
        self.ask(self.inner.last_results())
    }

    fn statuses(&self) -> Answer<'_, Listed<StatusSince>> {
        self.ask(self.inner.statuses())
    }

    fn save_statuses(&self, statuses: Vec<StatusSince>, gone: Vec<String>) -> Answer<'_, ()> {
        self.ask(self.inner.save_statuses(statuses, gone))
    }

    fn audited(&self, query: AuditQuery) -> Answer<'_, Page<Audited, AuditKey>> {
        self.ask(self.inner.audited(query))
    }

    fn remembered(&self, owner: String, key: String) -> Answer<'_, Option<Remembered>> {
        self.ask(self.inner.remembered(owner, key))
    }

    fn remembered_of(&self, owner: String, from: Timestamp) -> Answer<'_, RememberedOf> {
        let said = *self.remembers.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(of) = said {
            return Box::pin(async move { Ok(of) });
        }
        self.ask(self.inner.remembered_of(owner, from))
    }

    fn remember(&self, response: Remembered) -> Answer<'_, ()> {
        self.ask(self.inner.remember(response))
    }

    /// What is to be saved is saved before, as it may be when this takes its time.
    fn watches(&self) -> Answer<'_, Listed<WatchRecord>> {
        let answer = self.ask(self.inner.watches());
        Box::pin(async move {
            for _ in 0..100 {
                tokio::task::yield_now().await;
            }
            until(&self.saving_alerts, |saving| *saving == 0).await;
            answer.await
        })
    }

    fn alert_numbers(&self) -> Answer<'_, Vec<(String, i64)>> {
        self.ask(self.inner.alert_numbers())
    }

    fn save_alerts(&self, changes: AlertChanges) -> Answer<'_, ()> {
        let answer = self.ask(self.inner.save_alerts(changes));
        Box::pin(async move {
            self.saving_alerts.send_modify(|saving| *saving += 1);
            let saved = answer.await;
            self.saving_alerts.send_modify(|saving| *saving -= 1);
            saved
        })
    }

    fn alert(&self, id: String) -> Answer<'_, Option<AlertRecord>> {
        self.ask(self.inner.alert(id))
    }

    fn alerts(&self, query: AlertQuery) -> Answer<'_, Page<AlertRecord, AlertKey>> {
        self.ask(self.inner.alerts(query))
    }

    fn deliveries(&self, alert: String) -> Answer<'_, Listed<Delivery>> {
        self.ask(self.inner.deliveries(alert))
    }

    fn due_deliveries(&self, notifier: String) -> Answer<'_, Listed<Delivery>> {
        self.ask(self.inner.due_deliveries(notifier))
    }

    fn tried_delivery(&self, delivery: Delivery) -> Answer<'_, ()> {
        self.ask(self.inner.tried_delivery(delivery))
    }

    fn claim(&self) -> Answer<'_, bool> {
        if self.is(Mood::TakenOver) {
            return Box::pin(async { Ok(false) });
        }
        self.ask(self.inner.claim())
    }

    fn alive(&self, now: Timestamp) -> Answer<'_, ()> {
        // Nor is this.
        Box::pin(async move {
            self.inner.alive(now).await?;
            self.alive.send_replace(Some(now));
            Ok(())
        })
    }

    fn last_alive(&self) -> Answer<'_, Option<Timestamp>> {
        self.ask(self.inner.last_alive())
    }

    fn close(&self) -> BoxFuture<'_, ()> {
        self.inner.close()
    }
}
