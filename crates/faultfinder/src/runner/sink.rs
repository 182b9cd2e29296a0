//! Where results go as they come.

use crate::exit::Failure;
use faultfinder_engine::TestResult;

/// Whether a result is needed once more when all are there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Keep {
    Yes,
    No,
}

/// Where results go as they come.
pub(crate) trait Sink {
    /// Takes a result, and says whether it is kept.
    ///
    /// # Errors
    ///
    /// It cannot be written; the run ends.
    fn take(&mut self, result: &TestResult) -> Result<Keep, Failure>;

    /// No more results have come for now: those that were taken are shown.
    ///
    /// # Errors
    ///
    /// They cannot be written; the run ends.
    fn flush(&mut self) -> Result<(), Failure>;
}

/// A sink that keeps all results.
#[derive(Debug)]
pub(crate) struct KeepAll;

impl Sink for KeepAll {
    fn take(&mut self, _: &TestResult) -> Result<Keep, Failure> {
        Ok(Keep::Yes)
    }

    fn flush(&mut self) -> Result<(), Failure> {
        Ok(())
    }
}
