//! What the code of a package says about itself: which files use items of which others, and which crates it names.
//!
//! Parsed, not compiled: [`tree`] reads the modules, [`scope`] says what each of them names, [`resolve`] follows a path
//! through imports and re-exports to the file that defines the item, and [`mentions`] collects the paths.
//!
//! # Decisions
//!
//! * What is under `#[cfg(test)]`, and the targets under `tests/`, `benches/` and `examples/`, is the part
//!   [`Part::Test`]. A file that is only called `tests.rs` is not: the attribute decides.
//! * A re-export alone is not a use: a `lib.rs` that only declares and re-exports uses nothing. A file that re-exports a
//!   name and also mentions it does use it.
//! * An item that a macro defines is not seen in the tree. A path that leads into a module with such a macro, and to
//!   nothing that is known there, is attributed to that module.
//! * Methods, fields and trait methods called on values are not uses: their types are named elsewhere or not at all.

mod source; // where the code begins
mod survey; // what it mentions
mod attributes; // names and attributes of items
mod tree; // files to modules
mod scope; // what a module names: its items, imports and globs
mod resolve; // a path to what it means
mod mentions; // the paths that code mentions
mod tokens; // paths in tokens: macros, attributes, examples in the documentation
mod examples; // the code blocks of documentation

pub(crate) use source::{Part, Read, Source};
pub(crate) use survey::{Arrows, Survey};

use anyhow::Result;

/// Surveys the targets of one package.
pub(crate) fn survey(sources: &[Source], read: &Read<'_>) -> Result<Survey> {
    let mut survey = Survey::default();
    let tree = tree::read(sources, read)?;
    let scopes = scope::of(&tree);
    mentions::collect(&tree, &scopes, &mut survey);
    Ok(survey)
}

#[cfg(test)]
mod tests;
