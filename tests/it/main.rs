//! Workspace-wide tests.

mod cli; // the command line: statuses, formats, messages
mod lab; // every scenario, found as it is
mod verify; // certificate chains
