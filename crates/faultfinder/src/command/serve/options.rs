//! The options of the command line, one for each setting.

use super::setting::{ALL, Kind, Setting};
use clap::builder::{OsStringValueParser, PossibleValuesParser};
use clap::{Arg, ArgAction, ArgMatches, Args, Command, FromArgMatches};
use std::collections::BTreeMap;
use std::ffi::OsString;

/// What options say, by the field of the setting.
#[derive(Debug, Clone, Default)]
pub(crate) struct Options(BTreeMap<&'static str, Vec<OsString>>);

impl Options {
    /// One option alone.
    pub(super) fn one(setting: &Setting, value: OsString) -> Self {
        Self(BTreeMap::from([(setting.field, vec![value])]))
    }

    /// What the option of a setting says.
    pub(super) fn of(&self, setting: &Setting) -> Option<Vec<OsString>> {
        let given = self.0.get(setting.field)?;
        // Paths may hold what separates those of a variable; networks and names cannot.
        let split = |one: &OsString| match setting.kind {
            Kind::Networks | Kind::Names { .. } => setting.split(one),
            _ => vec![one.clone()],
        };
        Some(given.iter().flat_map(split).collect())
    }
}

fn argument(setting: &'static Setting) -> Arg {
    let mut help = setting.meaning.replace('`', "");
    if setting.is_list() {
        help.push_str("; repeatable");
    }
    if matches!(setting.kind, Kind::Number { .. } | Kind::Duration { .. }) {
        help.push_str(&format!(" [{}]", setting.range()));
    }
    if let Some(default) = setting.default {
        help.push_str(&format!(" [default: {default}]"));
    }
    help.push_str(&format!(" [env: {}]", setting.variable()));
    let argument = Arg::new(setting.field).long(setting.option()).value_name(setting.value_name).help(help);
    let argument = match setting.kind {
        Kind::OneOf(words) => argument.value_parser(PossibleValuesParser::new(words)),
        _ => argument.value_parser(OsStringValueParser::new()),
    };
    argument.action(if setting.is_list() { ArgAction::Append } else { ArgAction::Set })
}

impl Args for Options {
    fn augment_args(command: Command) -> Command {
        command.args(ALL.map(argument))
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for Options {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let given = ALL.iter().filter_map(|setting| {
            let values = matches.get_raw(setting.field)?;
            Some((setting.field, values.map(ToOwned::to_owned).collect()))
        });
        Ok(Self(given.collect()))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}
