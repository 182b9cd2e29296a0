//! Secrets of all tests, sealed for another key.

use super::place::Place;
use super::{over_both, test};
use crate::secrets::{KEY_CHARS_MIN, Keyring, SecretKey, Secrets};
use crate::store::{PAGE_MAX, TestRecord};
use crate::{RekeyError, rekey};

over_both!(all_secrets_have_the_new_key_and_what_cannot_be_opened_is_reported);

fn key(digit: &str) -> SecretKey {
    SecretKey::from_text(&digit.repeat(KEY_CHARS_MIN)).unwrap()
}

fn secrets() -> Secrets {
    Secrets::from([("/a".to_owned(), "hunter2".into())])
}

/// A test whose secrets are sealed for this key.
async fn keep(place: &Place, id: &str, key: Option<SecretKey>) {
    let sealed = key.and_then(|key| Keyring::new(Some(key)).seal(id, &secrets()).unwrap());
    place.store.create_test(TestRecord { sealed, ..test(id) }).await.unwrap();
}

async fn all_secrets_have_the_new_key_and_what_cannot_be_opened_is_reported(place: &Place) {
    let ids: Vec<String> = (0..=PAGE_MAX).map(|number| format!("t-{number:04}")).collect();
    for id in &ids {
        keep(place, id, Some(key("a"))).await;
    }
    keep(place, "none", None).await;
    keep(place, "other", Some(key("c"))).await;
    // While a service has the database.
    let service = crate::store::open(&place.url).await.unwrap();
    assert!(service.claim().await.unwrap());
    let refused = rekey(place.store.as_ref(), key("a"), &key("b")).await;
    assert!(matches!(refused, Err(RekeyError::InUse)), "{refused:?}");
    service.close().await;
    // Twice is as good as once.
    for _ in 0..2 {
        let rekeyed = rekey(place.store.as_ref(), key("a"), &key("b")).await.unwrap();
        let left: Vec<_> = rekeyed.left.iter().map(|(test, _)| test.as_str()).collect();
        assert_eq!((rekeyed.tests, left), (ids.len(), vec!["other"]));
    }
    let new = Keyring::new(Some(key("b")));
    for id in &ids {
        let kept = place.store.test(id.clone()).await.unwrap().unwrap();
        assert_eq!(new.open(id, &kept.sealed.unwrap()), Ok(secrets()), "{id}");
    }
}
