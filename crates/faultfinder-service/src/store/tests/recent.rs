//! The latest runs of tests, and what went wrong last in all of them.

use super::place::Place;
use super::{TEN, at, over_both, result};
use crate::store::{Outcome, ResultRecord};

over_both!(
    the_latest_runs_of_each_test_are_found,
    codes_are_counted_from_a_moment_on,
    runs_that_did_not_pass_know_what_was_before_and_after_them,
);

fn of(test: &str, second: i64, outcome: Outcome) -> ResultRecord {
    let code = matches!(outcome, Outcome::Failed | Outcome::Error).then(|| "TIMEOUT".to_owned());
    ResultRecord { outcome, code, ..result(test, TEN + second * 1_000) }
}

async fn the_latest_runs_of_each_test_are_found(place: &Place) {
    let mut all: Vec<_> = (0..5).map(|second| of("a", second, Outcome::Passed)).collect();
    all.push(of("b", 3, Outcome::Missed));
    all.push(of("c", 4, Outcome::Failed));
    place.write(all).await.unwrap();
    let tests = ["b", "a", "none"].map(str::to_owned).to_vec();
    let found = place.store.recent_runs(tests, 3).await.unwrap().rows;
    let found: Vec<_> = found
        .iter()
        .map(|run| (run.test.as_str(), (run.started_at.millis() - TEN) / 1_000, run.outcome))
        .collect();
    let expected = [
        ("a", 4, Outcome::Passed),
        ("a", 3, Outcome::Passed),
        ("a", 2, Outcome::Passed),
        ("b", 3, Outcome::Missed),
    ];
    assert_eq!(found, expected);
    assert!(place.store.recent_runs(Vec::new(), 3).await.unwrap().rows.is_empty());
}

async fn codes_are_counted_from_a_moment_on(place: &Place) {
    let dns = |second| ResultRecord { code: Some("DNS".to_owned()), ..of("a", second, Outcome::Failed) };
    place
        .write([
            of("a", 0, Outcome::Failed),
            dns(1),
            of("a", 2, Outcome::Error),
            dns(3),
            dns(4),
            of("a", 5, Outcome::Passed),
            of("b", 6, Outcome::Failed),
        ])
        .await
        .unwrap();
    let counted = place.store.fault_codes("a".to_owned(), at(TEN + 1_000)).await.unwrap();
    assert_eq!(counted, [("DNS".to_owned(), 3), ("TIMEOUT".to_owned(), 1)]);
}

async fn runs_that_did_not_pass_know_what_was_before_and_after_them(place: &Place) {
    let passed = of("a", 4, Outcome::Passed);
    place
        .write([
            of("a", 0, Outcome::Passed),
            of("a", 1, Outcome::Failed),
            of("b", 2, Outcome::Missed),
            of("a", 3, Outcome::Error),
            passed.clone(),
            of("", 5, Outcome::Failed),
        ])
        .await
        .unwrap();
    let mut found = Vec::new();
    let mut before = None;
    loop {
        let page = place.store.troubles(before, 2).await.unwrap();
        assert!(page.rows.len() <= 2 && page.damaged.is_empty());
        found.extend(page.rows);
        before = page.next;
        if before.is_none() {
            break;
        }
    }
    let shown: Vec<_> =
        found.iter().map(|one| (one.test.as_str(), one.outcome, one.is_first, one.passed_again)).collect();
    let expected = [
        ("a", Outcome::Error, false, Some((passed.id, passed.started_at))),
        ("b", Outcome::Missed, true, None),
        ("a", Outcome::Failed, true, None),
    ];
    assert_eq!(shown, expected);
}
