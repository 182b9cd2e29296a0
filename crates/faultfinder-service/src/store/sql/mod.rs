//! The store in SQL databases: the statements and the logic around them, once.
//!
//! Everything is generic over a [`Dialect`](dialect::Dialect), which contains the differences between the databases: [`sqlite`] and
//! [`postgres`] are one each, with how such a database is opened.

mod driver; // what the drivers have in common
mod failure; // what the drivers' errors mean
mod statement; // one statement, with what is given to it
mod dialect; // in what the databases differ
mod schema; // the tables, and their versions
mod select; // questions whose form depends on what is asked
mod histogram; // how long runs took
mod tally; // what came of a test, added up
mod definitions; // tests
mod results; // what came of runs
mod summaries; // hours and days; what is forgotten
mod history; // what a test has behind it, forgotten on demand
mod access; // tokens, and who changed what
mod retries_off; // tests whose automatic retries are off
mod remembered; // responses by the keys of their requests
mod alerts; // watches, alerts, and what was sent of them
mod silences; // times in which nothing is sent
mod statuses; // how tests ended last
mod recent; // the latest runs of tests, and what went wrong last
mod life; // when the service was last known to live
mod hold; // that the database is ours, and the one that was opened
mod store; // the contract, over all of these
mod sqlite; // a file
mod postgres; // a server

pub(super) use postgres::PostgresStore;
pub(super) use sqlite::SqliteStore;
