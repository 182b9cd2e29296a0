//! Can the state folder be written?

use super::Finding;
use std::io::{self, Write as _};
use std::path::Path;

const NAME: &str = "state";

/// With less than this many free bytes the service soon stops taking results.
const FREE_BYTES_MIN: u64 = 100 << 20;
/// With less than this many it is worth a look.
const FREE_BYTES_GOOD: u64 = 1 << 30;

/// Writes a file into the folder, makes it durable and removes it; then looks how much room there is.
pub(super) fn check(folder: &Path) -> Finding {
    let shown = folder.display();
    match std::fs::metadata(folder) {
        Ok(found) if found.is_dir() => {}
        Ok(_) => {
            return Finding::problem(NAME, format!("{shown} is not a folder"), "name a folder");
        }
        Err(error) => {
            let todo = format!("create it for the user of the service: install -d -o USER {shown}");
            return Finding::problem(NAME, format!("{shown} cannot be found: {error}"), todo);
        }
    }
    if let Err(error) = write(folder) {
        let todo = format!("allow the user of the service to write there: chown USER {shown}");
        return Finding::problem(NAME, format!("{shown} cannot be written: {error}"), todo);
    }
    let free = rustix::fs::statvfs(folder).ok().map(|found| found.f_bavail.saturating_mul(found.f_frsize));
    judge(&shown.to_string(), free)
}

fn write(folder: &Path) -> io::Result<()> {
    let mut file = tempfile::Builder::new().prefix(".faultfinder-doctor-").tempfile_in(folder)?;
    file.write_all(b"whether this folder can be written\n")?;
    file.as_file().sync_all()?;
    file.close()
}

fn judge(shown: &str, free: Option<u64>) -> Finding {
    let Some(free) = free else {
        return Finding::ok(NAME, format!("{shown} can be written"));
    };
    let found = format!("{shown} can be written and has {} MiB left", free >> 20);
    let todo = "free up space, or keep results for a shorter time";
    match free {
        FREE_BYTES_GOOD.. => Finding::ok(NAME, found),
        FREE_BYTES_MIN.. => Finding::warning(NAME, found, todo),
        _ => Finding::problem(NAME, found, todo),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::doctor::Status;

    #[test]
    fn room_is_good_small_or_not_enough() {
        for (free, status) in [
            (None, Status::Ok),
            (Some(1 << 30), Status::Ok),
            (Some((1 << 30) - 1), Status::Warning),
            (Some(100 << 20), Status::Warning),
            (Some((100 << 20) - 1), Status::Problem),
        ] {
            assert_eq!(judge("/s", free).status, status, "{free:?}");
        }
        assert_eq!(judge("/s", Some(3 << 30)).found, "/s can be written and has 3072 MiB left");
    }

    #[test]
    fn a_folder_is_left_as_it_was() {
        let folder = tempfile::tempdir().unwrap();
        assert_ne!(check(folder.path()).status, Status::Problem);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
        let file = folder.path().join("file");
        std::fs::write(&file, "").unwrap();
        assert_eq!(check(&file).status, Status::Problem);
        assert_eq!(check(&folder.path().join("none")).status, Status::Problem);
    }
}
