//! The routers between us and a target, as `traceroute` finds them.
//!
//! A packet that may pass N routers is given up by the Nth of them, which says so with ICMP time exceeded.
//! [`follow()`] sends such packets, of the kind that the test sends anyway, so that they take the same way and pass
//! the same firewalls: SYNs to the target's port, or echo requests. What comes back is one [`HopFacts`] per hop.
//!
//! # Decisions
//!
//! * It runs after the request, outside the phases, on connections of its own: what it takes is not sold as the target's
//!   time, and a route that cannot be traced fails no test.
//! * One packet per hop is sent first, a few hops ahead, until somebody answers for good: the target, or a router that
//!   says that there is no way. Then each hop up to there gets the other two.
//! * A hop that does not answer is kept. After [`SILENT_HOPS_MAX`] of them in a row the rest is not looked for.
//! * Bounds: [`HOPS_MAX`] hops, [`PROBES_PER_HOP`] packets each, at most 1 s for each, [`TIME_MAX`] for all of them.
//!
//! Answers that name the router are read from the socket's error queue, which only Linux has; elsewhere the route cannot
//! be traced, and the report warns of that.

mod options; // Way: what is sent
mod answer; // Answer: what came of one packet
mod tcp; // SYNs
mod echo; // echo requests
mod search; // which packet is sent when
mod route; // answers -> hops
mod names; // the names of addresses
mod follow; // after a request: the time that is left, and what is told

pub use follow::{Follow, follow};
pub use options::Way;

use answer::Answer;
#[cfg(doc)]
use faultfinder_taxonomy::HopFacts;
use std::time::Duration;

/// Most hops that are looked for, as `traceroute` has it.
pub const HOPS_MAX: u8 = 30;
/// How many packets each hop gets.
pub const PROBES_PER_HOP: u8 = 3;
/// How many hops in a row may stay silent before the rest is given up.
pub const SILENT_HOPS_MAX: u8 = 8;
/// How long all of it may take.
pub const TIME_MAX: Duration = Duration::from_secs(5);
