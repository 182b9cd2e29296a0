//! Stored data: tests, results, tokens, and who changed what.

mod error; // why the store cannot answer
mod object; // JSON objects that are passed on as they are written
mod row; // between records and rows
mod record; // what is kept, a row each
mod query; // what is asked for, in pages
mod contract; // what a store does, whatever is below it
mod opening; // what opening a database can find
mod url; // URLs of databases
mod open; // from a URL to a store
mod check; // what is there before anything is opened
mod writer; // results on their way into the store
mod sql; // databases that speak SQL
#[cfg(test)]
mod tests; // one suite, run over both

pub use check::{CHECK_MAX, Checked, check, shown};
pub use contract::{Answer, Forgotten, Retained, Store};
pub use error::{Damage, StoreError};
pub use object::{NotAnObject, RawObject};
pub use open::open;
pub use opening::{OpenError, State};
pub use query::{
    AlertKey, AlertQuery, AuditKey, AuditQuery, Listed, PAGE_MAX, Page, ResultKey, ResultQuery, TestQuery,
};
pub use record::{
    AlertChanges, AlertRecord, AuditEntry, Audited, Delivery, LastResult, Origin, Outcome, Period, RecentRun,
    Remembered, RememberedOf, ResultRecord, RetriesOff, SilenceRecord, StatusSince, Summary, TestRecord,
    Trigger, Trouble, WatchRecord,
};
pub use url::key_file;
pub use writer::{Commits, Full, NotWritten, Permit, Writer, WriterLimits, WriterStats, Written};
