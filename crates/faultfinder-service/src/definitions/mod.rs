//! The tests that files and folders define, and what becomes of them when the files change.
//!
//! [`Definitions::start`] reads them and goes on to watch them: an edit takes effect as a whole if no file has a
//! mistake, and not at all otherwise; mistakes are reported, and the previous tests continue.
//!
//! # Decisions
//!
//! * Folders are watched, never files: editors replace files, and Kubernetes replaces the folder behind a link.
//! * Nothing is polled. What several events announce is read once, when it has been quiet for [`SETTLE`], or after
//!   [`SETTLE_MAX`] when it never is.
//! * A test is identified by [`PlannedTest::id`](faultfinder_engine::PlannedTest::id), a digest of its file's name (as it
//!   was given) and its own: a test or file that is renamed is another one.
//! * Only definition files are watched; certificates, schemas and bodies that they name are not.

mod changes; // what differs between two sets of tests
mod load; // pure but for reading: files -> Loaded
mod follow; // the loop
mod notice; // what the system tells about folders

pub use changes::Changes;
pub use follow::{Definitions, SETTLE, SETTLE_MAX};
pub use load::{Environment, Loaded, Settings};
pub use notice::WatchError;

#[cfg(test)]
mod tests;
