//! Workspace-wide tests.

mod cli; // the command line: statuses, formats, messages
mod docs; // the examples of the documentation
mod lab; // every scenario, found as it is
mod peers; // servers of others
mod verify; // certificate chains
