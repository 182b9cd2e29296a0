//! Assertions on what is inside a body: as text, by JSONPath, by XPath, by a schema, by its hash.

use super::super::context::Context;
use super::super::settings::Kind;
use super::super::value;
use super::native::{NOT_THERE, Native, operator, target};
use crate::yaml::Node;

/// The versions of schemas, and how they are named in a schema.
const SCHEMAS: &[(&str, &str)] = &[
    ("draft-07", "http://json-schema.org/draft-07/schema#"),
    ("draft-06", "http://json-schema.org/draft-06/schema#"),
];

/// Which of several values must be as wanted, and the words for it: in front of the path, and behind it.
const ELEMENTS: &[(&str, &str, &str)] = &[
    ("firstElementMatches", "first ", ""),
    ("everyElementMatches", "every ", ""),
    ("atLeastOneElementMatches", "some ", ""),
    ("serializationMatches", "", " as text"),
];

/// Hashes, and how many hexadecimal digits they have.
const HASHES: &[(&str, usize)] = &[("md5", 32), ("sha1", 40), ("sha256", 64)];

/// An assertion on a body, or on the message of a gRPC call, which is JSON here.
pub(super) fn native(
    context: &mut Context<'_, '_, '_, '_>,
    kind: Kind,
    one: &Node,
    written: &Node,
) -> Option<Native> {
    let name = written.scalar().map_or("", |operator| operator.text.as_str());
    if name == "validatesXPath" && kind == Kind::Grpc {
        let help = "messages of gRPC calls are JSON here: use `validatesJSONPath`";
        context.conversion.error(written, "the message of a gRPC call has no XPath", help);
        return None;
    }
    let inside = match name {
        "validatesJSONPath" => json_path,
        "validatesXPath" => xpath,
        "validatesJSONSchema" => schema,
        _ => {
            let operator = operator(context, written)?;
            let value = target(context, one, "target", operator)?;
            return Some(Native { subject: "body".to_owned(), operator, value, unit: None });
        }
    };
    let target = composed(context, one)?;
    inside(context, target)
}

/// The target that has a path and an operator of its own.
fn composed<'n>(context: &mut Context<'_, '_, '_, '_>, one: &'n Node) -> Option<&'n Node> {
    let target = value::field(one, "target").filter(|target| !value::entries(target).is_empty());
    if target.is_none() {
        context.conversion.error(
            one,
            "the assertion has no `target` with fields",
            "give `target` as a mapping",
        );
    }
    target.map(|target| &**target)
}

/// The operator and the value inside a target.
fn comparison(context: &mut Context<'_, '_, '_, '_>, of: &Node) -> Option<(&'static str, Option<String>)> {
    let Some(written) = value::field(of, "operator") else {
        context.conversion.error(of, "the target has no `operator`", "say how the value is compared: `is`");
        return None;
    };
    let operator = operator(context, written)?;
    Some((operator, target(context, of, "targetValue", operator)?))
}

fn json_path(context: &mut Context<'_, '_, '_, '_>, of: &Node) -> Option<Native> {
    let path = context.text_of(of, "jsonPath");
    let query = path.as_deref().and_then(Node::scalar).map_or("", |query| query.text.trim());
    let (operator, value) = comparison(context, of)?;
    let elements = value::word(of, "elementsOperator").unwrap_or("firstElementMatches");
    let Some((_, front, behind)) = ELEMENTS.iter().find(|(name, ..)| *name == elements) else {
        let message = format!("the elements operator `{elements}` is not known");
        let names: Vec<&str> = ELEMENTS.iter().map(|(name, ..)| *name).collect();
        context.conversion.error(of, message, &format!("use one of {}", names.join(", ")));
        return None;
    };
    // What leads to one place has one value, which may be a list: a quantifier would be about its items.
    let is_of_one = elements == "firstElementMatches" && !leads_to_several(query);
    let front = if operator == NOT_THERE || is_of_one { "" } else { front };
    let behind = if operator == NOT_THERE { "" } else { behind };
    Some(Native {
        subject: format!("{front}jsonpath {}{behind}", quoted(query)),
        operator,
        value,
        unit: None,
    })
}

/// Whether a JSONPath may lead to several places: it has a wildcard, a filter, a slice, a union, or goes down.
fn leads_to_several(query: &str) -> bool {
    let (mut quote, mut is_escaped, mut is_in_brackets) = (None, false, false);
    let mut before = ' ';
    for character in query.chars() {
        match (quote, character) {
            _ if is_escaped => is_escaped = false,
            (Some(_), '\\') => is_escaped = true,
            (Some(open), _) if open == character => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'') => quote = Some(character),
            (None, '[') => is_in_brackets = true,
            (None, ']') => is_in_brackets = false,
            (None, '*' | '?') => return true,
            (None, ',' | ':') if is_in_brackets => return true,
            (None, '.') if before == '.' => return true,
            (None, _) => {}
        }
        before = character;
    }
    false
}

fn xpath(context: &mut Context<'_, '_, '_, '_>, of: &Node) -> Option<Native> {
    let path = context.text_of(of, "xPath");
    let query = path.as_deref().and_then(Node::scalar).map_or("", |query| query.text.trim());
    let (operator, value) = comparison(context, of)?;
    Some(Native { subject: format!("xpath {}", quoted(query)), operator, value, unit: None })
}

/// A query as it is written behind its word: in quotes if a space outside of brackets would end it.
fn quoted(query: &str) -> String {
    let mut depth = 0_usize;
    let mut has_space = false;
    for character in query.chars() {
        match character {
            '[' | '(' => depth += 1,
            ']' | ')' => depth = depth.saturating_sub(1),
            space if depth == 0 && space.is_whitespace() => has_space = true,
            _ => {}
        }
    }
    // A template is not part of the query, whatever is in it.
    let is_quoted = query.starts_with(['"', '\'']) || (has_space && !query.starts_with("{{"));
    match is_quoted {
        true => format!("\"{}\"", query.replace('\\', "\\\\").replace('"', "\\\"")),
        false => query.to_owned(),
    }
}

/// A schema with its version: without one, it would be of the latest.
fn schema(context: &mut Context<'_, '_, '_, '_>, of: &Node) -> Option<Native> {
    let Some(given) = value::field(of, "jsonSchema") else {
        context.conversion.error(of, "the target has no `jsonSchema`", "give the schema as text");
        return None;
    };
    let text = given.scalar().map_or_else(|| value::json(given), |text| text.text.clone());
    let draft = value::word(of, "metaSchema").unwrap_or("draft-07");
    let Some((_, version)) = SCHEMAS.iter().find(|(name, _)| *name == draft) else {
        context.conversion.error(
            of,
            format!("the schema version `{draft}` is not known"),
            "use draft-07 or draft-06",
        );
        return None;
    };
    let trimmed = text.trim();
    let schema = match trimmed.strip_prefix('{') {
        Some(rest) if !trimmed.contains("\"$schema\"") => {
            let comma = if rest.trim_start().starts_with('}') { "" } else { ", " };
            format!("{{\"$schema\": \"{version}\"{comma}{}", rest.trim_start())
        }
        Some(_) => trimmed.to_owned(),
        None if matches!(trimmed, "true" | "false") || trimmed.starts_with("{{") => trimmed.to_owned(),
        None => {
            context.conversion.reader.unexpected(given, "a JSON Schema");
            return None;
        }
    };
    let value = Some(context.holes(given.place, &schema));
    Some(Native { subject: "body".to_owned(), operator: "matches schema", value, unit: None })
}

/// An assertion on the hash of a body: the operator is its algorithm.
pub(super) fn hash(context: &mut Context<'_, '_, '_, '_>, one: &Node, written: &Node) -> Option<Native> {
    let algorithm = written.scalar().map_or("", |operator| operator.text.as_str());
    let Some((name, digits)) = HASHES.iter().find(|(name, _)| *name == algorithm) else {
        let message = format!("the hash `{algorithm}` is not known");
        context.conversion.error(written, message, "use md5, sha1 or sha256");
        return None;
    };
    let subject = format!("body {name}");
    let value = target(context, one, "target", "is")??;
    let is_digest = value.len() == *digits && value.bytes().all(|byte| byte.is_ascii_hexdigit());
    if is_digest || value.contains("{{") {
        return Some(Native { subject, operator: "is", value: Some(value), unit: None });
    }
    let message = format!(
        "no body has the {name} `{value}`, which is not {digits} hexadecimal digits: this never holds"
    );
    context.conversion.warn(one, message);
    // Every body has a hash, so this never holds either.
    Some(Native { subject, operator: NOT_THERE, value: None, unit: None })
}
