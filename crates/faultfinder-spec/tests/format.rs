//! The format: what files may look like, and that examples, schema and docs agree with the reader.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "helpers of tests, which the configured exemption does not see"
)]

use faultfinder_spec::value::Port;
use faultfinder_spec::{
    AssertionSource, Document, Fields, FromText as _, Part, Test, VariableSource, check_variables,
    field_reference, parse_str, schema,
};
use serde_json::Value;
use std::time::Duration;

const EXAMPLES: &[(&str, &str)] = &[
    ("http.yaml", include_str!("../../../examples/http.yaml")),
    ("https.yaml", include_str!("../../../examples/https.yaml")),
    ("ssl.yaml", include_str!("../../../examples/ssl.yaml")),
    ("dns.yaml", include_str!("../../../examples/dns.yaml")),
    ("tcp.yaml", include_str!("../../../examples/tcp.yaml")),
    ("ws.yaml", include_str!("../../../examples/ws.yaml")),
    ("variables.yaml", include_str!("../../../examples/variables.yaml")),
    ("chat.yaml", include_str!("../../../examples/chat.yaml")),
    ("graphql.yaml", include_str!("../../../examples/graphql.yaml")),
    ("javascript.yaml", include_str!("../../../examples/javascript.yaml")),
    ("json-schema.yaml", include_str!("../../../examples/json-schema.yaml")),
    ("login-csrf.yaml", include_str!("../../../examples/login-csrf.yaml")),
    ("oauth.yaml", include_str!("../../../examples/oauth.yaml")),
    ("order-flow.yaml", include_str!("../../../examples/order-flow.yaml")),
    ("pagination.yaml", include_str!("../../../examples/pagination.yaml")),
    ("redirects.yaml", include_str!("../../../examples/redirects.yaml")),
    ("security-headers.yaml", include_str!("../../../examples/security-headers.yaml")),
    ("soap.yaml", include_str!("../../../examples/soap.yaml")),
    ("upload.yaml", include_str!("../../../examples/upload.yaml")),
    ("single-test.json", include_str!("../../../examples/single-test.json")),
];

/// What the examples expect from the command line.
const GIVEN: &[&str] = &[
    "HTTP",
    "HTTPS",
    "CA",
    "SSL_HOST",
    "SSL_PORT",
    "DNS_SERVER",
    "DNS_PORT",
    "DNS_NAME",
    "TCP_HOST",
    "TCP_PORT",
    "WS",
];

#[track_caller]
fn document(text: &str) -> Document {
    let parsed = parse_str("x.yaml", text);
    assert!(!parsed.has_errors(), "{:#?}", parsed.diagnostics);
    parsed.document.unwrap()
}

#[track_caller]
fn test(text: &str) -> Test {
    document(text).tests.remove(0)
}

/// A field as it was written.
#[track_caller]
fn written<'f>(fields: &'f Fields, name: &str) -> &'f str {
    fields.text(name).unwrap_or_else(|| panic!("{name} is not given")).as_written()
}

fn all<'f>(fields: &'f Fields, name: &str) -> Vec<&'f str> {
    fields.texts(name).iter().map(|text| text.as_written()).collect()
}

fn pairs(fields: &Fields, name: &str) -> Vec<String> {
    fields.pairs(name).iter().map(|pair| format!("{}={}", pair.name, pair.value)).collect()
}

#[test]
fn examples_are_read_without_complaint() {
    for (name, text) in EXAMPLES {
        let parsed = parse_str(name, text);
        assert_eq!(parsed.diagnostics, [], "{name}");
        assert_eq!(check_variables(&parsed.document.unwrap(), GIVEN), [], "{name}");
    }
}

#[test]
fn a_file_a_test_and_a_list_of_tests_are_the_same() {
    let file = document("tests: [{name: a, http: {url: x}}, {name: b, ssl: {host: x}}]");
    let list = document("- {name: a, http: {url: x}}\n- {name: b, ssl: {host: x}}\n");
    let json = document(r#"[{"name":"a","http":{"url":"x"}},{"name":"b","ssl":{"host":"x"}}]"#);
    for document in [&file, &list, &json] {
        let found: Vec<String> = document
            .tests
            .iter()
            .map(|test| format!("{} {}", test.name, test.exchange().unwrap().request.protocol))
            .collect();
        assert_eq!(found, ["a http", "b ssl"]);
    }
    assert_eq!(test(r#"{"assert":[],"http":{"url":"x"},"name":"a/b"}"#).name.literal(), Some("a/b"));
}

#[test]
fn defaults_fill_in_what_a_test_leaves_out() {
    let document = document(
        "defaults: { timeout: 3s, every: 2m, ip: 6, retry: { count: 2, interval: 1s }, resolve: { a.test: 127.0.0.1 } }
tests:
  - { name: a, http: { url: x, timeout: 1s }, retry: { count: 0 } }
  - { name: b, tcp: { host: x, port: 1, resolve: { b.test: [127.0.0.2, '::1'] } }, every: 1 h }
",
    );
    let [a, b] = document.tests.as_slice() else { panic!() };
    let fields = |test: &'_ Test| test.exchange().unwrap().request.fields.clone();
    assert_eq!((written(&fields(a), "timeout"), written(&fields(b), "timeout")), ("1s", "3s"));
    assert_eq!(written(&fields(a), "ip"), "6");
    assert_eq!((a.every, b.every), (Some(Duration::from_secs(120)), Some(Duration::from_secs(3600))));
    assert_eq!((a.retry.count, a.retry.interval), (0, Duration::from_secs(1)));
    assert_eq!((b.retry.count, b.retry.interval), (2, Duration::from_secs(1)));
    assert_eq!(pairs(&fields(a), "resolve"), ["a.test=127.0.0.1"]);
    assert_eq!(pairs(&fields(b), "resolve"), ["b.test=127.0.0.2", "b.test=::1"]);
}

#[test]
fn scalars_keep_their_spelling() {
    let test = test(
        "name: 1.10
http:
  url: x
  method: NO
  version: 1.1
  headers: { a: 1.0, b: yes, 007: 0x10, c: [1, 2], '': e }
  tls: { min_version: 1.2, max_version: TLSv1.3, roots: none }
",
    );
    assert_eq!(test.name.as_written(), "1.10");
    let http = &test.exchange().unwrap().request.fields;
    assert_eq!((written(http, "method"), written(http, "version")), ("NO", "1.1"));
    assert_eq!(pairs(http, "headers"), ["a=1.0", "b=yes", "007=0x10", "c=1", "c=2", "=e"]);
    let tls = http.fields("tls").unwrap();
    assert_eq!((written(tls, "min_version"), written(tls, "max_version")), ("1.2", "TLSv1.3"));
    assert_eq!(written(tls, "roots"), "none");
}

#[test]
fn bodies_and_credentials_are_read() {
    let read = |text: &str| {
        test(&format!("name: a\nhttp: {{ url: x, {text} }}")).exchange().unwrap().request.fields.clone()
    };
    let fields = read("json: { b: [1.50, null, true, '{{ uuid }}', \"\\\"\"], a: {} }");
    assert_eq!(
        fields.json("json").unwrap().render(|_| Ok::<_, ()>("U\n".to_owned())).unwrap(),
        r#"{"b":[1.50,null,true,"U\n","\""],"a":{}}"#
    );
    assert_eq!(written(&read("body: ''"), "body"), "");
    let form = read("form: {}");
    assert!(form.has("form") && form.pairs("form").is_empty());
    let parts =
        "multipart: [{name: a, value: b}, {name: c, file: d.bin, filename: e, content_type: text/plain}]";
    let fields = read(parts);
    assert_eq!(written(&fields.list("multipart")[1], "file"), "d.bin");
    let fields = read("auth: { basic: { username: a, password: '' } }");
    let basic = fields.fields("auth").and_then(|auth| auth.fields("basic")).unwrap();
    assert_eq!((written(basic, "username"), written(basic, "password")), ("a", ""));
}

#[test]
fn lists_may_be_one_text_and_steps_are_mappings() {
    let fields = test("{name: a, ssl: {host: x, ca: a.pem, crl: [b.pem, fetch]}}")
        .exchange()
        .unwrap()
        .request
        .fields
        .clone();
    assert_eq!((all(&fields, "ca"), all(&fields, "crl")), (vec!["a.pem"], vec!["b.pem", "fetch"]));
    let fields = test("{name: a, tcp: {host: x, port: 1, steps: [{expect: 220}, {send: QUIT}], tls: {}}}");
    let steps = fields.exchange().unwrap().request.fields.list("steps");
    assert_eq!((written(&steps[0], "expect"), written(&steps[1], "send")), ("220", "QUIT"));
    assert!(fields.exchange().unwrap().request.fields.clone().has("tls"));
}

#[test]
fn fields_that_exclude_each_other_are_refused() {
    for wrong in [
        "message: a, steps: []",
        "message: a, message_base64: YQ==",
        "message_base64: 'a b!'",
        "steps: [{send: a, expect: b}]",
        "max_message_bytes: 0",
    ] {
        let text = format!("{{name: a, ws: {{url: 'ws://a.test/', {wrong}}}}}");
        assert_eq!(parse_str("x", &text).diagnostics.len(), 1, "{wrong}");
    }
}

#[test]
fn assertions_are_lines_or_mappings() {
    let test = test(
        "{name: a, http: {url: x}, assert: [status is 200, {subject: header a, operator: contains, value: 5, not: true}]}",
    );
    assert!(
        matches!(&test.exchange().unwrap().assertions[0], AssertionSource::Line(line) if line.literal() == Some("status is 200"))
    );
    let AssertionSource::Fields(fields) = &test.exchange().unwrap().assertions[1] else { panic!() };
    assert_eq!((written(fields, "value"), written(fields, "not")), ("5", "true"));
}

#[test]
fn fields_may_be_templates_that_are_read_by_the_same_rules() {
    let fields =
        test("{name: a, tcp: {host: '{{ H }}', port: '{{ P }}'}}").exchange().unwrap().request.fields.clone();
    let port = fields.text("port").unwrap();
    assert_eq!((port.variables().collect::<Vec<_>>(), port.literal()), (vec!["P"], None));
    assert_eq!(Port::from_text("443").unwrap().get(), 443);
    let bad = Port::from_text("-1").unwrap_err();
    assert_eq!(bad.name, Some("ERR_SOCKET_BAD_PORT"));
    let spec = fields.table().find("port").unwrap();
    assert_eq!(spec.check("-1").unwrap_err(), bad);
    let at_load = parse_str("x", "{name: a, tcp: {host: x, port: -1}}").diagnostics.remove(0);
    assert_eq!(at_load.message, bad.message);
    assert_eq!(at_load.name.as_deref(), bad.name);
}

#[test]
fn variables_are_text_or_come_from_the_environment() {
    let document = document(
        "variables: { A: 1, B: { value: '{{ A }}', secret: true }, C: { env: HOME, default: x } }\ntests: [{name: a, http: {url: '{{ B }}{{ C }}'}}]",
    );
    assert_eq!(check_variables(&document, &[]), []);
    let [a, b, c] = document.variables.as_slice() else { panic!() };
    assert!(!a.secret && b.secret && !c.secret);
    assert!(matches!(&c.source, VariableSource::Env { name, default: Some(_) } if name.value == "HOME"));
}

#[test]
fn a_given_variable_hides_the_files_and_so_ends_a_cycle() {
    let document =
        document("variables: { A: '{{ B }}', B: '{{ A }}' }\ntests: [{name: a, http: {url: '{{ A }}'}}]");
    assert_eq!(check_variables(&document, &[]).len(), 1);
    assert_eq!(check_variables(&document, &["B"]), []);
}

#[test]
fn what_the_run_must_say_is_no_mistake_of_the_file() {
    for text in [
        r#"{"name":"a","http":{"url":"127.0.0.1:1"}}"#,
        r#"{"name":"a","http":{"url":"http://[::1"}}"#,
        r#"{"name":"a","http":{"url":""}}"#,
        r#"{"name":"a","http":{"url":"ftp://127.0.0.1/"}}"#,
        r#"{"name":"a","http":{"url":"http://x/","headers":{"a":"b\r\nc: d"}}}"#,
        r#"{"name":"a","http":{"url":"http://x/","headers":{"a":"☃"}}}"#,
        r#"{"name":"a","http":{"url":"http://x/","headers":{"":"b"}}}"#,
        r#"{"name":"a","http":{"url":"http://x/","headers":{"transfer-encoding":"chunked","content-length":"3"}}}"#,
        r#"{"name":"a","http":{"url":"http://x/","tls":{"client_cert":"-----BEGIN X","client_key":"-----BEGIN Y"}}}"#,
        r#"{"name":"a","dns":{"name":"a..b"}}"#,
        r#"{"name":"a","tcp":{"host":"","port":1}}"#,
    ] {
        let parsed = parse_str("x", text);
        assert!(!parsed.has_errors(), "{text}: {:?}", parsed.diagnostics);
    }
}

#[test]
fn json_escapes_beyond_the_basic_plane_are_read() {
    let test = test(r#"{"name": "\ud83d\ude00 \\ud83d \u00e4", "http": {"url": "x\/y"}}"#);
    assert_eq!(test.name.as_written(), "\u{1f600} \\ud83d ä");
}

#[test]
fn the_examples_are_valid_by_the_schema() {
    let schema = schema(serde_json::json!({ "type": "string" }));
    for (name, text) in EXAMPLES {
        let value = plain(name, text);
        if let Err(why) = validate(&schema, &schema, &value) {
            panic!("{name}: {why}");
        }
    }
    let asserting = |value: &str| {
        format!(
            r#"{{"name":"a","http":{{"url":"x"}},"assert":[{{"subject":"status","operator":"in","value":{value}}}]}}"#
        )
    };
    for (text, expected) in [
        (r#"{"tests":[]}"#.to_owned(), true),
        (r#"{"name":"a","http":{"url":"x","timeuot":"5s"}}"#.to_owned(), false),
        (r#"{"name":"a"}"#.to_owned(), false),
        ("5".to_owned(), false),
        (asserting("200"), true),
        (asserting(r#"[200, "2xx"]"#), true),
        (asserting("[[200]]"), false),
        (asserting("{}"), false),
        (r#"{"name":"a","tcp":{"host":"x","port":1}}"#.to_owned(), true),
        (r#"{"name":"a","tcp":{"unix_socket":"/s"}}"#.to_owned(), true),
        (r#"{"name":"a","tcp":{"port":1}}"#.to_owned(), false),
    ] {
        let value: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(validate(&schema, &schema, &value).is_ok(), expected, "{text}");
    }
}

#[test]
fn the_docs_list_every_field() {
    let docs = include_str!("../../../docs/definitions.md");
    let generated = field_reference();
    if !docs.contains(generated.trim()) {
        panic!("docs/definitions.md has drifted; between its marks must be:\n\n{generated}");
    }
}

/// An example as JSON: its own, or what its only field `tests` and so on hold, read through a JSON body.
fn plain(name: &str, text: &str) -> Value {
    // The crate reads YAML into definitions only, except for JSON bodies: so the file is made one.
    let indented: String = text.lines().map(|line| format!("    {line}\n")).collect();
    let wrapped = format!("name: x\nhttp:\n  url: x\n  json:\n{indented}");
    let document = document(&wrapped);
    let json =
        document.tests[0].exchange().unwrap().request.fields.json("json").unwrap_or_else(|| panic!("{name}"));
    let rendered = json.render(|part| {
        Ok::<_, ()>(match part {
            Part::Variable { name, .. } => format!("{{{{ {name} }}}}"),
            _ => "{{ generated }}".to_owned(),
        })
    });
    serde_json::from_str(&rendered.unwrap()).unwrap()
}

/// The parts of JSON Schema that ours uses, patterns aside.
fn validate(root: &Value, schema: &Value, value: &Value) -> Result<(), String> {
    let Some(schema) = schema.as_object() else { return Ok(()) };
    for (keyword, rule) in schema {
        let fine = match keyword.as_str() {
            "$ref" => {
                let name = rule.as_str().unwrap().rsplit('/').next().unwrap();
                validate(root, &root["$defs"][name], value)?;
                true
            }
            "type" => {
                let types: Vec<&str> = match rule {
                    Value::Array(types) => types.iter().filter_map(Value::as_str).collect(),
                    one => one.as_str().into_iter().collect(),
                };
                types.iter().any(|kind| match *kind {
                    "object" => value.is_object(),
                    "array" => value.is_array(),
                    "string" => value.is_string(),
                    "integer" => value.is_u64(),
                    "number" => value.is_number(),
                    "boolean" => value.is_boolean(),
                    other => panic!("{other}"),
                })
            }
            "enum" => rule.as_array().unwrap().contains(value),
            "const" => rule == value,
            "minimum" => value.as_u64() >= rule.as_u64(),
            "maximum" => value.as_u64() <= rule.as_u64(),
            "anyOf" => rule.as_array().unwrap().iter().any(|rule| validate(root, rule, value).is_ok()),
            "oneOf" => {
                rule.as_array().unwrap().iter().filter(|rule| validate(root, rule, value).is_ok()).count()
                    == 1
            }
            "not" => validate(root, rule, value).is_err(),
            "required" => {
                rule.as_array().unwrap().iter().all(|name| value.get(name.as_str().unwrap()).is_some())
            }
            "items" => value
                .as_array()
                .is_none_or(|items| items.iter().all(|item| validate(root, rule, item).is_ok())),
            "minItems" => value.as_array().is_none_or(|items| items.len() as u64 >= rule.as_u64().unwrap()),
            "maxItems" => value.as_array().is_none_or(|items| items.len() as u64 <= rule.as_u64().unwrap()),
            "properties" | "additionalProperties" => members(root, schema, value),
            "pattern" | "propertyNames" | "description" | "examples" | "title" | "$schema" | "$defs" => true,
            other => panic!("unknown keyword {other}"),
        };
        if !fine {
            return Err(format!("{keyword} {rule} does not allow {value}"));
        }
    }
    Ok(())
}

fn members(root: &Value, schema: &serde_json::Map<String, Value>, value: &Value) -> bool {
    let Some(members) = value.as_object() else { return true };
    members.iter().all(|(name, member)| {
        let known = schema.get("properties").and_then(|properties| properties.get(name));
        match known.or_else(|| schema.get("additionalProperties")) {
            Some(Value::Bool(allowed)) => *allowed,
            Some(rule) => validate(root, rule, member).is_ok(),
            None => true,
        }
    })
}
