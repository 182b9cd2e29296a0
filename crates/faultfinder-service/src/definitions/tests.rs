//! What is read, and what becomes of it when files change.

use super::*;
use crate::Timestamp;
use faultfinder_engine::PlannedTest;
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
        let changes = Changes::between(&tests(&before), &tests(&self.loaded.borrow()));
        [changes.new.len(), changes.changed.len(), changes.unchanged.len(), changes.gone.len()]
    }

    async fn until_names(&mut self, expected: &[&str]) -> [usize; 4] {
        self.until("names", |loaded| loaded.is_current() && names(loaded) == expected).await
    }
}

/// All tests, in the order of the files' names.
fn tests(loaded: &Loaded) -> Vec<Arc<PlannedTest>> {
    loaded.files.iter().flat_map(|file| file.tests.iter().cloned()).collect()
}

fn names(loaded: &Loaded) -> Vec<String> {
    tests(loaded).iter().map(|test| test.name().to_owned()).collect()
}

/// What is known of a file.
#[track_caller]
fn file(loaded: &Loaded, name: &str) -> Arc<DefinitionFile> {
    let found = loaded.files.iter().find(|file| file.name.ends_with(name));
    Arc::clone(found.unwrap_or_else(|| panic!("{name} is not among {:?}", loaded.files)))
}

/// The state of each file: its name without its folders, whether it is good, and how many tests of it run.
fn states(loaded: &Loaded) -> Vec<(String, bool, usize)> {
    let state = |file: &Arc<DefinitionFile>| {
        let name = file.name.rsplit('/').next().unwrap().to_owned();
        (name, file.is_good(), file.tests.len())
    };
    loaded.files.iter().map(state).collect()
}

fn expected(states: &[(&str, bool, usize)]) -> Vec<(String, bool, usize)> {
    states.iter().map(|(name, good, tests)| ((*name).to_owned(), *good, *tests)).collect()
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
        followed.until("interval", |loaded| tests(loaded)[3].every() == Some(Duration::from_secs(120))).await;
    assert_eq!(changes, [0, 1, 3, 0]);
    // A file's variable changes all tests of the file.
    let text = definition(&["0", "a", "b"]).replace("127.0.0.1", "127.0.0.2");
    std::fs::write(path.join("one.yaml"), text).unwrap();
    assert_eq!(followed.until("variable", Loaded::is_current).await, [0, 3, 1, 0]);
    std::fs::rename(path.join("two.yaml"), path.join("three.yaml")).unwrap();
    assert_eq!(followed.until_names(&["0", "a", "b", "c"]).await, [1, 0, 3, 1]);
    std::fs::remove_file(path.join("one.yaml")).unwrap();
    assert_eq!(followed.until_names(&["c"]).await, [0, 0, 1, 3]);
    std::fs::remove_file(path.join("three.yaml")).unwrap();
    assert_eq!(followed.until_names(&[]).await, [0, 0, 0, 1]);
}

#[tokio::test]
async fn a_broken_file_keeps_its_tests_and_holds_no_other_file_back() {
    let mut followed = Followed::start(&[("one.yaml", &["a"]), ("two.yaml", &["b"])]).await;
    let path = followed.path();
    let before = Arc::clone(&followed.loaded.borrow());
    std::fs::write(path.join("two.yaml"), definition(&["b", "c"]).replace("port", "prot")).unwrap();
    assert_eq!(followed.until("broken", |loaded| !loaded.is_current()).await, [0, 0, 2, 0]);
    let loaded = Arc::clone(&followed.loaded.borrow());
    assert_eq!(states(&loaded), expected(&[("one.yaml", true, 1), ("two.yaml", false, 1)]));
    let broken = file(&loaded, "two.yaml");
    assert!(broken.errors >= 2 && loaded.errors == broken.errors, "{broken:?}");
    assert_eq!((broken.good_at, loaded.good_at), (file(&before, "two.yaml").good_at, before.good_at));
    let unknown = broken.diagnostics.iter().find(|one| one.message == "unknown field `prot` of `tcp`");
    let unknown = unknown.unwrap_or_else(|| panic!("{broken:?}"));
    assert_eq!((unknown.place.line, unknown.path.as_deref()), (6, Some("tests[0].tcp.prot")));
    assert_eq!(unknown.label.as_deref(), Some("did you mean `port`?"));

    // An edit, a new file, and one that is removed, while it is broken.
    write(&path, "one.yaml", &["a", "a2"]);
    followed.until("an edit", |loaded| names(loaded) == ["a", "a2", "b"]).await;
    write(&path, "three.yaml", &["d"]);
    followed.until("a new file", |loaded| names(loaded) == ["a", "a2", "d", "b"]).await;
    std::fs::remove_file(path.join("one.yaml")).unwrap();
    assert_eq!(followed.until("no file", |loaded| names(loaded) == ["d", "b"]).await, [0, 0, 2, 2]);
    // A file that was not touched was not parsed again.
    assert!(Arc::ptr_eq(&broken, &file(&followed.loaded.borrow(), "two.yaml")));

    write(&path, "two.yaml", &["b", "c"]);
    assert_eq!(followed.until_names(&["d", "b", "c"]).await, [1, 0, 2, 0]);
    let fixed = file(&followed.loaded.borrow(), "two.yaml");
    assert!(fixed.diagnostics.is_empty() && fixed.good_at > broken.good_at, "{fixed:?}");
    // Broken and then removed.
    std::fs::write(path.join("two.yaml"), "tests: [").unwrap();
    followed.until("broken", |loaded| !loaded.is_current()).await;
    std::fs::remove_file(path.join("two.yaml")).unwrap();
    assert_eq!(followed.until_names(&["d"]).await, [0, 0, 1, 2]);
}

#[tokio::test]
async fn at_the_start_what_is_good_runs() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("tests");
    std::fs::create_dir(&path).unwrap();
    std::fs::write(path.join("bad.yaml"), definition(&["a"]).replace("port", "prot")).unwrap();
    std::fs::write(path.join("binary.yaml"), b"tests: \xff").unwrap();
    std::os::unix::fs::symlink("nowhere", path.join("link.yaml")).unwrap();
    write(&path, "ok.yaml", &["b", "c"]);
    let followed = Followed::follow(folder, path).await;
    let loaded = followed.loaded.borrow();
    assert_eq!(
        states(&loaded),
        expected(&[
            ("bad.yaml", false, 0),
            ("binary.yaml", false, 0),
            ("link.yaml", false, 0),
            ("ok.yaml", true, 2)
        ])
    );
    assert_eq!((loaded.bad, loaded.good(), loaded.tests), (3, 1, 2));
    assert!(!loaded.is_current() && !loaded.is_useless() && loaded.good_at.is_none());
    assert_eq!(file(&loaded, "link.yaml").diagnostics[0].message, "there is no such file");
}

#[tokio::test]
async fn files_share_neither_names_nor_variables() {
    let mut followed = Followed::start(&[("one.yaml", &["a"]), ("two.yaml", &["a"])]).await;
    assert_eq!(followed.names(), ["a", "a"]);
    let ids: Vec<String> = tests(&followed.loaded.borrow()).iter().map(|test| test.id().to_owned()).collect();
    assert_ne!(ids[0], ids[1]);
    // The variable of the other file is none of its own.
    let text = definition(&["a"]).replace("variables:\n  HOST: 127.0.0.1\n", "");
    std::fs::write(followed.path().join("two.yaml"), text).unwrap();
    followed.until("undefined", |loaded| loaded.bad == 1).await;
    assert_eq!(
        file(&followed.loaded.borrow(), "two.yaml").diagnostics[0].message,
        "undefined variable `HOST`"
    );
}

#[tokio::test]
async fn everything_is_read_again_when_it_is_asked_for() {
    let mut followed = Followed::start(&[("one.yaml", &["a"]), ("two.yaml", &["b"])]).await;
    let before = Arc::clone(&followed.loaded.borrow());
    followed.definitions.reload();
    let is_new = |loaded: &Loaded, name: &str| !Arc::ptr_eq(&file(loaded, name), &file(&before, name));
    let all = |loaded: &Loaded| is_new(loaded, "one.yaml") && is_new(loaded, "two.yaml");
    assert_eq!(followed.until("all anew", all).await, [0, 0, 2, 0]);
}

#[test]
fn while_everything_is_read_again_what_was_read_replaces_what_was_before() {
    let folder = tempfile::tempdir().unwrap();
    let names: Vec<String> = (0..600).map(|at| format!("t{at}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    for file in ["a.yaml", "b.yaml", "c.yaml", "d.yaml"] {
        write(folder.path(), file, &names);
    }
    let settings = Settings {
        paths: vec![folder.path().to_owned()],
        variables: Vec::new(),
        environment: Arc::new(|_| None),
    };
    let mut loader = load::Loader::new(settings);
    // Who takes what is published, and then has nothing else.
    let taken = std::cell::RefCell::new(None);
    let count = std::cell::Cell::new(0);
    let take = |loaded: Loaded| {
        count.set(count.get() + 1);
        taken.replace(Some(loaded));
    };
    loader.load(load::Which::All, Timestamp::from_millis(1), take);
    assert_eq!(count.replace(0), 3, "twice on the way, and at the end");
    let old: Vec<std::sync::Weak<PlannedTest>> =
        tests(taken.borrow().as_ref().unwrap()).iter().map(Arc::downgrade).collect();
    let alive = || old.iter().filter(|test| test.strong_count() > 0).count();
    let most = std::cell::Cell::new(0);
    let outcome = loader.load(load::Which::All, Timestamp::from_millis(2), |loaded| {
        let new = tests(&loaded)
            .iter()
            .filter(|test| old.iter().all(|old| old.as_ptr() != Arc::as_ptr(test)))
            .count();
        take(loaded);
        most.set(most.get().max(new + alive()));
    });
    assert_eq!((count.get(), alive(), most.get()), (3, 0, 2_400), "old and new ones together are never more");
    assert_eq!((outcome.files.len(), outcome.new, outcome.changed, outcome.gone), (4, 0, 0, 0));
}

#[test]
fn what_nobody_changed_is_neither_parsed_nor_published() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "a.yaml", &["a"]);
    std::fs::write(folder.path().join("b.yaml"), "tests: [").unwrap();
    let settings = Settings {
        paths: vec![folder.path().to_owned()],
        variables: Vec::new(),
        environment: Arc::new(|_| None),
    };
    let mut loader = load::Loader::new(settings);
    let loaded = std::cell::RefCell::new(Vec::new());
    let load = |loader: &mut load::Loader, which, at| {
        let publish = |now| loaded.borrow_mut().push(now);
        loader.load(which, Timestamp::from_millis(at), publish).files.len()
    };
    assert_eq!(load(&mut loader, load::Which::Changed, 1), 2);
    assert_eq!(load(&mut loader, load::Which::Changed, 2), 0);
    assert_eq!(loaded.borrow().len(), 1);
    write(folder.path(), "a.yaml", &["a", "b"]);
    assert_eq!(load(&mut loader, load::Which::Changed, 3), 1);
    let times: Vec<i64> = loaded.borrow()[1].files.iter().map(|file| file.read_at.millis()).collect();
    assert_eq!(times, [3, 1]);
}

#[tokio::test]
async fn new_folders_and_a_folder_that_comes_back_are_followed() {
    let mut followed = Followed::start(&[]).await;
    let path = followed.path();
    assert!(followed.loaded.borrow().is_current());
    std::fs::create_dir_all(path.join("deep/er")).unwrap();
    write(&path.join("deep/er"), "one.yaml", &["a"]);
    followed.until_names(&["a"]).await;
    write(&path.join("deep/er"), "one.yaml", &["a", "b"]);
    followed.until_names(&["a", "b"]).await;
    std::fs::rename(&path, followed.folder.path().join("aside")).unwrap();
    followed.until("gone", |loaded| !loaded.is_current()).await;
    assert_eq!(followed.names(), ["a", "b"]);
    assert_eq!(file(&followed.loaded.borrow(), "/tests").diagnostics[0].message, "there is no such file");
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
    assert!(followed.loaded.borrow().is_useless() && followed.names().is_empty());
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
