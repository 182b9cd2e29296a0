//! How results are shown.

use clap::ValueEnum;

/// How results are shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// For people: one line per passed test, full details of a failed one
    #[default]
    Pretty,
    /// One JSON object with all results, in the order of the definitions
    Json,
    /// One JSON object per test and line, as they finish
    Jsonl,
    /// JUnit XML, with the file and line of each test: GitLab, GitHub, Jenkins' junit step
    Junit,
    /// JUnit XML as the schema of Jenkins' xUnit plugin wants it: without these two
    Xunit,
    /// TAP version 14, as they finish
    Tap,
    /// One HTML page with waterfalls, for people; it needs no script and no other file
    Html,
    /// JSON with the field names of Datadog's API for results
    Datadog,
}

impl Format {
    /// Whether a person reads it as it comes, so that other lines may be between.
    pub(super) const fn is_for_people(self) -> bool {
        matches!(self, Self::Pretty)
    }
}
