//! Another key for secrets.

use crate::secrets::{Keyring, SecretKey};
use crate::store::{PAGE_MAX, Store, StoreError, TestQuery};

/// What came of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "plain counts")]
pub struct Rekeyed {
    /// Tests whose secrets need the new key now.
    pub tests: usize,
    /// Tests whose secrets cannot be opened, and why. They are as they were.
    pub left: Vec<(String, String)>,
}

/// Why no secret has another key.
#[derive(Debug, thiserror::Error)]
#[expect(clippy::exhaustive_enums, reason = "closed: it is in use, or cannot be used")]
pub enum RekeyError {
    /// A service uses the database.
    #[error("a service uses this database: stop it first")]
    InUse,
    /// The store cannot be used.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Seals the secrets of all tests for another key. What was done stays done when it is broken off: run it again.
///
/// # Errors
///
/// [`RekeyError::InUse`] when a service uses the database; what the store says.
pub async fn rekey(store: &dyn Store, old: SecretKey, new: &SecretKey) -> Result<Rekeyed, RekeyError> {
    if !store.claim().await? {
        return Err(RekeyError::InUse);
    }
    let (keyring, again) = (Keyring::new(Some(old)), Keyring::new(Some(new.clone())));
    let (mut rekeyed, mut after) = (Rekeyed::default(), None);
    loop {
        let query = TestQuery { after, limit: PAGE_MAX, ..TestQuery::default() };
        let page = store.tests(query).await?;
        rekeyed.left.extend(page.damaged.into_iter().map(|damage| (damage.id.clone(), damage.to_string())));
        for record in page.rows {
            let (Some(sealed), Some(definition)) = (record.sealed, record.definition) else { continue };
            match keyring.reseal(&record.id, &sealed, new) {
                Ok(sealed) => {
                    store.seal_test(record.id, record.version, definition, Some(sealed)).await?;
                    rekeyed.tests += 1;
                }
                // It has the new key already.
                Err(_) if again.open(&record.id, &sealed).is_ok() => {}
                Err(why) => rekeyed.left.push((record.id, why.to_string())),
            }
        }
        after = page.next;
        if after.is_none() {
            return Ok(rekeyed);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Timestamp;
    use crate::secrets::{KEY_CHARS_MIN, Secrets};
    use crate::store::{Origin, RawObject, TestRecord, open};

    fn key(digit: &str) -> SecretKey {
        SecretKey::from_text(&digit.repeat(KEY_CHARS_MIN)).unwrap()
    }

    fn secrets() -> Secrets {
        Secrets::from([("/a".to_owned(), "hunter2".into())])
    }

    async fn keep(store: &dyn Store, id: &str, sealed: Option<String>) {
        let definition = RawObject::of(&serde_json::json!({ "a": "***" })).unwrap();
        let record = TestRecord {
            id: id.to_owned(),
            version: 1,
            name: String::new(),
            tags: Vec::new(),
            every: None,
            definition: Some(definition),
            sealed,
            origin: Origin::Api,
            paused: false,
            restricted: false,
            owner: String::new(),
            created_at: Timestamp::default(),
            updated_at: Timestamp::default(),
            deleted_at: None,
        };
        store.create_test(record).await.unwrap();
    }

    #[tokio::test]
    async fn all_secrets_have_the_new_key_and_what_cannot_be_opened_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}", folder.path().join("a.db").display());
        let store = open(&url).await.unwrap();
        let count = PAGE_MAX + 1;
        let keyring = Keyring::new(Some(key("a")));
        for number in 0..count {
            let id = format!("t-{number:04}");
            keep(store.as_ref(), &id, keyring.seal(&id, &secrets()).unwrap()).await;
        }
        keep(store.as_ref(), "none", None).await;
        keep(store.as_ref(), "other", Keyring::new(Some(key("c"))).seal("other", &secrets()).unwrap()).await;
        // A service has it.
        let service = open(&url).await.unwrap();
        assert!(service.claim().await.unwrap());
        let refused = rekey(store.as_ref(), key("a"), &key("b")).await;
        assert!(matches!(refused, Err(RekeyError::InUse)), "{refused:?}");
        service.close().await;
        // Twice is as good as once.
        for tests in [count, 0] {
            let rekeyed = rekey(store.as_ref(), key("a"), &key("b")).await.unwrap();
            let left: Vec<_> = rekeyed.left.iter().map(|(test, _)| test.as_str()).collect();
            assert_eq!(left, ["other"]);
            assert!(rekeyed.tests == tests || rekeyed.tests == count, "{}", rekeyed.tests);
        }
        let new = Keyring::new(Some(key("b")));
        for number in 0..count {
            let id = format!("t-{number:04}");
            let kept = store.test(id.clone()).await.unwrap().unwrap();
            assert_eq!(new.open(&id, &kept.sealed.unwrap()), Ok(secrets()), "{id}");
        }
    }
}
