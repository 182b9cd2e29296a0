//! Reads definition files, each by itself, and keeps the tests of those that were good before.

use super::Changes;
use super::state::{DefinitionFile, Loaded, Tests, whole};
use crate::Timestamp;
use faultfinder_engine::{PlannedTest, Suite, Unreadable, find_files, read_source, real_path};
use faultfinder_spec::{Diagnostic, Severity, Source};
use std::collections::{BTreeMap, HashSet};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// How many tests are read before they are published: so many may exist twice while everything is read again.
const PUBLISH_TESTS: usize = 1_000;

/// Looks a variable of the process up.
pub type Environment = Arc<dyn Fn(&str) -> Option<String> + Send + Sync>;

/// Where definitions come from.
#[derive(Clone)]
#[expect(clippy::exhaustive_structs, reason = "plain settings")]
pub struct Settings {
    /// Files, and folders with all `*.yaml`, `*.yml` and `*.json` files in them and below. A folder may be empty.
    pub paths: Vec<PathBuf>,
    /// Variables that hide those of the files.
    pub variables: Vec<(String, String)>,
    /// The environment that the files may ask for.
    pub environment: Environment,
}

impl std::fmt::Debug for Settings {
    /// Shows no variable: they may be secret.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Settings").field("paths", &self.paths).finish_non_exhaustive()
    }
}

/// Which files are parsed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Which {
    /// Those whose bytes are not as before.
    Changed,
    /// All of them: what they refer to may have changed.
    All,
}

/// What came of one reading.
#[derive(Debug, Default)]
pub(super) struct Outcome {
    /// The files that were parsed, or that can no longer be read, in the order of their names.
    pub(super) files: Vec<Arc<DefinitionFile>>,
    /// How many files are no longer there.
    pub(super) removed: usize,
    /// Tests that were not there before.
    pub(super) new: usize,
    /// Tests that are written otherwise than before.
    pub(super) changed: usize,
    /// Tests that are not there any more.
    pub(super) gone: usize,
}

impl Outcome {
    /// Counts what became of the tests of a file.
    fn count(&mut self, before: &[Arc<PlannedTest>], after: &Tests) {
        let Changes { new, changed, gone, .. } = Changes::between(before, after);
        self.new = self.new.saturating_add(new.len());
        self.changed = self.changed.saturating_add(changed.len());
        self.gone = self.gone.saturating_add(gone.len());
    }
}

/// What was found at a path, as far as it tells whether it has changed. The text itself is not kept.
#[derive(Debug, PartialEq, Eq)]
enum Seen {
    /// A hash of the file.
    Source(u64),
    /// Why it cannot be read.
    Unreadable(String),
}

impl Seen {
    fn of(found: &Result<Source, Unreadable>) -> Self {
        match found {
            Ok(source) => {
                let mut hasher = DefaultHasher::new();
                source.hash(&mut hasher);
                Self::Source(hasher.finish())
            }
            Err(why) => Self::Unreadable(why.to_string()),
        }
    }
}

/// A file, and what was found there last: the same is not parsed again.
#[derive(Debug)]
struct Known {
    path: PathBuf,
    seen: Seen,
    file: Arc<DefinitionFile>,
}

/// Reads, and remembers what it has read.
#[derive(Debug)]
pub(super) struct Loader {
    settings: Settings,
    /// By name. Names are unique, as the ids of tests are made of them.
    known: BTreeMap<String, Known>,
    good_at: Option<Timestamp>,
}

impl Loader {
    pub(super) fn new(settings: Settings) -> Self {
        Self { settings, known: BTreeMap::new(), good_at: None }
    }

    /// Reads the files, and publishes what is known of all of them now and then, and at the end if something is new. Blocks.
    pub(super) fn load(&mut self, which: Which, at: Timestamp, publish: impl Fn(Loaded)) -> Outcome {
        let mut outcome = Outcome::default();
        let found = find(&self.settings.paths);
        // First what is gone: what comes can use its memory.
        self.remove(&found, &mut outcome);
        let mut unpublished = 0_usize;
        for (name, (path, problem)) in found {
            let source = problem.map_or_else(|| read_source(&path), Err);
            let seen = Seen::of(&source);
            let before = self.known.get(&name);
            if which == Which::Changed && before.is_some_and(|before| before.seen == seen) {
                continue;
            }
            let before = before.map(|before| Arc::clone(&before.file));
            let file = Arc::new(self.read(&name, &source, before.as_deref(), at));
            let tests = before.as_ref().map_or(&[][..], |before| &*before.tests);
            outcome.count(tests, &file.tests);
            unpublished = unpublished.saturating_add(tests.len().max(file.tests.len()));
            outcome.files.push(Arc::clone(&file));
            self.known.insert(name, Known { path, seen, file });
            drop(before);
            if unpublished >= PUBLISH_TESTS {
                unpublished = 0;
                publish(self.loaded());
            }
        }
        if self.known.values().all(|known| known.file.is_good()) {
            self.good_at = Some(at);
        }
        if !outcome.files.is_empty() || outcome.removed > 0 || self.known.is_empty() {
            publish(self.loaded());
        }
        outcome
    }

    /// Forgets files that are no longer there. Those that cannot be seen may still be.
    fn remove(&mut self, found: &Found, outcome: &mut Outcome) {
        let is_hidden = |path: &Path| {
            found.values().any(|(place, problem)| {
                matches!(problem, Some(Unreadable::Missing | Unreadable::Failed(_)))
                    && path.starts_with(place)
            })
        };
        let gone = |name: &String, known: &Known| !found.contains_key(name) && !is_hidden(&known.path);
        for (_, known) in self.known.extract_if(.., |name, known| gone(name, known)) {
            outcome.removed = outcome.removed.saturating_add(1);
            outcome.gone = outcome.gone.saturating_add(known.file.tests.len());
        }
    }

    /// Parses a file.
    fn read(
        &self,
        name: &str,
        source: &Result<Source, Unreadable>,
        before: Option<&DefinitionFile>,
        at: Timestamp,
    ) -> DefinitionFile {
        let source = match source {
            Ok(source) => source,
            Err(why) => {
                return DefinitionFile::bad(name.into(), before, vec![whole(name, why.to_string())], at);
            }
        };
        let environment = |name: &str| (self.settings.environment)(name);
        match Suite::load(std::slice::from_ref(source), &self.settings.variables, environment) {
            Err(wrong) => DefinitionFile::bad(name.into(), before, wrong, at),
            Ok(suite) => {
                let warnings = warnings(&suite);
                let tests: Tests = suite.into_tests().into_iter().map(Arc::new).collect();
                DefinitionFile::good(name.into(), tests, warnings, at)
            }
        }
    }

    /// What is known of all files.
    fn loaded(&self) -> Loaded {
        let files = self.known.values().map(|known| Arc::clone(&known.file)).collect();
        Loaded::of(files, self.good_at)
    }
}

/// What is probably not meant in a file, and what its tests will say when they run: requests that cannot be made.
fn warnings(suite: &Suite) -> Vec<Diagnostic> {
    let objections = suite.tests().iter().flat_map(PlannedTest::objections);
    let objections = objections.map(|wrong| Diagnostic { severity: Severity::Warning, ..wrong });
    suite.warnings().iter().cloned().chain(objections).collect()
}

/// What the paths stand for, by name: files, and what cannot be read with the reason.
type Found = BTreeMap<String, (PathBuf, Option<Unreadable>)>;

/// Finds the files, each once: of several paths that lead to a file the first counts. So it does of paths that are written alike
/// (bytes that are not text look the same).
fn find(paths: &[PathBuf]) -> Found {
    let mut found = Found::new();
    let mut seen = HashSet::new();
    for argument in paths {
        let here = find_files(argument);
        let files = here.files.into_iter().map(|path| (path, None));
        let problems = here.problems.into_iter().map(|(path, why)| (path, Some(why)));
        for (path, problem) in files.chain(problems) {
            if problem.is_none() && !seen.insert(real_path(&path)) {
                continue;
            }
            found.entry(path.display().to_string()).or_insert((path, problem));
        }
    }
    found
}
