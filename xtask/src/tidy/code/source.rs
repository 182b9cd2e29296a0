//! Where the code of a package begins, and how its files are read.

use std::path::{Path, PathBuf};

/// Which part of a package code belongs to: each may use other dependencies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Part {
    /// Libraries and binaries.
    Product,
    /// Tests, benchmarks, examples, and examples in the documentation.
    Test,
    /// The build script.
    Build,
}

/// A target: where its code begins.
#[derive(Debug, Clone)]
pub(crate) struct Source {
    /// Its first file, relative to the workspace.
    pub(crate) root: PathBuf,
    /// The part that it is.
    pub(crate) part: Part,
    /// Whether the examples in its documentation are tests.
    pub(crate) examples: bool,
}

/// Reads a file by its path in the workspace; nothing if there is none.
pub(crate) type Read<'a> = dyn Fn(&Path) -> Option<String> + 'a;
