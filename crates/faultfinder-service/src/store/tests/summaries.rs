//! Hours, days, and what is forgotten.

use super::place::Place;
use super::{HOUR, TEN, at, mixed, over_both, result};
use crate::Timestamp;
use crate::store::{Listed, Outcome, Period, ResultQuery, ResultRecord, Retained, Summary};
use std::collections::BTreeMap;

over_both!(
    periods_are_exact_before_while_and_after_they_are_summed_up,
    a_late_result_is_counted_once,
    runs_without_a_test_are_in_no_summary,
    results_are_forgotten_once_they_are_summed_up,
    summaries_are_forgotten_when_their_period_has_ended_before,
    an_idle_time_is_skipped_at_once,
    more_tests_than_fit_one_transaction_are_summed_up,
);

const FOREVER: Timestamp = Timestamp::from_millis(i64::MIN / 4);

/// Results of three tests over 30 hours; some hours have none.
fn some() -> Vec<ResultRecord> {
    let rows = (0..3_000_u64).filter_map(|n| {
        let millis = i64::try_from(mixed(n) % 30).unwrap() * HOUR
            + i64::try_from(mixed(n + 9_000) % 3_600_000).unwrap();
        let mut row = result(["a", "b", "c"][usize::try_from(n % 3).unwrap()], TEN + millis);
        row.outcome = Outcome::ALL[usize::try_from(mixed(n) / 64 % 4).unwrap()];
        row.duration_ms = 1.0 + f64::from(u16::try_from(mixed(n + 5) % 60_000).unwrap()) / 7.0;
        (!(10..14).contains(&(millis / HOUR))).then_some(row)
    });
    rows.collect()
}

/// What the summaries must be: counted from the rows themselves.
fn counted(rows: &[ResultRecord], test: &str, from: i64, to: i64, period: Period) -> Vec<Summary> {
    let length = i64::try_from(period.length().as_millis()).unwrap();
    let mut periods: BTreeMap<i64, Vec<&ResultRecord>> = BTreeMap::new();
    for row in rows.iter().filter(|row| row.test == test) {
        let begins = row.started_at.millis().div_euclid(length) * length;
        if (from..to).contains(&begins) {
            periods.entry(begins).or_default().push(row);
        }
    }
    let summaries = periods.into_iter().map(|(begins, rows)| {
        let count = |outcome| rows.iter().filter(|row| row.outcome == outcome).count() as u64;
        let told = |row: &&&ResultRecord| matches!(row.outcome, Outcome::Passed | Outcome::Failed);
        let mut durations: Vec<f64> = rows.iter().filter(told).map(|row| row.duration_ms).collect();
        durations.sort_by(f64::total_cmp);
        let rank = |share: usize| durations[(durations.len() * share).div_ceil(100) - 1];
        Summary {
            begins: at(begins),
            passed: count(Outcome::Passed),
            failed: count(Outcome::Failed),
            errors: count(Outcome::Error),
            missed: count(Outcome::Missed),
            percentiles_ms: (!durations.is_empty()).then(|| [50, 95, 99].map(rank)),
        }
    });
    summaries.collect()
}

/// Demands that a place tells what was written: the counts exactly, the percentiles within 2 %.
async fn tells(place: &Place, rows: &[ResultRecord], when: &str) {
    for (test, period) in [("a", Period::Hour), ("b", Period::Day), ("c", Period::Hour), ("c", Period::Day)] {
        for (from, to) in [(TEN - 20 * HOUR, TEN + 99 * HOUR), (TEN + 5 * HOUR + 1, TEN + 26 * HOUR)] {
            let told = place.store.periods(test.to_owned(), at(from), at(to), period).await.unwrap().rows;
            let truth = counted(rows, test, from, to, period);
            let plain = |all: &[Summary]| -> Vec<_> {
                all.iter().map(|s| (s.begins, s.passed, s.failed, s.errors, s.missed)).collect()
            };
            assert_eq!(plain(&told), plain(&truth), "{when}: {test} {period:?}");
            for (told, truth) in told.iter().zip(&truth) {
                let pairs = told.percentiles_ms.iter().flatten().zip(truth.percentiles_ms.iter().flatten());
                assert_eq!(told.percentiles_ms.is_some(), truth.percentiles_ms.is_some(), "{when}: {told:?}");
                for (told, truth) in pairs {
                    assert!((told - truth).abs() <= truth * 0.02, "{when}: {told} for {truth}");
                }
            }
        }
    }
}

/// Rolls up all there is to roll up, and yields what was done.
async fn retain(place: &Place, now: i64, results_from: Timestamp, summaries_from: Timestamp) -> Retained {
    let mut all = Retained::default();
    for _ in 0..1_000 {
        let done = place.store.retain(at(now), results_from, summaries_from).await.unwrap();
        all.summed_up += done.summed_up;
        all.results += done.results;
        all.summaries += done.summaries;
        if !done.more {
            return all;
        }
    }
    panic!("it never ends: {all:?}");
}

async fn periods_are_exact_before_while_and_after_they_are_summed_up(place: &Place) {
    let rows = some();
    place.write(rows.clone()).await.unwrap();
    tells(place, &rows, "before").await;
    // A step at a time; the last hours have not settled.
    for step in 0..20 {
        place.store.retain(at(TEN + 28 * HOUR + 1_000), FOREVER, FOREVER).await.unwrap();
        if step % 5 == 0 {
            tells(place, &rows, "while").await;
        }
    }
    retain(place, TEN + 28 * HOUR, FOREVER, FOREVER).await;
    tells(place, &rows, "but for the last hours").await;
    retain(place, TEN + 99 * HOUR, FOREVER, FOREVER).await;
    tells(place, &rows, "after").await;
    let done = retain(place, TEN + 99 * HOUR, at(TEN + 98 * HOUR), FOREVER).await;
    assert_eq!(done.results, rows.len() as u64);
    tells(place, &rows, "when the results are gone").await;
}

async fn a_late_result_is_counted_once(place: &Place) {
    let mut rows = some();
    place.write(rows.clone()).await.unwrap();
    retain(place, TEN + 20 * HOUR, FOREVER, FOREVER).await;
    // Some are late, one is in the hour that is open, one is there already, one comes twice in a batch.
    let late: Vec<_> =
        [0, 3, 3, 11, 25].into_iter().map(|hour| result("a", TEN + hour * HOUR + 77)).collect();
    let mut batch = late.clone();
    batch.extend([rows[0].clone(), late[1].clone()]);
    for _ in 0..2 {
        place.write(batch.clone()).await.unwrap();
    }
    rows.extend(late);
    tells(place, &rows, "late").await;
    retain(place, TEN + 99 * HOUR, FOREVER, FOREVER).await;
    place.write(batch).await.unwrap();
    tells(place, &rows, "rolled up again").await;
}

async fn runs_without_a_test_are_in_no_summary(place: &Place) {
    place.write([result("", TEN), result("a", TEN)]).await.unwrap();
    let periods = || place.store.periods(String::new(), at(TEN), at(TEN + HOUR), Period::Hour);
    assert_eq!(periods().await.unwrap(), Listed::default());
    let done = retain(place, TEN + 2 * HOUR, FOREVER, FOREVER).await;
    assert_eq!((done.summed_up, periods().await.unwrap()), (1, Listed::default()));
    place.write([result("", TEN)]).await.unwrap();
    assert_eq!(place.number("SELECT count(*) FROM summaries WHERE test = ''").await, 0);
}

async fn results_are_forgotten_once_they_are_summed_up(place: &Place) {
    let rows: Vec<_> = [0, 1, 2, 3].into_iter().map(|hour| result("a", TEN + hour * HOUR)).collect();
    place.write(rows.clone()).await.unwrap();
    // The third hour has ended a minute ago: it has not settled, though all results are old enough to be forgotten.
    let done = retain(place, TEN + 3 * HOUR + 60_000, at(TEN + 9 * HOUR), FOREVER).await;
    assert_eq!(done, Retained { summed_up: 2, results: 2, summaries: 0, more: false });
    let kept = place.store.results(ResultQuery { limit: 9, ..ResultQuery::default() }).await.unwrap();
    assert_eq!(kept.rows, [rows[3].clone(), rows[2].clone()]);
    let done = retain(place, TEN + 9 * HOUR, at(TEN + 3 * HOUR), FOREVER).await;
    assert_eq!(done, Retained { summed_up: 2, results: 1, summaries: 0, more: false });
    assert_eq!(place.store.result(rows[0].id).await.unwrap(), None);
    assert_eq!(place.store.result(rows[3].id).await.unwrap(), Some(rows[3].clone()));
}

async fn summaries_are_forgotten_when_their_period_has_ended_before(place: &Place) {
    let rows: Vec<_> = [0, 1, 2].into_iter().map(|hour| result("a", TEN + hour * HOUR)).collect();
    place.write(rows).await.unwrap();
    let done = retain(place, TEN + 99 * HOUR, FOREVER, at(TEN + 2 * HOUR)).await;
    assert_eq!((done.summed_up, done.summaries), (3, 2));
    let hours =
        place.store.periods("a".to_owned(), at(0), at(TEN + 99 * HOUR), Period::Hour).await.unwrap().rows;
    assert_eq!(hours.iter().map(|hour| hour.begins).collect::<Vec<_>>(), [at(TEN + 2 * HOUR)]);
    let days =
        place.store.periods("a".to_owned(), at(0), at(TEN + 99 * HOUR), Period::Day).await.unwrap().rows;
    assert_eq!(days.iter().map(|day| day.passed).collect::<Vec<_>>(), [3]);
}

async fn an_idle_time_is_skipped_at_once(place: &Place) {
    let years = 5 * 365 * 24 * HOUR;
    place.write([result("a", TEN), result("a", TEN + years)]).await.unwrap();
    for summed_up in [1, 1] {
        let done = place.store.retain(at(TEN + years + 2 * HOUR), FOREVER, FOREVER).await.unwrap();
        assert_eq!(done.summed_up, summed_up);
    }
    let done = place.store.retain(at(TEN + years + 2 * HOUR), FOREVER, FOREVER).await.unwrap();
    assert_eq!(done, Retained::default());
}

async fn more_tests_than_fit_one_transaction_are_summed_up(place: &Place) {
    let rows: Vec<_> = (0..450).map(|n| result(&format!("t-{n}"), TEN + n)).collect();
    place.write(rows).await.unwrap();
    let first = place.store.retain(at(TEN + 2 * HOUR), FOREVER, FOREVER).await.unwrap();
    assert_eq!(first, Retained { summed_up: 200, more: true, ..Retained::default() });
    assert_eq!(retain(place, TEN + 2 * HOUR, FOREVER, FOREVER).await.summed_up, 250);
    assert_eq!(place.number("SELECT count(*) FROM summaries").await, 900);
}
