//! A schema that is ready to be used.

use super::check::Note;
use crate::json::LongIntegers;
use crate::pattern::Pattern;
use serde_json::Value;
use std::collections::HashMap;

/// A schema that is ready to be used.
#[derive(Debug)]
pub(super) struct Compiled {
    /// Its references are pointers into it.
    pub(super) root: Value,
    pub(super) draft: Draft,
    pub(super) patterns: HashMap<String, Pattern>,
    /// Whether it asks what other keywords have looked at.
    pub(super) tracks: bool,
    /// How its long integers were written.
    pub(super) long: LongIntegers,
    /// What is probably not meant.
    pub(super) notes: Vec<Note>,
}

/// A version of the standard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Draft {
    /// Draft 6: as draft 7, without `if`, `then` and `else`.
    Six,
    /// Draft 7: what is next to a reference is ignored.
    Seven,
    /// Draft 2020-12.
    Latest,
}

/// Keywords whose value is data, not schemas.
pub(super) const DATA: [&str; 4] = ["enum", "const", "default", "examples"];
