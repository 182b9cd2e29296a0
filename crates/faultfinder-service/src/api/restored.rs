//! From what the store has of a test to a test that can be run.

use super::definition;
use crate::catalog::Kept;
use crate::secrets::{self, Keyring};
use crate::store::TestRecord;
use serde_json::Value;
use std::sync::Arc;

/// Tests that are kept come back when the service starts.
///
/// # Errors
///
/// What is wrong with the definition, which was right when it came: another release reads it differently.
pub(crate) fn restored(record: TestRecord, keyring: &Keyring) -> Result<Kept, String> {
    let Some(definition) = &record.definition else { return Err("it has no definition".to_owned()) };
    let mut written: Value = serde_json::from_str(definition.as_str()).map_err(|error| error.to_string())?;
    if let Some(sealed) = &record.sealed {
        let masked = written.clone();
        let secrets = keyring.open(&record.id, sealed).map_err(|why| why.to_string())?;
        secrets::put_back(&mut written, &masked, &secrets);
    }
    match definition::read(&record.id, written) {
        Ok(Ok(defined)) => Ok(Kept::first(record, Arc::new(defined.suite))),
        Ok(Err(violations)) => {
            Err(violations.into_iter().map(|one| one.message).collect::<Vec<_>>().join("; "))
        }
        Err(problem) => Err(problem.message),
    }
}
