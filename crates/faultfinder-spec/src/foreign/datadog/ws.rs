//! WebSockets.

use super::super::build::{Fields, list, text};
use super::context::Context;
use super::settings::{Settings, pairs, put_text, put_timeout};
use super::{assertions, auth, http, value};
use crate::yaml::Node;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::rc::Rc;

/// The fields of a native `ws` request.
pub(super) fn convert(
    context: &mut Context<'_, '_, '_, '_>,
    settings: Settings<'_>,
    written: &[Rc<Node>],
) -> Option<Fields> {
    let request = settings.request;
    let mut fields = Fields::default();
    put_text(context, settings, &mut fields, ("url", "url"));
    match value::filled(request, "message").cloned() {
        Some(message) => put_message(context, settings, &message, &mut fields),
        None if assertions::has_type(written, "receivedMessage") => {
            // Nothing is sent, and a message is awaited.
            let mut step = Fields::default();
            step.put("expect", text(request.place, ""));
            fields.put("steps", list(request.place, vec![step.into_node(request.place)]));
        }
        None => {}
    }
    if let Some(headers) = value::field(request, "headers").cloned()
        && let Some(headers) =
            pairs(context, &headers, |_| false).filter(|all| !value::entries(all).is_empty())
    {
        fields.put("headers", headers);
    }
    if let Some(auth) = auth::convert(context, request) {
        fields.put("auth", auth);
    }
    if let Some(tls) = http::tls(context, settings) {
        fields.put("tls", tls);
    }
    put_timeout(context, settings, &mut fields);
    Some(fields)
}

/// The message that is sent. One that is said to be base64 and is not is sent as it is.
fn put_message(
    context: &mut Context<'_, '_, '_, '_>,
    settings: Settings<'_>,
    message: &Node,
    fields: &mut Fields,
) {
    let is_base64 = settings.is_set(context, "isMessageBase64Encoded");
    let Some(sent) = context.text(message) else { return };
    let is_valid =
        sent.scalar().is_some_and(|sent| sent.text.contains("{{") || STANDARD.decode(&sent.text).is_ok());
    if is_base64 && !is_valid {
        context
            .conversion
            .warn(message, "the message is not base64, as the test says it is, and is sent as text");
    }
    fields.put(if is_base64 && is_valid { "message_base64" } else { "message" }, sent);
}
