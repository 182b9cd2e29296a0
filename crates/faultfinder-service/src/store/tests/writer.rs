//! The writer alone, with a store that fails on demand. The clock is paused: what waits, waits exactly as long as it
//! should.

use super::{TEN, at, result};
use crate::store::{
    AlertChanges, AlertKey, AlertQuery, AlertRecord, Answer, AuditEntry, AuditKey, AuditQuery, Audited,
    Commits, Delivery, Forgotten, Full, LastResult, Listed, NotWritten, Page, Period, RawObject, RecentRun,
    Remembered, RememberedOf, ResultKey, ResultQuery, ResultRecord, Retained, RetriesOff, SilenceRecord,
    StatusSince, Store, StoreError, Summary, TestQuery, TestRecord, Trouble, WatchRecord, Writer,
    WriterLimits, WriterStats,
};
use crate::{Timestamp, Token, TokenHash};
use faultfinder_net::Clock;
use futures_util::future::BoxFuture;
use serde_json::json;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, Weak};
use std::time::{Duration, SystemTime};
use tokio::time::Instant;
use uuid::Uuid;

/// A store whose next writes fail on demand, and that refuses results of the test `broken`.
#[derive(Debug, Default)]
struct Told {
    failures: Mutex<VecDeque<StoreError>>,
    batches: Mutex<Vec<Vec<Uuid>>>,
    tried_at: Mutex<Vec<Instant>>,
    given: Mutex<Vec<Weak<ResultRecord>>>,
}

impl Told {
    fn failing(times: usize) -> Arc<Self> {
        let told = Self::default();
        told.failures
            .lock()
            .unwrap()
            .extend((0..times).map(|_| StoreError::Unavailable("on demand".to_owned())));
        Arc::new(told)
    }

    fn batches(&self) -> Vec<Vec<Uuid>> {
        self.batches.lock().unwrap().clone()
    }

    fn write(&self, results: &[Arc<ResultRecord>]) -> Result<(), StoreError> {
        self.tried_at.lock().unwrap().push(Instant::now());
        self.given.lock().unwrap().extend(results.iter().map(Arc::downgrade));
        if let Some(failure) = self.failures.lock().unwrap().pop_front() {
            return Err(failure);
        }
        if results.iter().any(|row| row.test == "broken") {
            return Err(StoreError::Broken("on demand".to_owned()));
        }
        self.batches.lock().unwrap().push(results.iter().map(|row| row.id).collect());
        Ok(())
    }
}

fn not_asked<T>() -> Answer<'static, T> {
    panic!("the writer asks for nothing else")
}

impl Store for Told {
    fn kind(&self) -> &'static str {
        "told"
    }
    fn write_results<'a>(&'a self, results: &'a [Arc<ResultRecord>]) -> Answer<'a, ()> {
        Box::pin(async move { self.write(results) })
    }
    fn ping(&self) -> Answer<'_, ()> {
        not_asked()
    }
    fn create_test(&self, _: TestRecord) -> Answer<'_, ()> {
        not_asked()
    }
    fn test(&self, _: String) -> Answer<'_, Option<TestRecord>> {
        not_asked()
    }
    fn tests(&self, _: TestQuery) -> Answer<'_, Page<TestRecord, String>> {
        not_asked()
    }
    fn replace_test(&self, _: TestRecord) -> Answer<'_, ()> {
        not_asked()
    }
    fn delete_test(&self, _: String, _: Option<i64>, _: Timestamp) -> Answer<'_, ()> {
        not_asked()
    }
    fn seal_test(&self, _: String, _: i64, _: RawObject, _: Option<String>) -> Answer<'_, ()> {
        not_asked()
    }
    fn result(&self, _: Uuid) -> Answer<'_, Option<ResultRecord>> {
        not_asked()
    }
    fn results(&self, _: ResultQuery) -> Answer<'_, Page<ResultRecord, ResultKey>> {
        not_asked()
    }
    fn recent_runs(&self, _: Vec<String>, _: usize) -> Answer<'_, Listed<RecentRun>> {
        not_asked()
    }
    fn fault_codes(&self, _: String, _: Timestamp) -> Answer<'_, Vec<(String, u64)>> {
        not_asked()
    }
    fn troubles(&self, _: Option<ResultKey>, _: usize) -> Answer<'_, Page<Trouble, ResultKey>> {
        not_asked()
    }
    fn periods(&self, _: String, _: Timestamp, _: Timestamp, _: Period) -> Answer<'_, Listed<Summary>> {
        not_asked()
    }
    fn create_silence(&self, _: SilenceRecord) -> Answer<'_, ()> {
        not_asked()
    }
    fn silences(&self, _: Timestamp) -> Answer<'_, Listed<SilenceRecord>> {
        not_asked()
    }
    fn ended_silences(&self, _: Timestamp) -> Answer<'_, Listed<SilenceRecord>> {
        not_asked()
    }
    fn end_silence(&self, _: String, _: Timestamp) -> Answer<'_, ()> {
        not_asked()
    }
    fn retain(&self, _: Timestamp, _: Timestamp, _: Timestamp) -> Answer<'_, Retained> {
        not_asked()
    }
    fn forget_history(&self, _: String) -> Answer<'_, Forgotten> {
        not_asked()
    }
    fn watches(&self) -> Answer<'_, Listed<WatchRecord>> {
        not_asked()
    }
    fn alert_numbers(&self) -> Answer<'_, Vec<(String, i64)>> {
        not_asked()
    }
    fn save_alerts(&self, _: AlertChanges) -> Answer<'_, ()> {
        not_asked()
    }
    fn alert(&self, _: String) -> Answer<'_, Option<AlertRecord>> {
        not_asked()
    }
    fn alerts(&self, _: AlertQuery) -> Answer<'_, Page<AlertRecord, AlertKey>> {
        not_asked()
    }
    fn deliveries(&self, _: String) -> Answer<'_, Listed<Delivery>> {
        not_asked()
    }
    fn due_deliveries(&self, _: String) -> Answer<'_, Listed<Delivery>> {
        not_asked()
    }
    fn tried_delivery(&self, _: Delivery) -> Answer<'_, ()> {
        not_asked()
    }
    fn create_token(&self, _: Token, _: TokenHash) -> Answer<'_, ()> {
        not_asked()
    }
    fn token(&self, _: TokenHash) -> Answer<'_, Option<Token>> {
        not_asked()
    }
    fn tokens(&self) -> Answer<'_, Listed<Token>> {
        not_asked()
    }
    fn revoke_token(&self, _: String, _: Timestamp) -> Answer<'_, ()> {
        not_asked()
    }
    fn audit(&self, _: AuditEntry) -> Answer<'_, ()> {
        not_asked()
    }
    fn audited(&self, _: AuditQuery) -> Answer<'_, Page<Audited, AuditKey>> {
        not_asked()
    }
    fn remembered(&self, _: String, _: String) -> Answer<'_, Option<Remembered>> {
        not_asked()
    }
    fn remembered_of(&self, _: String, _: Timestamp) -> Answer<'_, RememberedOf> {
        not_asked()
    }
    fn remember(&self, _: Remembered) -> Answer<'_, ()> {
        not_asked()
    }
    fn retries_off(&self) -> Answer<'_, Listed<RetriesOff>> {
        not_asked()
    }
    fn set_retries_off(&self, _: String, _: Option<RetriesOff>) -> Answer<'_, ()> {
        not_asked()
    }
    fn last_results(&self) -> Answer<'_, Listed<LastResult>> {
        not_asked()
    }
    fn statuses(&self) -> Answer<'_, Listed<StatusSince>> {
        not_asked()
    }
    fn save_statuses(&self, _: Vec<StatusSince>, _: Vec<String>) -> Answer<'_, ()> {
        not_asked()
    }
    fn claim(&self) -> Answer<'_, bool> {
        not_asked()
    }
    fn alive(&self, _: Timestamp) -> Answer<'_, ()> {
        not_asked()
    }
    fn last_alive(&self) -> Answer<'_, Option<Timestamp>> {
        not_asked()
    }

    fn close(&self) -> BoxFuture<'_, ()> {
        Box::pin(std::future::ready(()))
    }
}

fn start(store: &Arc<Told>, limits: WriterLimits) -> Writer {
    let now = SystemTime::UNIX_EPOCH + Duration::from_millis(u64::try_from(TEN).unwrap());
    Writer::start(Arc::clone(store) as _, Clock::fixed(now), limits)
}

fn millis(duration: Duration) -> u128 {
    duration.as_millis()
}

#[tokio::test(start_paused = true)]
async fn a_result_waits_for_others_but_not_long() {
    let store = Told::failing(0);
    let writer = start(&store, WriterLimits::default());
    let began = Instant::now();
    let (first, second) = (writer.reserve().unwrap(), writer.reserve().unwrap());
    let first = first.write(result("a", TEN));
    tokio::time::sleep(Duration::from_millis(30)).await;
    let second = second.write(result("a", TEN));
    first.await.unwrap();
    second.await.unwrap();
    assert!((50..55).contains(&millis(began.elapsed())), "{:?}", began.elapsed());
    assert_eq!(store.batches().len(), 1);
}

#[test]
fn a_store_is_slow_when_its_commits_take_long_or_results_wait_long() {
    let stats = |took: u64, oldest: u64| WriterStats {
        oldest: Duration::from_millis(oldest),
        commits: Commits { took: Duration::from_millis(took), ..Commits::default() },
        ..WriterStats::default()
    };
    for (took, oldest, is_slow) in [(0, 0, false), (250, 350, false), (251, 0, true), (0, 351, true)] {
        assert_eq!(stats(took, oldest).is_slow(), is_slow, "{took} {oldest}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_full_batch_is_committed_at_once_and_in_order() {
    let store = Told::failing(0);
    let writer = start(&store, WriterLimits::default());
    let rows: Vec<_> = (0..5_500).map(|_| result("a", TEN)).collect();
    let began = Instant::now();
    let written: Vec<_> = rows.iter().map(|row| writer.reserve().unwrap().write(row.clone())).collect();
    for (n, written) in written.into_iter().enumerate() {
        written.await.unwrap();
        if n == 4_999 {
            assert!(millis(began.elapsed()) < 5, "{:?}", began.elapsed());
        }
    }
    let batches = store.batches();
    assert_eq!(batches.iter().map(Vec::len).collect::<Vec<_>>(), [5_000, 500]);
    assert_eq!(batches.concat(), rows.iter().map(|row| row.id).collect::<Vec<_>>());
}

#[tokio::test(start_paused = true)]
async fn room_is_reserved_before_and_given_back() {
    let store = Told::failing(0);
    let writer = start(&store, WriterLimits { records: 2, bytes: usize::MAX });
    let (first, second) = (writer.reserve().unwrap(), writer.reserve().unwrap());
    assert_eq!(writer.reserve().unwrap_err(), Full::Records(2));
    drop(second);
    let written = first.write(result("a", TEN));
    let second = writer.reserve().unwrap();
    assert_eq!(writer.reserve().unwrap_err(), Full::Records(2));
    assert_eq!((writer.stats().buffered, writer.stats().reserved), (1, 1));
    written.await.unwrap();
    let _third = writer.reserve().unwrap();
    assert_eq!((writer.stats().buffered, writer.stats().bytes, writer.stats().commits.written), (0, 0, 1));
    drop(second);
}

#[tokio::test(start_paused = true)]
async fn what_waits_takes_no_more_than_so_many_bytes() {
    let store = Told::failing(0);
    let writer = start(&store, WriterLimits { records: 100, bytes: 10_000 });
    let mut large = result("a", TEN);
    large.body = RawObject::of(&json!({ "large": "x".repeat(10_000) })).unwrap();
    let written = writer.reserve().unwrap().write(large);
    assert!(matches!(writer.reserve().unwrap_err(), Full::Bytes(bytes) if bytes > 10_000));
    written.await.unwrap();
    // Runs in flight count too, though nobody knows yet how large their results will be.
    let permits: Vec<_> = std::iter::from_fn(|| writer.reserve().ok()).collect();
    assert_eq!(permits.len(), 5);
}

#[tokio::test(start_paused = true)]
async fn while_the_store_is_away_it_is_tried_again_ever_less_often() {
    let store = Told::failing(9);
    let writer = start(&store, WriterLimits::default());
    let mut commits = writer.commits();
    let rows: Vec<_> = (0..3).map(|_| result("a", TEN)).collect();
    let mut waiting: Vec<_> = rows.iter().map(|row| writer.reserve().unwrap().write(row.clone())).collect();
    let last = waiting.pop().unwrap();
    commits.wait_for(|commits| commits.failed == 2).await.unwrap();
    let stats = writer.stats();
    assert_eq!((stats.buffered, stats.commits.away_since), (3, Some(at(TEN))));
    assert!(stats.commits.last_error.unwrap().contains("on demand"));
    // What comes meanwhile wakes nobody before the pause is over.
    drop(writer.reserve().unwrap().write(result("a", TEN)));
    last.await.unwrap();
    let tried = store.tried_at.lock().unwrap().clone();
    let pauses: Vec<_> = tried.windows(2).map(|pair| millis(pair[1] - pair[0])).collect();
    for (pause, wanted) in pauses.iter().zip([100, 200, 400, 800, 1_600, 3_200, 5_000, 5_000, 5_000]) {
        assert!((wanted..wanted + 5).contains(pause), "{pauses:?}");
    }
    commits.wait_for(|commits| commits.away_since.is_none()).await.unwrap();
    let commits = writer.stats().commits;
    assert_eq!((commits.failed, commits.written, commits.succeeded), (9, 4, 1));
    assert_eq!(store.batches()[0][..3], rows.iter().map(|row| row.id).collect::<Vec<_>>());
}

#[tokio::test(start_paused = true)]
async fn a_result_is_never_copied_and_is_its_callers_alone_once_it_is_written() {
    let store = Told::failing(3);
    let writer = start(&store, WriterLimits::default());
    let record = Arc::new(result("a", TEN));
    writer.reserve().unwrap().write(Arc::clone(&record)).await.unwrap();
    let given = store.given.lock().unwrap();
    assert_eq!(given.len(), 4);
    assert!(given.iter().all(|given| given.ptr_eq(&Arc::downgrade(&record))));
    assert_eq!(Arc::strong_count(&record), 1);
}

#[tokio::test(start_paused = true)]
async fn a_result_that_is_refused_does_not_hold_up_the_others() {
    let store = Told::failing(0);
    let writer = start(&store, WriterLimits::default());
    let mut commits = writer.commits();
    let broken = writer.reserve().unwrap().write(result("broken", TEN));
    // Alone it may be the store that is broken, so it waits.
    commits.wait_for(|commits| commits.failed == 2).await.unwrap();
    let sound = writer.reserve().unwrap().write(result("a", TEN));
    sound.await.unwrap();
    assert!(matches!(broken.await, Err(NotWritten::Refused(why)) if why.contains("on demand")));
    let commits = commits.wait_for(|commits| commits.away_since.is_none()).await.unwrap().clone();
    assert_eq!((commits.written, commits.refused), (1, 1));
    assert_eq!(writer.stats().buffered, 0);
}

#[tokio::test(start_paused = true)]
async fn closing_waits_for_the_runs_that_have_room() {
    let store = Told::failing(3);
    let writer = start(&store, WriterLimits::default());
    let permit = writer.reserve().unwrap();
    let given_up = writer.reserve().unwrap();
    drop(writer.reserve().unwrap().write(result("a", TEN)));
    let run = async {
        tokio::time::sleep(Duration::from_secs(2)).await;
        drop(given_up);
        permit.write(result("a", TEN)).await.unwrap();
    };
    let (lost, ()) = tokio::join!(writer.close(Duration::from_secs(10)), run);
    assert_eq!(lost, 0);
    assert_eq!(store.batches().concat().len(), 2);
}

#[tokio::test(start_paused = true)]
async fn closing_ends_in_time_and_tells_what_was_lost() {
    let store = Told::failing(1_000);
    let writer = start(&store, WriterLimits::default());
    let written = writer.reserve().unwrap().write(result("a", TEN));
    let began = Instant::now();
    assert_eq!(writer.close(Duration::from_secs(3)).await, 1);
    assert!((3_000..3_005).contains(&millis(began.elapsed())), "{:?}", began.elapsed());
    assert_eq!(written.await, Err(NotWritten::Ended));
}

#[tokio::test(start_paused = true)]
async fn a_writer_that_is_dropped_leaves_nobody_waiting() {
    let writer = start(&Told::failing(0), WriterLimits::default());
    let (late, written) = (writer.reserve().unwrap(), writer.reserve().unwrap().write(result("a", TEN)));
    drop(writer);
    assert_eq!(written.await, Err(NotWritten::Ended));
    assert_eq!(late.write(result("a", TEN)).await, Err(NotWritten::Ended));
}
