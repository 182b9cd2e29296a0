//! Heartbeats: jobs that report by themselves, and are missed if they do not.

mod awaited; // which reports are awaited, and until when
mod report; // a report, or that none came -> a result
mod following; // what happens when none comes

pub(crate) use awaited::Heartbeats;
pub(crate) use following::{pass_time, restore};
pub(crate) use report::{OUTPUT_BYTES_MAX, Report, Taken, take};
