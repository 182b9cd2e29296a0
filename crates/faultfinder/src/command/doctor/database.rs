//! Could a service use its database?

use super::{Finding, Status, state};
use faultfinder_service::store::{self, Checked, OpenError, State, StoreError};
use std::path::Path;

const NAME: &str = "database";

/// Looks at the database of a URL, for a bounded time; makes and changes nothing there.
pub(super) async fn check(url: &str) -> Finding {
    judge(store::check(url).await)
}

fn judge(checked: Result<Checked, OpenError>) -> Finding {
    let Checked { place, file, state, .. } = match checked {
        Ok(checked) => checked,
        Err(error) => return Finding::problem(NAME, in_words(&error), todo(&error)),
    };
    let found = match state {
        State::Absent => format!("{place} does not exist yet; the service creates it at startup"),
        State::Empty => format!("{place} is empty; the service creates its tables at startup"),
        State::Version { found, known } if found < known => {
            format!("{place} has version {found}; the service migrates it to {known} at startup")
        }
        State::Version { found, .. } => format!("{place} can be read and written, and has version {found}"),
    };
    match file {
        Some(file) => with_folder(found, &file),
        None => Finding::ok(NAME, found),
    }
}

/// The file of SQLite has others beside it: its folder must be writable, and have room.
fn with_folder(found: String, file: &Path) -> Finding {
    let folder =
        file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."));
    let of_folder = state::check(folder);
    match of_folder.status {
        Status::Ok => Finding::ok(NAME, found),
        Status::Warning | Status::Problem => {
            Finding { name: NAME, found: format!("{found}; {}", of_folder.found), ..of_folder }
        }
    }
}

fn in_words(error: &OpenError) -> String {
    let cause = std::error::Error::source(error).filter(|_| matches!(error, OpenError::File { .. }));
    cause.map_or_else(|| error.to_string(), |cause| format!("{error}: {cause}"))
}

fn todo(error: &OpenError) -> &'static str {
    match error {
        OpenError::Url { .. } => {
            "set it with --database, in FAULTFINDER_DATABASE or in the configuration file"
        }
        OpenError::Newer { .. } => "install the version of this program that last used it, or a later one",
        OpenError::Store(StoreError::Unavailable(_)) => {
            "run this as the user of the service; for PostgreSQL, check that the server runs and that its pg_hba.conf admits \
             this host and user; for SQLite, check that the file and its folder can be written"
        }
        OpenError::File { .. }
        | OpenError::Store(
            StoreError::Exists(_)
            | StoreError::Absent(_)
            | StoreError::Revoked(_)
            | StoreError::Conflict { .. }
            | StoreError::Broken(_)
            | StoreError::Damaged(_),
        ) => "name another file or database, or restore this one from a backup",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_file_that_is_not_there_is_fine_where_it_can_be_made() {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}/a.db", folder.path().display());
        let finding = check(&url).await;
        assert_ne!(finding.status, Status::Problem, "{finding:?}");
        assert!(finding.found.contains("does not exist yet"), "{finding:?}");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
        let finding = check(&format!("sqlite://{}/none/a.db", folder.path().display())).await;
        assert_eq!(finding.status, Status::Problem, "{finding:?}");
        assert_eq!(finding.name, NAME);
    }

    #[test]
    fn what_hinders_is_told_with_what_to_do() {
        for (error, todo) in [
            (OpenError::Newer { found: 9, known: 1 }, "install"),
            (StoreError::Unavailable("away".to_owned()).into(), "run this as"),
            (StoreError::Broken("not a database".to_owned()).into(), "name another"),
        ] {
            let finding = judge(Err(error));
            assert_eq!(finding.status, Status::Problem);
            assert!(finding.todo.as_deref().unwrap().starts_with(todo), "{finding:?}");
        }
    }
}
