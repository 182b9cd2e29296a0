//! Options as clap has them: names, help, groups.

use super::choice::{self, Choice};
use super::command::Special;
use super::shared::{Shared, TEST};
use super::syntax::Syntax;
use clap::builder::{PossibleValue, StringValueParser, TypedValueParser, ValueParser};
use clap::error::ErrorKind;
use clap::{Arg, ArgAction, ArgGroup, Args as _, Command};
use faultfinder_spec::fields::{FieldSpec, Shape};
use faultfinder_spec::protocol::table;
use faultfinder_spec::value::ValueKind;
use faultfinder_spec::{request_fields, tls_table};
use faultfinder_taxonomy::Protocol;
use std::ffi::OsStr;

/// Adds the arguments and the help of a protocol's command.
pub(super) fn fill(command: Command, special: &Special) -> Command {
    let target = Arg::new("TARGET").value_name("TARGET").help(special.target).required(true);
    let command = command.after_help(special.examples).arg(target).args((special.more)());
    // The description of what is flattened would take the place of the command's own.
    let command = Shared::augment_args(add(command, special.protocol)).about(special.about);
    let sees_certificates =
        special.protocol == Protocol::Ssl || table(special.protocol).find("tls").is_some();
    if sees_certificates { command } else { command.mut_arg("verbose", |verbose| verbose.hide(true)) }
}

/// Adds the options of a protocol's fields.
fn add(mut command: Command, protocol: Protocol) -> Command {
    // What few tests need comes last.
    let (last, first): (Vec<_>, Vec<_>) = choice::all(protocol).into_iter().partition(is_rare);
    for choice in first.into_iter().chain(last) {
        let group = group(&choice);
        if let Some(name) = &group
            && !command.get_groups().any(|known| known.get_id() == name.as_str())
        {
            let members = choice.requires_one_of.clone();
            command = command.group(ArgGroup::new(name.clone()).args(members).multiple(true));
        }
        let argument = argument(&choice);
        command = command.arg(match group {
            Some(group) => argument.requires(group),
            None => argument,
        });
    }
    command
}

/// Whether few tests need an option: there are as many for TLS to the resolver as for that of the request.
fn is_rare(choice: &Choice) -> bool {
    choice.field.path.contains(".resolver.tls.")
}

/// The name of the group of options of which an option needs one.
fn group(choice: &Choice) -> Option<String> {
    let members = &choice.requires_one_of;
    (!members.is_empty()).then(|| members.join("|"))
}

fn argument(choice: &Choice) -> Arg {
    let row = choice.field.row;
    let mut argument = Arg::new(choice.name.clone())
        .long(choice.name.clone())
        .help(help(choice))
        .action(action(choice.syntax))
        .requires_all_of(&choice.requires)
        .conflicts_with_all(choice.conflicts.clone());
    if let Some(heading) = heading(choice) {
        argument = argument.help_heading(heading);
    }
    if is_rare(choice) {
        argument = argument.hide_short_help(true);
    }
    if let Some(letter) = row.short {
        argument = argument.short(letter);
    }
    if let Some(alias) = row.alias {
        argument = argument.visible_alias(alias);
    }
    if choice.syntax.is_switch() {
        return argument;
    }
    argument = argument.value_name(value_name(choice)).value_parser(parser(choice));
    if choice.syntax == Syntax::Commas {
        argument = argument.value_delimiter(',');
    }
    match row.bare {
        Some(value) => argument.num_args(0..=1).default_missing_value(value),
        None => argument,
    }
}

/// `requires` for several.
trait RequiresAll {
    fn requires_all_of(self, names: &[String]) -> Self;
}

impl RequiresAll for Arg {
    fn requires_all_of(self, names: &[String]) -> Self {
        names.iter().fold(self, |argument, name| argument.requires(name.clone()))
    }
}

const fn action(syntax: Syntax) -> ArgAction {
    match syntax {
        _ if syntax.is_switch() => ArgAction::SetTrue,
        _ if syntax.is_repeatable() => ArgAction::Append,
        _ => ArgAction::Set,
    }
}

/// Under what an option is listed; nothing for what belongs to the protocol alone.
fn heading(choice: &Choice) -> Option<&'static str> {
    let field = &choice.field;
    let Some((_, inside)) = field.path.split_once('.') else { return Some(TEST) };
    let (first, rest) = inside.split_once('.').unwrap_or((inside, ""));
    let is_tls = |name: &str| tls_table().find(name).is_some();
    match first {
        _ if field.path.starts_with("retry.") => Some(TEST),
        "resolver" if rest.starts_with("tls.") => Some("TLS to the resolver"),
        _ if request_fields().iter().any(|spec| spec.name == first) => Some("Time and addresses"),
        "auth" => Some("Credentials"),
        "tls" if !rest.is_empty() => Some("TLS"),
        _ if field.path.starts_with("ssl.") && is_tls(first) => Some("TLS"),
        _ => None,
    }
}

/// What the option means, with its default.
fn help(choice: &Choice) -> String {
    let row = choice.field.row;
    let (about, default) = about(choice.field.spec);
    let mut text = match row.help {
        Some(text) => text.to_owned(),
        None => capitalized(&about),
    };
    if let Shape::Value(shape) = &choice.field.spec.shape
        && let ValueKind::Number(least, most) = shape.kind
    {
        text.push_str(&format!(", {least} to {most}"));
    }
    if choice.syntax.is_repeatable() {
        text.push_str("; repeatable");
    }
    let default = match row.otherwise {
        Some(text) => Some(text),
        None if row.help.is_some() => None,
        // A switch that was not given is off.
        None => default.as_deref().filter(|text| !(choice.syntax.is_switch() && *text == "false")),
    };
    if let Some(default) = default {
        text.push_str(&format!(" [default: {default}]"));
    }
    text
}

/// What a field means, and its default, which is in parentheses at the end or before a colon.
fn about(spec: &FieldSpec) -> (String, Option<String>) {
    let text = spec.about.replace('`', "");
    let parts = text.rsplit_once(')').and_then(|(before, after)| {
        let (before, inside) = before.rsplit_once(" (")?;
        (after.is_empty() || after.starts_with(':')).then_some((before, inside, after))
    });
    match parts {
        Some((before, inside, after)) => (format!("{before}{after}"), Some(inside.to_owned())),
        None => (text, None),
    }
}

fn capitalized(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map_or_else(String::new, |first| first.to_uppercase().chain(characters).collect())
}

/// How the value is shown: what the row says, or the form, or the last word of the field's name.
fn value_name(choice: &Choice) -> String {
    let field = &choice.field;
    if let Some(name) = field.row.value.or_else(|| choice.syntax.value_name()) {
        return name.to_owned();
    }
    let kind = match &field.spec.shape {
        Shape::Value(shape) => shape.kind,
        _ => ValueKind::Text,
    };
    match kind {
        ValueKind::Duration => "DURATION".to_owned(),
        ValueKind::Number(..) => "COUNT".to_owned(),
        _ => field.spec.name.rsplit('_').next().unwrap_or(field.spec.name).to_uppercase(),
    }
}

/// Only the form is checked here: what a value must be is the format's to say, and a template may stand for it.
fn parser(choice: &Choice) -> ValueParser {
    let words = match &choice.field.spec.shape {
        Shape::Value(shape) => match shape.kind {
            ValueKind::Words(words) => words,
            _ => &[],
        },
        _ => &[],
    };
    Parser { syntax: choice.syntax, words }.into()
}

/// Reads text of a form.
#[derive(Debug, Clone)]
struct Parser {
    syntax: Syntax,
    /// Words that are proposed; others may be valid too.
    words: &'static [&'static str],
}

impl TypedValueParser for Parser {
    type Value = String;

    fn parse_ref(
        &self,
        command: &Command,
        argument: Option<&Arg>,
        value: &OsStr,
    ) -> Result<String, clap::Error> {
        let text = StringValueParser::new().parse_ref(command, argument, value)?;
        if let Err(message) = self.syntax.check(&text) {
            let argument = argument.map_or_else(String::new, ToString::to_string);
            let message = format!("invalid value '{text}' for '{argument}': {message}\n");
            return Err(clap::Error::raw(ErrorKind::ValueValidation, message).with_cmd(command));
        }
        Ok(text)
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        if self.words.is_empty() {
            return None;
        }
        Some(Box::new(self.words.iter().copied().map(PossibleValue::new)))
    }
}
