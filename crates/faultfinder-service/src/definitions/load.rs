//! Reads all definitions, and keeps the last good ones.

use super::Changes;
use crate::Timestamp;
use faultfinder_engine::{EmptyFolder, PlannedTest, Suite, read_sources};
use faultfinder_spec::{Diagnostic, Source};
use std::path::PathBuf;
use std::sync::Arc;

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

/// What was read.
#[derive(Debug, Clone)]
pub struct Loaded {
    /// The tests: those of the files as they are, or of the last time when nothing was wrong with them.
    pub tests: Arc<[Arc<PlannedTest>]>,
    /// What is wrong with the files as they are, and what is probably not meant, each with its line and a caret; empty
    /// when there is nothing to say.
    pub diagnostics: Arc<str>,
    /// How many errors are among it.
    pub errors: usize,
    /// When the files were read.
    pub at: Timestamp,
    /// Whether the tests are those of the files as they are.
    pub is_current: bool,
    /// When files without an error were read last; nothing when they never were.
    pub good_at: Option<Timestamp>,
}

impl Loaded {
    /// What became of the tests of an earlier state.
    #[must_use]
    pub fn changes_since(&self, earlier: &Self) -> Changes {
        Changes::between(&earlier.tests, &self.tests)
    }
}

/// What was found at the paths.
type Found = Result<Vec<Source>, Vec<String>>;

/// Reads, and remembers what it has read.
#[derive(Debug)]
pub(super) struct Loader {
    settings: Settings,
    /// What was found last; the same is not read again.
    found: Option<Found>,
    tests: Arc<[Arc<PlannedTest>]>,
    good_at: Option<Timestamp>,
}

impl Loader {
    pub(super) fn new(settings: Settings) -> Self {
        Self { settings, found: None, tests: Arc::from([]), good_at: None }
    }

    /// Reads everything; nothing when it is what it was. Blocks.
    pub(super) fn load(&mut self, at: Timestamp) -> Option<Loaded> {
        let found = read_sources(&self.settings.paths, EmptyFolder::IsFine);
        if self.found.as_ref() == Some(&found) {
            return None;
        }
        let (diagnostics, errors, is_current) = match &found {
            Err(problems) => (problems.join("\n"), problems.len(), false),
            Ok(sources) => {
                match Suite::load(sources, &self.settings.variables, |name| (self.settings.environment)(name))
                {
                    Err(wrong) => {
                        let errors = wrong.iter().filter(|wrong| wrong.is_error()).count();
                        (rendered(&wrong, sources), errors, false)
                    }
                    Ok(suite) => {
                        let warnings = rendered(suite.warnings(), sources);
                        self.tests = suite.into_tests().into_iter().map(Arc::new).collect();
                        (warnings, 0, true)
                    }
                }
            }
        };
        self.found = Some(found);
        self.good_at = if is_current { Some(at) } else { self.good_at };
        Some(Loaded {
            tests: Arc::clone(&self.tests),
            diagnostics: diagnostics.into(),
            errors,
            at,
            is_current,
            good_at: self.good_at,
        })
    }
}

/// Diagnostics for people, an empty line between them.
fn rendered(diagnostics: &[Diagnostic], sources: &[Source]) -> String {
    let texts: Vec<String> = diagnostics
        .iter()
        .map(|diagnostic| {
            let source = sources.iter().find(|source| source.name() == diagnostic.source);
            source.map_or_else(|| diagnostic.to_string(), |source| diagnostic.render(source, false))
        })
        .collect();
    texts.join("\n\n")
}
