//! What is found where a URL leads, before a service is started on it. Nothing is made or changed.

use super::error::StoreError;
use super::opening::{OpenError, State};
use super::sql::{PostgresStore, SqliteStore};
use super::url::Place;
use std::path::PathBuf;
use std::time::Duration;
use tokio::time::timeout;

/// How long a look may take.
pub const CHECK_MAX: Duration = Duration::from_secs(10);

/// What is found where a URL leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked {
    /// The URL without its password, and with all that it leaves out.
    pub place: String,
    /// The file, of SQLite.
    pub file: Option<PathBuf>,
    /// What is there.
    pub state: State,
}

/// Looks where a URL leads, for at most [`CHECK_MAX`]: whether a service could use what is there. A file is not made.
///
/// # Errors
///
/// As [`open`](super::open()); [`StoreError::Unavailable`] too when it cannot be written.
pub async fn check(url: &str) -> Result<Checked, OpenError> {
    let place = Place::parse(url)?;
    let shown = place.to_string();
    let (file, state) = match place {
        Place::File(path) if !path.exists() => (Some(path), Ok(Ok(State::Absent))),
        Place::File(path) => {
            let state = timeout(CHECK_MAX, SqliteStore::check(&path)).await;
            (Some(path), state)
        }
        Place::Server(options) => {
            let state = timeout(CHECK_MAX, PostgresStore::check(*options)).await;
            (None, state.map(|state| state.map_err(|error| at(&shown, error))))
        }
    };
    let state = state.map_err(|_| {
        let why = format!("{shown}: no answer within {} s", CHECK_MAX.as_secs());
        OpenError::from(StoreError::Unavailable(why))
    })??;
    Ok(Checked { place: shown, file, state })
}

/// An error of a server with where that is: its driver does not say.
fn at(place: &str, error: OpenError) -> OpenError {
    match error {
        OpenError::Store(StoreError::Unavailable(why)) => {
            StoreError::Unavailable(format!("{place}: {why}")).into()
        }
        error => error,
    }
}

/// A URL without its password, for people.
///
/// # Errors
///
/// [`OpenError::Url`] for a URL that names no database.
pub fn shown(url: &str) -> Result<String, OpenError> {
    Place::parse(url).map(|place| place.to_string())
}
