//! The files of a call: those that are named, and those of folders, without what is not meant for us.

use crate::exit::Failure;
use crate::foreign::ForeignArguments;
use crate::output::note;
use crate::paint::Paint;
use faultfinder_engine::{EmptyFolder, ReadSources, UnreadFile, read_sources};
use faultfinder_spec::{Diagnostic, Nature, Source, nature};
use serde::Serialize;
use std::collections::{BTreeSet, HashSet};
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Most lines about files that are left out; one more says how many others there are.
const LEFT_OUT_LINES_MAX: usize = 10;

/// How many bytes at the beginning of a file that is too long for a definition are looked at, to tell what it is.
const BEGINNING_BYTES: u64 = 64 * 1024;

/// Files that were read.
#[derive(Debug)]
pub(crate) struct Sources {
    /// All of them, in order.
    pub(crate) all: Vec<Source>,
    /// The names of those that were found in a folder; nobody has named them.
    found: HashSet<String>,
}

impl Sources {
    /// Reads files and folders; `given` are the names of variables that options give. What cannot be read is shown on standard
    /// error.
    pub(crate) fn read(
        arguments: &[PathBuf],
        empty: EmptyFolder,
        foreign: &ForeignArguments,
        given: BTreeSet<String>,
    ) -> Result<Self, Failure> {
        Self::read_all(arguments, empty, foreign, given)?.map_err(|unread| {
            note_unread(&unread);
            Failure::Invalid
        })
    }

    /// Reads files and folders; either all of them, or which ones cannot be read.
    pub(crate) fn read_all(
        arguments: &[PathBuf],
        empty: EmptyFolder,
        foreign: &ForeignArguments,
        given: BTreeSet<String>,
    ) -> Result<Result<Self, Vec<UnreadFile>>, Failure> {
        let options = foreign.options(given)?;
        let with_options = |source: Source| source.with_foreign_options(Arc::clone(&options));
        let ReadSources { sources, found } = match read_sources(arguments, empty) {
            Ok(read) => read,
            Err(unread) => return Ok(Err(unread)),
        };
        foreign.check_use(&sources)?;
        Ok(Ok(Self { all: sources.into_iter().map(with_options).collect(), found }))
    }

    /// Leaves out the files of folders that something is wrong with and that hold no tests at all: reports of ours, and files
    /// of other tools.
    pub(crate) fn leave_out(&mut self, wrong: &[Diagnostic]) -> Vec<LeftOut> {
        let wrong: HashSet<&str> = wrong
            .iter()
            .filter(|diagnostic| diagnostic.is_error())
            .map(|diagnostic| diagnostic.source.as_str())
            .collect();
        let mut left_out = Vec::new();
        self.all.retain(|source| {
            let name = source.name();
            if !self.found.contains(name) || !wrong.contains(name) {
                return true;
            }
            let why = match nature_of(source) {
                Nature::Definitions => return true,
                Nature::Report => "it is a report of Faultfinder",
                Nature::Other => "it holds no tests",
            };
            left_out.push(LeftOut { source: name.to_owned(), why });
            false
        });
        left_out
    }
}

/// A file of a folder that is left out.
#[derive(Debug, Serialize)]
pub(crate) struct LeftOut {
    source: String,
    why: &'static str,
}

/// Shows on standard error which files are left out.
pub(crate) fn note_left_out(left_out: &[LeftOut]) {
    for LeftOut { source, why } in left_out.iter().take(LEFT_OUT_LINES_MAX) {
        note(&format!("left out {source}: {why}"));
    }
    let more = left_out.len().saturating_sub(LEFT_OUT_LINES_MAX);
    if more > 0 {
        note(&format!("left out {}", crate::diagnostics::plural(more, "more file", "more files")));
    }
}

/// Shows on standard error which files cannot be read.
pub(crate) fn note_unread(unread: &[UnreadFile]) {
    let paint = Paint::for_stderr();
    for problem in unread {
        note(&format!("{}: {problem}", paint.bad("error")));
    }
}

/// What a source is. Of one that is too long, its beginning tells.
fn nature_of(source: &Source) -> Nature {
    if source.text().is_empty()
        && let Some(beginning) = beginning(Path::new(source.name()))
    {
        return nature(&beginning);
    }
    nature(source.text())
}

/// The beginning of a file.
fn beginning(path: &Path) -> Option<String> {
    let mut bytes = Vec::new();
    std::fs::File::open(path).ok()?.take(BEGINNING_BYTES).read_to_end(&mut bytes).ok()?;
    Some(String::from_utf8_lossy(&bytes).into_owned())
}
