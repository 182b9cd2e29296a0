//! The tests that files and folders define, and what becomes of them when the files change.
//!
//! [`Definitions::start`] reads them and goes on to watch them. Each file stands alone: an edit of a file without a mistake
//! takes effect, whatever is wrong with other files. A file with a mistake is reported, and the tests that it had before
//! continue until it is fixed or removed.
//!
//! # Decisions
//!
//! * Folders are watched, never files: editors replace files, and Kubernetes replaces the folder behind a link.
//! * Nothing is polled. What several events announce is read once, when it has been quiet for [`SETTLE`], or after
//!   [`SETTLE_MAX`] when it never is.
//! * A file whose bytes are as before is not parsed again, except by [`Definitions::reload`].
//! * A test is identified by [`PlannedTest::id`](faultfinder_engine::PlannedTest::id), a digest of its file's name (as it
//!   was given) and its own: a test or file that is renamed is another one. So files share neither ids nor variables, and
//!   one file decides nothing about another.
//! * What is missing or cannot be read hides its files but does not remove their tests: a volume that is not mounted for a
//!   moment must not end the monitoring. A file that is no longer in its folder is removed.
//! * Only definition files are watched; certificates, schemas and bodies that they name are not.
//! * Files are read one after the other on one thread (`reader`), and what was read is published before the next ones are,
//!   so that old and new tests of all files never exist at the same time.

mod changes; // what differs between two sets of tests
mod state; // what is known of the files
mod load; // pure but for reading: files -> their state
mod notice; // what the system tells about folders
mod reader; // the thread that reads
mod report; // what is logged of a reading
mod follow; // the loop

pub use changes::Changes;
pub use follow::{Definitions, SETTLE, SETTLE_MAX};
pub use load::{Environment, Settings};
pub use notice::WatchError;
pub use state::{DIAGNOSTICS_MAX, DefinitionFile, Loaded};

#[cfg(test)]
mod tests;
