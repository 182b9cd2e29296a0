//! Certificates, keys and uploads: an export names them, and drops what is in them.

use super::super::build::{Fields, text};
use super::context::Context;
use super::value;
use crate::yaml::Node;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::rc::Rc;

/// What begins a text that is PEM (RFC 7468 section 2).
const PEM: &str = "-----BEGIN ";

/// Our certificate and its key.
pub(super) fn put_certificate(context: &mut Context<'_, '_, '_, '_>, request: &Node, fields: &mut Fields) {
    if let Some(domains) = value::field(request, "certificateDomains")
        .filter(|_| !value::items(request, "certificateDomains").is_empty())
    {
        context
            .conversion
            .warn(domains, "`certificateDomains` is left out: the certificate is offered to every host");
    }
    let Some(certificate) = value::field(request, "certificate").cloned() else { return };
    let of = |name| value::field(&certificate, name).cloned();
    let (Some(cert), Some(key)) = (of("cert"), of("key")) else { return };
    let both = (content(context, &cert, "client certificate"), content(context, &key, "client key"));
    if let (Some(cert), Some(key)) = both {
        fields.put("client_cert", cert);
        fields.put("client_key", key);
    }
}

/// PEM, or the path of a file with it.
fn content(context: &mut Context<'_, '_, '_, '_>, node: &Node, what: &str) -> Option<Rc<Node>> {
    if let Some(given) = value::filled(node, "content") {
        let is_pem = given.scalar().is_some_and(|pem| pem.text.contains(PEM) || pem.text.contains("{{"));
        if is_pem {
            return context.text(given);
        }
        context.conversion.warn(given, format!("the {what} is left out: its content is not PEM"));
        return None;
    }
    let name = value::filled(node, "filename").and_then(|name| name.scalar()).map(|name| name.text.as_str());
    path(context, node, what, name)
}

/// The path of a file that an export only names, or a warning that says how to give it.
fn path(
    context: &mut Context<'_, '_, '_, '_>,
    node: &Node,
    what: &str,
    name: Option<&str>,
) -> Option<Rc<Node>> {
    // Whatever folder it was in: it is looked for in one only.
    let name = name
        .and_then(|name| name.rsplit(['/', '\\']).next())
        .filter(|name| !matches!(*name, "" | "." | ".."));
    let Some(name) = name else {
        context.conversion.warn(node, format!("the {what} is left out: the file neither has nor names it"));
        return None;
    };
    match &context.conversion.options.material {
        Some(folder) => Some(text(node.place, format!("{}/{name}", folder.trim_end_matches('/')))),
        None => {
            let message = format!(
                "the {what} is left out: the export does not hold it; put it into a file `{name}`, and give its folder as --material DIR"
            );
            context.conversion.warn(node, message);
            None
        }
    }
}

/// What an upload holds, where the file has it: text, or base64 of it.
enum Upload {
    Text(String),
    /// It is not text, and not in a file either.
    Bytes,
    Missing,
}

fn upload(file: &Node) -> Upload {
    let Some(given) = value::field(file, "content").and_then(|content| content.scalar()) else {
        return Upload::Missing;
    };
    if value::word(file, "encoding") != Some("base64") {
        return Upload::Text(given.text.clone());
    }
    let bytes = STANDARD.decode(given.text.trim()).ok();
    bytes.and_then(|bytes| String::from_utf8(bytes).ok()).map_or(Upload::Bytes, Upload::Text)
}

/// The name of an upload.
fn file_name(file: &Node) -> Option<&str> {
    let named =
        |name| value::filled(file, name).and_then(|name| name.scalar()).map(|name| name.text.as_str());
    named("originalFileName").or_else(|| named("name"))
}

/// A file as a part of a multipart body.
pub(super) fn part(context: &mut Context<'_, '_, '_, '_>, file: &Rc<Node>) -> Option<Rc<Node>> {
    let mut part = Fields::default();
    part.put("name", context.text_of(file, "name").unwrap_or_else(|| text(file.place, "file")));
    match upload(file) {
        // What is in an upload is sent as it is.
        Upload::Text(content) => part.put("value", text(file.place, content.replace("{{", "{{ \"{{\" }}"))),
        Upload::Bytes => {
            let name = file_name(file).map(str::to_owned);
            part.put("file", bytes(context, file, name.as_deref())?);
        }
        Upload::Missing => part.put("file", path(context, file, "upload", file_name(file))?),
    }
    if let Some(name) = file_name(file) {
        part.put("filename", text(file.place, name));
    }
    if let Some(content_type) = context.filled(file, "type") {
        part.put("content_type", content_type);
    }
    Some(part.into_node(file.place))
}

/// Bytes that are not text can only come from a file.
fn bytes(context: &mut Context<'_, '_, '_, '_>, file: &Node, name: Option<&str>) -> Option<Rc<Node>> {
    if context.conversion.options.material.is_some() {
        return path(context, file, "upload", name);
    }
    let message = "the upload is not text, and can be sent from a file only";
    context.conversion.error(
        file,
        message,
        "decode it into a file of its name, and give its folder as --material DIR",
    );
    None
}

/// A file as the whole body.
pub(super) fn whole(context: &mut Context<'_, '_, '_, '_>, request: &Node) -> Option<Rc<Node>> {
    let file = value::items(request, "files").first()?;
    match upload(file) {
        Upload::Text(content) => Some(text(file.place, content.replace("{{", "{{ \"{{\" }}"))),
        Upload::Bytes | Upload::Missing => {
            let message = "the body is left out: a body that is not text, or that the export does not hold, cannot be given here";
            context.conversion.warn(file, message);
            None
        }
    }
}
