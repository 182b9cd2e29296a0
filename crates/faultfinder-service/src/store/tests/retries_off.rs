//! Tests whose automatic retries are off.

use super::place::Place;
use super::{TEN, at, over_both};
use crate::store::RetriesOff;

over_both!(that_retries_are_off_is_kept_until_they_are_on_again, a_damaged_row_is_left_out);

fn off(test: &str, fingerprint: u32) -> RetriesOff {
    RetriesOff { test: test.to_owned(), fingerprint, since: at(TEN), message: "refused \u{0}".to_owned() }
}

async fn set(place: &Place, test: &str, off: Option<RetriesOff>) {
    place.store.set_retries_off(test.to_owned(), off).await.unwrap();
}

async fn that_retries_are_off_is_kept_until_they_are_on_again(place: &Place) {
    for (test, fingerprint) in [("b", 0), ("a", u32::MAX), ("b", 7)] {
        set(place, test, Some(off(test, fingerprint))).await;
    }
    let listed = place.store.retries_off().await.unwrap();
    let found: Vec<_> = listed.rows.iter().map(|row| (row.test.as_str(), row.fingerprint)).collect();
    assert_eq!(found, [("a", u32::MAX), ("b", 7)]);
    assert_eq!(listed.rows[0].since, at(TEN));
    assert!(listed.rows[0].message.starts_with("refused "));
    for test in ["b", "none"] {
        set(place, test, None).await;
    }
    assert_eq!(place.store.retries_off().await.unwrap().rows.len(), 1);
}

async fn a_damaged_row_is_left_out(place: &Place) {
    set(place, "a", Some(off("a", 1))).await;
    set(place, "b", Some(off("b", 2))).await;
    place.run("UPDATE retries_off SET fingerprint = -1 WHERE test = 'a'").await;
    let listed = place.store.retries_off().await.unwrap();
    assert_eq!(
        listed.rows,
        [off("b", 2)].map(|row| RetriesOff { message: listed.rows[0].message.clone(), ..row })
    );
    assert_eq!(
        listed.damaged[0].to_string(),
        "row a of retries_off is damaged: `fingerprint` is not a number of 32 bits"
    );
}
