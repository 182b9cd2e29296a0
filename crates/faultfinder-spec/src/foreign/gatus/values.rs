//! Texts with variables of the environment (`${NAME}`, `$NAME`, `$$`) and of a suite (`[CONTEXT].name`).

use super::context::Context;
use super::file::File;
use crate::Place;
use crate::foreign::pieces::literal;

/// How a value of a suite is written, in front of its path.
const CONTEXT: &str = "[CONTEXT].";

/// A text as a native one.
pub(super) fn native(
    file: &mut File<'_, '_, '_, '_>,
    context: Option<&Context>,
    place: Place,
    text: &str,
) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('$') {
        out.push_str(&of_suite(context, before));
        rest = after;
        if let Some(after) = rest.strip_prefix('$') {
            out.push('$');
            rest = after;
            continue;
        }
        match variable(rest) {
            Some((name, after)) => {
                if !name.is_empty() {
                    out.push_str(&file.variables.environment(name, place));
                }
                rest = after;
            }
            None => out.push('$'),
        }
    }
    out.push_str(&of_suite(context, rest));
    out
}

/// A text that is the same in every environment and suite; nothing if it has variables.
pub(super) fn plain(text: &str) -> Option<String> {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('$') {
        out.push_str(before);
        out.push('$');
        rest = match after.strip_prefix('$') {
            Some(after) => after,
            None if variable(after).is_some() => return None,
            None => after,
        };
    }
    out.push_str(rest);
    (!text.contains(CONTEXT)).then_some(out)
}

/// The name of a variable after its `$`, and what follows; nothing if none is meant.
fn variable(rest: &str) -> Option<(&str, &str)> {
    if let Some(braced) = rest.strip_prefix('{') {
        let (name, after) = braced.split_once('}')?;
        // What cannot be a name is always empty.
        let is_name = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        return Some((if is_name { name } else { "" }, after));
    }
    let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(rest.len());
    rest.split_at_checked(end).filter(|(name, _)| !name.is_empty())
}

/// A text with the values of a suite, and without templates of its own.
fn of_suite(context: Option<&Context>, text: &str) -> String {
    let Some(context) = context else { return literal(text) };
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(CONTEXT) {
        out.push_str(&literal(before));
        let end = after
            .find(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '_' | '-' | '.'))
            .unwrap_or(after.len());
        let (path, after) = after.split_at_checked(end).unwrap_or((after, ""));
        match context.variable(path) {
            Some(variable) => out.push_str(&variable),
            None => out.push_str(&format!("{CONTEXT}{path}")),
        }
        rest = after;
    }
    out.push_str(&literal(rest));
    out
}
