//! The fields of `grpc` requests.

use crate::fields::{FieldSpec, Shape, Table};
use crate::reader::Reader;
use crate::value::{Number, Port};
use crate::written::Fields;
use crate::{common, proxy, tls};
use faultfinder_taxonomy::word::Compression;

/// Most messages of a stream that `max_messages` may allow.
const MESSAGES_MAX: u32 = 1_000;

/// Greatest `max_message_bytes`.
const MESSAGE_BYTES_MAX: u32 = 64 << 20;

/// Most files in `proto`, and folders in `proto_path`.
const PROTO_MAX: usize = 100;

/// The fields of a `grpc` request.
pub(crate) const TABLE: Table =
    Table::new("`grpc`", &[FIELDS, common::UNIX_FIELDS, common::TCP_FIELDS, common::FIELDS])
        .one_of(&["health", "service"])
        .at_most_one_of(&["proto", "descriptor_set", "reflection"]);

const FIELDS: &[FieldSpec] = &[
    FieldSpec::new("host", Shape::Text, "the host; or `url`"),
    FieldSpec::new("port", Shape::of::<Port>(), "the port (50051)"),
    FieldSpec::new(
        "url",
        Shape::Text,
        "host, port and whether TLS is spoken: `grpcs://host:port`, `grpc://` without TLS",
    ),
    FieldSpec::new(
        "health",
        Shape::TextOrTrue,
        "the service whose health is asked; true for the whole server",
    ),
    FieldSpec::new("service", Shape::Text, "the service that is called, with its package"),
    FieldSpec::new("method", Shape::Text, "its method"),
    FieldSpec::new("message", Shape::Json, "the message as JSON ({})"),
    FieldSpec::new("proto", Shape::Texts(PROTO_MAX), "the schema: `.proto` files, or the text of one"),
    FieldSpec::new(
        "proto_path",
        Shape::Texts(PROTO_MAX),
        "folders of imports, in addition to those of the files",
    ),
    FieldSpec::new("descriptor_set", Shape::Text, "the schema: a file that a protobuf compiler wrote"),
    FieldSpec::new("reflection", Shape::of::<bool>(), "whether the server is asked for the schema (false)"),
    FieldSpec::new("metadata", Shape::Pairs, "metadata to send with the message; `-bin` values as base64"),
    FieldSpec::new("compression", Shape::word::<Compression>(), "how messages are compressed (answers)"),
    FieldSpec::new(
        "max_messages",
        Shape::of::<Number<1, MESSAGES_MAX>>(),
        "how many messages of a stream are read (100)",
    ),
    FieldSpec::new(
        "max_message_bytes",
        Shape::of::<Number<1, MESSAGE_BYTES_MAX>>(),
        "longest message that is received, in bytes (4194304)",
    ),
    FieldSpec::new("authority", Shape::Text, "what is sent as `:authority` (host and port)"),
    FieldSpec::new("plaintext", Shape::of::<bool>(), "whether there is no TLS (false)"),
    FieldSpec::new("proxy", Shape::Table(&proxy::TABLE), "the proxy that is used"),
    FieldSpec::new("tls", Shape::Table(&tls::TABLE), "TLS settings"),
];

pub(super) fn check(reader: &mut Reader<'_>, fields: &Fields) {
    check_target(reader, fields);
    check_call(reader, fields);
}

/// A call goes to a URL, or to a host with a port.
fn check_target(reader: &mut Reader<'_>, fields: &Fields) {
    if fields.has("url") {
        let help = "the URL says it: grpc://host:port";
        refuse(reader, fields, &["host", "port", "plaintext"], "url", help);
    } else if !fields.is_written("host") && !fields.is_written("url") {
        missing(reader, fields, "host", "`grpc` needs `host` or `url`", "give only one of host or url");
    }
}

/// A call is a health check, or a method with a schema.
fn check_call(reader: &mut Reader<'_>, fields: &Fields) {
    const SCHEMAS: [&str; 3] = ["proto", "descriptor_set", "reflection"];
    let has_schema = SCHEMAS.iter().any(|name| fields.is_written(name));
    if fields.has("health") {
        let others = ["method", "message", "proto", "proto_path", "descriptor_set", "reflection"];
        refuse(reader, fields, &others, "health", "a health check needs no schema and no message");
    } else if fields.has("service") {
        if !fields.is_written("method") {
            missing(reader, fields, "method", "`service` needs a `method`", "`method`: its method");
        }
        if !has_schema {
            let help = "give `proto: [FILE]`, `descriptor_set: FILE` or `reflection: true`";
            missing(reader, fields, "proto", "`service` needs a schema", help);
        }
    }
    if fields.has("proto_path") && !fields.has("proto") && has_schema {
        let other = "a schema that is not from files";
        refuse(reader, fields, &["proto_path"], other, "it belongs to `proto`");
    }
}

/// Reports that a field is missing that another one needs.
fn missing(reader: &mut Reader<'_>, fields: &Fields, name: &str, message: &str, help: &str) {
    if fields.has_unknown {
        return;
    }
    let diagnostic = reader.error(fields.place, message).with_help(help);
    reader.within(name, |reader| reader.report(diagnostic));
}

/// Reports fields that make no sense with another one.
fn refuse(reader: &mut Reader<'_>, fields: &Fields, names: &[&str], other: &str, help: &str) {
    for name in names.iter().filter(|name| fields.has(name)) {
        fields.refuse(reader, name, &format!("`{name}` cannot be combined with `{other}`"), help);
    }
}
