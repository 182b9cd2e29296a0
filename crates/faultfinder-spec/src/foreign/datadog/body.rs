//! Bodies of HTTP requests.

use super::super::build::{Fields, list};
use super::context::Context;
use super::{material, value};
use crate::Place;
use crate::yaml::Node;
use std::rc::Rc;

/// The type of a body, and the content type that goes with it; those without one say it in another way.
const TYPES: &[(&str, Option<&str>)] = &[
    ("text/plain", Some("text/plain")),
    ("application/json", Some("application/json")),
    ("text/xml", Some("text/xml")),
    ("text/html", Some("text/html")),
    ("application/x-www-form-urlencoded", Some("application/x-www-form-urlencoded")),
    ("application/octet-stream", Some("application/octet-stream")),
    ("graphql", Some("application/json")),
    ("multipart/form-data", None),
];

/// A body as native fields.
#[derive(Default)]
pub(super) struct Body {
    pub(super) fields: Vec<(&'static str, Rc<Node>)>,
    /// The content type, unless the headers say it.
    pub(super) content_type: Option<(&'static str, Place)>,
    pub(super) is_multipart: bool,
}

/// The body of a request.
pub(super) fn convert(context: &mut Context<'_, '_, '_, '_>, request: &Node) -> Body {
    let kind_node = value::filled(request, "bodyType").cloned();
    let kind = kind_node.as_deref().and_then(|kind| kind.scalar()).map(|kind| kind.text.as_str());
    let known = TYPES.iter().find(|(name, _)| Some(*name) == kind);
    if let (Some(kind), Some(node), None) = (kind, &kind_node, known) {
        context.conversion.warn(node, format!("the type of body `{kind}` is not known, and is left out"));
    }
    if kind == Some("multipart/form-data") {
        return multipart(context, request);
    }
    let content_type = || {
        let node = kind_node.as_deref()?;
        Some((known?.1?, node.place))
    };
    if kind == Some("application/octet-stream") && !value::items(request, "files").is_empty() {
        return match material::whole(context, request) {
            Some(content) => {
                Body { fields: vec![("body", content)], content_type: content_type(), is_multipart: false }
            }
            None => Body::default(),
        };
    }
    let Some(written) = value::filled(request, "body").cloned() else { return Body::default() };
    if kind == Some("graphql") && !is_json(&written) {
        let mut graphql = Fields::default();
        let query = context.text(&written);
        return match query {
            Some(query) => {
                graphql.put("query", query);
                let fields = vec![("graphql", graphql.into_node(written.place))];
                Body { fields, ..Body::default() }
            }
            None => Body::default(),
        };
    }
    match written.scalar() {
        Some(_) => {
            let fields = context.text(&written).map(|text| ("body", text)).into_iter().collect();
            Body { fields, content_type: content_type(), is_multipart: false }
        }
        None => {
            context.conversion.reader.unexpected(&written, "the body as text");
            Body::default()
        }
    }
}

/// Whether a body is a JSON object, as bodies of GraphQL requests are that hold more than the document.
fn is_json(node: &Node) -> bool {
    node.scalar()
        .is_some_and(|body| body.text.trim_start().starts_with('{') && body.text.contains("\"query\""))
}

fn multipart(context: &mut Context<'_, '_, '_, '_>, request: &Node) -> Body {
    let mut parts = Vec::new();
    let mut place = request.place;
    if let Some(form) = value::field(request, "form").cloned() {
        place = form.place;
        for (key, value) in value::entries(&form) {
            let Some(name) = key.scalar() else { continue };
            let Some(value) = context.text(value) else { continue };
            let mut part = Fields::default();
            part.put("name", context.text_at(key.place, &name.text));
            part.put("value", value);
            parts.push(part.into_node(key.place));
        }
    }
    for file in value::items(request, "files") {
        place = file.place;
        parts.extend(material::part(context, file));
    }
    let fields = if parts.is_empty() { Vec::new() } else { vec![("multipart", list(place, parts))] };
    Body { is_multipart: !fields.is_empty(), fields, content_type: None }
}
