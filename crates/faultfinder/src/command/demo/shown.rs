//! The result of the demonstration.

use super::agreement::{self, Found};
use faultfinder_lab::Exhibit;

/// One line of the table.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) exhibit: Exhibit,
    pub(super) found: Found,
}

/// The result of the demonstration.
#[derive(Debug)]
pub(super) struct Shown {
    pub(super) rows: Vec<Row>,
    /// The scenarios that could not be served, and why.
    pub(super) missing: Vec<(String, String)>,
    /// The scenarios that this host cannot run, and why.
    pub(super) not_run: Vec<(String, String)>,
}

impl Shown {
    /// How many results are as expected.
    pub(super) fn agreeing(&self) -> usize {
        self.rows.iter().filter(|row| row.agrees()).count()
    }

    /// How many results are not.
    pub(super) fn differing(&self) -> usize {
        self.rows.len().saturating_sub(self.agreeing()).saturating_add(self.missing.len())
    }

    /// The number of results.
    pub(super) fn total(&self) -> usize {
        self.rows.len().saturating_add(self.missing.len()).saturating_add(self.not_run.len())
    }
}

impl Row {
    /// Whether the result is the expected one.
    pub(super) fn agrees(&self) -> bool {
        agreement::agrees(&self.exhibit.expect, &self.found)
    }
}
