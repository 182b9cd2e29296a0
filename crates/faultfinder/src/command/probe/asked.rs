//! The subcommands of `probe`: one per protocol, made from its fields and its row here.

use super::choice::{self, Choice};
use super::command::Special;
use super::draft::Draft;
use super::protocol::COMMANDS;
use super::shared::Shared;
use super::{field, origin};
use crate::exit::Failure;
use clap::error::ErrorKind;
use clap::{ArgMatches, Command, FromArgMatches, Subcommand, value_parser};
use serde_json::Value;

/// What was asked for.
#[derive(Debug)]
pub(super) enum Asked {
    /// A request of a protocol.
    Request(Box<Request>),
    /// Anything else; answered with what was probably meant.
    Other(Vec<String>),
}

/// A request from options.
#[derive(Debug)]
pub(super) struct Request {
    special: &'static Special,
    matches: ArgMatches,
    pub(super) shared: Shared,
}

impl Request {
    fn read(special: &'static Special, matches: &ArgMatches) -> Result<Self, clap::Error> {
        Ok(Self { special, matches: matches.clone(), shared: Shared::from_arg_matches(matches)? })
    }

    fn choices(&self) -> Vec<Choice> {
        choice::all(self.special.protocol)
    }

    /// The definition that says the same.
    pub(super) fn definition(&self) -> Result<Value, Failure> {
        let mut draft = Draft::read(self.special.protocol, &self.choices(), &self.matches)?;
        let name = (self.special.complete)(&mut draft, &self.matches)?;
        Ok(draft.into_definition(&name))
    }

    /// The option that gave a field of the definition.
    pub(super) fn origin(&self, path: &str) -> Option<String> {
        origin::of(path, &field::all(self.special.protocol), &self.choices(), &self.matches)
    }
}

impl Subcommand for Asked {
    fn augment_subcommands(command: Command) -> Command {
        let commands = COMMANDS.map(|special| {
            Command::new(special.protocol.as_str()).about(special.about).defer(special.options)
        });
        command
            .subcommands(commands)
            .allow_external_subcommands(true)
            .external_subcommand_value_parser(value_parser!(String))
    }

    fn augment_subcommands_for_update(command: Command) -> Command {
        Self::augment_subcommands(command)
    }

    fn has_subcommand(_: &str) -> bool {
        true
    }
}

impl FromArgMatches for Asked {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let Some((name, matches)) = matches.subcommand() else {
            return Err(clap::Error::raw(ErrorKind::MissingSubcommand, "a protocol is missing\n"));
        };
        if let Some(special) = COMMANDS.into_iter().find(|special| special.protocol.as_str() == name) {
            return Ok(Self::Request(Box::new(Request::read(special, matches)?)));
        }
        let more = matches.get_many::<String>("").into_iter().flatten().cloned();
        Ok(Self::Other([name.to_owned()].into_iter().chain(more).collect()))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}
