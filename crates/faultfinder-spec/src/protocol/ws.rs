//! The fields of `ws` requests.

use super::http::REDIRECTS_MAX;
use crate::common::STEPS_MAX;
use crate::fields::{FieldSpec, Shape, Table};
use crate::value::{Base64, Number};
use crate::{common, proxy, tls};

/// The fields of a `ws` request.
pub(crate) const TABLE: Table =
    Table::new("`ws`", &[FIELDS, common::UNIX_FIELDS, common::TCP_FIELDS, common::FIELDS]).at_most_one_of(&[
        "message",
        "message_base64",
        "message_file",
        "steps",
    ]);

const FIELDS: &[FieldSpec] = &[
    FieldSpec::new("url", Shape::Text, "what is opened, ws:// or wss://").required(),
    FieldSpec::new("message", Shape::Text, "text that is sent; a message is then awaited"),
    FieldSpec::new("message_base64", Shape::of::<Base64>(), "the same with bytes, in base64"),
    FieldSpec::new("message_file", Shape::Text, "the same with the bytes of a file"),
    FieldSpec::new("steps", Shape::Tables(&STEP, STEPS_MAX), "what is sent and expected, in turn"),
    FieldSpec::new("headers", Shape::Pairs, "header lines of the opening handshake"),
    FieldSpec::new("cookies", Shape::Pairs, "cookies that are sent with it"),
    FieldSpec::new(
        "subprotocols",
        Shape::Texts(SUBPROTOCOLS_MAX),
        "subprotocols that are offered, the preferred one first",
    ),
    FieldSpec::new("auth", Shape::Table(&AUTH), "credentials"),
    FieldSpec::new(
        "follow_redirects",
        Shape::of::<bool>(),
        "whether redirects of the opening handshake are followed (false)",
    ),
    FieldSpec::new("max_redirects", Shape::of::<Number<0, REDIRECTS_MAX>>(), "how many (10)"),
    FieldSpec::new("proxy", Shape::Table(&proxy::TABLE), "the proxy that is used"),
    FieldSpec::new("tls", Shape::Table(&tls::TABLE), "TLS settings"),
    FieldSpec::new(
        "max_message_bytes",
        Shape::of::<Number<1, MESSAGE_BYTES_MAX>>(),
        "longest message that is received, in bytes (51200)",
    ),
];

const STEP: Table = Table::new(
    "a WebSocket step",
    &[&[
        FieldSpec::new("send", Shape::Text, "text that is sent"),
        FieldSpec::new("send_base64", Shape::of::<Base64>(), "bytes that are sent, in base64"),
        FieldSpec::new("send_file", Shape::Text, "the file whose bytes are sent"),
        FieldSpec::new(
            "expect",
            Shape::Text,
            "text that a message must contain; those before it are read over",
        ),
        FieldSpec::new("expect_base64", Shape::of::<Base64>(), "the same with bytes, in base64"),
        FieldSpec::new("ping", Shape::Text, "payload of a ping, whose pong must come back"),
    ]],
)
.one_of(&["send", "send_base64", "send_file", "expect", "expect_base64", "ping"]);

/// Credentials of the opening handshake.
const AUTH: Table = Table::new(
    "WebSocket credentials",
    &[&[
        FieldSpec::new("basic", Shape::Table(&BASIC), "basic authentication"),
        FieldSpec::new("bearer", Shape::Text, "a bearer token").secret(),
    ]],
)
.one_of(&["basic", "bearer"]);

/// Basic authentication.
const BASIC: Table = Table::new(
    "WebSocket basic authentication",
    &[&[
        FieldSpec::new("username", Shape::Text, "the user").required(),
        FieldSpec::new("password", Shape::Text, "the password").required().secret(),
    ]],
);

/// Most subprotocols that are offered.
const SUBPROTOCOLS_MAX: usize = 32;

/// Greatest `max_message_bytes`.
const MESSAGE_BYTES_MAX: u32 = 16 << 20;
