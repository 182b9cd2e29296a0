//! Reading and forgetting the audit log.

use super::place::Place;
use super::{TEN, at, over_both};
use crate::store::{AuditEntry, AuditQuery};

over_both!(the_latest_entries_come_first_page_by_page, entries_are_forgotten_with_summaries);

/// Writes an entry.
async fn note(place: &Place, millis: i64, actor: &str, action: &'static str, subject: &str) {
    let (actor, subject, trace_id) = (actor.to_owned(), subject.to_owned(), "0af7".to_owned());
    place.store.audit(AuditEntry { at: at(TEN + millis), actor, action, subject, trace_id }).await.unwrap();
}

/// The numbers of the entries that are asked for, three to a page.
async fn found(place: &Place, query: AuditQuery) -> Vec<i64> {
    let (mut numbers, mut before) = (Vec::new(), None);
    loop {
        let page = place.store.audited(AuditQuery { before, limit: 3, ..query.clone() }).await.unwrap();
        numbers.extend(page.rows.iter().map(|entry| entry.number));
        before = page.next;
        if before.is_none() {
            return numbers;
        }
    }
}

async fn the_latest_entries_come_first_page_by_page(place: &Place) {
    for (millis, actor, action, subject) in [
        (0, "a", "tests.create", "t"),
        (5, "b", "tests.run", "t"),
        (5, "a", "tests.run", "u"),
        (5, "a", "tests.run", "t"),
        (5, "a", "tests.pause", "t"),
        // The clock was set back.
        (3, "a", "tests.delete", "t"),
        (9, "a", "tests.delete", "u"),
    ] {
        note(place, millis, actor, action, subject).await;
    }
    let some = |text: &str| Some(text.to_owned());
    let all = AuditQuery::default();
    for (query, expected) in [
        (all.clone(), &[7, 5, 4, 3, 2, 6, 1][..]),
        (AuditQuery { actor: some("b"), ..all.clone() }, &[2]),
        (AuditQuery { action: some("tests.run"), ..all.clone() }, &[4, 3, 2]),
        (AuditQuery { subject: some("t"), ..all.clone() }, &[5, 4, 2, 6, 1]),
        (AuditQuery { actor: some("a"), subject: some("u"), ..all.clone() }, &[7, 3]),
        (AuditQuery { from: Some(at(TEN + 3)), to: Some(at(TEN + 9)), ..all.clone() }, &[5, 4, 3, 2, 6]),
        (AuditQuery { actor: some("none"), ..all }, &[]),
    ] {
        assert_eq!(found(place, query.clone()).await, expected, "{query:?}");
    }
}

async fn entries_are_forgotten_with_summaries(place: &Place) {
    for millis in [0, 1, 2] {
        note(place, millis, "a", "tests.run", "t").await;
    }
    place.store.retain(at(TEN), at(0), at(TEN + 2)).await.unwrap();
    assert_eq!(found(place, AuditQuery::default()).await, [3]);
}
