#![doc = include_str!("../README.md")]
//!
//! # How to use it
//!
//! [`Script::new`] checks the syntax; [`Script::run`] runs it once, in an engine of its own, and blocks meanwhile: for at most
//! [`TIME_MAX`] of processor time, or [`WAIT_MAX`] when a single instruction takes longer than all of that. The engine is QuickJS.

mod finished; // Finished, Variable, Failure: what came of a run
mod input; // Input, Response: what a script sees
mod apart; // work that is left behind when it does not end
mod rejections; // promises that are rejected and not handled
mod script; // Script: checked, and run within limits

pub use finished::{Failure, FailureKind, Finished, Variable};
pub use input::{Input, Response};
pub use script::{
    CODE_BYTES_MAX, MEMORY_BYTES_MAX, OUTPUT_CHARS_MAX, STARTING_BYTES, Script, ScriptError, TIME_MAX,
    VARIABLES_MAX, WAIT_MAX,
};
