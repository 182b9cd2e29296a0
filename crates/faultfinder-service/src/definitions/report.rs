//! What is logged of a reading: a line for each file that has something wrong, and one for all.

use super::load::{Outcome, Which};
use super::{DefinitionFile, Loaded};
use std::fmt::Write as _;

/// Most files of one reading that get a line of their own.
const FILES_MAX: usize = 100;

/// When a reading took place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum When {
    /// At the start.
    First,
    /// Later.
    Again(Which),
}

/// Writes to the log what was read.
pub(super) fn log(when: When, outcome: &Outcome, loaded: &Loaded) {
    let noted = outcome.files.iter().filter(|file| !file.diagnostics.is_empty());
    let more = noted.clone().count().saturating_sub(FILES_MAX);
    for file in noted.take(FILES_MAX) {
        log_file(file);
    }
    if more > 0 {
        tracing::error!(more, "further definition files have mistakes or warnings");
    }
    let Outcome { removed, new, changed, gone, .. } = *outcome;
    let (files, bad, tests, read) = (loaded.files.len(), loaded.bad, loaded.tests, outcome.files.len());
    match when {
        When::First => tracing::info!(files, bad, tests, "definitions were read"),
        // An event that changed nothing, such as a file that was written as it was.
        When::Again(Which::Changed) if read == 0 && removed == 0 => {}
        When::Again(Which::Changed) => {
            tracing::info!(read, removed, files, bad, tests, new, changed, gone, "definitions were reloaded");
        }
        When::Again(Which::All) => {
            tracing::info!(
                read,
                removed,
                files,
                bad,
                tests,
                new,
                changed,
                gone,
                "all definitions were reloaded"
            );
        }
    }
}

/// Writes what is wrong with a file.
fn log_file(file: &DefinitionFile) {
    let (name, errors, tests) = (&*file.name, file.errors, file.tests.len());
    let diagnostics = in_words(file);
    if file.is_good() {
        tracing::warn!(file = name, diagnostics, "a definition file has warnings");
    } else if file.good_at.is_some() {
        tracing::error!(
            file = name,
            errors,
            tests,
            diagnostics,
            "a definition file has mistakes; its previous tests continue"
        );
    } else {
        tracing::error!(
            file = name,
            errors,
            diagnostics,
            "a definition file has mistakes; none of its tests run"
        );
    }
}

/// The diagnostics of a file, one a line: where, what, a hint, and what to do.
fn in_words(file: &DefinitionFile) -> String {
    let mut text = String::new();
    for diagnostic in &file.diagnostics {
        if !text.is_empty() {
            text.push('\n');
        }
        let _ = write!(text, "{}: {}", diagnostic.place, diagnostic.message);
        for more in [&diagnostic.label, &diagnostic.help].into_iter().flatten() {
            let _ = write!(text, "; {more}");
        }
    }
    text
}
