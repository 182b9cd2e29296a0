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
//! * When the clock is set back by less than [`BACK_MAX`], moments that were run are not run again: the tests wait until
//!   the clock is where it was. When it is set back by more, it was plainly wrong, and a monitor that is silent for hours
//!   is worse than a moment that is named twice: the schedule begins anew.
//! * A test that is due while it still runs misses that moment. One that is due while it still waits keeps its place in
//!   the line for the later moment, and misses the earlier one: it is slowed down, not starved.
//! * Runs that the API asks for take their places from the same bound, alternating with the line.

mod timetable; // pure: which test is due when
mod carrier; // what the scheduler asks of its owner
mod stats; // what it has done, in numbers
mod anchor; // pure: whether the wall clock jumped
mod line; // pure: who waits, who runs, who is next
mod scheduler; // the loop

pub use anchor::{BACK_MAX, JUMP_MIN, Suspension};
pub use carrier::{Carrier, Due, Missed, MissedReason};
pub use line::WAIT_MAX;
pub use scheduler::{IN_FLIGHT_DEFAULT, NotAdmitted, Options, Permit, Scheduler, WAITING_DEFAULT};
pub use stats::{DELAY_BOUNDS, Delays, Stats};
pub use timetable::{Moments, Timetable};
