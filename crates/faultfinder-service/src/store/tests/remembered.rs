//! Responses that are remembered by the key of their request.

use super::place::Place;
use super::{TEN, at, over_both};
use crate::store::{Remembered, RememberedOf};

over_both!(a_response_is_remembered_for_its_owner_and_a_day);

fn response(owner: &str, key: &str, millis: i64, response: &str) -> Remembered {
    let (owner, key, response) = (owner.to_owned(), key.to_owned(), response.to_owned());
    Remembered { owner, key, request: vec![7; 32], at: at(TEN + millis), response }
}

async fn a_response_is_remembered_for_its_owner_and_a_day(place: &Place) {
    let find = |owner: &str, key: &str| place.store.remembered(owner.to_owned(), key.to_owned());
    for (owner, key, millis, text) in
        [("a", "k", 0, "old"), ("a", "k", 1, "one"), ("b", "k", 2, "three"), ("a", "l", 3, "two two")]
    {
        place.store.remember(response(owner, key, millis, text)).await.unwrap();
    }
    assert_eq!(find("a", "k").await.unwrap(), Some(response("a", "k", 1, "one")));
    assert_eq!(find("b", "k").await.unwrap(), Some(response("b", "k", 2, "three")));
    assert_eq!(find("b", "l").await.unwrap(), None);
    let of = |from| place.store.remembered_of("a".to_owned(), at(TEN + from));
    assert_eq!(of(0).await.unwrap(), RememberedOf { count: 2, bytes: 10, oldest: Some(at(TEN + 1)) });
    assert_eq!(of(2).await.unwrap(), RememberedOf { count: 1, bytes: 7, oldest: Some(at(TEN + 3)) });
    assert_eq!(of(4).await.unwrap(), RememberedOf::default());
    let now = at(TEN + 2).after(Remembered::KEPT);
    place.store.retain(now, at(0), at(0)).await.unwrap();
    assert_eq!(find("a", "k").await.unwrap(), None);
    assert!(find("b", "k").await.unwrap().is_some() && find("a", "l").await.unwrap().is_some());
}
