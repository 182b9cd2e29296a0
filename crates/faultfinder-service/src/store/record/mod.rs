//! What is kept, a row each.

mod test; // tests
mod result; // what came of runs
mod summary; // hours and days
mod audit; // who changed what

pub use audit::AuditEntry;
pub use result::{Outcome, ResultRecord, Trigger};
pub use summary::{Period, Summary};
pub use test::{Origin, TestRecord};
