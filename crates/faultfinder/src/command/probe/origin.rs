//! Which option gave a field, for what is wrong with it.

use super::choice::{Choice, is_below};
use super::draft::is_given;
use super::field::Field;
use super::row::Source;
use super::syntax::Syntax;
use clap::ArgMatches;

/// The option that gave a field, by the field's path in the definition: `tests[0].http.tls.min_version` came from
/// `--min-version`.
pub(super) fn of(path: &str, fields: &[Field], choices: &[Choice], matches: &ArgMatches) -> Option<String> {
    let path = in_test(path)?;
    let mut around = path.as_str();
    // The field itself, or the nearest around it that has an option.
    loop {
        let own = |path: &str| choices.iter().find(|choice| choice.field.path == path);
        if let Some(choice) = own(around) {
            return Some(short_step(choice, &path, matches).unwrap_or_else(|| format!("--{}", choice.name)));
        }
        match fields.iter().find(|field| field.path == around).map(|field| field.row.source) {
            Some(Source::Target) => return Some("TARGET".to_owned()),
            Some(Source::Other(source)) => return own(source).map(|choice| format!("--{}", choice.name)),
            _ => {}
        }
        let (parent, _) = around.rsplit_once('.')?;
        if around == path {
            // A mapping: what was given in it.
            let mut inside = choices.iter().filter(|choice| is_below(&choice.field.path, around));
            if let Some(choice) = inside.find(|choice| is_given(choice, matches)) {
                return Some(format!("--{}", choice.name));
            }
        }
        around = parent;
    }
}

/// The option for a step of one kind.
fn short_step(choice: &Choice, path: &str, matches: &ArgMatches) -> Option<String> {
    if choice.syntax != Syntax::Steps || is_given(choice, matches) {
        return None;
    }
    let (_, kind) = path.rsplit_once('.')?;
    let given = matches.try_get_one::<String>(kind).ok().flatten();
    given.map(|_| format!("--{kind}"))
}

/// A path in the test, without the indices: `tests[0].http.ca[1]` is `http.ca`.
fn in_test(path: &str) -> Option<String> {
    let (_, path) = path.strip_prefix("tests")?.split_once('.')?;
    let names = path.split('.').map(|name| name.split('[').next().unwrap_or(name));
    Some(names.collect::<Vec<_>>().join("."))
}
