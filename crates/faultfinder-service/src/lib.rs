//! Runs Faultfinder tests on schedule, stores results, and serves an HTTP API whose errors share one envelope, and web pages.
//!
//! The engine runs one test and the probes know the protocols; this crate does the work between runs. It never
//! evaluates a response. A run that was late or did not happen because of this host is recorded as such, never as the
//! target's failure. A result is acknowledged only when it is durable.

mod timestamp; // Timestamp: milliseconds since 1970, as the API writes them
mod secrets; // secrets of definitions: taken out, sealed, put back
mod token; // tokens: their permissions and storage
pub mod store; // the store: SQLite or PostgreSQL
pub mod definitions; // tests from files, read again when they change
pub mod schedule; // when tests run, and how many concurrently

mod connections; // how many connections are open, and how many of one address
mod logins; // logins that failed, for the audit log
mod throttle; // too many requests from one client, or from all
mod origin; // names of the service, and origins of pages
mod tls; // TLS from files
mod config; // Config: the configuration of a service
mod heartbeats; // jobs that report by themselves
mod status_page; // what anyone may see of some tests
mod catalog; // the tests that can be run now
mod metrics; // metrics
mod workers; // threads for work that takes long
mod changes; // changes that are carried out to their end, in order
mod retries_off; // tests whose automatic retries are off
mod state; // how each test ended last, and since when
mod silences; // times in which nothing is sent about tests
mod pulse; // whether the store answers
mod under_way; // requests with an idempotency key that are under way
mod callers; // what each caller of the API may have at once
mod uploads; // the memory of bodies of requests
mod misses; // runs that did not happen, gathered
mod modules; // the modules that /probe carries out
mod exporter; // a result as blackbox_exporter says it
mod alerts; // a watch over each test, and what is sent
mod service; // the shared state of all parts
mod evidence; // the part of a result that is stored
mod keeping; // runs that did not happen are kept
mod life; // that this service is the only one on its store, and since when it lives
mod rounds; // scheduled runs: executed and stored
mod doubt; // changes of which it is not known whether they were committed
mod files; // tests of files: into the catalog, and out of it
mod api; // the HTTP API
mod pages; // the web pages
mod rekey; // another key for secrets
mod running; // a running service: start to graceful end

pub use alerts::{Notifier, NotifierError};
pub use config::Config;
pub use origin::{Host, HostError, Origin, OriginError};
pub use rekey::{RekeyError, Rekeyed, rekey};
pub use running::{Running, StartError};
pub use secrets::{KEY_CHARS_MIN, KeyError, SecretKey};
pub use status_page::StatusPage;
pub use throttle::Rates;
pub use timestamp::Timestamp;
pub use tls::{TlsError, TlsFiles};
pub use token::{Scope, Token, TokenHash};
