//! The routers between us and a target, as `traceroute` finds them.
//!
//! A packet with a hop limit of N is dropped by the Nth router, which reports ICMP time exceeded.
//! [`follow()`] sends such packets, of the same kind as the test's own, so that they take the same route and pass the
//! same firewalls: SYNs to the target's port, or echo requests. The result is one [`HopFacts`] per hop.
//!
//! # Decisions
//!
//! * It runs after the request, outside the phases, on separate connections: its time does not count as the target's,
//!   and a route that cannot be traced does not fail a test.
//! * One packet per hop is sent first, a few hops ahead, until a final answer arrives: from the target, or from a
//!   router that has no route. Then each hop up to there gets the other two.
//! * A hop that does not answer is kept. After [`SILENT_HOPS_MAX`] of them in a row the search stops.
//! * Bounds: [`HOPS_MAX`] hops, [`PROBES_PER_HOP`] packets each, at most 1 s for each, [`TIME_MAX`] for all of them.
//!
//! Answers that name the router are read from the socket's error queue, which only Linux has; on other systems the
//! route cannot be traced, and the report contains a warning.

mod options; // Way: the packets that are sent
mod answer; // Answer: the outcome of one packet
mod tcp; // SYNs
mod echo; // echo requests
mod search; // which packet is sent when
mod route; // answers -> hops
mod names; // the names of addresses
mod follow; // after a request: the time that is left, and what is reported

pub use follow::{Follow, follow};
pub use options::Way;

use answer::Answer;
#[cfg(doc)]
use faultfinder_taxonomy::HopFacts;
use std::time::Duration;

/// Maximum number of hops, the same as in `traceroute`.
pub const HOPS_MAX: u8 = 30;
/// How many packets each hop gets.
pub const PROBES_PER_HOP: u8 = 3;
/// How many hops in a row may stay silent before the search stops.
pub const SILENT_HOPS_MAX: u8 = 8;
/// Maximum time for the whole trace.
pub const TIME_MAX: Duration = Duration::from_secs(5);
