//! JSON web tokens.

use super::super::build::{Fields, text, word};
use super::context::Context;
use super::{edit, typed, value};
use crate::yaml::{self, Kind, Node};
use std::rc::Rc;

/// For how long a token is valid when nothing is said, in seconds.
const EXPIRES_DEFAULT: f64 = 3600.0;

/// The fields of `jwt`.
pub(super) fn convert(context: &mut Context<'_, '_, '_, '_>, node: &Node) -> Option<Rc<Node>> {
    let mut fields = Fields::default();
    let Some(algorithm) = context.filled(node, "algorithm") else {
        context.conversion.error(node, "the token has no `algorithm`", "use HS256, RS256 or ES256");
        return None;
    };
    let is_shared = algorithm.scalar().is_some_and(|name| name.text.starts_with("HS"));
    fields.put("algorithm", algorithm);
    if let Some(secret) = context.text_of(node, "secret") {
        fields.put(if is_shared { "secret" } else { "key" }, secret);
    }
    if let Some(payload) = value::filled(node, "payload").cloned() {
        fields.put("claims", object(context, &payload)?);
    }
    let expires = value::field(node, "expiresIn").cloned();
    let seconds = expires.and_then(|node| typed::number(context, &node)).unwrap_or(EXPIRES_DEFAULT);
    fields.put("expires_in", word(node.place, value::seconds(seconds)));
    if let Some(header) = value::filled(node, "header").cloned() {
        put_header(context, &header, &mut fields);
    }
    for (claim, ours) in [("iat", "add_iat"), ("exp", "add_exp")] {
        let added = value::field(node, "addClaims").and_then(|claims| value::field(claims, claim));
        if let Some(off) = added.filter(|added| added.scalar().is_some_and(|added| added.text == "false")) {
            fields.put(ours, word(off.place, "false"));
        }
    }
    if let Some(prefix) =
        value::field(node, "tokenPrefix").filter(|prefix| prefix.scalar().is_some()).cloned()
        && let Some(prefix) = context.text(&prefix)
    {
        fields.put("prefix", prefix);
    }
    Some(fields.into_node(node.place))
}

/// What the header of a token says: the id of the key, and the rest but for the algorithm, which has a field of its own.
fn put_header(context: &mut Context<'_, '_, '_, '_>, header: &Node, fields: &mut Fields) {
    let Some(header) = object(context, header) else { return };
    let mut rest = Fields::default();
    for (key, given) in value::entries(&header) {
        match (key.scalar().map_or("", |key| key.text.as_str()), given.scalar()) {
            ("kid", Some(id)) => fields.put("key_id", text(given.place, id.text.as_str())),
            ("alg", _) => {}
            ("typ", Some(kind)) if kind.text == "JWT" => {}
            (name, _) => rest.put(name, Rc::clone(given)),
        }
    }
    if !rest.is_empty() {
        fields.put("header", rest.into_node(header.place));
    }
}

/// A JSON object that is given as text.
fn object(context: &mut Context<'_, '_, '_, '_>, node: &Node) -> Option<Rc<Node>> {
    let read = match node.scalar() {
        Some(text) => json(context, node, &text.text),
        None => Some(edit::placed(node, node.place)),
    };
    let read = read.filter(|read| matches!(read.kind, Kind::Mapping(_)));
    if read.is_none() {
        context.conversion.reader.unexpected(node, "a JSON object as text");
    }
    read
}

/// JSON that is given as text, as a value of the file; nothing when it is none.
pub(super) fn json(context: &mut Context<'_, '_, '_, '_>, node: &Node, written: &str) -> Option<Rc<Node>> {
    let is_json = |text: &str| serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok();
    let mut text = context.holes(node.place, written);
    if !is_json(&text) {
        // A number may be a template without quotes; a text is read as one, too.
        text = quoted_holes(&text);
    }
    let (root, _) = Some(text).filter(|text| is_json(text)).and_then(|text| yaml::load(&text).ok())?;
    root.map(|root| edit::placed(&root, node.place))
}

/// With quotes around templates that are not in any.
fn quoted_holes(text: &str) -> String {
    let mut result = String::new();
    let (mut rest, mut is_in_quotes) = (text, false);
    while let Some((before, after)) = rest.split_once("{{") {
        let mut is_escaped = false;
        for character in before.chars() {
            match character {
                _ if is_escaped => is_escaped = false,
                '\\' => is_escaped = true,
                '"' => is_in_quotes = !is_in_quotes,
                _ => {}
            }
        }
        let Some((inside, behind)) = after.split_once("}}") else { break };
        let quote = if is_in_quotes { "" } else { "\"" };
        result.push_str(&format!("{before}{quote}{{{{{inside}}}}}{quote}"));
        rest = behind;
    }
    result.push_str(rest);
    result
}
