//! What is checked in `http` requests when they are read, in addition to each field by itself.

use super::auth::check_key;
use crate::reader::Reader;
use crate::text::quoted;
use crate::value::{Method, is_token};
use crate::written::Fields;

pub(crate) fn check(reader: &mut Reader<'_>, fields: &Fields) {
    check_case(reader, fields);
    check_headers(reader, fields);
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

/// A bad header name makes the run fail, and that may be what a test is for: only a warning.
pub(crate) fn check_headers(reader: &mut Reader<'_>, fields: &Fields) {
    for header in fields.pairs("headers") {
        if header.name.literal().is_some_and(|name| !is_token(name)) {
            let message = format!("{} is not a valid header name", quoted(header.name.as_written()));
            let diagnostic = reader
                .error(header.name.place(), message)
                .with_help("the run will end in INVALID_CHAR_IN_HEADER")
                .with_name("ERR_INVALID_HTTP_TOKEN");
            reader.within("headers", |reader| reader.warn(diagnostic));
        }
    }
}
