//! Rows of limits of requests.

use super::row::{LATER, Row, items, list, number, request};
use faultfinder_engine::{FILE_BYTES_MAX, TEXT_BODY_BYTES_MAX};
use faultfinder_spec::PAIRS_MAX;
use faultfinder_spec::value::METHOD_CHARS_MAX;
use faultfinder_taxonomy::{ECHO_REQUESTS_MAX, PAYLOAD_BYTES_MAX};
use std::path::Path;

/// `faultfinder-grpc`, `schema.rs`: `FILE_BYTES_MAX`.
const PROTO_BYTES_MAX: usize = 4 << 20;

pub(super) fn rows() -> Vec<Row> {
    [bodies(), http(), tls(), numbers(), conversations(), names(), grpc()].into_iter().flatten().collect()
}

/// The files that definitions refer to, some of a size of interest.
pub(super) fn write_files(folder: &Path) {
    for bytes in [0, FILE_BYTES_MAX, FILE_BYTES_MAX + 1] {
        std::fs::write(folder.join(format!("{bytes}.bin")), vec![b'x'; bytes]).unwrap();
    }
    let proto = "syntax = \"proto3\"; package a; message M {} service B { rpc C (M) returns (M); } //";
    for bytes in [PROTO_BYTES_MAX, PROTO_BYTES_MAX + 1] {
        let padded = format!("{proto}{}", "x".repeat(bytes - proto.len()));
        std::fs::write(folder.join(format!("{bytes}.proto")), padded).unwrap();
    }
}

fn bodies() -> Vec<Row> {
    let too_long =
        |much: usize| format!("the body has {much} bytes; at most {TEXT_BODY_BYTES_MAX} are allowed");
    vec![
        Row::new(
            "body as text",
            TEXT_BODY_BYTES_MAX,
            |much| request(&format!("body: §{}", "x".repeat(much))),
            "http.body",
            too_long,
        ),
        Row::new(
            "body as JSON",
            TEXT_BODY_BYTES_MAX,
            |much| request(&format!("§json: {}", "x".repeat(much - 2))),
            "http.json",
            too_long,
        ),
        Row::new(
            "body as a form",
            TEXT_BODY_BYTES_MAX,
            |much| request(&format!("§form: {{a: {}}}", "x".repeat(much - 3))),
            "http.form",
            too_long,
        ),
        Row::new(
            "GraphQL document",
            TEXT_BODY_BYTES_MAX,
            |much| request(&format!("graphql: {{query: §{}}}", "x".repeat(much))),
            "http.graphql.query",
            |much| format!("the GraphQL request has {much} bytes; at most {TEXT_BODY_BYTES_MAX} are allowed"),
        ),
        Row::new(
            "files of a multipart body",
            // `faultfinder-engine`, `protocol/http/body.rs`: `FILES_MAX`.
            3,
            |much| {
                let parts = items(much, usize::MAX, |index| format!("{{name: p{index}, file: 0.bin}}"));
                request(&format!("§multipart: [{parts}]"))
            },
            "http.multipart",
            |much| format!("the body has {much} files; at most 3 are allowed"),
        ),
        Row::new(
            "bytes of a multipart file",
            FILE_BYTES_MAX,
            |much| request(&format!("multipart: [{{name: p, file: §{much}.bin}}]")),
            "http.multipart[0].file",
            |much| {
                format!("cannot read {much}.bin: it has {much} bytes; at most {FILE_BYTES_MAX} are allowed")
            },
        ),
        Row::new(
            "bytes of a file that is a body",
            FILE_BYTES_MAX,
            |much| request(&format!("body_file: §{much}.bin")),
            "http.body_file",
            |much| {
                format!("cannot read {much}.bin: it has {much} bytes; at most {FILE_BYTES_MAX} are allowed")
            },
        ),
    ]
}

fn http() -> Vec<Row> {
    let pairs = |what: &'static str, field: &'static str, path: &'static str| {
        Row::new(
            what,
            PAIRS_MAX,
            move |much| {
                request(&format!("{field}: §{{{}}}", items(much, usize::MAX, |index| format!("x{index}: y"))))
            },
            path,
            |_| format!("at most {PAIRS_MAX} names and values are possible"),
        )
    };
    vec![
        pairs("headers", "headers", "http.headers"),
        pairs("parameters of a query", "query", "http.query"),
        pairs("cookies", "cookies", "http.cookies"),
        pairs("parameters of a form", "form", "http.form"),
        Row::new(
            "names with an address",
            PAIRS_MAX,
            |much| {
                let names = items(much, usize::MAX, |index| format!("h{index}.test: 127.0.0.1"));
                request(&format!("resolve: §{{{names}}}"))
            },
            "http.resolve",
            |_| format!("at most {PAIRS_MAX} names and values are possible"),
        ),
        list(
            "parts of a multipart body",
            PAIRS_MAX,
            "http.multipart",
            "a list of parts",
            |index| format!("{{name: p{index}, value: x}}"),
            |parts| request(&format!("multipart: [{parts}]")),
        ),
        Row::new(
            "characters of a method",
            METHOD_CHARS_MAX,
            |much| request(&format!("method: §{}", "M".repeat(much))),
            "http.method",
            |_| format!("expected an HTTP method such as GET, found `{}..`", "M".repeat(60)),
        ),
        // `faultfinder-spec`, `protocol/http/table.rs`: `REDIRECTS_MAX`.
        number("redirects", (0, 100), "http.max_redirects", |most| {
            request(&format!("max_redirects: {most}"))
        }),
    ]
}

// The private constants are in `faultfinder-spec`, `tls.rs`.
fn tls() -> Vec<Row> {
    let later = |fields: &str| format!("{LATER}tests: [{{name: a, ssl: {{host: a.test, {fields}}}}}]\n");
    vec![
        list(
            "`ca`: `CA_MAX`",
            100,
            "tests[0].ssl.ca",
            "text or a list of texts",
            |_| "'{{ V }}'".to_owned(),
            move |all| later(&format!("ca: [{all}]")),
        ),
        list(
            "`crl`: `CRL_MAX`",
            100,
            "tests[0].ssl.crl",
            "text or a list of texts",
            |_| "'{{ V }}'".to_owned(),
            move |all| later(&format!("crl: [{all}]")),
        ),
        list(
            "`alpn`: `ALPN_MAX`",
            16,
            "ssl.alpn",
            "a list of texts",
            |index| format!("p{index}"),
            |all| format!("name: a\nssl: {{host: a.test, alpn: [{all}]}}\n"),
        ),
        Row::new(
            "bytes of a protocol in `alpn`",
            // `faultfinder-net`, `tls/client.rs`: `PROTOCOL_BYTES_MAX`.
            255,
            |much| format!("name: a\nssl: {{host: a.test, alpn: [§{}]}}\n", "x".repeat(much)),
            "ssl.alpn[0]",
            |_| "an application protocol has 1 to 255 bytes".to_owned(),
        ),
        // `VERIFY_DEPTH_MAX`.
        number("`verify_depth`", (0, 100), "ssl.verify_depth", |most| {
            format!("name: a\nssl: {{host: a.test, verify_depth: {most}}}\n")
        }),
        number("`auth_level`", (0, 5), "ssl.auth_level", |level| {
            format!("name: a\nssl: {{host: a.test, auth_level: {level}}}\n")
        }),
    ]
}

fn numbers() -> Vec<Row> {
    vec![
        number("echo requests", (0, usize::from(ECHO_REQUESTS_MAX)), "icmp.packets", |count| {
            format!("name: a\nicmp: {{host: a.test, packets: {count}}}\n")
        }),
        number("payload of an echo request", (0, usize::from(PAYLOAD_BYTES_MAX)), "icmp.size", |size| {
            format!("name: a\nicmp: {{host: a.test, size: {size}}}\n")
        }),
        number("hops of an echo request", (1, usize::from(u8::MAX)), "icmp.ttl", |ttl| {
            format!("name: a\nicmp: {{host: a.test, ttl: {ttl}}}\n")
        }),
        Row::new(
            "size of DNS answers over UDP",
            usize::from(u16::MAX),
            |much| format!("name: a\ndns: {{name: a.test, edns_size: §{much}}}\n"),
            "dns.edns_size",
            |much| format!("expected 0, or a whole number from 512 to 65535, found `{much}`"),
        ),
        // `faultfinder-spec`, `protocol/grpc.rs`: `MESSAGES_MAX`.
        number("gRPC messages", (1, 1000), "grpc.max_messages", |count| {
            format!("name: a\ngrpc: {{host: a.test, health: true, max_messages: {count}}}\n")
        }),
        // `faultfinder-spec`, `protocol/grpc.rs`: `MESSAGE_BYTES_MAX`.
        number("bytes of a gRPC message", (1, 64 << 20), "grpc.max_message_bytes", |bytes| {
            format!("name: a\ngrpc: {{host: a.test, health: true, max_message_bytes: {bytes}}}\n")
        }),
        // `faultfinder-spec`, `protocol/ws.rs`: `MESSAGE_BYTES_MAX`.
        number("bytes of a WebSocket message", (1, 16 << 20), "ws.max_message_bytes", |bytes| {
            format!("name: a\nws: {{url: 'ws://a.test', max_message_bytes: {bytes}}}\n")
        }),
        Row::new(
            "ports",
            usize::from(u16::MAX),
            |much| format!("name: a\ntcp: {{host: a.test, port: §{much}}}\n"),
            "tcp.port",
            |much| format!("expected a port from 1 to 65535, found `{much}`"),
        ),
    ]
}

// `STEPS_MAX` is in `faultfinder-spec`, `common.rs`.
fn conversations() -> Vec<Row> {
    let payload = usize::from(PAYLOAD_BYTES_MAX);
    vec![
        list(
            "TCP steps: `STEPS_MAX`",
            100,
            "tcp.steps",
            "a list of steps",
            |_| "{send: x}".to_owned(),
            |steps| format!("name: a\ntcp: {{host: a.test, port: 1, steps: [{steps}]}}\n"),
        ),
        list(
            "WebSocket steps: `STEPS_MAX`",
            100,
            "ws.steps",
            "a list of WebSocket steps",
            |_| "{send: x}".to_owned(),
            |steps| format!("name: a\nws: {{url: 'ws://a.test', steps: [{steps}]}}\n"),
        ),
        list(
            "subprotocols: `SUBPROTOCOLS_MAX`",
            32,
            "ws.subprotocols",
            "text or a list of texts",
            |index| format!("p{index}"),
            |all| format!("name: a\nws: {{url: 'ws://a.test', subprotocols: [{all}]}}\n"),
        ),
        Row::new(
            "payload of a ping",
            // `faultfinder-ws`, `reader.rs`: `CONTROL_BYTES_MAX`.
            125,
            |much| format!("name: a\nws: {{url: 'ws://a.test', steps: [{{ping: §{}}}]}}\n", "x".repeat(much)),
            "ws.steps[0].ping",
            |much| format!("a ping has at most 125 bytes, not {much}"),
        ),
        Row::new(
            "UDP message",
            payload,
            |much| format!("name: a\nudp: {{host: a.test, port: 1, message: §{}}}\n", "x".repeat(much)),
            "udp.message",
            move |much| format!("the message has {much} bytes, but a datagram has at most {payload}"),
        ),
    ]
}

// `NAME_BYTES_MAX` and `LABEL_BYTES_MAX` are in `faultfinder-net`, `host.rs`.
fn names() -> Vec<Row> {
    let name = |much: usize| format!("{}.{}", vec!["a".repeat(49); 4].join("."), "a".repeat(much - 200));
    vec![
        Row::new(
            "bytes of a host name",
            253,
            move |much| format!("name: a\ntcp: {{host: §{}, port: 1}}\n", name(much)),
            "tcp.host",
            |much| format!("the host name has {much} bytes, a DNS query carries 253"),
        ),
        Row::new(
            "bytes of a label of a host name",
            63,
            |much| format!("name: a\ntcp: {{host: §{}.test, port: 1}}\n", "a".repeat(much)),
            "tcp.host",
            |much| format!("a label of the host name has {much} bytes, a DNS label has at most 63"),
        ),
        Row::new(
            "bytes of a name that is asked for",
            253,
            move |much| format!("name: a\ndns: {{name: §{}}}\n", name(much)),
            "dns.name",
            |much| format!("the name has {much} bytes, a DNS query carries 253"),
        ),
        Row::new(
            "bytes of a label of a name that is asked for",
            63,
            |much| format!("name: a\ndns: {{name: §{}.test}}\n", "a".repeat(much)),
            "dns.name",
            |much| format!("a label of the name has {much} bytes, a DNS label has at most 63"),
        ),
        // `faultfinder-spec`, `protocol/dns.rs`: `TRUST_ANCHORS_MAX`.
        list(
            "trust anchors",
            100,
            "tests[0].dns.trust_anchor",
            "text or a list of texts",
            |_| "'{{ V }}'".to_owned(),
            |all| {
                format!(
                    "{LATER}tests: [{{name: a, dns: {{name: a.test, dnssec: validate, trust_anchor: [{all}]}}}}]\n"
                )
            },
        ),
    ]
}

fn grpc() -> Vec<Row> {
    let call = |fields: &str| format!("grpc: {{host: a.test, service: a.B, method: C, {fields}}}");
    vec![
        // `faultfinder-spec`, `protocol/grpc.rs`: `PROTO_MAX`.
        list(
            "schemas",
            100,
            "tests[0].grpc.proto",
            "text or a list of texts",
            |_| "'{{ V }}'".to_owned(),
            move |all| {
                let call = call(&format!("proto: [{all}]"));
                format!("{LATER}tests: [{{name: a, {call}}}]\n")
            },
        ),
        list(
            "folders of schemas",
            100,
            "tests[0].grpc.proto_path",
            "text or a list of texts",
            |_| ".".to_owned(),
            move |all| {
                let call = call(&format!("proto: '{{{{ V }}}}', proto_path: [{all}]"));
                format!("{LATER}tests: [{{name: a, {call}}}]\n")
            },
        ),
        Row::new(
            "bytes of a schema",
            PROTO_BYTES_MAX,
            move |much| format!("name: a\n{}\n", call(&format!("proto: §{much}.proto"))),
            "grpc.proto",
            |much| {
                format!(
                    "cannot read {much}.proto: it has {much} bytes; at most {PROTO_BYTES_MAX} are allowed"
                )
            },
        ),
        Row::new(
            "bytes of a message",
            faultfinder_grpc::Request::MESSAGE_BYTES_MAX,
            move |much| {
                // A field's tag takes one byte, its length four.
                let schema = "syntax = \"proto3\"; package a; message M { string s = 1; } service B { rpc C (M) returns (M); }";
                let fields = format!("proto: '{schema}', §message: {{s: {}}}", "x".repeat(much - 5));
                format!("name: a\n{}\n", call(&fields))
            },
            "grpc.message",
            |much| {
                format!(
                    "the message has {much} bytes; at most {} are allowed",
                    faultfinder_grpc::Request::MESSAGE_BYTES_MAX
                )
            },
        ),
    ]
}
