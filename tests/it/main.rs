//! Workspace-wide tests.

mod cli; // the command line: statuses, formats, messages
mod icmp; // ten thousand targets at once; no permission
mod lab; // every scenario, found as it is
mod verify; // certificate chains
