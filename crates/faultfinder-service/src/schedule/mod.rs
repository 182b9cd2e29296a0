//! When tests run, and how many at a time.
//!
//! Start with [`Scheduler::start`]: it runs what a [`Carrier`] begins, each test at its interval. A test is due at
//! moments of the wall clock that depend on nothing but its id and its interval, so that a restart changes none of
//! them, and all tests together are spread evenly ([`Timetable`]).
//!
//! # Decisions
//!
//! * A due moment is run once, late by at most the interval of its test and [`WAIT_MAX`], or reported as [`Missed`]. Missed
//!   runs are not caught up: no burst after a restart, a sleep or a change of the clock.
//! * When the clock is set back by more than [`JUMP_MIN`], the schedule begins anew from there: a monitor that is silent is
//!   worse than a moment that is named twice. [`Stats::set_back`] counts it. Smaller corrections are waited for.
//! * A test that is due while it still runs misses that moment. One that is due while it still waits keeps its place in
//!   the line for the later moment, and misses the earlier one: it is slowed down, not starved.
//! * Runs that the API asks for take their places from the same bound, alternating with the line, and never more than half.
//! * Nobody takes all places: not the tests of one target, nor those of one token, nor all whose targets answer slowly
//!   ([`Share`]).

mod timetable; // pure: which test is due when
mod active; // pure: which due moments are in the active times of a test
mod carrier; // what the scheduler asks of its owner
mod stats; // what it has done, in numbers
mod anchor; // pure: whether the wall clock jumped
mod shares; // pure: how much anybody may take
mod line; // pure: who waits, who runs, who is next
mod scheduler; // the loop

pub use anchor::{JUMP_MIN, Suspension};
pub use carrier::{Carrier, Due, Missed, MissedReason};
pub use line::WAIT_MAX;
pub use scheduler::{IN_FLIGHT_DEFAULT, NotAdmitted, Options, Permit, Scheduler, WAITING_DEFAULT};
pub use shares::Share;
pub use stats::{DELAY_BOUNDS, Delays, Stats};
pub(crate) use timetable::between;
pub use timetable::{Moments, Timetable};
