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
    let keyring = Keyring::new(Some(old));
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
                Err(why) => rekeyed.left.push((record.id, why.to_string())),
            }
        }
        after = page.next;
        if after.is_none() {
            return Ok(rekeyed);
        }
    }
}
