//! The interface of a store.

use super::error::StoreError;
use super::object::RawObject;
use super::query::{
    AlertKey, AlertQuery, AuditKey, AuditQuery, Listed, Page, ResultKey, ResultQuery, TestQuery,
};
use super::record::{
    AlertChanges, AlertRecord, AuditEntry, Audited, Delivery, LastResult, Period, RecentRun, Remembered,
    RememberedOf, ResultRecord, RetriesOff, SilenceRecord, StatusSince, Summary, TestRecord, Trouble,
    WatchRecord,
};
use crate::timestamp::Timestamp;
use crate::token::{Token, TokenHash};
use futures_util::future::BoxFuture;
use std::sync::Arc;
use uuid::Uuid;

/// The answer of a store.
pub type Answer<'a, T> = BoxFuture<'a, Result<T, StoreError>>;

/// A place where a service keeps things: SQLite or PostgreSQL.
///
/// What an answer says was written is durable: it is there after a crash of this process, of the database and of the
/// machine, as far as the machine's disk keeps what it says it has. Every future is cancel safe: what it was about to
/// write is written as a whole or not at all.
pub trait Store: std::fmt::Debug + Send + Sync {
    /// `sqlite` or `postgres`, for metrics and the log.
    fn kind(&self) -> &'static str;

    /// Whether it can be read and written now.
    fn ping(&self) -> Answer<'_, ()>;

    /// Keeps a new test.
    ///
    /// # Errors
    ///
    /// [`StoreError::Exists`] when there is or was one of this id.
    fn create_test(&self, test: TestRecord) -> Answer<'_, ()>;

    /// The test of this id, also when it was deleted.
    ///
    /// # Errors
    ///
    /// [`StoreError::Damaged`] when it is there and cannot be read.
    fn test(&self, id: String) -> Answer<'_, Option<TestRecord>>;

    /// Tests in the order of their ids, without deleted ones.
    fn tests(&self, query: TestQuery) -> Answer<'_, Page<TestRecord, String>>;

    /// Replaces a test whose version is the one before `test.version`.
    ///
    /// # Errors
    ///
    /// [`StoreError::Conflict`] with the version that there is when it is another one; [`StoreError::Absent`] when there
    /// is no such test, or it was deleted.
    fn replace_test(&self, test: TestRecord) -> Answer<'_, ()>;

    /// Deletes a test, if its version is this one, or whatever it is. Its results stay until they expire.
    ///
    /// # Errors
    ///
    /// As [`replace_test`](Self::replace_test).
    fn delete_test(&self, id: String, version: Option<i64>, now: Timestamp) -> Answer<'_, ()>;

    /// Keeps the definition of a test with other seals, or sealed at all, if its version is still this one. The test
    /// itself stays as it is.
    fn seal_test(
        &self,
        id: String,
        version: i64,
        definition: RawObject,
        sealed: Option<String>,
    ) -> Answer<'_, ()>;

    /// Writes results, all or none. One whose id is there already is left as it is: a caller that does not know whether a
    /// write has succeeded writes again.
    fn write_results<'a>(&'a self, results: &'a [Arc<ResultRecord>]) -> Answer<'a, ()>;

    /// The result of this id.
    ///
    /// # Errors
    ///
    /// [`StoreError::Damaged`] when it is there and cannot be read.
    fn result(&self, id: Uuid) -> Answer<'_, Option<ResultRecord>>;

    /// Results, the latest first.
    fn results(&self, query: ResultQuery) -> Answer<'_, Page<ResultRecord, ResultKey>>;

    /// The latest runs of each of these tests, at most so many of each, the latest first; runs that began at the same moment
    /// as the last one are there, too. What was missed is among them.
    fn recent_runs(&self, tests: Vec<String>, of_each: usize) -> Answer<'_, Listed<RecentRun>>;

    /// How often each code was the fault of a test since a moment, the most frequent first. Of more than 5,000 results that
    /// did not pass, the latest ones count.
    fn fault_codes(&self, test: String, from: Timestamp) -> Answer<'_, Vec<(String, u64)>>;

    /// Results of tests that did not pass, also those that were missed, the latest first: at most so many, from 1 to
    /// [`PAGE_MAX`](super::PAGE_MAX).
    fn troubles(&self, before: Option<ResultKey>, limit: usize) -> Answer<'_, Page<Trouble, ResultKey>>;

    /// What came of a test in each hour or day that begins in a range of time; periods without runs are left out, and so
    /// are those whose summary is damaged. The answer covers all that was written, whether it is rolled up yet or not.
    fn periods(
        &self,
        test: String,
        from: Timestamp,
        to: Timestamp,
        period: Period,
    ) -> Answer<'_, Listed<Summary>>;

    /// Rolls up whole hours and days that have ended, and forgets results from before `results_from`, and summaries and
    /// entries of the audit log and ended alerts and silences from before `summaries_from`, and responses that have been remembered for
    /// [`Remembered::KEPT`], a bounded number at a time. What is damaged is left out and as it is: it holds up nothing.
    fn retain(
        &self,
        now: Timestamp,
        results_from: Timestamp,
        summaries_from: Timestamp,
    ) -> Answer<'_, Retained>;

    /// Forgets the results and summaries of a test, a bounded number at a time. When nothing more is to do, there was neither
    /// at one moment; what is written later counts from there on.
    fn forget_history(&self, test: String) -> Answer<'_, Forgotten>;

    /// Keeps a new token.
    fn create_token(&self, token: Token, hash: TokenHash) -> Answer<'_, ()>;

    /// The token of this hash, also when it has expired or was revoked.
    ///
    /// # Errors
    ///
    /// [`StoreError::Damaged`] when it is there and cannot be read.
    fn token(&self, hash: TokenHash) -> Answer<'_, Option<Token>>;

    /// All tokens that are not revoked, in the order of their ids.
    fn tokens(&self) -> Answer<'_, Listed<Token>>;

    /// Revokes a token.
    ///
    /// # Errors
    ///
    /// [`StoreError::Absent`] when there is none of this id; [`StoreError::Revoked`] when it was revoked before.
    fn revoke_token(&self, id: String, now: Timestamp) -> Answer<'_, ()>;

    /// Notes who changed what.
    fn audit(&self, entry: AuditEntry) -> Answer<'_, ()>;

    /// Entries of the audit log, the latest first.
    fn audited(&self, query: AuditQuery) -> Answer<'_, Page<Audited, AuditKey>>;

    /// The response that is remembered for this key of this owner, however old it is.
    fn remembered(&self, owner: String, key: String) -> Answer<'_, Option<Remembered>>;

    /// How much is remembered for an owner since this moment.
    fn remembered_of(&self, owner: String, from: Timestamp) -> Answer<'_, RememberedOf>;

    /// Remembers a response, in the place of another one of its key.
    fn remember(&self, response: Remembered) -> Answer<'_, ()>;

    /// All tests whose automatic retries are off, in the order of their ids.
    fn retries_off(&self) -> Answer<'_, Listed<RetriesOff>>;

    /// Switches the automatic retries of a test off, or on again.
    fn set_retries_off(&self, test: String, off: Option<RetriesOff>) -> Answer<'_, ()>;

    /// The latest result of each test that ran, in no order: what was missed does not count.
    fn last_results(&self) -> Answer<'_, Listed<LastResult>>;

    /// Since when tests end the same way, in the order of their ids.
    fn statuses(&self) -> Answer<'_, Listed<StatusSince>>;

    /// Notes since when tests end the same way, and forgets it of those that are `gone`, all or none.
    fn save_statuses(&self, statuses: Vec<StatusSince>, gone: Vec<String>) -> Answer<'_, ()>;

    /// Keeps a new silence.
    fn create_silence(&self, silence: SilenceRecord) -> Answer<'_, ()>;

    /// Silences that have not ended at this moment, the first to begin first.
    fn silences(&self, now: Timestamp) -> Answer<'_, Listed<SilenceRecord>>;

    /// Silences that have ended at this moment, the last to end first, at most 500.
    fn ended_silences(&self, now: Timestamp) -> Answer<'_, Listed<SilenceRecord>>;

    /// Ends a silence at this moment, unless it has ended before.
    fn end_silence(&self, id: String, now: Timestamp) -> Answer<'_, ()>;

    /// What is kept of the watches over tests, in the order of their ids.
    fn watches(&self) -> Answer<'_, Listed<WatchRecord>>;

    /// The number of the latest alert of each test that had one.
    fn alert_numbers(&self) -> Answer<'_, Vec<(String, i64)>>;

    /// Writes what has changed about alerts, all or none. A notice that is there already is left as it is.
    fn save_alerts(&self, changes: AlertChanges) -> Answer<'_, ()>;

    /// The alert of this id.
    fn alert(&self, id: String) -> Answer<'_, Option<AlertRecord>>;

    /// Alerts, the latest first.
    fn alerts(&self, query: AlertQuery) -> Answer<'_, Page<AlertRecord, AlertKey>>;

    /// What was sent of an alert and what is to be sent, the latest notice first, at most 500.
    fn deliveries(&self, alert: String) -> Answer<'_, Listed<Delivery>>;

    /// What a notifier has to send, at most 100: of each alert what comes next, in the order in which they are due.
    fn due_deliveries(&self, notifier: String) -> Answer<'_, Listed<Delivery>>;

    /// Notes what came of an attempt to deliver a notice.
    fn tried_delivery(&self, delivery: Delivery) -> Answer<'_, ()>;

    /// Claims the database for this service alone, until it is closed or the process ends, however it ends. Yields whether
    /// that is so; with a claim that was made before, whether it still holds.
    fn claim(&self) -> Answer<'_, bool>;

    /// Notes that the service on this database lives at this moment.
    fn alive(&self, now: Timestamp) -> Answer<'_, ()>;

    /// When the service on this database was last known to live.
    fn last_alive(&self) -> Answer<'_, Option<Timestamp>>;

    /// Gives the database back: nothing is asked any more, and SQLite's file holds all by itself.
    fn close(&self) -> BoxFuture<'_, ()>;
}

/// What [`Store::forget_history`] did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "plain counts")]
pub struct Forgotten {
    /// Results that were forgotten.
    pub results: u64,
    /// Summaries of hours and days that were forgotten.
    pub summaries: u64,
    /// Whether there is more to do.
    pub more: bool,
}

/// What [`Store::retain`] did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "plain counts")]
pub struct Retained {
    /// Periods that were rolled up.
    pub summed_up: u64,
    /// Results that were forgotten.
    pub results: u64,
    /// Summaries that were forgotten.
    pub summaries: u64,
    /// Whether there is more to do.
    pub more: bool,
}
