//! The modules that `/probe` carries out: a `blackbox.yml`, whose file is followed.

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
    /// The file as it was read: when it was changed, and its length.
    stamp: Option<(SystemTime, u64)>,
    text: Arc<str>,
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
    /// What is wrong with the file, its module or the target.
    pub(crate) fn test(&self, wanted: &Wanted) -> Result<Arc<PlannedTest>, String> {
        let metadata = std::fs::metadata(&self.path).map_err(|error| unreadable(&self.path, &error))?;
        let stamp = metadata.modified().ok().map(|modified| (modified, metadata.len()));
        let text = {
            let mut known = self.known();
            if stamp.is_none() || known.stamp != stamp {
                let text = read(&self.path)?;
                *known = Known { stamp, text: text.into(), tests: HashMap::new() };
            }
            if let Some(test) = known.tests.get(wanted) {
                return Ok(Arc::clone(test));
            }
            Arc::clone(&known.text)
        };
        let test = Arc::new(planned(&self.path, &text, wanted)?);
        let mut known = self.known();
        if known.tests.len() >= KEPT_MAX {
            known.tests.clear();
        }
        // A test of the file as it was is not kept.
        if Arc::ptr_eq(&known.text, &text) {
            known.tests.insert(wanted.clone(), Arc::clone(&test));
        }
        Ok(test)
    }

    /// Makes all tests anew: files that modules name may have changed.
    pub(crate) fn forget(&self) {
        *self.known() = Known::default();
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What is wrong with a file of modules, as far as it shows before one is probed.
///
/// # Errors
///
/// A sentence that names the file.
pub(crate) fn check(path: &Path) -> Result<(), String> {
    read(path).map(drop)
}

/// The text of a file that has modules, or cannot be read far enough to know.
fn read(path: &Path) -> Result<String, String> {
    let text = std::fs::read_to_string(path).map_err(|error| unreadable(path, &error))?;
    let source = Source::new(&path.display().to_string(), &text);
    if faultfinder_spec::may_have_format(&source, ForeignFormat::Blackbox) {
        return Ok(text);
    }
    Err(format!("{}: this is not a configuration of blackbox_exporter: it has no `modules`", path.display()))
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

    #[test]
    fn tests_are_kept_until_the_file_changes() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("blackbox.yml");
        std::fs::write(&path, "modules: { up: { prober: tcp } }").unwrap();
        let modules = Modules::new(path.clone());
        let first = modules.test(&wanted("up", "127.0.0.1:9")).unwrap();
        assert!(Arc::ptr_eq(&first, &modules.test(&wanted("up", "127.0.0.1:9")).unwrap()));
        assert!(!Arc::ptr_eq(&first, &modules.test(&wanted("up", "127.0.0.1:10")).unwrap()));
        let wrong = modules.test(&wanted("down", "127.0.0.1:9")).unwrap_err();
        assert!(wrong.contains("there is no module `down`"), "{wrong}");
        modules.forget();
        assert!(!Arc::ptr_eq(&first, &modules.test(&wanted("up", "127.0.0.1:9")).unwrap()));
        // Another length is another file, also within one tick of its clock.
        std::fs::write(&path, "modules: { down: { prober: tcp, timeout: 3s } }").unwrap();
        assert!(modules.test(&wanted("down", "127.0.0.1:9")).is_ok());
        assert!(modules.test(&wanted("up", "127.0.0.1:9")).is_err());
        std::fs::remove_file(&path).unwrap();
        assert!(modules.test(&wanted("down", "127.0.0.1:9")).unwrap_err().contains("cannot be read"));
    }

    #[test]
    fn what_has_no_modules_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("tests.yaml");
        std::fs::write(&path, "tests: [{ name: a, tcp: { host: a.test, port: 9 } }]").unwrap();
        assert!(check(&path).unwrap_err().contains("it has no `modules`"));
        let wrong = Modules::new(path).test(&wanted("up", "127.0.0.1:9")).unwrap_err();
        assert!(wrong.contains("it has no `modules`"), "{wrong}");
        assert!(check(&folder.path().join("missing")).unwrap_err().contains("cannot be read"));
    }
}
