//! What a file defines.

use crate::reference::Reference;
use crate::written::Fields;
use crate::{Place, Source, Spanned, Text, Variable};
use faultfinder_taxonomy::Protocol;
use faultfinder_taxonomy::word::GroupKind;
use std::sync::Arc;
use std::time::Duration;

/// A file of definitions, read.
#[derive(Debug, Clone)]
#[expect(clippy::exhaustive_structs, reason = "closed: what a file holds")]
pub struct Document {
    /// The file.
    pub source: Arc<Source>,
    /// Its variables, in order.
    pub variables: Vec<Variable>,
    /// Its tests, in order; those with an error are missing.
    pub tests: Vec<Test>,
    /// Every `{{ NAME }}` in it, also of tests that are missing.
    pub references: Vec<Reference>,
}

/// A test as written, with the file's defaults filled in.
#[derive(Debug, Clone)]
#[expect(clippy::exhaustive_structs, reason = "closed: what a test says")]
pub struct Test {
    /// Its name; unique in the file as written.
    pub name: Text,
    /// What it is in the file: `tests[0]`; nothing when the file is this one test.
    pub path: Option<String>,
    /// What it asks.
    pub request: Request,
    /// What must hold of the answer. Their syntax has not been looked at.
    pub assertions: Vec<AssertionSource>,
    /// How often it runs on a schedule, 1 s to 7 days.
    pub every: Option<Duration>,
    /// What happens when it fails.
    pub retry: Retry,
    /// Words to group it by.
    pub tags: Vec<Spanned<String>>,
    /// A hash of what is written of it and in the file's `defaults`, without places and comments: another one when either
    /// has changed. Means nothing to another build of this program.
    pub fingerprint: u64,
}

/// What a test asks.
#[derive(Debug, Clone)]
#[expect(clippy::exhaustive_structs, reason = "closed: a protocol and its fields")]
pub struct Request {
    /// The protocol it speaks.
    pub protocol: Protocol,
    /// Its fields.
    pub fields: Fields,
}

/// When a failed run is tried again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "closed: how often and when")]
pub struct Retry {
    /// How often, 0 to 5.
    pub count: u8,
    /// Pause before each, up to 60 s.
    pub interval: Duration,
}

/// An assertion as written: one line, a mapping of the same pieces, or a group of assertions.
#[derive(Debug, Clone)]
#[expect(clippy::exhaustive_enums, reason = "closed: the forms of an assertion")]
pub enum AssertionSource {
    /// `[warn:] [not] SUBJECT OPERATOR VALUE [UNIT]`
    Line(Text),
    /// The pieces: `subject`, `operator`, `value`, `unit`, `not`, `severity`.
    Fields(Box<Fields>),
    /// Several of which some must hold.
    Group(Box<AssertionGroup>),
    /// A line whose failure is only reported.
    Warning(Text),
}

/// Several assertions of which some must hold.
#[derive(Debug, Clone)]
#[expect(clippy::exhaustive_structs, reason = "closed: assertions, and how many of them must hold")]
pub struct AssertionGroup {
    /// How many must hold.
    pub kind: GroupKind,
    /// The assertions.
    pub parts: Vec<AssertionSource>,
    /// `not` and `severity`.
    pub options: Fields,
}

impl AssertionSource {
    /// Where it was written.
    #[must_use]
    pub const fn place(&self) -> Place {
        match self {
            Self::Line(text) | Self::Warning(text) => text.place(),
            Self::Fields(fields) => fields.place(),
            Self::Group(group) => group.options.place(),
        }
    }
}
