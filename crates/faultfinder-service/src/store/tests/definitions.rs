//! Tests, and their versions.

use super::place::Place;
use super::{TEN, at, over_both, test};
use crate::store::query::PAGE_BYTES_MAX;
use crate::store::{OpenError, Origin, RawObject, StoreError, TestQuery, open};

over_both!(
    a_test_is_read_as_it_was_written,
    an_id_is_taken_for_ever,
    only_the_next_version_replaces_a_test,
    a_deleted_test_is_read_but_not_listed,
    tests_are_listed_by_id_in_pages_and_by_tag,
    a_page_of_long_definitions_is_short,
    secrets_of_a_deleted_test_are_erased,
    a_database_is_opened_again_and_one_of_a_later_program_is_not,
);

async fn a_test_is_read_as_it_was_written(place: &Place) {
    let mut written = test("a");
    let definition = written.definition.clone();
    for (every, origin, definition, paused) in [
        (written.every, Origin::Api, definition, false),
        (None, Origin::File("/etc/ü.yaml".to_owned()), None, true),
    ] {
        written.id.push('x');
        (written.every, written.origin, written.definition, written.paused) =
            (every, origin, definition, paused);
        place.store.create_test(written.clone()).await.unwrap();
        assert_eq!(place.store.test(written.id.clone()).await.unwrap().as_ref(), Some(&written));
    }
    assert_eq!(place.store.test("none".to_owned()).await.unwrap(), None);
    assert_eq!(place.store.test("\0".to_owned()).await.unwrap(), None);
    place.store.ping().await.unwrap();
}

async fn an_id_is_taken_for_ever(place: &Place) {
    place.store.create_test(test("a")).await.unwrap();
    for _ in 0..2 {
        let error = place.store.create_test(test("a")).await.unwrap_err();
        assert!(matches!(&error, StoreError::Exists(id) if id == "a"), "{error:?}");
        let _ = place.store.delete_test("a".to_owned(), None, at(TEN)).await;
    }
}

async fn only_the_next_version_replaces_a_test(place: &Place) {
    place.store.create_test(test("a")).await.unwrap();
    let mut next = test("a");
    (next.version, next.name, next.tags, next.updated_at) =
        (2, "new".to_owned(), vec!["x".to_owned()], at(TEN + 5));
    place.store.replace_test(next.clone()).await.unwrap();
    assert_eq!(place.store.test("a".to_owned()).await.unwrap(), Some(next.clone()));
    for version in [1, 2, 4] {
        next.version = version;
        let error = place.store.replace_test(next.clone()).await.unwrap_err();
        assert!(matches!(error, StoreError::Conflict { current: 2 }), "{version}: {error:?}");
    }
    let error = place.store.delete_test("a".to_owned(), Some(1), at(TEN)).await.unwrap_err();
    assert!(matches!(error, StoreError::Conflict { current: 2 }), "{error:?}");
    next.id = "b".to_owned();
    let error = place.store.replace_test(next).await.unwrap_err();
    assert!(matches!(&error, StoreError::Absent(id) if id == "b"), "{error:?}");
}

async fn a_deleted_test_is_read_but_not_listed(place: &Place) {
    place.store.create_test(test("a")).await.unwrap();
    place.store.delete_test("a".to_owned(), Some(1), at(TEN + 9)).await.unwrap();
    let deleted = place.store.test("a".to_owned()).await.unwrap().unwrap();
    assert_eq!(deleted.deleted_at, Some(at(TEN + 9)));
    let query = TestQuery { limit: 10, ..TestQuery::default() };
    assert_eq!(place.store.tests(query.clone()).await.unwrap().rows, []);
    assert_eq!(
        place.store.tests(TestQuery { tag: Some("prod".to_owned()), ..query }).await.unwrap().rows,
        []
    );
    let mut next = test("a");
    next.version = 2;
    for error in [
        place.store.delete_test("a".to_owned(), None, at(TEN)).await.unwrap_err(),
        place.store.replace_test(next).await.unwrap_err(),
    ] {
        assert!(matches!(error, StoreError::Absent(_)), "{error:?}");
    }
}

async fn tests_are_listed_by_id_in_pages_and_by_tag(place: &Place) {
    // In the order of bytes, which is not that of a language.
    let ids = ["B", "Z1", "a", "a-b", "ab", "z"];
    for id in ids.iter().rev() {
        let mut test = test(id);
        test.paused = *id == "ab";
        test.tags =
            if *id == "B" { Vec::new() } else { vec!["x".to_owned(), format!("is-{id}"), "x".to_owned()] };
        place.store.create_test(test).await.unwrap();
    }
    let all = |query: TestQuery| async move {
        let mut query = TestQuery { limit: 2, ..query };
        let mut seen = Vec::new();
        loop {
            let page = place.store.tests(query.clone()).await.unwrap();
            assert!(page.rows.len() <= 2);
            seen.extend(page.rows.into_iter().map(|test| test.id));
            query.after = page.next;
            if query.after.is_none() {
                return seen;
            }
        }
    };
    let tagged = |tag: &str| TestQuery { tag: Some(tag.to_owned()), ..TestQuery::default() };
    let paused = |paused| TestQuery { paused: Some(paused), ..TestQuery::default() };
    assert_eq!(all(TestQuery::default()).await, ids);
    assert_eq!(all(tagged("x")).await, ids[1..]);
    assert_eq!(all(tagged("is-a-b")).await, ["a-b"]);
    assert_eq!(all(tagged("prod")).await, [""; 0]);
    assert_eq!(all(paused(true)).await, ["ab"]);
    assert_eq!(all(paused(false)).await, ["B", "Z1", "a", "a-b", "z"]);
}

async fn secrets_of_a_deleted_test_are_erased(place: &Place) {
    let record = crate::store::TestRecord { sealed: Some("1.AAAA".to_owned()), ..test("a") };
    place.store.create_test(record).await.unwrap();
    place.store.delete_test("a".to_owned(), None, at(TEN)).await.unwrap();
    assert_eq!(place.number("SELECT count(*) FROM tests WHERE sealed IS NOT NULL").await, 0);
}

async fn a_page_of_long_definitions_is_short(place: &Place) {
    for id in ["a", "b", "c"] {
        let mut test = test(id);
        let text = "x".repeat(PAGE_BYTES_MAX / 2 - 8);
        test.definition = Some(RawObject::parse(format!("{{\"a\":\"{text}\"}}")).unwrap());
        place.store.create_test(test).await.unwrap();
    }
    let query = TestQuery { limit: 500, ..TestQuery::default() };
    let page = place.store.tests(query.clone()).await.unwrap();
    assert_eq!((page.rows.len(), page.next.as_deref()), (2, Some("b")));
    let page = place.store.tests(TestQuery { after: page.next, ..query }).await.unwrap();
    assert_eq!((page.rows.len(), page.next), (1, None));
}

async fn a_database_is_opened_again_and_one_of_a_later_program_is_not(place: &Place) {
    place.store.create_test(test("a")).await.unwrap();
    let again = open(&place.url).await.unwrap();
    assert_eq!(again.test("a".to_owned()).await.unwrap(), Some(test("a")));
    assert!(!format!("{again:?}").contains("hunter2"), "{again:?}");
    place.run("INSERT INTO schema_version (version) VALUES (99)").await;
    let error = open(&place.url).await.unwrap_err();
    assert!(matches!(error, OpenError::Newer { found: 99, .. }), "{error:?}");
}
