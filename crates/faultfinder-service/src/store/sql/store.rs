//! The contract, over a database that speaks SQL.

use super::dialect::Dialect;
use super::hold::Hold;
use super::statement::Statement;
use super::{
    access, alerts, definitions, history, life, recent, remembered, results, retries_off, silences, statuses,
    summaries,
};
use crate::store::contract::{Answer, Forgotten, Retained, Store};
use crate::store::error::StoreError;
use crate::store::object::RawObject;
use crate::store::query::{
    AlertKey, AlertQuery, AuditKey, AuditQuery, Listed, Page, ResultKey, ResultQuery, TestQuery,
};
use crate::store::record::{
    AlertChanges, AlertRecord, AuditEntry, Audited, Delivery, HashedToken, LastResult, Period, RecentRun,
    Remembered, RememberedOf, ResultRecord, RetriesOff, SilenceRecord, StatusSince, Summary, TestRecord,
    Trouble, WatchRecord,
};
use crate::timestamp::Timestamp;
use crate::token::{Token, TokenHash};
use futures_util::future::BoxFuture;
use sqlx::Pool;
use std::sync::Arc;
use std::time::Duration;
use uuid::Uuid;

/// A database that speaks SQL.
pub(in crate::store) struct SqlStore<D: Dialect> {
    writer: Pool<D>,
    readers: Pool<D>,
    place: String,
    hold: Hold,
}

impl<D: Dialect> std::fmt::Debug for SqlStore<D> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SqlStore").field("kind", &D::KIND).field("place", &self.place).finish_non_exhaustive()
    }
}

impl<D: Dialect> SqlStore<D> {
    /// A database whose tables are there; `place` says where it is, without what may be secret.
    pub(super) const fn new(writer: Pool<D>, readers: Pool<D>, place: String, hold: Hold) -> Self {
        Self { writer, readers, place, hold }
    }

    /// Waits for an answer of the database that was opened, and not of another one: what was written is durable only if it
    /// is there afterwards.
    fn answer<'a, T: Send + 'a>(
        &'a self,
        answer: impl Future<Output = Result<T, StoreError>> + Send + 'a,
    ) -> Answer<'a, T> {
        Box::pin(async move {
            self.hold.check()?;
            let answer = bounded::<D, T, StoreError>(answer).await?;
            self.hold.check()?;
            Ok(answer)
        })
    }

    /// The connections that write.
    pub(in crate::store) const fn writer(&self) -> &Pool<D> {
        &self.writer
    }

    async fn ping(&self) -> Result<(), StoreError> {
        let mut reader = self.readers.acquire().await?;
        Statement::<D>::new("SELECT count FROM pings").row(&mut reader).await?;
        drop(reader);
        let mut writer = self.writer.acquire().await?;
        Statement::<D>::new("UPDATE pings SET count = count + 1").execute(&mut writer).await?;
        Ok(())
    }
}

/// Waits for an answer, but where nothing else bounds it not for ever.
pub(super) async fn bounded<D: Dialect, T, E: From<StoreError>>(
    answer: impl Future<Output = Result<T, E>> + Send,
) -> Result<T, E> {
    match D::ANSWER_MAX {
        None => answer.await,
        Some(bound) => {
            tokio::time::timeout(bound, answer).await.unwrap_or_else(|_| Err(no_answer(bound).into()))
        }
    }
}

fn no_answer(bound: Duration) -> StoreError {
    StoreError::Unavailable(format!("no answer within {} s", bound.as_secs()))
}

impl<D: Dialect> Store for SqlStore<D> {
    fn kind(&self) -> &'static str {
        D::KIND
    }

    fn ping(&self) -> Answer<'_, ()> {
        self.answer(self.ping())
    }

    fn create_test(&self, test: TestRecord) -> Answer<'_, ()> {
        self.answer(definitions::create(&self.writer, test))
    }

    fn test(&self, id: String) -> Answer<'_, Option<TestRecord>> {
        self.answer(definitions::one(&self.readers, id))
    }

    fn tests(&self, query: TestQuery) -> Answer<'_, Page<TestRecord, String>> {
        self.answer(definitions::page(&self.readers, query))
    }

    fn replace_test(&self, test: TestRecord) -> Answer<'_, ()> {
        self.answer(definitions::replace(&self.writer, test))
    }

    fn delete_test(&self, id: String, version: Option<i64>, now: Timestamp) -> Answer<'_, ()> {
        self.answer(definitions::delete(&self.writer, id, version, now))
    }

    fn seal_test(
        &self,
        id: String,
        version: i64,
        definition: RawObject,
        sealed: Option<String>,
    ) -> Answer<'_, ()> {
        self.answer(definitions::seal(&self.writer, id, version, definition, sealed))
    }

    fn write_results<'a>(&'a self, results: &'a [Arc<ResultRecord>]) -> Answer<'a, ()> {
        self.answer(results::write(&self.writer, results))
    }

    fn result(&self, id: Uuid) -> Answer<'_, Option<ResultRecord>> {
        self.answer(results::one(&self.readers, id))
    }

    fn results(&self, query: ResultQuery) -> Answer<'_, Page<ResultRecord, ResultKey>> {
        self.answer(results::page(&self.readers, query))
    }

    fn recent_runs(&self, tests: Vec<String>, of_each: usize) -> Answer<'_, Listed<RecentRun>> {
        self.answer(recent::runs(&self.readers, tests, of_each))
    }

    fn fault_codes(&self, test: String, from: Timestamp) -> Answer<'_, Vec<(String, u64)>> {
        self.answer(recent::fault_codes(&self.readers, test, from))
    }

    fn troubles(&self, before: Option<ResultKey>, limit: usize) -> Answer<'_, Page<Trouble, ResultKey>> {
        self.answer(recent::troubles(&self.readers, before, limit))
    }

    fn periods(
        &self,
        test: String,
        from: Timestamp,
        to: Timestamp,
        period: Period,
    ) -> Answer<'_, Listed<Summary>> {
        self.answer(summaries::periods(&self.readers, test, from, to, period))
    }

    fn retain(
        &self,
        now: Timestamp,
        results_from: Timestamp,
        summaries_from: Timestamp,
    ) -> Answer<'_, Retained> {
        self.answer(summaries::retain(&self.writer, now, results_from, summaries_from))
    }

    fn forget_history(&self, test: String) -> Answer<'_, Forgotten> {
        self.answer(history::forget(&self.writer, test))
    }

    fn create_token(&self, token: Token, hash: TokenHash) -> Answer<'_, ()> {
        self.answer(access::create(&self.writer, HashedToken { token, hash }))
    }

    fn token(&self, hash: TokenHash) -> Answer<'_, Option<Token>> {
        self.answer(access::one(&self.readers, hash))
    }

    fn tokens(&self) -> Answer<'_, Listed<Token>> {
        self.answer(access::all(&self.readers))
    }

    fn revoke_token(&self, id: String, now: Timestamp) -> Answer<'_, ()> {
        self.answer(access::revoke(&self.writer, id, now))
    }

    fn audit(&self, entry: AuditEntry) -> Answer<'_, ()> {
        self.answer(access::audit(&self.writer, entry))
    }

    fn audited(&self, query: AuditQuery) -> Answer<'_, Page<Audited, AuditKey>> {
        self.answer(access::audited(&self.readers, query))
    }

    fn remembered(&self, owner: String, key: String) -> Answer<'_, Option<Remembered>> {
        self.answer(remembered::one(&self.readers, owner, key))
    }

    fn remembered_of(&self, owner: String, from: Timestamp) -> Answer<'_, RememberedOf> {
        self.answer(remembered::of(&self.readers, owner, from))
    }

    fn remember(&self, response: Remembered) -> Answer<'_, ()> {
        self.answer(remembered::put(&self.writer, response))
    }

    fn retries_off(&self) -> Answer<'_, Listed<RetriesOff>> {
        self.answer(retries_off::all(&self.readers))
    }

    fn set_retries_off(&self, test: String, off: Option<RetriesOff>) -> Answer<'_, ()> {
        self.answer(retries_off::set(&self.writer, test, off))
    }

    fn last_results(&self) -> Answer<'_, Listed<LastResult>> {
        self.answer(statuses::last_results(&self.readers))
    }

    fn statuses(&self) -> Answer<'_, Listed<StatusSince>> {
        self.answer(statuses::all(&self.readers))
    }

    fn save_statuses(&self, statuses: Vec<StatusSince>, gone: Vec<String>) -> Answer<'_, ()> {
        self.answer(statuses::save(&self.writer, statuses, gone))
    }

    fn create_silence(&self, silence: SilenceRecord) -> Answer<'_, ()> {
        self.answer(silences::create(&self.writer, silence))
    }

    fn silences(&self, now: Timestamp) -> Answer<'_, Listed<SilenceRecord>> {
        self.answer(silences::lasting(&self.readers, now))
    }

    fn ended_silences(&self, now: Timestamp) -> Answer<'_, Listed<SilenceRecord>> {
        self.answer(silences::ended(&self.readers, now))
    }

    fn end_silence(&self, id: String, now: Timestamp) -> Answer<'_, ()> {
        self.answer(silences::end(&self.writer, id, now))
    }

    fn watches(&self) -> Answer<'_, Listed<WatchRecord>> {
        self.answer(alerts::watches(&self.readers))
    }

    fn alert_numbers(&self) -> Answer<'_, Vec<(String, i64)>> {
        self.answer(alerts::numbers(&self.readers))
    }

    fn save_alerts(&self, changes: AlertChanges) -> Answer<'_, ()> {
        self.answer(alerts::save(&self.writer, changes))
    }

    fn alert(&self, id: String) -> Answer<'_, Option<AlertRecord>> {
        self.answer(alerts::one(&self.readers, id))
    }

    fn alerts(&self, query: AlertQuery) -> Answer<'_, Page<AlertRecord, AlertKey>> {
        self.answer(alerts::page(&self.readers, query))
    }

    fn deliveries(&self, alert: String) -> Answer<'_, Listed<Delivery>> {
        self.answer(alerts::deliveries(&self.readers, alert))
    }

    fn due_deliveries(&self, notifier: String) -> Answer<'_, Listed<Delivery>> {
        self.answer(alerts::due(&self.readers, notifier))
    }

    fn tried_delivery(&self, delivery: Delivery) -> Answer<'_, ()> {
        self.answer(alerts::tried(&self.writer, delivery))
    }

    fn claim(&self) -> Answer<'_, bool> {
        self.answer(self.hold.claim())
    }

    fn alive(&self, now: Timestamp) -> Answer<'_, ()> {
        self.answer(life::note(&self.writer, now))
    }

    fn last_alive(&self) -> Answer<'_, Option<Timestamp>> {
        self.answer(life::last(&self.readers))
    }

    fn close(&self) -> BoxFuture<'_, ()> {
        // The last connection brings the log of SQLite into the file, and only one that writes can.
        Box::pin(async {
            self.readers.close().await;
            self.writer.close().await;
            self.hold.release().await;
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::store::StoreError;
    use crate::store::sql::SqliteStore;

    #[tokio::test]
    async fn what_was_written_while_the_file_was_deleted_is_not_acknowledged() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.db");
        let store = SqliteStore::open(&path).await.unwrap();
        let deleting = async {
            std::fs::remove_file(&path).unwrap();
            Ok(())
        };
        let answer = store.answer(deleting).await;
        assert!(matches!(answer, Err(StoreError::Unavailable(_))), "{answer:?}");
    }
}
