//! What the system tells about folders.

use notify::event::{AccessKind, AccessMode};
use notify::{Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher as _};
use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio::sync::Notify;

/// The link that Kubernetes exchanges when the files of a mounted ConfigMap or Secret change.
const KUBERNETES_LINK: &str = "..data";

/// Why files cannot be watched.
#[derive(Debug, thiserror::Error)]
#[expect(clippy::exhaustive_enums, reason = "closed: what watching needs")]
pub enum WatchError {
    /// The system offers no watches, or has none left.
    #[error("cannot watch files")]
    Start {
        /// Why.
        source: notify::Error,
    },
    /// A folder cannot be watched.
    #[error("cannot watch {}", .path.display())]
    Folder {
        /// The folder.
        path: PathBuf,
        /// Why.
        source: notify::Error,
    },
    /// A path is relative and the current folder is not known.
    #[error("cannot find {}", .path.display())]
    Place {
        /// The path.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The thread that reads cannot be started.
    #[error("cannot start a thread")]
    Thread {
        /// Why.
        source: std::io::Error,
    },
    /// The thread that reads has ended, which only a panic can do.
    #[error("definitions are no longer read")]
    Ended,
}

/// Watches the folders that hold definitions.
#[derive(Debug)]
pub(super) struct Notice {
    watcher: RecommendedWatcher,
    paths: Vec<PathBuf>,
}

impl Notice {
    /// Prepares to watch; nothing is watched before [`renew`](Self::renew). `changed` is notified of each change.
    pub(super) fn new(paths: &[PathBuf], changed: Arc<Notify>) -> Result<Self, WatchError> {
        let paths: Vec<PathBuf> = paths
            .iter()
            .map(|path| {
                std::path::absolute(path).map_err(|source| WatchError::Place { path: path.clone(), source })
            })
            .collect::<Result<_, _>>()?;
        let watched = paths.clone();
        let on_event = move |event: notify::Result<Event>| match event {
            Ok(event) if is_about(&event, &watched) => changed.notify_one(),
            Ok(_) => {}
            Err(error) => {
                tracing::warn!(%error, "an event of the definitions' folders was lost; reading all of them");
                changed.notify_one();
            }
        };
        let watcher = notify::recommended_watcher(on_event).map_err(|source| WatchError::Start { source })?;
        Ok(Self { watcher, paths })
    }

    /// Watches what there is now: each folder with all below it, and the folder around each file and folder, where it
    /// may be replaced. What is watched already stays so.
    pub(super) fn renew(&mut self) -> Result<(), WatchError> {
        let mut folders: BTreeMap<&Path, RecursiveMode> = BTreeMap::new();
        for path in &self.paths {
            if path.is_dir() {
                folders.insert(path, RecursiveMode::Recursive);
            }
            // The nearest one that is there: what is missing in between may come.
            if let Some(around) = path.ancestors().skip(1).find(|around| around.is_dir()) {
                folders.entry(around).or_insert(RecursiveMode::NonRecursive);
            }
        }
        let mut first = Ok(());
        for (folder, mode) in folders {
            let watched = self.watcher.watch(folder, mode);
            if first.is_ok() {
                first = watched.map_err(|source| WatchError::Folder { path: folder.to_owned(), source });
            }
        }
        first
    }
}

/// Whether an event may have changed what is at the paths. Reading does not, else every reading would lead to another.
fn is_about(event: &Event, paths: &[PathBuf]) -> bool {
    let is_read =
        matches!(event.kind, EventKind::Access(kind) if kind != AccessKind::Close(AccessMode::Write));
    let touches = |touched: &PathBuf| {
        let is_link = touched.file_name() == Some(OsStr::new(KUBERNETES_LINK));
        let beside = |path: &PathBuf| is_link && touched.parent() == path.parent();
        paths.iter().any(|path| touched.starts_with(path) || path.starts_with(touched) || beside(path))
    };
    event.need_rescan() || (!is_read && event.paths.iter().any(touches))
}

#[cfg(test)]
mod tests {
    use super::*;
    use notify::event::{CreateKind, Flag, ModifyKind};

    #[test]
    fn only_changes_at_the_paths_count() {
        let paths = [PathBuf::from("/etc/tests"), PathBuf::from("/srv/map/one.yaml")];
        let create = EventKind::Create(CreateKind::File);
        for (kind, path, expected) in [
            (create, "/etc/tests/a.yaml", true),
            (create, "/etc/tests/deep/a.yaml", true),
            (create, "/etc/tests", true),
            (create, "/srv", true),
            (EventKind::Modify(ModifyKind::Any), "/srv/map/one.yaml", true),
            (EventKind::Access(AccessKind::Close(AccessMode::Write)), "/srv/map/one.yaml", true),
            (EventKind::Access(AccessKind::Close(AccessMode::Read)), "/srv/map/one.yaml", false),
            (EventKind::Access(AccessKind::Open(AccessMode::Any)), "/etc/tests/a.yaml", false),
            (create, "/srv/map/..data", true),
            (create, "/srv/map/two.yaml", false),
            (create, "/etc/tests.bak", false),
        ] {
            let event = Event::new(kind).add_path(path.into());
            assert_eq!(is_about(&event, &paths), expected, "{kind:?} {path}");
        }
        assert!(is_about(&Event::new(EventKind::Other).set_flag(Flag::Rescan), &paths));
    }
}
