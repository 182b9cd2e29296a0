//! Stored records, each with its row.

mod test; // tests
mod result; // what came of runs
mod summary; // hours and days
mod token; // tokens
mod audit; // who changed what
mod retries_off; // tests whose automatic retries are off
mod remembered; // responses by the keys of their requests
mod alert; // watches, alerts, and what was sent of them
mod silence; // times in which nothing is sent about tests
mod status; // how tests ended last
mod recent; // runs without what they say

pub use alert::{AlertChanges, AlertRecord, Delivery, WatchRecord};
pub use audit::{AuditEntry, Audited};
pub use recent::{RecentRun, Trouble};
pub use remembered::{Remembered, RememberedOf};
pub use result::{Outcome, ResultRecord, Trigger};
pub use retries_off::RetriesOff;
pub use silence::SilenceRecord;
pub use status::{LastResult, StatusSince};
pub use summary::{Period, Summary};
pub use test::{Origin, TestRecord};
pub(in crate::store) use token::HashedToken;
