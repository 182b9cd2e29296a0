//! Rows of limits that are decided when a definition is read.

use super::Row;
use faultfinder_assert::{LINE_BYTES_MAX, PATTERN_BYTES_MAX, QUERY_BYTES_MAX};
use faultfinder_engine::{FILE_BYTES_MAX, TEXT_BODY_BYTES_MAX};
use faultfinder_spec::value::{EVERY_MAX, METHOD_CHARS_MAX, TIMEOUT_MAX};
use faultfinder_spec::{
    ASSERTIONS_MAX, DATE_FORMAT_CHARS_MAX, DATE_OFFSET_YEARS_MAX, DEFINITION_BYTES_MAX, DEPTH_MAX,
    GENERATED_CHARS_MAX, NODES_MAX, PAIRS_MAX, RETRIES_MAX, RETRY_INTERVAL_MAX, TAGS_MAX, TESTS_MAX,
    VARIABLE_BYTES_MAX, VARIABLES_MAX,
};
use faultfinder_taxonomy::{ECHO_REQUESTS_MAX, PAYLOAD_BYTES_MAX};
use std::path::Path;

/// A variable that is known when the test runs: what depends on it is not read before.
const LATER: &str = "variables: {V: {env: FF_TEST_LIMITS}}\n";

/// `faultfinder-grpc`, `schema.rs`: `FILE_BYTES_MAX`.
const PROTO_BYTES_MAX: usize = 4 << 20;

pub(super) fn rows() -> Vec<Row> {
    [
        files(),
        variables(),
        tests(),
        schedule(),
        bodies(),
        http(),
        tls(),
        numbers(),
        conversations(),
        names(),
        grpc(),
        assertions(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// The files that definitions refer to, some of a size of interest.
pub(super) fn write_files(folder: &Path) {
    let file_bytes = usize::try_from(FILE_BYTES_MAX).unwrap();
    for bytes in [0, file_bytes, file_bytes + 1] {
        std::fs::write(folder.join(format!("{bytes}.bin")), vec![b'x'; bytes]).unwrap();
    }
    let proto = "syntax = \"proto3\"; package a; message M {} service B { rpc C (M) returns (M); } //";
    for bytes in [PROTO_BYTES_MAX, PROTO_BYTES_MAX + 1] {
        let padded = format!("{proto}{}", "x".repeat(bytes - proto.len()));
        std::fs::write(folder.join(format!("{bytes}.proto")), padded).unwrap();
    }
}

/// This many items, with a mark before the first one over the limit.
fn items(much: usize, most: usize, item: impl Fn(usize) -> String) -> String {
    let marked = |index| format!("{}{}", if index == most { "§" } else { "" }, item(index));
    (0..much).map(marked).collect::<Vec<_>>().join(", ")
}

/// An HTTP test with these fields.
fn request(fields: &str) -> String {
    format!("name: a\nhttp: {{url: 'http://a.test/', {fields}}}\n")
}

/// The same in the list of a file, which may have variables.
fn listed(fields: &str) -> String {
    format!("tests: [{{name: a, http: {{url: 'http://a.test/', {fields}}}}}]\n")
}

/// A list, in brackets, of which `item` makes each item.
fn list(
    what: &'static str,
    most: usize,
    path: &'static str,
    expected: &'static str,
    item: impl Fn(usize) -> String + 'static,
    text: impl Fn(&str) -> String + 'static,
) -> Row {
    Row::new(
        what,
        most,
        move |much| text(&items(much, most, &item)),
        path,
        move |much| format!("expected {expected} of at most {most} items, found {much}"),
    )
}

/// A number of a range.
fn number(
    what: &'static str,
    (least, most): (usize, usize),
    path: &'static str,
    text: impl Fn(&str) -> String + 'static,
) -> Row {
    Row::new(
        what,
        most,
        move |much| text(&format!("§{much}")),
        path,
        move |much| format!("expected a whole number from {least} to {most}, found `{much}`"),
    )
}

fn files() -> Vec<Row> {
    let deepest = usize::try_from(DEPTH_MAX).unwrap();
    vec![
        Row::new(
            "bytes of a file",
            DEFINITION_BYTES_MAX,
            |much| {
                let test = request("");
                format!("{test}#{}", "x".repeat(much - test.len() - 1))
            },
            "",
            |much| format!("a definition file has at most {DEFINITION_BYTES_MAX} bytes, found {much}"),
        ),
        Row::new(
            "values of a file, aliases expanded",
            usize::try_from(NODES_MAX).unwrap(),
            |much| {
                // All others: 4 of the test, 10 of the request, 3 of the message.
                let zeros = much - 17;
                let (aliases, others) = (zeros / 1000 - 1, zeros % 1000);
                format!(
                    "name: a\ngrpc: {{host: a.test, service: a.B, method: C, reflection: true, message: {{a: [&a [{}]{}{}]}}}}",
                    vec!["0"; 999].join(", "),
                    ", *a".repeat(aliases),
                    ", 0".repeat(others),
                )
            },
            "",
            |_| format!("a file holds at most {NODES_MAX} values, aliases expanded"),
        ),
        Row::new(
            "nesting of a file",
            deepest,
            |much| {
                // The test and its request are two of them.
                let (inside, last) = (much - 2, usize::try_from(DEPTH_MAX).unwrap() - 2);
                let open: String = (0..inside).map(|depth| if depth == last { "§[" } else { "[" }).collect();
                request(&format!("json: {open}{}", "]".repeat(inside)))
            },
            "",
            |_| format!("lists and mappings are nested at most {DEPTH_MAX} deep"),
        ),
        list(
            "tests of a file",
            TESTS_MAX,
            "tests",
            "a list of tests",
            |index| format!("{{name: t{index}, icmp: {{host: a.test}}}}"),
            |tests| format!("tests: [{tests}]\n"),
        ),
    ]
}

fn variables() -> Vec<Row> {
    let generated = usize::try_from(GENERATED_CHARS_MAX).unwrap();
    let years = usize::try_from(DATE_OFFSET_YEARS_MAX).unwrap();
    let generator = |call: String| request(&format!("body: '§{{{{ {call} }}}}'"));
    vec![
        Row::new(
            "variables of a file",
            VARIABLES_MAX,
            |much| {
                format!(
                    "variables: {{{}}}\n{}",
                    items(much, VARIABLES_MAX, |index| format!("V{index}: x")),
                    listed("")
                )
            },
            "variables",
            |_| format!("a file has at most {VARIABLES_MAX} variables"),
        ),
        Row::new(
            "bytes of a variable",
            VARIABLE_BYTES_MAX,
            |much| {
                let all = format!("{}{}", "{{ A }}".repeat(much / 1000), "x".repeat(much % 1000));
                format!(
                    "variables: {{A: {}, §B: '{all}'}}\n{}",
                    "x".repeat(1000),
                    listed("headers: {x: '{{ B }}'}")
                )
            },
            "variables.B",
            |_| format!("variable `B` would have more than {VARIABLE_BYTES_MAX} bytes"),
        ),
        Row::new(
            "characters of a generator",
            generated,
            move |much| generator(format!("numeric({much})")),
            "http.body",
            move |much| {
                format!("`numeric` takes a number of characters from 1 to {generated}, found `{much}`")
            },
        ),
        Row::new(
            "characters of a date's format",
            DATE_FORMAT_CHARS_MAX,
            move |much| generator(format!("date(1d, {})", "Y".repeat(4) + &"-".repeat(much - 4))),
            "http.body",
            |_| format!("`date` takes a format such as YYYY-MM-DD, found `YYYY{}..`", "-".repeat(56)),
        ),
        Row::new(
            "years of a date's offset",
            years,
            move |much| generator(format!("date({much}y, YYYY)")),
            "http.body",
            |much| {
                format!(
                    "`date` takes an offset such as -1d (units s, m, h, d, w, M, y; at most 1000 years), found `{much}y`"
                )
            },
        ),
    ]
}

fn tests() -> Vec<Row> {
    vec![
        list(
            "assertions of a test",
            ASSERTIONS_MAX,
            "assert",
            "a list of assertions",
            |_| "status is 200".to_owned(),
            |lines| format!("{}assert: [{lines}]\n", request("")),
        ),
        list(
            "tags of a test",
            TAGS_MAX,
            "tags",
            "a list of tags",
            |index| format!("t{index}"),
            |tags| format!("{}tags: [{tags}]\n", request("")),
        ),
    ]
}

fn schedule() -> Vec<Row> {
    let seconds = |time: std::time::Duration| usize::try_from(time.as_secs()).unwrap();
    let limit = |much: usize| format!("a time limit is at most 1h, found `{much}s`");
    vec![
        Row::new(
            "timeout",
            seconds(TIMEOUT_MAX),
            |much| request(&format!("timeout: §{much}s")),
            "http.timeout",
            limit,
        ),
        Row::new(
            "overall_timeout",
            seconds(TIMEOUT_MAX),
            |much| request(&format!("overall_timeout: §{much}s")),
            "http.overall_timeout",
            limit,
        ),
        Row::new(
            "every",
            seconds(EVERY_MAX),
            |much| format!("{}every: §{much}s\n", request("")),
            "every",
            |much| format!("expected a duration from 1s to 7d, found `{much}s`"),
        ),
        number("retries", (0, usize::from(RETRIES_MAX)), "retry.count", |count| {
            format!("{}retry: {{count: {count}}}\n", request(""))
        }),
        Row::new(
            "pause before a retry",
            seconds(RETRY_INTERVAL_MAX),
            |much| format!("{}retry: {{interval: §{much}s}}\n", request("")),
            "retry.interval",
            |much| format!("expected a duration up to 60s, found `{much}s`"),
        ),
        Row::new(
            "how long a token is valid",
            // `faultfinder-spec`, `value/duration_range.rs`: `Lifetime`.
            86_400,
            |much| {
                request(&format!(
                    "auth: {{jwt: {{algorithm: HS256, secret: {}, expires_in: §{much}s}}}}",
                    "k".repeat(64)
                ))
            },
            "http.auth.jwt.expires_in",
            |much| format!("expected a duration from 1s to 1d, found `{much}s`"),
        ),
        Row::new(
            "time between two echo requests",
            // `faultfinder-spec`, `value/duration_range.rs`: `EchoInterval`.
            60,
            |much| format!("name: a\nicmp: {{host: a.test, packets: 1, interval: §{much}s}}\n"),
            "icmp.interval",
            |much| format!("expected a duration from 1ms to 60s, found `{much}s`"),
        ),
    ]
}

fn bodies() -> Vec<Row> {
    let too_long =
        |much: usize| format!("the body has {much} bytes; at most {TEXT_BODY_BYTES_MAX} are allowed");
    let file = usize::try_from(FILE_BYTES_MAX).unwrap();
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
            file,
            |much| request(&format!("multipart: [{{name: p, file: §{much}.bin}}]")),
            "http.multipart[0].file",
            move |much| format!("cannot read {much}.bin: it has {much} bytes; at most {file} are allowed"),
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
        number("size of DNS answers over UDP", (512, usize::from(u16::MAX)), "dns.edns_size", |size| {
            format!("name: a\ndns: {{name: a.test, edns_size: {size}}}\n")
        }),
        // `faultfinder-spec`, `protocol/grpc.rs`: `MESSAGES_MAX`.
        number("gRPC messages", (1, 1000), "grpc.max_messages", |count| {
            format!("name: a\ngrpc: {{host: a.test, health: true, max_messages: {count}}}\n")
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

fn assertions() -> Vec<Row> {
    let line = |what: &'static str, most: usize, line: fn(usize) -> String, message: fn(usize) -> String| {
        Row::new(
            what,
            most,
            move |much| format!("{}assert:\n  - {}\n", request(""), line(much)),
            "assert[0]",
            message,
        )
    };
    vec![
        line(
            "bytes of an assertion",
            LINE_BYTES_MAX,
            |much| format!("§body is {}", "x".repeat(much - "body is ".len())),
            |much| format!("an assertion has at most {LINE_BYTES_MAX} bytes, found {much}"),
        ),
        line(
            "bytes of a regular expression",
            PATTERN_BYTES_MAX,
            |much| format!("body matches §{}", "x".repeat(much)),
            |much| {
                format!("the regular expression has {much} bytes; at most {PATTERN_BYTES_MAX} are allowed")
            },
        ),
        line(
            "nesting of a regular expression: `NESTING_MAX`",
            50,
            |much| format!("body matches {}§(x{}", "(".repeat(much - 1), ")".repeat(much)),
            |_| {
                "bad regular expression: exceed the maximum number of nested parentheses/brackets (50)"
                    .to_owned()
            },
        ),
        line(
            "bytes of a JSONPath",
            QUERY_BYTES_MAX,
            |much| format!("jsonpath §$.{} is x", "a".repeat(much - 2)),
            |much| format!("the JSONPath has {much} bytes; at most {QUERY_BYTES_MAX} are allowed"),
        ),
        line(
            "`..` of a JSONPath: `DESCENTS_MAX`",
            2,
            |much| format!("jsonpath §${} is x", "..a".repeat(much)),
            |much| format!("the JSONPath has {much} `..`; at most 2 are allowed"),
        ),
        line(
            "brackets of a JSONPath: `NESTING_MAX`",
            16,
            |much| format!("jsonpath §$[?{}@.a{}] exists", "(".repeat(much - 1), ")".repeat(much - 1)),
            |_| "the JSONPath nests brackets more than 16 deep".to_owned(),
        ),
        line(
            "bytes of a header's name: `HEADER_NAME_BYTES_MAX`",
            256,
            |much| format!("header §{} exists", "x".repeat(much)),
            |_| format!("`{}..` is not a valid name of a header", "x".repeat(60)),
        ),
    ]
}
