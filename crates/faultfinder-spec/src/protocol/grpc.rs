//! gRPC calls as written.

use crate::fields::{FieldSpec, Fields, Shape, Table};
use crate::json::JsonTemplate;
use crate::protocol::http::{Pair, pairs};
use crate::reader::Reader;
use crate::value::{Number, Port};
use crate::yaml::Node;
use crate::{Common, Field, Place, Text, Tls, common, tls};
use faultfinder_taxonomy::word::{Compression, Word as _};

/// Most messages of a stream that `max_messages` may allow.
pub const MESSAGES_MAX: u32 = 1_000;

/// Most files in `proto`, and folders in `proto_path`.
pub const PROTO_MAX: usize = 100;

/// The fields of a `grpc` request.
pub(crate) const TABLE: Table = Table::new("`grpc`", &[FIELDS, common::FIELDS])
    .one_of(&["health", "service"])
    .at_most_one_of(&["proto", "descriptor_set", "reflection"]);

const FIELDS: &[FieldSpec] = &[
    FieldSpec::new("host", Shape::Text, "the host; or `url`"),
    FieldSpec::new("port", Shape::Port, "the port (50051)"),
    FieldSpec::new(
        "url",
        Shape::Text,
        "host, port and whether TLS is spoken: `grpcs://host:port`, `grpc://` without TLS",
    ),
    FieldSpec::new("health", Shape::Text, "the service whose health is asked; true for the whole server"),
    FieldSpec::new("service", Shape::Text, "the service that is called, with its package"),
    FieldSpec::new("method", Shape::Text, "its method"),
    FieldSpec::new("message", Shape::Json, "the message as JSON ({})"),
    FieldSpec::new("proto", Shape::Texts, "the schema: `.proto` files, or the text of one"),
    FieldSpec::new("proto_path", Shape::Texts, "folders of imports, besides those of the files"),
    FieldSpec::new("descriptor_set", Shape::Text, "the schema: a file that a protobuf compiler wrote"),
    FieldSpec::new("reflection", Shape::Bool, "whether the server is asked for the schema (false)"),
    FieldSpec::new("metadata", Shape::Pairs, "what goes beside the message; `-bin` values as base64"),
    FieldSpec::new("compression", Shape::Words(Compression::WORDS), "how messages are compressed (answers)"),
    FieldSpec::new(
        "max_messages",
        Shape::Number(1, MESSAGES_MAX),
        "how many messages of a stream are read (100)",
    ),
    FieldSpec::new("authority", Shape::Text, "what is sent as `:authority` (host and port)"),
    FieldSpec::new("plaintext", Shape::Bool, "whether there is no TLS (false)"),
    FieldSpec::new("tls", Shape::Table(&tls::TABLE), "TLS settings"),
];

/// A gRPC call.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct GrpcRequest {
    /// Where it begins.
    pub place: Place,
    /// What every request has.
    pub common: Common,
    /// Where to.
    pub target: GrpcTarget,
    /// What is called.
    pub call: GrpcCall,
    /// What goes beside the message.
    pub metadata: Vec<Pair>,
    /// How messages are compressed; only the server's may be when not given.
    pub compression: Option<Field<Compression>>,
    /// How many messages of a stream are read; 100 when not given.
    pub max_messages: Option<Field<Number<1, MESSAGES_MAX>>>,
    /// What is sent as `:authority`.
    pub authority: Option<Text>,
    /// TLS settings.
    pub tls: Tls,
}

/// Where a call goes.
#[derive(Debug, Clone, PartialEq)]
#[expect(clippy::exhaustive_enums, reason = "closed: a target is a URL or its parts")]
pub enum GrpcTarget {
    /// A URL. Only the probe says whether it is one.
    Url(Text),
    /// Its parts.
    Host {
        /// The host.
        host: Text,
        /// The port; 50051 when not given.
        port: Option<Field<Port>>,
        /// Whether there is no TLS.
        plaintext: Option<Field<bool>>,
    },
}

/// What is called.
#[derive(Debug, Clone, PartialEq)]
#[expect(clippy::exhaustive_enums, reason = "closed: the health service, or any other")]
pub enum GrpcCall {
    /// The health of a service; of the whole server, when the name is empty.
    Health(Text),
    /// A method.
    Method(Box<GrpcMethod>),
}

/// A method, its message and its schema.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct GrpcMethod {
    /// The service with its package.
    pub service: Text,
    /// The method.
    pub method: Text,
    /// The message; `{}` when not given.
    pub message: Option<JsonTemplate>,
    /// Where the message stands.
    pub message_place: Place,
    /// What the messages look like.
    pub schema: GrpcSchema,
}

/// What messages look like.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum GrpcSchema {
    /// In `.proto` files, or in the text itself.
    Proto {
        /// The files.
        files: Vec<Text>,
        /// Folders of imports.
        path: Vec<Text>,
    },
    /// In a descriptor set.
    DescriptorSet(Text),
    /// The server knows.
    Reflection(Field<bool>),
}

impl GrpcRequest {
    pub(crate) fn read(reader: &mut Reader<'_>, fields: &Fields<'_>) -> Option<Self> {
        let common = Common::read(reader, fields);
        let metadata = pairs(reader, fields, "metadata");
        let compression = fields.field(reader, "compression");
        let max_messages = fields.field(reader, "max_messages");
        let authority = fields.text(reader, "authority");
        let tls = fields.read(reader, "tls", Tls::read).unwrap_or_default();
        let target = GrpcTarget::read(reader, fields);
        let call = GrpcCall::read(reader, fields);
        Some(Self {
            place: fields.place,
            common,
            target: target?,
            call: call?,
            metadata,
            compression,
            max_messages,
            authority,
            tls,
        })
    }
}

/// Reports that a field is missing beside another one.
fn missing(reader: &mut Reader<'_>, fields: &Fields<'_>, name: &str, message: &str, help: &str) {
    let diagnostic = reader.error(fields.place, message.to_owned()).with_help(help.to_owned());
    reader.within(name, |reader| reader.report(diagnostic));
}

/// Reports fields that make no sense beside another one.
fn refuse(reader: &mut Reader<'_>, fields: &Fields<'_>, names: &[&str], beside: &str, help: &str) {
    for name in names {
        if let Some(place) = fields.key_place(name) {
            let diagnostic = reader
                .error(place, format!("`{name}` cannot stand beside `{beside}`"))
                .with_help(help.to_owned());
            reader.within(name, |reader| reader.report(diagnostic));
        }
    }
}

impl GrpcTarget {
    fn read(reader: &mut Reader<'_>, fields: &Fields<'_>) -> Option<Self> {
        let url = fields.text(reader, "url");
        let host = fields.text(reader, "host");
        let port = fields.field(reader, "port");
        let plaintext = fields.field(reader, "plaintext");
        if fields.has("url") {
            refuse(
                reader,
                fields,
                &["host", "port", "plaintext"],
                "url",
                "the URL says it: grpc://host:port",
            );
            return url.map(Self::Url);
        }
        if !fields.has("host") {
            missing(reader, fields, "host", "`grpc` needs `host` or `url`", "give only one of host or url");
        }
        Some(Self::Host { host: host?, port, plaintext })
    }
}

impl GrpcCall {
    fn read(reader: &mut Reader<'_>, fields: &Fields<'_>) -> Option<Self> {
        let health = fields.read(reader, "health", health);
        let method = GrpcMethod::read(reader, fields);
        if fields.has("health") {
            let others = ["method", "message", "proto", "proto_path", "descriptor_set", "reflection"];
            refuse(reader, fields, &others, "health", "a health check needs no schema and no message");
            return health.map(Self::Health);
        }
        method.map(|method| Self::Method(Box::new(method)))
    }
}

/// A service's name, or `true` for the whole server, whose name is empty.
fn health(reader: &mut Reader<'_>, node: &Node) -> Option<Text> {
    match node.scalar() {
        Some(scalar) if scalar.plain && scalar.text == "true" => Some(reader.key(node, "")),
        Some(scalar) if scalar.plain && scalar.text == "false" => {
            reader.unexpected(node, "the name of a service, or true");
            None
        }
        _ => reader.text(node),
    }
}

impl GrpcMethod {
    fn read(reader: &mut Reader<'_>, fields: &Fields<'_>) -> Option<Self> {
        let service = fields.text(reader, "service");
        let method = fields.text(reader, "method");
        let message = fields.read(reader, "message", JsonTemplate::read);
        let message_place = fields.key_place("message").unwrap_or(fields.place);
        let schema = GrpcSchema::read(reader, fields);
        if !fields.has("service") {
            return None;
        }
        if !fields.has("method") {
            missing(reader, fields, "method", "`service` needs a `method`", "`method`: its method");
        }
        if !fields.has("health")
            && !["proto", "descriptor_set", "reflection"].iter().any(|name| fields.has(name))
        {
            missing(
                reader,
                fields,
                "proto",
                "`service` needs a schema",
                "give `proto: [FILE]`, `descriptor_set: FILE` or `reflection: true`",
            );
        }
        Some(Self { service: service?, method: method?, message, message_place, schema: schema? })
    }
}

impl GrpcSchema {
    fn read(reader: &mut Reader<'_>, fields: &Fields<'_>) -> Option<Self> {
        let files = fields.texts(reader, "proto", PROTO_MAX);
        let path = fields.texts(reader, "proto_path", PROTO_MAX);
        let set = fields.text(reader, "descriptor_set");
        let reflection: Option<Field<bool>> = fields.field(reader, "reflection");
        if !files.is_empty() {
            return Some(Self::Proto { files, path });
        }
        if fields.has("proto_path") && !fields.has("proto") {
            refuse(
                reader,
                fields,
                &["proto_path"],
                "a schema that is not from files",
                "it belongs to `proto`",
            );
        }
        set.map(Self::DescriptorSet).or_else(|| reflection.map(Self::Reflection))
    }
}
