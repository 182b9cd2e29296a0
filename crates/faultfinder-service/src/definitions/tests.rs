//! What is read, and what becomes of it when files change.

use super::*;
use faultfinder_net::Clock;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tempfile::TempDir;
use tokio::sync::watch;

/// A folder with definitions that are followed.
struct Followed {
    folder: TempDir,
    definitions: Definitions,
    loaded: watch::Receiver<Arc<Loaded>>,
}

fn definition(names: &[&str]) -> String {
    let tests: Vec<String> = names
        .iter()
        .map(|name| {
            format!("  - name: {name}\n    every: 1m\n    tcp: {{ host: \"{{{{ HOST }}}}\", port: 1 }}\n")
        })
        .collect();
    format!("variables:\n  HOST: 127.0.0.1\ntests:\n{}", tests.concat())
}

fn write(folder: &Path, file: &str, names: &[&str]) {
    std::fs::write(folder.join(file), definition(names)).unwrap();
}

impl Followed {
    /// Follows a folder below a temporary one.
    async fn start(files: &[(&str, &[&str])]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let tests = folder.path().join("tests");
        std::fs::create_dir(&tests).unwrap();
        files.iter().for_each(|(file, names)| write(&tests, file, names));
        Self::follow(folder, tests).await
    }

    async fn follow(folder: TempDir, path: std::path::PathBuf) -> Self {
        let settings = Settings { paths: vec![path], variables: Vec::new(), environment: Arc::new(|_| None) };
        let definitions = Definitions::start(settings, Clock::system()).await.unwrap();
        let mut loaded = definitions.loaded();
        loaded.mark_unchanged();
        Self { folder, definitions, loaded }
    }

    fn path(&self) -> std::path::PathBuf {
        self.folder.path().join("tests")
    }

    fn names(&self) -> Vec<String> {
        names(&self.loaded.borrow())
    }

    /// Waits for the next state that fits, and tells what differs from the one before: new, changed, unchanged, gone.
    async fn until(&mut self, what: &str, fits: impl Fn(&Loaded) -> bool) -> [usize; 4] {
        let before = Arc::clone(&self.loaded.borrow());
        let waited = tokio::time::timeout(Duration::from_secs(20), async {
            loop {
                self.loaded.changed().await.unwrap();
                if fits(&self.loaded.borrow_and_update()) {
                    break;
                }
            }
        });
        waited.await.unwrap_or_else(|_| panic!("{what}: not seen, but {:?}", self.loaded.borrow()));
        let changes = self.loaded.borrow().changes_since(&before);
        [changes.new.len(), changes.changed.len(), changes.unchanged.len(), changes.gone.len()]
    }

    async fn until_names(&mut self, expected: &[&str]) -> [usize; 4] {
        self.until("names", |loaded| loaded.is_current && names(loaded) == expected).await
    }
}

fn names(loaded: &Loaded) -> Vec<String> {
    loaded.tests.iter().map(|test| test.name().to_owned()).collect()
}

#[tokio::test]
async fn files_that_are_written_changed_renamed_and_deleted_are_followed() {
    let mut followed = Followed::start(&[("one.yaml", &["a", "b"])]).await;
    let path = followed.path();
    assert_eq!(followed.names(), ["a", "b"]);
    write(&path, "two.yaml", &["c"]);
    assert_eq!(followed.until_names(&["a", "b", "c"]).await, [1, 0, 2, 0]);
    // Another test in front of it does not change a test, another interval does.
    write(&path, "one.yaml", &["0", "a", "b"]);
    assert_eq!(followed.until_names(&["0", "a", "b", "c"]).await, [1, 0, 3, 0]);
    std::fs::write(path.join("two.yaml"), definition(&["c"]).replace("1m", "2m")).unwrap();
    let changes =
        followed.until("interval", |loaded| loaded.tests[3].every() == Some(Duration::from_secs(120))).await;
    assert_eq!(changes, [0, 1, 3, 0]);
    // A file's variable changes all tests of the file.
    let text = definition(&["0", "a", "b"]).replace("127.0.0.1", "127.0.0.2");
    std::fs::write(path.join("one.yaml"), text).unwrap();
    assert_eq!(followed.until("variable", |loaded| loaded.is_current).await, [0, 3, 1, 0]);
    std::fs::rename(path.join("two.yaml"), path.join("three.yaml")).unwrap();
    assert_eq!(followed.until_names(&["0", "a", "b", "c"]).await, [1, 0, 3, 1]);
    std::fs::remove_file(path.join("one.yaml")).unwrap();
    assert_eq!(followed.until_names(&["c"]).await, [0, 0, 1, 3]);
    std::fs::remove_file(path.join("three.yaml")).unwrap();
    assert_eq!(followed.until_names(&[]).await, [0, 0, 0, 1]);
}

#[tokio::test]
async fn a_broken_file_changes_nothing_and_is_told_until_it_is_mended() {
    let mut followed = Followed::start(&[("one.yaml", &["a"]), ("two.yaml", &["b"])]).await;
    let path = followed.path();
    std::fs::write(path.join("two.yaml"), definition(&["b", "c"]).replace("port", "prot")).unwrap();
    assert_eq!(followed.until("broken", |loaded| loaded.diagnostics.contains("prot")).await, [0, 0, 2, 0]);
    let broken = Arc::clone(&followed.loaded.borrow());
    assert_eq!(names(&broken), ["a", "b"]);
    assert!(broken.errors >= 2, "{}", broken.errors);
    for expected in ["unknown field `prot` of `tcp`", "two.yaml:6", "did you mean `port`?"] {
        assert!(broken.diagnostics.contains(expected), "{expected}: {}", broken.diagnostics);
    }
    write(&path, "two.yaml", &["b", "c"]);
    assert_eq!(followed.until_names(&["a", "b", "c"]).await, [1, 0, 2, 0]);
    assert_eq!(&*followed.loaded.borrow().diagnostics, "");
}

#[tokio::test]
async fn new_folders_and_a_folder_that_comes_back_are_followed() {
    let mut followed = Followed::start(&[]).await;
    let path = followed.path();
    assert!(followed.loaded.borrow().is_current);
    std::fs::create_dir_all(path.join("deep/er")).unwrap();
    write(&path.join("deep/er"), "one.yaml", &["a"]);
    followed.until_names(&["a"]).await;
    write(&path.join("deep/er"), "one.yaml", &["a", "b"]);
    followed.until_names(&["a", "b"]).await;
    std::fs::rename(&path, followed.folder.path().join("aside")).unwrap();
    followed.until("gone", |loaded| !loaded.is_current).await;
    assert_eq!(followed.names(), ["a", "b"]);
    assert!(followed.loaded.borrow().diagnostics.ends_with("tests: there is no such file"));
    std::fs::create_dir(&path).unwrap();
    followed.until_names(&[]).await;
    write(&path, "two.yaml", &["c"]);
    followed.until_names(&["c"]).await;
}

#[tokio::test]
async fn a_folder_that_is_not_there_yet_is_followed_when_it_comes() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("not/yet");
    let mut followed = Followed::follow(folder, path.clone()).await;
    assert!(!followed.loaded.borrow().is_current && followed.names().is_empty());
    std::fs::create_dir(path.parent().unwrap()).unwrap();
    std::fs::create_dir(&path).unwrap();
    followed.until_names(&[]).await;
    write(&path, "one.yaml", &["a"]);
    followed.until_names(&["a"]).await;
}

#[tokio::test]
async fn a_single_file_that_editors_replace_is_followed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("one.yaml");
    write(folder.path(), "one.yaml", &["a"]);
    let mut followed = Followed::follow(folder, path.clone()).await;
    assert_eq!(followed.names(), ["a"]);
    for name in ["b", "c"] {
        write(followed.folder.path(), ".one.yaml.new", &[name]);
        std::fs::rename(followed.folder.path().join(".one.yaml.new"), &path).unwrap();
        followed.until_names(&[name]).await;
    }
}

#[tokio::test]
async fn files_behind_a_link_that_is_exchanged_are_followed() {
    let folder = tempfile::tempdir().unwrap();
    let inside = |name: &str| folder.path().join(name);
    for (version, name) in [("..v1", "a"), ("..v2", "b")] {
        std::fs::create_dir(inside(version)).unwrap();
        write(&inside(version), "one.yaml", &[name]);
    }
    std::os::unix::fs::symlink("..v1", inside("..data")).unwrap();
    std::os::unix::fs::symlink("..data/one.yaml", inside("one.yaml")).unwrap();
    let (next, current, path) = (inside("..next"), inside("..data"), inside("one.yaml"));
    let mut followed = Followed::follow(folder, path).await;
    assert_eq!(followed.names(), ["a"]);
    std::os::unix::fs::symlink("..v2", &next).unwrap();
    std::fs::rename(next, current).unwrap();
    followed.until_names(&["b"]).await;
}

#[tokio::test]
async fn what_is_dropped_is_not_followed() {
    let Followed { folder: _folder, definitions, mut loaded } = Followed::start(&[]).await;
    drop(definitions);
    assert!(loaded.changed().await.is_err());
}
