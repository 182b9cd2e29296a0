//! The hold on a database: that it is the one which was opened, and that no other service uses it.

use super::statement::Statement;
use crate::store::error::StoreError;
use crate::store::row::Columns as _;
use sqlx::postgres::{PgConnectOptions, PgConnection, Postgres};
use sqlx::{ConnectOptions as _, Connection as _};
use std::fs::{File, Metadata};
use std::path::{Path, PathBuf};
use tokio::sync::Mutex;

/// The hold on a database.
#[derive(Debug)]
pub(in crate::store) enum Hold {
    File(FileHold),
    Server(Box<ServerHold>),
}

/// The hold on a database in a file.
#[derive(Debug)]
pub(in crate::store) struct FileHold {
    path: PathBuf,
    identity: Identity,
    /// A file beside the database: the database itself is SQLite's to lock.
    lock: File,
}

/// Which file it is: its name may come to stand for another one.
type Identity = (u64, u64);

/// The hold on a database of a server.
pub(in crate::store) struct ServerHold {
    options: PgConnectOptions,
    /// A connection that has the claim, if there is one: the server takes the claim back when the connection ends.
    connection: Mutex<Option<PgConnection>>,
}

impl std::fmt::Debug for ServerHold {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ServerHold").finish_non_exhaustive()
    }
}

impl Hold {
    /// The hold on the database in a file, which is there.
    pub(super) fn of_file(path: &Path) -> std::io::Result<Self> {
        let identity = identity(&std::fs::metadata(path)?);
        let mut name = path.as_os_str().to_owned();
        name.push("-lock");
        let mut file = File::options();
        file.read(true).write(true).create(true).truncate(false);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut file, 0o600);
        let lock = file.open(PathBuf::from(name))?;
        Ok(Self::File(FileHold { path: path.to_owned(), identity, lock }))
    }

    pub(super) fn of_server(options: PgConnectOptions) -> Self {
        Self::Server(Box::new(ServerHold { options, connection: Mutex::default() }))
    }

    /// Whether the database is still the one that was opened: what is written into a file without a name is lost.
    pub(super) fn check(&self) -> Result<(), StoreError> {
        let Self::File(FileHold { path, identity: opened, .. }) = self else { return Ok(()) };
        match std::fs::metadata(path) {
            Ok(file) if identity(&file) == *opened => Ok(()),
            _ => Err(StoreError::Unavailable(format!(
                "{} was deleted or replaced while it was in use: bring the file back, or restart the service",
                path.display()
            ))),
        }
    }

    /// Claims the database for this service alone.
    pub(super) async fn claim(&self) -> Result<bool, StoreError> {
        match self {
            Self::File(hold) => match hold.lock.try_lock() {
                Ok(()) => Ok(true),
                Err(std::fs::TryLockError::WouldBlock) => Ok(false),
                Err(std::fs::TryLockError::Error(error)) => Err(StoreError::Unavailable(format!(
                    "{}-lock cannot be locked: {error}",
                    hold.path.display()
                ))),
            },
            Self::Server(hold) => hold.claim().await,
        }
    }

    /// Gives the claim back.
    pub(super) async fn release(&self) {
        match self {
            Self::File(hold) => drop(hold.lock.unlock()),
            Self::Server(hold) => {
                if let Some(mut connection) = hold.connection.lock().await.take() {
                    // The server gives the lock back a moment after the connection has ended: who asks at once would be refused.
                    let sql = "SELECT CASE WHEN pg_advisory_unlock(hashtext('faultfinder'), hashtext(current_schema())) \
                               THEN 1 ELSE 0 END::BIGINT AS released";
                    let _ = Statement::<Postgres>::new(sql).one(&mut connection).await;
                    let _ = connection.close().await;
                }
            }
        }
    }
}

impl ServerHold {
    async fn claim(&self) -> Result<bool, StoreError> {
        let mut held = self.connection.lock().await;
        if let Some(connection) = held.as_mut() {
            if connection.ping().await.is_ok() {
                return Ok(true);
            }
            *held = None;
        }
        let mut connection = self.options.connect().await?;
        // Services in different schemas of one database have different tables.
        let sql = "SELECT CASE WHEN pg_try_advisory_lock(hashtext('faultfinder'), hashtext(current_schema())) \
                   THEN 1 ELSE 0 END::BIGINT AS claimed";
        let claimed = Statement::<Postgres>::new(sql).one(&mut connection).await?.int("claimed")? != 0;
        if claimed {
            *held = Some(connection);
        } else {
            let _ = connection.close().await;
        }
        Ok(claimed)
    }
}

#[cfg(unix)]
fn identity(file: &Metadata) -> Identity {
    use std::os::unix::fs::MetadataExt as _;
    (file.dev(), file.ino())
}

#[cfg(not(unix))]
fn identity(_: &Metadata) -> Identity {
    (0, 0)
}
