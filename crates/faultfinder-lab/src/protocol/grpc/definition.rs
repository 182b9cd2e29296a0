//! Calls that cannot be made as they are defined. A server stands behind each, and sees at most a connection.

use super::case::scenario;
use super::conforming;
use super::schema::ECHO;
use crate::protocol::expectations::definition;
use crate::{Expect, Scenario};
use faultfinder_taxonomy::Code;
use serde_json::{Value, json};

/// Case, what it shows, the name of what is wrong, its field, and the fields of the test.
type Invalid = (&'static str, &'static str, &'static str, &'static str, fn() -> Value);

const INVALID: &[Invalid] = &[
    (
        "bad-target",
        "a URL without a scheme",
        "ERR_INVALID_URL",
        "grpc.url",
        || json!({ "url": "shop.lab.test" }),
    ),
    (
        "bad-target-scheme",
        "a scheme of gRPC's name resolvers, which is not a URL of a target",
        "ERR_UNSUPPORTED_PROTOCOL",
        "grpc.url",
        || json!({ "url": "dns:///shop.lab.test:443" }),
    ),
    (
        "bad-target-path",
        "a URL with a path, where service and method say what is called",
        "ERR_INVALID_URL",
        "grpc.url",
        || json!({ "url": "grpc://127.0.0.1/lab.Echo/Say" }),
    ),
    (
        "host-label-64",
        "a label of 64 bytes in the host name",
        "EBADNAME",
        "grpc.host",
        || json!({ "host": format!("{}.test", "a".repeat(64)) }),
    ),
    (
        "port-out-of-range",
        "a variable that is not a port, which is detected only when the test runs",
        "ERR_SOCKET_BAD_PORT",
        "grpc.port",
        || json!({ "port": "{{ timestamp }}" }),
    ),
    ("proto-missing", "a .proto file that is not there", "unreadable_file", "grpc.proto", || {
        call("Say", json!({}), json!("lab/none.proto"))
    }),
    ("proto-broken", "a .proto file that does not compile", "invalid_proto", "grpc.proto", || {
        call("Say", json!({}), json!("syntax = \"proto3\";\nmessage Word { string text 1; }\n"))
    }),
    (
        "descriptor-set-missing",
        "a descriptor set that is not there",
        "unreadable_file",
        "grpc.descriptor_set",
        || json!({ "service": "lab.Echo", "method": "Say", "descriptor_set": "lab/none.bin" }),
    ),
    (
        "unknown-service",
        "a service that the schema does not have",
        "unknown_service",
        "grpc.service",
        || json!({ "service": "lab.None", "method": "Say", "proto": ECHO }),
    ),
    ("unknown-method", "a method that the service does not have", "unknown_method", "grpc.method", || {
        call("Shout", json!({}), json!(ECHO))
    }),
    (
        "message-wrong-type",
        "a message whose field has the wrong type",
        "invalid_message",
        "grpc.message",
        || call("Say", json!({ "text": "hello", "tags": ["a", 2] }), json!(ECHO)),
    ),
    (
        "message-unknown-field",
        "a message with a field that does not exist",
        "invalid_message",
        "grpc.message",
        || call("Say", json!({ "txet": "hello" }), json!(ECHO)),
    ),
    (
        "metadata-reserved",
        "metadata that is the protocol's own",
        "reserved_metadata",
        "grpc.metadata.grpc-timeout",
        || json!({ "metadata": { "grpc-timeout": "1S" } }),
    ),
    (
        "metadata-no-base64",
        "binary metadata that is not base64",
        "invalid_base64",
        "grpc.metadata.x-lab-bin",
        || json!({ "metadata": { "x-lab-bin": "not base64!" } }),
    ),
    (
        "client-key-missing",
        "a client certificate that is not there",
        "unreadable_file",
        "grpc.tls.client_cert",
        || json!({ "tls": { "client_cert": "lab/none.pem", "client_key": "lab/none.pem" } }),
    ),
];

pub(super) fn scenarios() -> Vec<Scenario> {
    let invalid = INVALID.iter().map(|&(case, shows, name, field, fields)| {
        let expect = definition(Code::InvalidRequest, name, field);
        scenario(case, shows, expect, fields(), &[], conforming::serve)
    });
    invalid.chain(characters()).chain(messages()).collect()
}

fn call(method: &str, message: Value, proto: Value) -> Value {
    json!({ "service": "lab.Echo", "method": method, "message": message, "proto": proto })
}

/// Metadata with characters that it must not have.
fn characters() -> Vec<Scenario> {
    let bad = |case: &str, shows, name: &str, field: &str, metadata: Value| {
        let expect = definition(Code::InvalidCharInHeader, name, field);
        scenario(case, shows, expect, json!({ "metadata": metadata }), &[], conforming::serve)
    };
    vec![
        bad(
            "metadata-newline",
            "metadata with a line break, which would be another field",
            "ERR_INVALID_CHAR",
            "grpc.metadata.x-lab",
            json!({ "x-lab": "1\r\nx-injected: 1" }),
        ),
        bad(
            "metadata-name-space",
            "metadata whose name has a space",
            "ERR_INVALID_HTTP_TOKEN",
            "grpc.metadata.x lab",
            json!({ "x lab": "1" }),
        ),
    ]
}

/// What a fault says of a mistake.
fn messages() -> Vec<Scenario> {
    let saying = |case: &str, shows, name: &str, field: &str, text: &str, fields: Value| {
        let expect: Expect = definition(Code::InvalidRequest, name, field).saying(text);
        scenario(case, shows, expect, fields, &[], conforming::serve)
    };
    vec![
        saying(
            "proto-broken-place",
            "the place of a mistake in a .proto file",
            "invalid_proto",
            "grpc.proto",
            "inline.proto:2:28",
            call("Say", json!({}), json!("syntax = \"proto3\";\nmessage Word { string text 1; }\n")),
        ),
        saying(
            "message-wrong-type-place",
            "the field of a message that has the wrong type",
            "invalid_message",
            "grpc.message",
            "at tags[1]",
            call("Say", json!({ "text": "hello", "tags": ["a", 2] }), json!(ECHO)),
        ),
    ]
}
