//! What is sent with a request.

use crate::protocol::file;
use crate::section::{Secrecy, Section};
use faultfinder_http::{Body, Part};
use std::path::Path;

/// Most files of a multipart body.
const FILES_MAX: usize = 3;
/// Most bytes of a body that a definition gives as text, JSON, form or GraphQL, and of one that a result keeps with
/// `save_body`.
pub const TEXT_BODY_BYTES_MAX: usize = 51_200;

/// The body, when one of its fields is given.
pub(super) fn body(section: &mut Section<'_, '_>) -> Body {
    if let Some(text) = section.confidential("body") {
        limit(section, "body", text.len());
        return Body::Text(text);
    }
    if let Some((_, bytes)) = file::of(section, "body_file") {
        return Body::Bytes(bytes);
    }
    if let Some(json) = section.json("json") {
        limit(section, "json", json.len());
        return Body::Json(json);
    }
    if section.has("form") {
        let form = section.pairs("form", Secrecy::Parts);
        limit(section, "form", form.iter().map(|(name, value)| name.len() + value.len() + 2).sum());
        return Body::Form(form);
    }
    if section.has("multipart") {
        return multipart(section);
    }
    Body::None
}

fn limit(section: &mut Section<'_, '_>, field: &str, bytes: usize) {
    if bytes > TEXT_BODY_BYTES_MAX {
        let message = format!("the body has {bytes} bytes; at most {TEXT_BODY_BYTES_MAX} are allowed");
        section.object(field, "too_long", message);
    }
}

fn multipart(section: &mut Section<'_, '_>) -> Body {
    let mut files = 0;
    let parts = section.sections("multipart", |part| {
        let name = part.needed("name");
        let mut filename = part.text("filename");
        let content_type = part.text("content_type");
        let content = if part.has("file") {
            files += 1;
            let (path, content) = file::of(part, "file")?;
            let own_name = Path::new(&path).file_name().map(|name| name.to_string_lossy().into_owned());
            filename = filename.or(own_name);
            content
        } else {
            part.confidential("value")?.into_bytes()
        };
        Some(Part { name, filename, content_type, content })
    });
    if files > FILES_MAX {
        let message = format!("the body has {files} files; at most {FILES_MAX} are allowed");
        section.object("multipart", "too_long", message);
    }
    Body::Multipart(parts)
}
