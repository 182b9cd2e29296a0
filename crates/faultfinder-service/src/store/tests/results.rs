//! Writing and reading results.

use super::place::Place;
use super::{HOUR, TEN, at, mixed, over_both, result};
use crate::store::query::PAGE_BYTES_MAX;
use crate::store::{Outcome, RawObject, ResultKey, ResultQuery, ResultRecord, Trigger};
use std::collections::BTreeSet;
use uuid::Uuid;

over_both!(
    a_result_is_read_as_it_was_written,
    a_result_that_is_there_is_left_as_it_is,
    a_batch_of_any_size_is_written,
    results_are_found_by_everything_they_can_be_asked_for,
    paging_tells_each_result_once_while_others_come,
    a_page_ends_before_it_is_too_long,
    what_a_database_cannot_hold_is_written_as_near_as_can_be,
);

async fn a_result_is_read_as_it_was_written(place: &Place) {
    for (outcome, trigger, code) in [
        (Outcome::Passed, Trigger::Schedule, None),
        (Outcome::Failed, Trigger::Api, Some("TCP_REFUSED")),
        (Outcome::Error, Trigger::Schedule, Some("LOCAL_SOCKET")),
        (Outcome::Missed, Trigger::Schedule, None),
    ] {
        let mut written = result("a", TEN);
        (written.outcome, written.trigger, written.code) = (outcome, trigger, code.map(str::to_owned));
        place.write([written.clone()]).await.unwrap();
        assert_eq!(place.store.result(written.id).await.unwrap(), Some(written));
    }
    assert_eq!(place.store.result(Uuid::now_v7()).await.unwrap(), None);
}

async fn a_result_that_is_there_is_left_as_it_is(place: &Place) {
    let first = result("a", TEN);
    let (mut other, new) = (first.clone(), result("a", TEN + 1));
    other.body = RawObject::default();
    place.write([first.clone(), other.clone()]).await.unwrap();
    place.write([other, new.clone()]).await.unwrap();
    let page = place.store.results(ResultQuery { limit: 10, ..ResultQuery::default() }).await.unwrap();
    assert_eq!((page.rows, page.next), (vec![new, first], None));
}

async fn a_batch_of_any_size_is_written(place: &Place) {
    let mut total = 0;
    for size in [0, 1, 9, 10, 11, 99, 100, 101, 1_000] {
        place.write((0..size).map(|n| result("a", TEN + n))).await.unwrap();
        total += size;
        assert_eq!(place.number("SELECT count(*) FROM results").await, total);
    }
}

async fn results_are_found_by_everything_they_can_be_asked_for(place: &Place) {
    let mut all = Vec::new();
    for n in 0..120_u64 {
        let mut row =
            result(["a", "b", ""][usize::try_from(n % 3).unwrap()], TEN + i64::try_from(n / 4).unwrap());
        row.location = ["here", "there"][usize::try_from(mixed(n) % 2).unwrap()].to_owned();
        row.outcome = Outcome::ALL[usize::try_from(mixed(n) / 2 % 4).unwrap()];
        row.code = (row.outcome == Outcome::Failed).then(|| format!("CODE_{}", n % 2));
        all.push(row);
    }
    place.write(all.clone()).await.unwrap();
    all.sort_by_key(|row| std::cmp::Reverse((row.started_at, row.id)));
    let asked = ResultQuery { limit: 500, ..ResultQuery::default() };
    let text = |text: &str| Some(text.to_owned());
    for query in [
        asked.clone(),
        ResultQuery { test: text("a"), ..asked.clone() },
        ResultQuery { test: text(""), ..asked.clone() },
        ResultQuery { test: text("none\0"), ..asked.clone() },
        ResultQuery { location: text("there"), ..asked.clone() },
        ResultQuery { code: text("CODE_1"), ..asked.clone() },
        ResultQuery { outcome: Some(Outcome::Missed), ..asked.clone() },
        ResultQuery { from: Some(at(TEN + 3)), to: Some(at(TEN + 9)), ..asked.clone() },
        ResultQuery { before: Some(key(&all[50])), ..asked.clone() },
        ResultQuery {
            test: text("b"),
            location: text("here"),
            code: text("CODE_0"),
            outcome: Some(Outcome::Failed),
            from: Some(at(TEN)),
            to: Some(at(TEN + 25)),
            before: Some(key(&all[10])),
            limit: 2,
        },
        ResultQuery { limit: 1, ..asked.clone() },
        ResultQuery { limit: 119, ..asked.clone() },
        ResultQuery { limit: 120, ..asked },
    ] {
        let fits: Vec<_> = all.iter().filter(|row| matches(&query, row)).cloned().collect();
        let page = place.store.results(query.clone()).await.unwrap();
        assert_eq!(page.rows, fits[..query.limit.min(fits.len())], "{query:?}");
        let next = (fits.len() > query.limit).then(|| key(&fits[query.limit - 1]));
        assert_eq!((page.next, page.damaged), (next, Vec::new()), "{query:?}");
    }
}

fn key(row: &ResultRecord) -> ResultKey {
    ResultKey { started_at: row.started_at, id: row.id.as_bytes().to_vec() }
}

fn matches(query: &ResultQuery, row: &ResultRecord) -> bool {
    query.test.as_ref().is_none_or(|test| *test == row.test)
        && query.location.as_ref().is_none_or(|location| *location == row.location)
        && query.code.as_ref().is_none_or(|code| Some(code) == row.code.as_ref())
        && query.outcome.is_none_or(|outcome| outcome == row.outcome)
        && query.from.is_none_or(|from| row.started_at >= from)
        && query.to.is_none_or(|to| row.started_at < to)
        && query.before.as_ref().is_none_or(|before| key(row) < *before)
}

async fn paging_tells_each_result_once_while_others_come(place: &Place) {
    // Many at the same moment, so that the id must tell them apart.
    let old: Vec<_> = (0..700_u64).map(|n| result("a", TEN + i64::try_from(mixed(n) % 7).unwrap())).collect();
    place.write(old.clone()).await.unwrap();
    let wanted: BTreeSet<Uuid> = old.iter().map(|row| row.id).collect();
    let (mut seen, mut others) = (Vec::new(), BTreeSet::new());
    let mut query = ResultQuery { limit: 37, ..ResultQuery::default() };
    loop {
        let page = place.store.results(query.clone()).await.unwrap();
        seen.extend(page.rows.iter().map(|row| row.id));
        query.before = page.next;
        if query.before.is_none() {
            break;
        }
        let new: Vec<_> = [-5, 3, 3, 20].into_iter().map(|millis| result("a", TEN + millis)).collect();
        others.extend(new.iter().map(|row| row.id));
        place.write(new).await.unwrap();
    }
    let distinct: BTreeSet<Uuid> = seen.iter().copied().collect();
    assert_eq!(distinct.len(), seen.len(), "a result came twice");
    assert!(distinct.is_superset(&wanted), "a result is missing");
    assert!(distinct.difference(&wanted).all(|id| others.contains(id)));
}

async fn what_a_database_cannot_hold_is_written_as_near_as_can_be(place: &Place) {
    let mut row = result("a\0b", TEN - 400_000 * HOUR);
    (row.duration_ms, row.delay_ms, row.code) = (f64::NAN, f64::INFINITY, Some("\0".to_owned()));
    place.write([row.clone()]).await.unwrap();
    let read = place.store.result(row.id).await.unwrap().unwrap();
    assert_eq!((read.test.as_str(), read.code.as_deref()), ("a\u{fffd}b", Some("\u{fffd}")));
    assert_eq!((read.duration_ms, read.delay_ms, read.started_at), (0.0, 0.0, row.started_at));
}

async fn a_page_ends_before_it_is_too_long(place: &Place) {
    let long = |bytes: usize| {
        let text = "\u{fc}".repeat((bytes - 9) / 2);
        RawObject::parse(format!("{{\"a\":\"{text}\"}}")).unwrap()
    };
    let mut rows: Vec<_> = (0..10).map(|n| result("a", TEN - n)).collect();
    // Bytes are counted, not letters: three of them fit, a fourth one does not.
    for row in &mut rows[..5] {
        row.body = long(PAGE_BYTES_MAX / 3 - 8);
    }
    // One that is longer than a page comes alone.
    rows[6].body = long(PAGE_BYTES_MAX + 100);
    place.write(rows.clone()).await.unwrap();
    let (mut seen, mut counts) = (Vec::new(), Vec::new());
    let mut query = ResultQuery { limit: 500, ..ResultQuery::default() };
    loop {
        let page = place.store.results(query.clone()).await.unwrap();
        counts.push(page.rows.len());
        seen.extend(page.rows);
        query.before = page.next;
        if query.before.is_none() {
            break;
        }
    }
    assert_eq!(counts, [3, 3, 1, 3]);
    assert!(seen == rows, "all of them come, in their order");
}
