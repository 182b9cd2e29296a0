//! `faultfinder rekey`: another key for the secrets of definitions.

use super::serve::{key, secret_key_of, settings_with_database, variables};
use crate::exit::{Exit, Failure, Outcome};
use clap::Args;
use faultfinder_service::{rekey, store};
use std::ffi::OsString;
use std::path::PathBuf;

/// Which database, and the new key.
#[derive(Debug, Args)]
#[command(after_help = "\
The service must be stopped. Definitions are not encrypted again, only the keys of their secrets; if the command is \
interrupted, run it again. Afterwards, set `secret_key_file` to the new file, or put the new key in the place of the old \
one, and start the service.

Examples:
  umask 077; openssl rand -hex 32 > /etc/faultfinder/secret-key.new
  faultfinder rekey --config /etc/faultfinder/faultfinder.toml --new-key-file /etc/faultfinder/secret-key.new")]
pub(crate) struct Arguments {
    /// A file with the new key
    #[arg(long, value_name = "FILE")]
    new_key_file: PathBuf,

    /// The configuration file of the service, for its database and its key [env: FAULTFINDER_CONFIG]
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,

    /// The database of the service: sqlite://PATH or postgres://... [env: FAULTFINDER_DATABASE]
    #[arg(long, value_name = "URL")]
    database: Option<OsString>,
}

/// Seals all secrets for the new key.
pub(crate) async fn run(arguments: &Arguments) -> Outcome {
    let settings =
        settings_with_database(arguments.config.as_deref(), arguments.database.clone(), &variables())?;
    let old = match settings.secret_key() {
        Some(key) => Some(key),
        None => key::beside(&settings.database)?,
    };
    let old = old.ok_or_else(|| {
        Failure::usage(
            "the key in use is not known: set `secret_key_file` in the configuration of the service"
                .to_owned(),
        )
    })?;
    let new = secret_key_of(&arguments.new_key_file).map_err(Failure::usage)?;
    let store = store::open(&settings.database)
        .await
        .map_err(|error| Failure::ourselves("cannot open the database", &error))?;
    let rekeyed = rekey(store.as_ref(), old, &new).await;
    store.close().await;
    let rekeyed = rekeyed.map_err(|error| Failure::ourselves("cannot change the key", &error))?;
    for (test, why) in &rekeyed.left {
        crate::output::note(&format!("test {test}: {why}"));
    }
    crate::output::note(&format!("the secrets of {} tests need the new key now", rekeyed.tests));
    Ok(if rekeyed.left.is_empty() { Exit::Passed } else { Exit::Failed })
}

#[cfg(test)]
mod tests {
    use super::*;
    use faultfinder_service::Timestamp;
    use faultfinder_service::store::{Origin, RawObject, TestRecord};

    #[tokio::test]
    async fn secrets_that_cannot_be_opened_are_a_failure() {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}", folder.path().join("a.db").display());
        let new_key_file = folder.path().join("new");
        std::fs::write(&new_key_file, "k".repeat(64)).unwrap();
        let arguments = Arguments { new_key_file, config: None, database: Some(url.clone().into()) };
        assert!(matches!(run(&arguments).await, Ok(Exit::Passed)));
        let record = TestRecord {
            id: "a".to_owned(),
            version: 1,
            name: String::new(),
            tags: Vec::new(),
            every: None,
            definition: Some(RawObject::of(&serde_json::json!({})).unwrap()),
            sealed: Some("1.AAAA".to_owned()),
            origin: Origin::Api,
            paused: false,
            restricted: false,
            owner: String::new(),
            created_at: Timestamp::default(),
            updated_at: Timestamp::default(),
            deleted_at: None,
        };
        let store = store::open(&url).await.unwrap();
        store.create_test(record).await.unwrap();
        store.close().await;
        assert!(matches!(run(&arguments).await, Ok(Exit::Failed)));
    }
}
