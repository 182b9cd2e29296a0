//! A scripted store.

use faultfinder_service::store::{
    Answer, AuditEntry, AuditKey, AuditQuery, Audited, Forgotten, LastResult, Listed, Page, Period,
    RawObject, Remembered, RememberedOf, ResultKey, ResultQuery, ResultRecord, Retained, RetriesOff,
    StatusSince, Store, StoreError, Summary, TestQuery, TestRecord,
};
use faultfinder_service::{Timestamp, Token, TokenHash};
use futures_util::future::BoxFuture;
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::watch;
use uuid::Uuid;

/// What a store does when it is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
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
}

/// The error text of a broken store, which no client may see.
pub(crate) const BROKEN: &str = "the disk of rack 7 speaks in tongues";

/// How long is waited for anything.
const WAIT_MAX: Duration = Duration::from_secs(60);

/// A scripted store.
#[derive(Debug)]
pub(crate) struct Faulty {
    inner: Arc<dyn Store>,
    mood: AtomicU8,
    written: watch::Sender<Vec<Arc<ResultRecord>>>,
    audit: Mutex<Vec<AuditEntry>>,
    /// How many entries of the audit log are durable.
    kept: watch::Sender<usize>,
}

impl Faulty {
    pub(crate) fn new(inner: Arc<dyn Store>) -> Self {
        let (mood, audit) = (AtomicU8::new(Mood::Fine as u8), Mutex::default());
        Self { inner, mood, written: watch::Sender::default(), audit, kept: watch::Sender::default() }
    }

    pub(crate) fn mood(&self, mood: Mood) {
        self.mood.store(mood as u8, Ordering::SeqCst);
    }

    /// The first result that fits, when it is written.
    pub(crate) async fn written(&self, fits: impl Fn(&ResultRecord) -> bool) -> Arc<ResultRecord> {
        let mut written = self.written.subscribe();
        let found = written.wait_for(|all| all.iter().any(|record| fits(record))).await.unwrap();
        found.iter().find(|record| fits(record)).unwrap().clone()
    }

    /// What was noted for the audit log.
    pub(crate) fn noted(&self) -> Vec<AuditEntry> {
        self.audit.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Waits until the audit log has so many entries.
    pub(crate) async fn noted_count(&self, count: usize) {
        let mut kept = self.kept.subscribe();
        let waited = tokio::time::timeout(WAIT_MAX, kept.wait_for(|kept| *kept >= count)).await;
        assert!(waited.is_ok(), "{:?}", self.noted());
    }

    fn ask<'a, T: Send + 'a>(&'a self, answer: Answer<'a, T>) -> Answer<'a, T> {
        let mood = self.mood.load(Ordering::SeqCst);
        Box::pin(async move {
            if mood == Mood::Away as u8 {
                Err(StoreError::Unavailable("the database of the test is away".to_owned()))
            } else if mood == Mood::Broken as u8 {
                Err(StoreError::Broken(BROKEN.to_owned()))
            } else if mood == Mood::Stuck as u8 {
                std::future::pending().await
            } else {
                assert_ne!(mood, Mood::Panics as u8, "{BROKEN}");
                answer.await
            }
        })
    }
}

impl Faulty {
    /// Changes a test.
    fn change<'a>(&'a self, answer: Answer<'a, ()>) -> Answer<'a, ()> {
        let answer = self.ask(answer);
        Box::pin(async move {
            answer.await?;
            if self.mood.load(Ordering::SeqCst) == Mood::CommitsInDoubt as u8 {
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
        self.change(self.inner.replace_test(test))
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
        let answer = self.ask(self.inner.write_results(results));
        Box::pin(async move {
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

    fn forget_history(&self, test: String) -> Answer<'_, Forgotten> {
        self.ask(self.inner.forget_history(test))
    }

    fn create_token(&self, token: Token, hash: TokenHash) -> Answer<'_, ()> {
        self.ask(self.inner.create_token(token, hash))
    }

    fn token(&self, hash: TokenHash) -> Answer<'_, Option<Token>> {
        self.ask(self.inner.token(hash))
    }

    fn tokens(&self) -> Answer<'_, Listed<Token>> {
        self.ask(self.inner.tokens())
    }

    fn revoke_token(&self, id: String, now: Timestamp) -> Answer<'_, ()> {
        self.ask(self.inner.revoke_token(id, now))
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
        self.ask(self.inner.remembered_of(owner, from))
    }

    fn remember(&self, response: Remembered) -> Answer<'_, ()> {
        self.ask(self.inner.remember(response))
    }

    fn claim(&self) -> Answer<'_, bool> {
        if self.mood.load(Ordering::SeqCst) == Mood::TakenOver as u8 {
            return Box::pin(async { Ok(false) });
        }
        self.ask(self.inner.claim())
    }

    fn alive(&self, now: Timestamp) -> Answer<'_, ()> {
        // Nor is this.
        self.inner.alive(now)
    }

    fn last_alive(&self) -> Answer<'_, Option<Timestamp>> {
        self.ask(self.inner.last_alive())
    }

    fn close(&self) -> BoxFuture<'_, ()> {
        self.inner.close()
    }
}
