//! From a URL to a store.

use super::contract::Store;
use super::opening::OpenError;
use super::sql::{PostgresStore, SqliteStore};
use super::url::Place;
use std::sync::Arc;

/// Opens the store that a URL names, makes its tables, or brings them to this program's version.
///
/// `sqlite://PATH` and `sqlite:PATH` name a file, `sqlite:///var/lib/faultfinder.db` one with an absolute path; what is
/// behind is taken as it is written, and the file is made when it is not there. `postgres://` and `postgresql://` name a
/// database of a server, with libpq's parameters (`?sslmode=verify-full&sslrootcert=FILE`).
///
/// # Errors
///
/// [`OpenError::Url`] for a URL that names no database, [`OpenError::Newer`] for a database of a later program,
/// [`StoreError::Unavailable`](super::error::StoreError::Unavailable) when the database is away.
pub async fn open(url: &str) -> Result<Arc<dyn Store>, OpenError> {
    match Place::parse(url)? {
        Place::File(path) => Ok(Arc::new(SqliteStore::open(&path).await?)),
        Place::Server(options) => Ok(Arc::new(PostgresStore::open(*options).await?)),
    }
}
