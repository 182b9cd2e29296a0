//! Stored records, each with its row.

mod test; // tests
mod result; // what came of runs
mod summary; // hours and days
mod token; // tokens
mod audit; // who changed what
mod retries_off; // tests whose automatic retries are off

pub use audit::AuditEntry;
pub use result::{Outcome, ResultRecord, Trigger};
pub use retries_off::RetriesOff;
pub use summary::{Period, Summary};
pub use test::{Origin, TestRecord};
pub(in crate::store) use token::HashedToken;
