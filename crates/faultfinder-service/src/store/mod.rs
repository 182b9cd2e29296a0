//! What is kept: tests, results, tokens, and who changed what.

mod error; // why the store cannot answer
mod record; // what is kept, a row each
mod query; // what is asked for, in pages
mod contract; // what a store does, whatever is below it
mod opening; // what opening a database can find
mod url; // URLs of databases
mod open; // from a URL to a store
mod check; // what is there before anything is opened
mod writer; // results on their way into the store
mod sqlite; // a file
mod postgres; // a server
mod select; // questions that both are asked in the same words
mod columns; // between rows and records
mod failure; // what the drivers' errors mean
mod tally; // what came of a test, added up
mod histogram; // how long runs took
#[cfg(test)]
mod tests; // one suite, run over both

pub use check::{CHECK_MAX, Checked, check, shown};
pub use contract::{Answer, Retained, Store};
pub use error::StoreError;
pub use open::open;
pub use opening::{OpenError, State};
pub use query::{PAGE_MAX, Page, ResultQuery, TestQuery};
pub use record::{AuditEntry, Origin, Outcome, Period, ResultRecord, Summary, TestRecord, Trigger};
pub use writer::{Commits, Full, NotWritten, Permit, Writer, WriterLimits, WriterStats, Written};

/// Most tests whose hour is summed up in one transaction.
const TESTS_AT_ONCE: usize = 200;

/// Most results, and most summaries, that are forgotten in one transaction.
const FORGET_AT_ONCE: u64 = 5_000;
