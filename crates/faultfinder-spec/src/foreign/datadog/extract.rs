//! Values that steps take out of responses.

use super::super::build::{Fields, word};
use super::context::Context;
use super::{groups, typed, value};
use crate::yaml::Node;
use std::rc::Rc;

/// What a value is taken from, and the native field for it: of a part that `field` names, or of all.
const SOURCES: &[(&str, &str, bool)] = &[
    ("http_body", "body", false),
    ("http_header", "header", true),
    ("http_status_code", "status", false),
    ("grpc_message", "body", false),
    ("grpc_metadata", "metadata", true),
];

/// `extract` of a step.
pub(super) fn convert(context: &mut Context<'_, '_, '_, '_>, step: &Node) -> Option<Rc<Node>> {
    let node = Rc::clone(value::field(step, "extractedValues")?);
    let mut fields = Fields::default();
    for one in value::items(step, "extractedValues") {
        let Some(name) = value::word(one, "name").map(str::to_owned) else {
            context.conversion.reader.unexpected(one, "a value with a `name`");
            continue;
        };
        if let Some(extraction) = extraction(context, one) {
            let name = context.renamed.get(&name).cloned().unwrap_or(name);
            fields.put(&name, extraction);
        }
    }
    (!fields.is_empty()).then(|| fields.into_node(node.place))
}

fn extraction(context: &mut Context<'_, '_, '_, '_>, one: &Rc<Node>) -> Option<Rc<Node>> {
    let kind = value::field(one, "type").cloned().unwrap_or_else(|| Rc::clone(one));
    let written = kind.scalar().map_or("", |kind| kind.text.as_str());
    let Some((_, source, is_part)) = SOURCES.iter().find(|(name, ..)| *name == written) else {
        let message = format!("values of the type `{written}` cannot be extracted");
        context.conversion.error(
            &kind,
            message,
            "use http_body, http_header, http_status_code, grpc_message or grpc_metadata",
        );
        return None;
    };
    let parser = value::field(one, "parser");
    let parses = parser.and_then(|parser| value::word(parser, "type")).unwrap_or("raw").to_owned();
    let rule = parser.and_then(|parser| value::field(parser, "value")).cloned();
    let mut fields = Fields::default();
    let whole = || word(kind.place, true);
    match (parses.as_str(), *is_part) {
        ("json_path" | "x_path", false) if *source == "body" => {
            let native = if parses == "json_path" { "jsonpath" } else { "xpath" };
            fields.put(native, context.text(rule.as_deref().unwrap_or(one))?);
        }
        ("raw" | "regex", true) => {
            let Some(field) = value::field(one, "field").cloned() else {
                context.conversion.error(one, "the value does not say of which header it is", "give `field`");
                return None;
            };
            fields.put(source, context.text(&field)?);
        }
        ("raw" | "regex", false) => fields.put(source, whole()),
        (other, _) => {
            let message = format!("a value of the type `{written}` cannot be taken by `{other}`");
            context.conversion.error(
                one,
                message,
                "use raw or regex, and for bodies also json_path or x_path",
            );
            return None;
        }
    }
    if parses == "regex" {
        let rule = rule.as_deref().unwrap_or(one);
        fields.put("regex", context.text(rule)?);
        // There, a group that takes no part leaves all that is found.
        if rule.scalar().is_some_and(|pattern| groups::first_never_takes_part(&pattern.text)) {
            fields.put("group", word(rule.place, 0));
        }
    }
    if typed::is_set(context, one, "secure") {
        fields.put("secret", word(one.place, true));
    }
    Some(fields.into_node(one.place))
}
