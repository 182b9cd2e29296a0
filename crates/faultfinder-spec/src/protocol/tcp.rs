//! TCP connections as written.

use crate::fields::{FieldSpec, Fields, Shape, Table};
use crate::reader::Reader;
use crate::value::Port;
use crate::yaml::Node;
use crate::{Common, Field, Place, Text, Tls, common, tls};
use faultfinder_taxonomy::word::{StartTls, TrackHops, Word as _};

/// The fields of a `tcp` request.
pub(crate) const TABLE: Table = Table::new("`tcp`", &[FIELDS, common::FIELDS]);

const FIELDS: &[FieldSpec] = &[
    FieldSpec::new("host", Shape::Text, "the host").required(),
    FieldSpec::new("port", Shape::Port, "the port").required(),
    FieldSpec::new("send", Shape::Text, "what is sent after the connection stands"),
    FieldSpec::new("expect", Shape::Text, "text that must then be received"),
    FieldSpec::new(
        "steps",
        Shape::Tables(&STEP),
        "what is sent and expected, in turn; instead of `send` and `expect`",
    ),
    FieldSpec::new("tls", Shape::Table(&tls::TABLE), "TLS settings; `{}` switches TLS on"),
    FieldSpec::new(
        "starttls",
        Shape::Words(StartTls::WORDS),
        "the protocol in which TLS is asked for before `steps`",
    ),
    FieldSpec::new("track_hops", Shape::Words(TrackHops::WORDS), "whether the route is traced (off)"),
];

const STEP: Table = Table::new(
    "a step",
    &[&[
        FieldSpec::new("send", Shape::Text, "what is sent"),
        FieldSpec::new("expect", Shape::Text, "text that must be received"),
    ]],
)
.one_of(&["send", "expect"]);

/// Most steps of a conversation.
pub const TCP_STEPS_MAX: usize = 100;

/// A TCP connection.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct TcpRequest {
    /// Where it begins.
    pub place: Place,
    /// What every request has.
    pub common: Common,
    /// The host.
    pub host: Text,
    /// The port.
    pub port: Field<Port>,
    /// What is said after the connection stands; from `send` and `expect`, or from `steps`.
    pub steps: Vec<TcpStep>,
    /// TLS settings; without them the connection is plain.
    pub tls: Option<Tls>,
    /// The protocol in which TLS is asked for before anything else is said; it switches TLS on.
    pub starttls: Option<Field<StartTls>>,
    /// Whether the route is traced; it is not when not given.
    pub track_hops: Option<Field<TrackHops>>,
}

/// A step of a conversation.
#[derive(Debug, Clone, PartialEq)]
#[expect(clippy::exhaustive_enums, reason = "closed: a conversation has two directions")]
pub enum TcpStep {
    /// Send this.
    Send(Text),
    /// Read until this has been received, somewhere in what came since the last `Send`.
    Expect(Text),
}

impl TcpRequest {
    pub(crate) fn read(reader: &mut Reader<'_>, fields: &Fields<'_>) -> Option<Self> {
        let starttls = fields.field(reader, "starttls");
        let track_hops = fields.field(reader, "track_hops");
        let common = Common::read(reader, fields);
        let send = fields.text(reader, "send").map(TcpStep::Send);
        let expect = fields.text(reader, "expect").map(TcpStep::Expect);
        let mut steps: Vec<TcpStep> = send.into_iter().chain(expect).collect();
        if let Some(place) = fields.key_place("steps") {
            if fields.has("send") || fields.has("expect") {
                let diagnostic = reader
                    .error(place, "`steps` cannot stand beside `send` and `expect`")
                    .with_help("make them the first steps");
                reader.report(diagnostic);
            }
            let read = |reader: &mut Reader<'_>, node: &Node| {
                reader.list(node, "a list of steps", TCP_STEPS_MAX, TcpStep::read)
            };
            steps = fields.read(reader, "steps", read).unwrap_or_default();
        }
        let tls = fields.read(reader, "tls", Tls::read);
        let (host, port) = (fields.text(reader, "host"), fields.field(reader, "port"));
        Some(Self { place: fields.place, common, host: host?, port: port?, steps, tls, starttls, track_hops })
    }
}

impl TcpStep {
    fn read(reader: &mut Reader<'_>, node: &Node) -> Option<Self> {
        let fields = Fields::open(reader, node, &STEP)?;
        let send = fields.text(reader, "send").map(Self::Send);
        let expect = fields.text(reader, "expect").map(Self::Expect);
        send.or(expect)
    }
}
