//! What is known of the definition files.

use crate::Timestamp;
use faultfinder_engine::PlannedTest;
use faultfinder_spec::{Diagnostic, Place, Severity, Source};
use std::sync::Arc;

/// Most diagnostics of one file that are kept: errors first. One more says how many are left out.
pub const DIAGNOSTICS_MAX: usize = 50;

/// The tests of one file.
pub(super) type Tests = Arc<[Arc<PlannedTest>]>;

/// A definition file as it was read last, or a folder that cannot be searched.
#[derive(Debug)]
#[non_exhaustive]
pub struct DefinitionFile {
    /// Its path, as it was given or below a folder that was.
    pub name: Arc<str>,
    /// The tests that run: those of the file as it is, or of the last time when it had no error.
    pub tests: Tests,
    /// What is wrong with it, and what is probably not meant: at most [`DIAGNOSTICS_MAX`], and one more that says how many
    /// are left out.
    pub diagnostics: Vec<Diagnostic>,
    /// How many errors it has.
    pub errors: usize,
    /// When it was parsed last.
    pub read_at: Timestamp,
    /// When it was parsed without an error last; nothing if it never was.
    pub good_at: Option<Timestamp>,
}

impl DefinitionFile {
    /// A file without an error.
    pub(super) fn good(name: Arc<str>, tests: Tests, warnings: Vec<Diagnostic>, at: Timestamp) -> Self {
        let diagnostics = bounded(&name, warnings);
        Self { name, tests, diagnostics, errors: 0, read_at: at, good_at: Some(at) }
    }

    /// A file with errors, which keeps the tests that it had.
    pub(super) fn bad(name: Arc<str>, before: Option<&Self>, wrong: Vec<Diagnostic>, at: Timestamp) -> Self {
        let errors = wrong.iter().filter(|wrong| wrong.is_error()).count();
        Self {
            tests: before.map_or_else(|| Arc::from([]), |before| Arc::clone(&before.tests)),
            diagnostics: bounded(&name, wrong),
            errors,
            read_at: at,
            good_at: before.and_then(|before| before.good_at),
            name,
        }
    }

    /// Whether it has no error, so that its tests are those of the file as it is.
    #[must_use]
    pub const fn is_good(&self) -> bool {
        self.errors == 0
    }
}

/// The first diagnostics, errors before warnings, and how many there are beyond.
fn bounded(name: &str, mut diagnostics: Vec<Diagnostic>) -> Vec<Diagnostic> {
    diagnostics.sort_by_key(|diagnostic| !diagnostic.is_error());
    let more = diagnostics.len().saturating_sub(DIAGNOSTICS_MAX);
    if more > 0 {
        let severity = diagnostics.get(DIAGNOSTICS_MAX).map_or(Severity::Error, |next| next.severity);
        diagnostics.truncate(DIAGNOSTICS_MAX);
        diagnostics.push(Diagnostic { severity, ..whole(name, format!("{more} more are not shown")) });
    }
    diagnostics.shrink_to_fit();
    diagnostics
}

/// A mistake of a file as a whole.
pub(super) fn whole(name: &str, message: String) -> Diagnostic {
    Diagnostic::error(&Source::new(name, ""), Place::START, message)
}

/// What is known of all files.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Loaded {
    /// The files, in the order of their names.
    pub files: Arc<[Arc<DefinitionFile>]>,
    /// How many of them have an error.
    pub bad: usize,
    /// How many errors they have.
    pub errors: usize,
    /// How many tests of theirs run.
    pub tests: usize,
    /// When all files were without an error last; nothing when they never were.
    pub good_at: Option<Timestamp>,
}

impl Loaded {
    /// Counts what is in files that are in the order of their names.
    pub(super) fn of(files: Arc<[Arc<DefinitionFile>]>, good_at: Option<Timestamp>) -> Self {
        let sum = |of: fn(&DefinitionFile) -> usize| files.iter().map(|file| of(file)).sum();
        let (errors, tests) = (sum(|file| file.errors), sum(|file| file.tests.len()));
        let bad = files.iter().filter(|file| !file.is_good()).count();
        Self { files, bad, errors, tests, good_at }
    }

    /// Whether all tests are those of the files as they are.
    #[must_use]
    pub const fn is_current(&self) -> bool {
        self.bad == 0
    }

    /// How many files have no error.
    #[must_use]
    pub fn good(&self) -> usize {
        self.files.len().saturating_sub(self.bad)
    }

    /// Whether there are files and none of them was ever without an error: nothing of what was meant to run does.
    #[must_use]
    pub fn is_useless(&self) -> bool {
        !self.files.is_empty() && self.files.iter().all(|file| file.good_at.is_none())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn diagnostics_are_bounded_and_errors_come_first() {
        let source = Source::new("a.yaml", "");
        let warning = Diagnostic::warning(&source, Place::START, "w");
        let error = Diagnostic::error(&source, Place::START, "e");
        for (errors, warnings, last) in [
            (DIAGNOSTICS_MAX, 0, "e"),
            (1, DIAGNOSTICS_MAX - 1, "w"),
            (1, DIAGNOSTICS_MAX, "1 more are not shown"),
            (DIAGNOSTICS_MAX + 7, 0, "7 more are not shown"),
        ] {
            let mut all = vec![warning.clone(); warnings];
            all.extend(vec![error.clone(); errors]);
            let file = DefinitionFile::bad("a.yaml".into(), None, all, Timestamp::default());
            assert_eq!((file.errors, file.diagnostics[0].message.as_str()), (errors, "e"));
            assert_eq!(file.diagnostics.last().unwrap().message, last);
            assert!(file.diagnostics.len() <= DIAGNOSTICS_MAX + 1);
        }
    }
}
