//! Results on their way into the store: a bounded buffer, and one task that commits it in batches.
//!
//! Room is reserved *before* a run begins, so nothing that has run is dropped for want of it. While the store is away the
//! task tries again with a pause that grows, and the buffer keeps its order. A write that may have succeeded is written
//! again: the store knows a result by its id.
//!
//! What is in the buffer is not durable yet: a result is acknowledged, by its [`Written`], once it is committed.

mod stats; // what it has done
mod buffer; // what waits, and what is reserved
mod task; // what commits it
mod start; // the writer, from its start to its end

pub use buffer::{Full, Permit, WriterLimits, Written};
pub use start::Writer;
pub use stats::{Commits, NotWritten, WriterStats};
