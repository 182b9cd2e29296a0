//! Workspace-wide tests.

mod cli; // the command line: statuses, formats, messages
mod docs; // the examples of the documentation
mod icmp; // ten thousand targets at once; no permission
mod lab; // every scenario, found as it is
mod failures; // every known failure has a scenario
mod peers; // servers of others
mod timings; // phases are as long as they were
mod verify; // certificate chains
