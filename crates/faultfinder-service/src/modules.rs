//! The modules that `/probe` carries out: a `blackbox.yml`, whose file is followed.

use crate::timestamp::Timestamp;
use faultfinder_engine::{PlannedTest, Suite};
use faultfinder_spec::{ForeignFormat, ForeignOptions, Source};
use std::collections::HashMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

/// Most tests that are kept ready, each with what its module has: texts, patterns, certificates. When there are more, all are made
/// anew.
const KEPT_MAX: usize = 1_000;

/// A file with modules, and the tests that were made of it.
#[derive(Debug)]
pub(crate) struct Modules {
    path: PathBuf,
    known: Mutex<Known>,
}

#[derive(Debug, Default)]
struct Known {
    /// The file as it was looked at last: when it was changed, and its length.
    stamp: Option<(SystemTime, u64)>,
    /// The file as it was read last.
    text: Option<Arc<str>>,
    /// Since when it is that.
    read_at: Option<Timestamp>,
    /// Why the file, as it is now, cannot be read: what was read before counts on.
    trouble: Option<String>,
    tests: HashMap<Wanted, Arc<PlannedTest>>,
}

/// What is to be probed.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Wanted {
    pub(crate) module: String,
    pub(crate) target: String,
    /// How long it may take, whatever the module says.
    pub(crate) limit: Option<Duration>,
    /// Whether the caller may not reach what is on this host.
    pub(crate) restricted: bool,
}

impl Modules {
    pub(crate) fn new(path: PathBuf) -> Self {
        Self { path, known: Mutex::default() }
    }

    /// The test of a module with a target. Reads files.
    ///
    /// # Errors
    ///
    /// What is wrong with the module or the target; also with the file, if it could never be read.
    pub(crate) fn test(&self, wanted: &Wanted, now: Timestamp) -> Result<Arc<PlannedTest>, String> {
        let text = {
            let mut known = self.known();
            let text = known.look(&self.path, now)?;
            if let Some(test) = known.tests.get(wanted) {
                return Ok(Arc::clone(test));
            }
            text
        };
        let test = Arc::new(planned(&self.path, &text, wanted)?);
        let mut known = self.known();
        if known.tests.len() >= KEPT_MAX {
            known.tests.clear();
        }
        // A test of the file as it was is not kept.
        if known.text.as_ref().is_some_and(|latest| Arc::ptr_eq(latest, &text)) {
            known.tests.insert(wanted.clone(), Arc::clone(&test));
        }
        Ok(test)
    }

    /// Whether the file as it is now counts, and since when what counts was read. Reads the file if it has changed.
    pub(crate) fn state(&self, now: Timestamp) -> (bool, Option<Timestamp>) {
        let mut known = self.known();
        let is_current = known.look(&self.path, now).is_ok() && known.trouble.is_none();
        (is_current, known.read_at)
    }

    /// Makes all tests anew: files that modules name may have changed.
    pub(crate) fn forget(&self) {
        let mut known = self.known();
        known.stamp = None;
        known.tests.clear();
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Known {
    /// The text that counts: the file, read anew if it has changed. One that cannot be read changes nothing, as with
    /// blackbox_exporter: the probes of all modules would fail at once, for a reason that is none of their targets'.
    fn look(&mut self, path: &Path, now: Timestamp) -> Result<Arc<str>, String> {
        let stamp = stamp(path);
        if stamp.is_none() || self.stamp != stamp {
            self.stamp = stamp;
            match read(path) {
                Ok(text) => {
                    *self = Self { stamp, text: Some(text.into()), read_at: Some(now), ..Self::default() };
                }
                Err(why) => {
                    if self.text.is_some() && self.trouble.as_ref() != Some(&why) {
                        tracing::error!("{why}; its modules stay as they were");
                    }
                    self.trouble = Some(why);
                }
            }
        }
        let missing = || self.trouble.clone().unwrap_or_default();
        self.text.clone().ok_or_else(missing)
    }
}

/// When a file was changed, and its length; nothing if that is not known.
fn stamp(path: &Path) -> Option<(SystemTime, u64)> {
    let metadata = std::fs::metadata(path).ok()?;
    Some((metadata.modified().ok()?, metadata.len()))
}

/// What is wrong with a file of modules, as far as it shows before one is probed.
///
/// # Errors
///
/// A sentence that names the file.
pub(crate) fn check(path: &Path) -> Result<(), String> {
    read(path).map(drop)
}

/// The text of a file that has modules.
fn read(path: &Path) -> Result<String, String> {
    let text = std::fs::read_to_string(path).map_err(|error| unreadable(path, &error))?;
    let source = Source::new(&path.display().to_string(), &text);
    match faultfinder_spec::check_format(&source, ForeignFormat::Blackbox) {
        Ok(()) => Ok(text),
        Err(diagnostic) => Err(diagnostic.to_string()),
    }
}

fn unreadable(path: &Path, error: &io::Error) -> String {
    format!("{}: cannot be read: {error}", path.display())
}

fn planned(path: &Path, text: &str, wanted: &Wanted) -> Result<PlannedTest, String> {
    let mut options = ForeignOptions::default();
    options.module = Some(wanted.module.clone());
    options.targets = vec![wanted.target.clone()];
    options.timeout = wanted.limit;
    options.without_sockets = wanted.restricted;
    let source = Source::new(&path.display().to_string(), text).with_foreign_options(Arc::new(options));
    let suite = Suite::load(&[source], &[], |name| std::env::var(name).ok());
    let suite = suite.map_err(|found| {
        let errors = found.iter().filter(|diagnostic| diagnostic.is_error());
        errors.map(ToString::to_string).collect::<Vec<_>>().join("; ")
    })?;
    let test = suite.into_tests().into_iter().next();
    test.ok_or_else(|| format!("{}: the module makes no test", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wanted(module: &str, target: &str) -> Wanted {
        Wanted { module: module.to_owned(), target: target.to_owned(), limit: None, restricted: false }
    }

    fn at(second: i64) -> Timestamp {
        Timestamp::from_millis(second * 1_000)
    }

    #[test]
    fn tests_are_kept_until_the_file_changes() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("blackbox.yml");
        std::fs::write(&path, "modules: { up: { prober: tcp } }").unwrap();
        let modules = Modules::new(path.clone());
        let test = |module, target, second| modules.test(&wanted(module, target), at(second));
        let first = test("up", "127.0.0.1:9", 1).unwrap();
        assert!(Arc::ptr_eq(&first, &test("up", "127.0.0.1:9", 2).unwrap()));
        assert!(!Arc::ptr_eq(&first, &test("up", "127.0.0.1:10", 2).unwrap()));
        let wrong = test("down", "127.0.0.1:9", 2).unwrap_err();
        assert!(wrong.contains("there is no module `down`"), "{wrong}");
        modules.forget();
        assert!(!Arc::ptr_eq(&first, &test("up", "127.0.0.1:9", 3).unwrap()));
        assert_eq!(modules.state(at(4)), (true, Some(at(3))));
        // Another length is another file, also within one tick of its clock.
        std::fs::write(&path, "modules: { down: { prober: tcp, timeout: 3s } }").unwrap();
        assert!(test("down", "127.0.0.1:9", 5).is_ok());
        assert!(test("up", "127.0.0.1:9", 6).is_err());
        assert_eq!(modules.state(at(7)), (true, Some(at(5))));
    }

    #[test]
    fn modules_stay_as_they_were_while_their_file_cannot_be_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("blackbox.yml");
        std::fs::write(&path, "modules: { up: { prober: tcp } }").unwrap();
        let modules = Modules::new(path.clone());
        let test = |second| modules.test(&wanted("up", "127.0.0.1:9"), at(second));
        test(1).unwrap();
        for text in ["modules: { up: { prober: tcp }", "targets: []"] {
            std::fs::write(&path, text).unwrap();
            assert_eq!(modules.state(at(2)), (false, Some(at(1))));
            test(3).unwrap();
        }
        std::fs::write(&path, "modules: { up: { prober: tcp, timeout: 3s } }").unwrap();
        test(4).unwrap();
        std::fs::remove_file(&path).unwrap();
        test(5).unwrap();
        modules.forget();
        test(6).unwrap();
        assert_eq!(modules.state(at(7)), (false, Some(at(4))));
        assert!(Modules::new(path).test(&wanted("up", "x:1"), at(8)).unwrap_err().contains("cannot be read"));
    }

    #[test]
    fn what_has_no_modules_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("tests.yaml");
        std::fs::write(&path, "tests: [{ name: a, tcp: { host: a.test, port: 9 } }]").unwrap();
        assert!(check(&path).unwrap_err().contains("not a configuration of blackbox_exporter"));
        let wrong = Modules::new(path).test(&wanted("up", "127.0.0.1:9"), at(1)).unwrap_err();
        assert!(wrong.contains("not a configuration of blackbox_exporter"), "{wrong}");
        assert!(check(&folder.path().join("missing")).unwrap_err().contains("cannot be read"));
    }
}
