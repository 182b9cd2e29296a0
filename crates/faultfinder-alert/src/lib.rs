#![doc = include_str!("../README.md")]
//!
//! # How to use it
//!
//! A [`Watch`] is one test: it is fed with results ([`Seen`]) and with what else happens ([`Happening`]), in the order of time,
//! and says what is to be sent ([`Notice`]). Between two of them time passes: [`Watch::deadline`] says when
//! it has to be brought up. [`replay()`] does all of that for what is known already.
//!
//! Pure: no I/O, no clock, no async. All moments are milliseconds since 1970.

mod check; // tests of alerts
mod event; // what an alert depends on
mod machine; // the state of a test, from its results
mod message; // the message of an alert
mod notice; // what those who are alerted receive
mod parents; // the tests on which a test depends
mod place; // the results of one location
mod replay; // what would have been sent
mod rule; // the conditions of an alert
mod watch; // one test under watch

pub use check::{Mismatch, check, past};
pub use event::{Seen, Verdict};
pub use faultfinder_taxonomy::word::Happening;
pub use machine::{Kind, LOCATIONS_MAX, State, Trouble};
pub use message::render;
pub use notice::{End, Event, Notice};
pub use parents::{PARENTS_AWAITED, Parents};
pub use replay::{Past, replay};
pub use rule::{MISSING_INTERVALS, Rule, Silence};
pub use watch::{Open, Watch};
