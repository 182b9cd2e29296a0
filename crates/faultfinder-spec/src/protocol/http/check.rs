//! What is checked in `http` requests when they are read, in addition to each field by itself.

use super::auth::check_key;
use crate::JsonTemplate;
use crate::reader::Reader;
use crate::text::quoted;
use crate::value::Method;
use crate::written::Fields;

pub(crate) fn check(reader: &mut Reader<'_>, fields: &Fields) {
    check_case(reader, fields);
    check_body(reader, fields);
    let Some(auth) = fields.fields("auth") else { return };
    reader.within("auth", |reader| {
        if let Some(jwt) = auth.fields("jwt") {
            reader.within("jwt", |reader| check_key(reader, jwt));
        }
        if let Some(assertion) = auth.fields("oauth2_jwt_bearer").and_then(|grant| grant.fields("assertion"))
        {
            reader.within("oauth2_jwt_bearer", |reader| {
                reader.within("assertion", |reader| check_key(reader, assertion));
            });
        }
    });
}

/// Methods are case-sensitive (RFC 9110 section 9.1); what is sent is what was written.
fn check_case(reader: &mut Reader<'_>, fields: &Fields) {
    let Some(text) = fields.text("method") else { return };
    let Some(method) = text.literal() else { return };
    let upper = method.to_ascii_uppercase();
    if method != upper && Method::KNOWN.contains(&upper.as_str()) {
        let diagnostic = reader
            .error(text.place(), format!("methods are case-sensitive: {} is not {upper}", quoted(method)))
            .with_label(format!("did you mean `{upper}`?"));
        reader.within("method", |reader| reader.warn(diagnostic));
    }
}

/// What other tools read a file for, and JSON that would be sent as a string.
fn check_body(reader: &mut Reader<'_>, fields: &Fields) {
    let body = fields.text("body").filter(|body| body.literal().is_some_and(is_file));
    if let Some(body) = body {
        let message = format!("{} is sent as it is: no file is read", quoted(body.as_written()));
        let diagnostic =
            reader.error(body.place(), message).with_help("`body_file: PATH` sends the bytes of a file");
        reader.within("body", |reader| reader.warn(diagnostic));
    }
    if let Some(JsonTemplate::String(text)) = fields.json("json")
        && is_json(text.as_written())
    {
        let diagnostic = reader
            .error(text.place(), "this JSON is a text, and is sent as a string")
            .with_help("write it without quotes around it, or give the text as `body`");
        reader.within("json", |reader| reader.warn(diagnostic));
    }
}

/// Whether a body is `@` and the path of a file, as curl takes it.
fn is_file(body: &str) -> bool {
    body.strip_prefix('@')
        .is_some_and(|path| path.contains(['.', '/']) && !path.contains(char::is_whitespace))
}

/// Whether a text is an object or a list of JSON.
fn is_json(text: &str) -> bool {
    text.trim_start().starts_with(['{', '[']) && serde_json::from_str::<serde_json::Value>(text).is_ok()
}
