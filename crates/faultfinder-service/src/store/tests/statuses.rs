//! How tests ended last, and since when.

use super::place::Place;
use super::{TEN, at, over_both, result};
use crate::store::{LastResult, Outcome, ResultRecord, StatusSince};

over_both!(the_latest_result_of_each_test_is_found, since_when_is_kept_until_it_is_gone);

async fn the_latest_result_of_each_test_is_found(place: &Place) {
    let of = |test: &str, at, outcome| ResultRecord { outcome, ..result(test, at) };
    let failed = ResultRecord { code: Some("CONNREFUSED".to_owned()), ..of("a", TEN + 2, Outcome::Failed) };
    let (first, second) = (of("b", TEN, Outcome::Passed), of("b", TEN, Outcome::Error));
    let later = first.id.max(second.id);
    place
        .write([
            of("a", TEN + 1, Outcome::Passed),
            failed.clone(),
            of("a", TEN + 3, Outcome::Missed),
            first,
            second,
            of("c", TEN, Outcome::Missed),
            of("", TEN, Outcome::Passed),
        ])
        .await
        .unwrap();
    let mut found = place.store.last_results().await.unwrap();
    found.rows.sort_by(|one, other| one.test.cmp(&other.test));
    assert_eq!((found.rows.len(), &found.damaged), (2, &Vec::new()), "{found:?}");
    assert_eq!(found.rows[0], LastResult::from(&failed));
    assert_eq!((found.rows[1].test.as_str(), found.rows[1].id), ("b", later));
}

async fn since_when_is_kept_until_it_is_gone(place: &Place) {
    let status =
        |test: &str, outcome, millis| StatusSince { test: test.to_owned(), outcome, since: at(millis) };
    let (a, b) = (status("a", Outcome::Passed, TEN), status("b", Outcome::Failed, TEN + 1));
    place.store.save_statuses(vec![b.clone(), a], Vec::new()).await.unwrap();
    let a = status("a", Outcome::Error, TEN + 9);
    place.store.save_statuses(vec![a.clone()], vec!["none".to_owned()]).await.unwrap();
    assert_eq!(place.store.statuses().await.unwrap().rows, [a.clone(), b]);
    place.store.save_statuses(Vec::new(), vec!["b".to_owned()]).await.unwrap();
    assert_eq!(place.store.statuses().await.unwrap().rows, [a]);
}
