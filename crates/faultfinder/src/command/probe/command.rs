//! What is special about the command of a protocol.

use super::draft::Draft;
use crate::exit::Failure;
use clap::{Arg, ArgMatches, Command};
use faultfinder_taxonomy::Protocol;

/// The command of a protocol, in addition to the options of its fields.
#[derive(Debug)]
pub(super) struct Special {
    pub(super) protocol: Protocol,
    /// What it does.
    pub(super) about: &'static str,
    /// What TARGET is.
    pub(super) target: &'static str,
    /// The end of its help.
    pub(super) examples: &'static str,
    /// Adds its options, when they are needed.
    pub(super) options: fn(Command) -> Command,
    /// Options that are not fields.
    pub(super) more: fn() -> Vec<Arg>,
    /// Puts TARGET, what those options say, and what goes without saying into the request; yields the test's name.
    pub(super) complete: fn(&mut Draft, &ArgMatches) -> Result<String, Failure>,
}

/// No more options.
pub(super) const fn none() -> Vec<Arg> {
    Vec::new()
}
