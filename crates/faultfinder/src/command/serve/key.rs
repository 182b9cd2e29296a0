//! The key for secrets, where no file with it is named: beside the database.

use super::settings::secret_key_of;
use crate::exit::Failure;
use faultfinder_service::{SecretKey, store};
use std::io::Write as _;
use std::path::Path;

/// The key in the file beside a database, made if it is not there; nothing for a database on a server.
pub(crate) fn beside(database: &str) -> Result<Option<SecretKey>, Failure> {
    let Some(path) = store::key_file(database) else { return Ok(None) };
    if !path.exists() {
        make(&path)?;
    }
    secret_key_of(&path).map(Some).map_err(Failure::usage)
}

/// Makes a file with a new key, for its owner alone.
fn make(path: &Path) -> Result<(), Failure> {
    let cannot = |error: &dyn std::error::Error| {
        Failure::ourselves(
            &format!("cannot make {}, the file with the key for secrets", path.display()),
            error,
        )
    };
    let key = SecretKey::generate().map_err(|error| cannot(&error))?;
    let mut file = std::fs::OpenOptions::new();
    // One that another service has made in the meantime is as good.
    file.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut file, 0o600);
    let made = match file.open(path) {
        Ok(mut file) => writeln!(file, "{key}").and_then(|()| file.sync_all()),
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(error),
    };
    made.map_err(|error| cannot(&error))
}
