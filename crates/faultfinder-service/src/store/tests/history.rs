//! Forgetting what a test has behind it.

use super::place::Place;
use super::{HOUR, TEN, at, over_both, result};
use crate::Timestamp;
use crate::store::{Forgotten, Period, ResultQuery, ResultRecord, Summary};

over_both!(
    a_test_is_forgotten_on_both_sides_of_what_is_rolled_up,
    what_comes_afterwards_is_counted_once,
    a_long_history_goes_in_steps,
);

const FOREVER: Timestamp = Timestamp::from_millis(i64::MIN / 4);

/// Results of two tests in six hours, the first four of which are rolled up.
async fn write(place: &Place) -> Vec<ResultRecord> {
    let rows: Vec<_> =
        (0..6).flat_map(|hour| ["a", "b"].map(|test| result(test, TEN + hour * HOUR + 7))).collect();
    place.write(rows.clone()).await.unwrap();
    while place.store.retain(at(TEN + 4 * HOUR + 400_000), FOREVER, FOREVER).await.unwrap().more {}
    rows
}

async fn passed(place: &Place, test: &str, period: Period) -> u64 {
    let periods = place.store.periods(test.to_owned(), at(0), at(TEN + 99 * HOUR), period);
    periods.await.unwrap().rows.iter().map(|summary: &Summary| summary.passed).sum()
}

async fn forget(place: &Place, test: &str) -> Forgotten {
    place.store.forget_history(test.to_owned()).await.unwrap()
}

async fn a_test_is_forgotten_on_both_sides_of_what_is_rolled_up(place: &Place) {
    write(place).await;
    place.write([result("", TEN)]).await.unwrap();
    assert_eq!(passed(place, "a", Period::Day).await, 6);
    // Four hours and one day are rolled up.
    let forgotten = forget(place, "a").await;
    assert_eq!(forgotten, Forgotten { results: 6, summaries: 5, more: false });
    for period in [Period::Hour, Period::Day] {
        assert_eq!((passed(place, "a", period).await, passed(place, "b", period).await), (0, 6));
    }
    let left = place.store.results(ResultQuery { limit: 99, ..ResultQuery::default() }).await.unwrap().rows;
    assert_eq!(left.iter().filter(|row| row.test == "a").count(), 0);
    assert_eq!(left.len(), 7);
    for test in ["a", "none", ""] {
        assert_eq!(forget(place, test).await, Forgotten::default(), "{test}");
    }
}

async fn what_comes_afterwards_is_counted_once(place: &Place) {
    let rows = write(place).await;
    forget(place, "a").await;
    // In an hour that is rolled up, in one that is not, and one that was there before.
    let later = [result("a", TEN + HOUR + 9), result("a", TEN + 5 * HOUR + 9), rows[0].clone()];
    for _ in 0..2 {
        place.write(later.clone()).await.unwrap();
        assert_eq!(passed(place, "a", Period::Hour).await, 3);
    }
    while place.store.retain(at(TEN + 99 * HOUR), FOREVER, FOREVER).await.unwrap().more {}
    for period in [Period::Hour, Period::Day] {
        assert_eq!((passed(place, "a", period).await, passed(place, "b", period).await), (3, 6));
    }
}

async fn a_long_history_goes_in_steps(place: &Place) {
    let rows: Vec<_> = (0..5_001).map(|number| result("a", TEN + number)).collect();
    place.write(rows).await.unwrap();
    while place.store.retain(at(TEN + 2 * HOUR), FOREVER, FOREVER).await.unwrap().more {}
    assert_eq!(forget(place, "a").await, Forgotten { results: 5_000, summaries: 0, more: true });
    assert_eq!(forget(place, "a").await, Forgotten { results: 1, summaries: 2, more: false });
}
