//! Times in which nothing is sent.

use super::place::Place;
use super::{TEN, at, over_both};
use crate::store::{SilenceRecord, StoreError};

over_both!(silences_last_until_they_end, silences_that_ended_are_forgotten);

fn silence(id: &str, starts: i64, ends: i64) -> SilenceRecord {
    SilenceRecord {
        id: id.to_owned(),
        tests: vec!["a".to_owned(), "b \"c\"".to_owned()],
        tags: vec!["shop".to_owned()],
        starts_at: at(TEN + starts),
        ends_at: at(TEN + ends),
        is_maintenance: id == "2",
        comment: "the database\nmoves".to_owned(),
        owner: "admin".to_owned(),
        created_at: at(TEN),
    }
}

async fn silences_last_until_they_end(place: &Place) {
    for (id, starts, ends) in [("1", 20, 30), ("2", 0, 25), ("3", 5, 10)] {
        place.store.create_silence(silence(id, starts, ends)).await.unwrap();
    }
    let again = place.store.create_silence(silence("1", 0, 1)).await.unwrap_err();
    assert!(matches!(&again, StoreError::Exists(id) if id == "1"), "{again:?}");
    let lasting = place.store.silences(at(TEN + 10)).await.unwrap();
    assert_eq!(lasting.rows, [silence("2", 0, 25), silence("1", 20, 30)]);
    place.store.end_silence("2".to_owned(), at(TEN + 12)).await.unwrap();
    place.store.end_silence("3".to_owned(), at(TEN + 12)).await.unwrap();
    assert_eq!(place.store.silences(at(TEN + 12)).await.unwrap().rows, [silence("1", 20, 30)]);
    let ended = place.store.ended_silences(at(TEN + 12)).await.unwrap();
    assert_eq!(ended.rows, [silence("2", 0, 12), silence("3", 5, 10)], "one that had ended stays as it was");
}

async fn silences_that_ended_are_forgotten(place: &Place) {
    for (id, ends) in [("1", 9), ("2", 10), ("3", 30)] {
        place.store.create_silence(silence(id, 0, ends)).await.unwrap();
    }
    place.store.retain(at(TEN), at(TEN), at(TEN + 10)).await.unwrap();
    assert_eq!(place.number("SELECT count(*) FROM silences").await, 2);
}
