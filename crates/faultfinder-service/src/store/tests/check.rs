//! What is found where a URL leads, before anything is opened.

use super::cluster;
use super::place::{Inside, Place};
use crate::store::{OpenError, State, StoreError, check, open};

super::over_both! {
    a_database_of_ours_is_told_with_its_version,
    a_database_that_lacks_a_column_is_not_opened,
}

async fn a_database_of_ours_is_told_with_its_version(place: &Place) {
    let pings = place.number("SELECT count FROM pings").await;
    let checked = check(&place.url).await.unwrap();
    assert!(matches!(checked.state, State::Version { found, known } if found == known), "{checked:?}");
    assert_eq!(checked.file.is_some(), matches!(place.inside, Inside::Sqlite(_)));
    assert_eq!(place.number("SELECT count FROM pings").await, pings);
    place.run("UPDATE schema_version SET version = 99").await;
    let error = check(&place.url).await.unwrap_err();
    assert!(matches!(error, OpenError::Newer { found: 99, .. }), "{error:?}");
}

async fn a_database_that_lacks_a_column_is_not_opened(place: &Place) {
    place.run("ALTER TABLE summaries DROP COLUMN missed").await;
    let error = open(&place.url).await.unwrap_err();
    assert!(error.to_string().contains("the table summaries is not as this program made it"), "{error}");
}

#[cfg(unix)]
#[tokio::test]
async fn a_database_in_a_file_is_its_owners_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    let _store = open(&format!("sqlite://{}/a.db", folder.path().display())).await.unwrap();
    for name in ["a.db", "a.db-lock", "a.db-wal", "a.db-shm"] {
        let mode = std::fs::metadata(folder.path().join(name)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{name}");
    }
}

#[tokio::test]
async fn a_file_that_is_not_there_is_not_made() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}/none.db", folder.path().display());
    assert_eq!(check(&url).await.unwrap().state, State::Absent);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[tokio::test]
async fn an_empty_file_is_a_database_and_other_files_are_not() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.db");
    let url = format!("sqlite://{}", path.display());
    std::fs::write(&path, b"").unwrap();
    assert_eq!(check(&url).await.unwrap().state, State::Empty);
    assert_eq!(std::fs::read(&path).unwrap(), b"");
    let text = "This is a letter, and no database. ".repeat(100);
    std::fs::write(&path, &text).unwrap();
    let error = check(&url).await.unwrap_err();
    assert!(matches!(error, OpenError::Store(StoreError::Broken(_))), "{error:?}");
    assert_eq!(std::fs::read_to_string(&path).unwrap(), text);
    let error = check(&format!("sqlite://{}", folder.path().display())).await.unwrap_err();
    assert!(error.to_string().contains(&folder.path().display().to_string()), "{error:?}");
}

#[tokio::test]
async fn a_file_that_is_being_written_to_is_found_busy_or_free_but_never_broken() {
    let place = Place::sqlite().await;
    let other = open(&place.url).await.unwrap();
    let (checked, pinged) = tokio::join!(check(&place.url), other.ping());
    checked.unwrap();
    pinged.unwrap();
}

#[tokio::test]
async fn a_new_database_of_a_server_is_empty_and_stays_so() {
    let Some(cluster) = cluster::shared() else { return };
    let url = cluster.new_database().await;
    for _ in 0..2 {
        let checked = check(&url).await.unwrap();
        assert_eq!((checked.state, checked.file), (State::Empty, None));
        assert!(!checked.place.contains("hunter2"), "{}", checked.place);
    }
}

#[tokio::test]
async fn a_server_that_nobody_runs_is_told_without_the_password() {
    let error = check("postgres://ff:hunter2@127.0.0.1:1/ff").await.unwrap_err();
    assert!(matches!(error, OpenError::Store(StoreError::Unavailable(_))), "{error:?}");
    assert!(!format!("{error} {error:?}").contains("hunter2"), "{error:?}");
}

// Paused: the time passes as soon as nothing else happens.
#[tokio::test(start_paused = true)]
async fn a_server_that_says_nothing_is_not_waited_for_longer_than_the_bound() {
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("postgres://ff:hunter2@{}/ff", silent.local_addr().unwrap());
    let began = tokio::time::Instant::now();
    let error = check(&url).await.unwrap_err();
    assert!(error.to_string().contains("no answer within 10 s"), "{error}");
    assert!(!error.to_string().contains("hunter2"), "{error}");
    assert_eq!(began.elapsed().as_secs(), super::super::CHECK_MAX.as_secs());
}
