//! WebSocket requests as written.

use super::http::{Pair, check_names, pairs};
use crate::fields::{FieldSpec, Fields, Shape, Table};
use crate::reader::Reader;
use crate::value::Number;
use crate::yaml::Node;
use crate::{Base64, Common, Field, Place, Text, Tls, common, tls};

/// The fields of a `ws` request.
pub(crate) const TABLE: Table =
    Table::new("`ws`", &[FIELDS, common::FIELDS]).at_most_one_of(&["message", "message_base64", "steps"]);

const FIELDS: &[FieldSpec] = &[
    FieldSpec::new("url", Shape::Text, "what is opened, ws:// or wss://").required(),
    FieldSpec::new("message", Shape::Text, "text that is sent; a message is then awaited"),
    FieldSpec::new("message_base64", Shape::Text, "the same with bytes, in base64"),
    FieldSpec::new("steps", Shape::Tables(&STEP), "what is sent and expected, in turn"),
    FieldSpec::new("headers", Shape::Pairs, "header lines of the opening handshake"),
    FieldSpec::new("cookies", Shape::Pairs, "cookies that are sent with it"),
    FieldSpec::new("subprotocols", Shape::Texts, "subprotocols that are offered, the preferred one first"),
    FieldSpec::new("auth", Shape::Table(&AUTH), "credentials"),
    FieldSpec::new("tls", Shape::Table(&tls::TABLE), "TLS settings"),
    FieldSpec::new(
        "max_message_bytes",
        Shape::Number(1, WS_MESSAGE_BYTES_MAX),
        "longest message that is received, in bytes (51200)",
    ),
];

const STEP: Table = Table::new(
    "a WebSocket step",
    &[&[
        FieldSpec::new("send", Shape::Text, "text that is sent"),
        FieldSpec::new("send_base64", Shape::Text, "bytes that are sent, in base64"),
        FieldSpec::new(
            "expect",
            Shape::Text,
            "text that a message must contain; those before it are read over",
        ),
        FieldSpec::new("ping", Shape::Text, "payload of a ping, whose pong must come back"),
    ]],
)
.one_of(&["send", "send_base64", "expect", "ping"]);

/// Credentials of the opening handshake.
const AUTH: Table = Table::new(
    "WebSocket credentials",
    &[&[
        FieldSpec::new("basic", Shape::Table(&BASIC), "basic authentication"),
        FieldSpec::new("bearer", Shape::Text, "a bearer token"),
    ]],
)
.one_of(&["basic", "bearer"]);

/// Basic authentication.
const BASIC: Table = Table::new(
    "WebSocket basic authentication",
    &[&[
        FieldSpec::new("username", Shape::Text, "the user").required(),
        FieldSpec::new("password", Shape::Text, "the password").required(),
    ]],
);

/// Most steps of a conversation.
pub const WS_STEPS_MAX: usize = 100;

/// Most subprotocols that are offered.
pub const WS_SUBPROTOCOLS_MAX: usize = 32;

/// Greatest `max_message_bytes`.
pub const WS_MESSAGE_BYTES_MAX: u32 = 16 << 20;

/// A WebSocket request.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct WsRequest {
    /// Where it begins.
    pub place: Place,
    /// What every request has.
    pub common: Common,
    /// What is opened. Only the probe says whether it is a URL.
    pub url: Text,
    /// What is said and awaited.
    pub conversation: WsConversation,
    /// Header lines of the opening handshake, in order; a name may repeat.
    pub headers: Vec<Pair>,
    /// Cookies that are sent with it.
    pub cookies: Vec<Pair>,
    /// Subprotocols that are offered.
    pub subprotocols: Vec<Text>,
    /// Credentials.
    pub auth: Option<WsAuth>,
    /// TLS settings.
    pub tls: Tls,
    /// Longest message that is received; 51,200 bytes when not given.
    pub max_message_bytes: Option<Field<Number<1, WS_MESSAGE_BYTES_MAX>>>,
}

/// What is said and awaited over a WebSocket.
#[derive(Debug, Clone, PartialEq)]
#[expect(clippy::exhaustive_enums, reason = "closed: one message, or steps")]
pub enum WsConversation {
    /// Nothing: that it opens is enough, unless an assertion reads a message.
    Nothing,
    /// This text is sent, and a message awaited.
    Message(Text),
    /// These bytes are sent, and a message awaited.
    MessageBase64(Field<Base64>),
    /// These steps are taken.
    Steps(Vec<WsStep>),
}

/// A step of a conversation.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum WsStep {
    /// Send this text.
    Send(Text),
    /// Send these bytes.
    SendBase64(Field<Base64>),
    /// Read messages until one contains this text.
    Expect(Text),
    /// Send a ping with this payload and await its pong.
    Ping(Text),
}

/// Credentials.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum WsAuth {
    /// Basic authentication (RFC 7617).
    Basic {
        /// The user.
        username: Text,
        /// The password.
        password: Text,
    },
    /// A bearer token (RFC 6750).
    Bearer(Text),
}

impl WsRequest {
    pub(crate) fn read(reader: &mut Reader<'_>, fields: &Fields<'_>) -> Option<Self> {
        let common = Common::read(reader, fields);
        let conversation = WsConversation::read(reader, fields);
        let headers = pairs(reader, fields, "headers");
        check_names(reader, &headers);
        let cookies = pairs(reader, fields, "cookies");
        let subprotocols = fields.texts(reader, "subprotocols", WS_SUBPROTOCOLS_MAX);
        let auth = fields.read(reader, "auth", WsAuth::read);
        let tls = fields.read(reader, "tls", Tls::read).unwrap_or_default();
        let max_message_bytes = fields.field(reader, "max_message_bytes");
        Some(Self {
            place: fields.place,
            common,
            url: fields.text(reader, "url")?,
            conversation,
            headers,
            cookies,
            subprotocols,
            auth,
            tls,
            max_message_bytes,
        })
    }
}

impl WsConversation {
    /// All are read, so that every mistake in them is told, though at most one is allowed.
    fn read(reader: &mut Reader<'_>, fields: &Fields<'_>) -> Self {
        let message = fields.text(reader, "message").map(Self::Message);
        let base64 = fields.field(reader, "message_base64").map(Self::MessageBase64);
        let steps = fields.read(reader, "steps", |reader, node| {
            reader.list(node, "a list of steps", WS_STEPS_MAX, WsStep::read)
        });
        message.or(base64).or_else(|| steps.map(Self::Steps)).unwrap_or(Self::Nothing)
    }
}

impl WsStep {
    fn read(reader: &mut Reader<'_>, node: &Node) -> Option<Self> {
        let fields = Fields::open(reader, node, &STEP)?;
        let send = fields.text(reader, "send").map(Self::Send);
        let base64 = fields.field(reader, "send_base64").map(Self::SendBase64);
        let expect = fields.text(reader, "expect").map(Self::Expect);
        let ping = fields.text(reader, "ping").map(Self::Ping);
        send.or(base64).or(expect).or(ping)
    }
}

impl WsAuth {
    fn read(reader: &mut Reader<'_>, node: &Node) -> Option<Self> {
        let fields = Fields::open(reader, node, &AUTH)?;
        let bearer = fields.text(reader, "bearer").map(Self::Bearer);
        let basic = fields.read(reader, "basic", |reader, node| {
            let fields = Fields::open(reader, node, &BASIC)?;
            let (username, password) = (fields.text(reader, "username"), fields.text(reader, "password"));
            Some(Self::Basic { username: username?, password: password? })
        });
        basic.or(bearer)
    }
}
