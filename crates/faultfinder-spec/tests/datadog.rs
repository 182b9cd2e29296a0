//! Tests of Datadog: what `import` makes of them, what is reported, and that nothing in them makes it panic.
//!
//! The files in `data/datadog/` were written for these tests.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by a panic; what several tests share is not a `#[test]` itself"
)]

use faultfinder_spec::{ForeignFormat, ForeignOptions, Source, check_variables, import, parse, parse_str};
use serde_json::{Value, json};
use std::sync::Arc;

/// The files, each with every row of some table.
const FILES: &[(&str, &str)] = &[
    ("http", include_str!("data/datadog/http.json")),
    ("auth", include_str!("data/datadog/auth.json")),
    ("bodies", include_str!("data/datadog/bodies.json")),
    ("endpoints", include_str!("data/datadog/endpoints.json")),
    ("steps", include_str!("data/datadog/steps.json")),
    ("list", include_str!("data/datadog/list.json")),
    ("ci", include_str!("data/datadog/ci.synthetics.json")),
];

fn source(text: &str, material: Option<&str>) -> Source {
    let mut options = ForeignOptions::default();
    options.material = material.map(str::to_owned);
    Source::new("export.json", text).with_foreign_options(Arc::new(options))
}

#[track_caller]
fn imported(text: &str, material: Option<&str>) -> String {
    match import(&source(text, material), ForeignFormat::Datadog) {
        Ok((native, _)) => native,
        Err(wrong) => panic!("{wrong:#?}"),
    }
}

#[test]
fn files_are_imported_as_they_mean() {
    for (name, text) in FILES {
        insta::assert_snapshot!(*name, imported(text, None));
    }
}

#[test]
fn files_that_an_export_names_are_looked_for_in_one_folder() {
    let (_, bodies) = FILES[2];
    let native = imported(bodies, Some("/etc/material/"));
    assert!(native.contains("file: /etc/material/c.bin"), "{native}");
    let native = imported(FILES[0].1, Some("/etc/material"));
    assert!(native.contains("client_cert: /etc/material/shop.pem"), "{native}");
    assert!(native.contains("client_key: /etc/material/shop.key"), "{native}");
}

#[test]
fn what_is_imported_is_what_the_file_is() {
    for (name, text) in FILES {
        let original = parse(&source(text, None));
        assert!(!original.has_errors(), "{name}: {:#?}", original.diagnostics);
        let native = imported(text, None);
        let again = parse_str("imported.yaml", &native);
        assert!(again.diagnostics.is_empty(), "{name}: {:#?}\n{native}", again.diagnostics);
        let names = |parsed: &faultfinder_spec::Parsed| -> Vec<String> {
            let document = parsed.document.as_ref().unwrap();
            document.tests.iter().map(|test| test.name.as_written().to_owned()).collect()
        };
        assert_eq!(names(&original), names(&again), "{name}");
        let undefined = check_variables(again.document.as_ref().unwrap(), &[]);
        assert!(undefined.iter().all(|found| !found.is_error()), "{name}: {undefined:#?}");
    }
}

/// A test of one request.
fn test(subtype: &str, request: Value, assertion: Value) -> Value {
    json!({
        "type": "api", "subtype": subtype, "name": "a", "options": {},
        "config": { "request": request, "assertions": [assertion] },
    })
}

/// The first diagnostic of a test.
#[track_caller]
fn first(test: &Value) -> String {
    let text = serde_json::to_string_pretty(test).unwrap();
    let parsed = parse(&source(&text, None));
    let error = parsed.diagnostics.iter().find(|found| found.is_error());
    let found = error.unwrap_or_else(|| panic!("no error in {test}: {:#?}", parsed.diagnostics));
    let line = text.lines().nth(usize::try_from(found.place.line).unwrap() - 1).unwrap().trim();
    format!("{} | {} | {line}", found.message, found.help.as_deref().unwrap_or("-"))
}

#[test]
fn what_means_nothing_is_reported_at_its_place() {
    let http = || json!({ "method": "GET", "url": "https://a.test" });
    let status = || json!({ "type": "statusCode", "operator": "is", "target": 200 });
    let multi = |step: Value| json!({ "type": "api", "subtype": "multi", "name": "a", "options": {}, "config": { "steps": [step] } });
    let on_body =
        |target: Value| json!({ "type": "body", "operator": "validatesJSONPath", "target": target });
    let with = |name: &str, value: Value| {
        let mut request = http();
        request[name] = value;
        request
    };
    let grpc = |call: &str, message: &str| json!({ "host": "a.test", "callType": call, "service": "a.B", "method": "C", "message": message });
    let xpath = json!({ "type": "grpcProto", "operator": "validatesXPath", "target": { "xPath": "/a", "operator": "is", "targetValue": 1 } });
    let rows = [
        test("ftp", http(), status()),
        test("http", json!({}), status()),
        test("http", json!({ "method": "GET" }), status()),
        test("http", with("basicAuth", json!({ "type": "kerberos" })), status()),
        test("http", with("headers", json!([1])), status()),
        test("http", with("timeout", json!("soon")), status()),
        test("http", with("follow_redirects", json!("maybe")), status()),
        test("http", http(), json!({ "type": "statusText", "operator": "is", "target": "OK" })),
        test("http", http(), json!({ "type": "statusCode", "operator": "resembles", "target": 200 })),
        test("http", http(), json!({ "type": "statusCode", "target": 200 })),
        test("http", http(), json!({ "type": "statusCode", "operator": "is" })),
        test("http", http(), json!({ "type": "header", "operator": "is", "target": 2 })),
        test("http", http(), json!({ "type": "bodyHash", "operator": "crc32", "target": "a" })),
        test("http", http(), on_body(json!("x"))),
        test("http", http(), on_body(json!({ "jsonPath": "$.a", "targetValue": 1 }))),
        test(
            "http",
            http(),
            on_body(
                json!({ "jsonPath": "$.a", "operator": "is", "targetValue": 1, "elementsOperator": "lastElementMatches" }),
            ),
        ),
        test(
            "http",
            http(),
            json!({ "type": "body", "operator": "validatesJSONSchema", "target": { "jsonSchema": "x" } }),
        ),
        test(
            "ssl",
            json!({ "host": "a.test" }),
            json!({ "type": "property", "operator": "is", "property": "modulus", "target": "x" }),
        ),
        test(
            "grpc",
            grpc("stream", "{}"),
            json!({ "type": "responseTime", "operator": "lessThan", "target": 1 }),
        ),
        test(
            "grpc",
            grpc("unary", "{"),
            json!({ "type": "responseTime", "operator": "lessThan", "target": 1 }),
        ),
        test("grpc", grpc("unary", "{}"), xpath),
        test(
            "grpc",
            grpc("healthcheck", ""),
            json!({ "type": "grpcHealthcheckStatus", "operator": "is", "target": 7 }),
        ),
        multi(json!({ "name": "x", "subtype": "playSubTest", "subtestPublicId": "no-such-one" })),
        multi(json!({ "name": "x", "subtype": "http" })),
        multi(
            json!({ "name": "x", "subtype": "http", "request": http(), "extractedValues": [{ "name": "A", "type": "cookie" }] }),
        ),
        multi(
            json!({ "name": "x", "subtype": "http", "request": http(), "extractedValues": [{ "name": "A", "type": "http_header", "field": "x", "parser": { "type": "json_path", "value": "$" } }] }),
        ),
        json!({ "type": "api", "subtype": "multi", "name": "a", "options": {}, "config": { "steps": [] } }),
        json!({ "type": "browser", "name": "a", "options": {}, "config": { "assertions": [] } }),
        json!({ "type": "browser", "name": "a", "config": { "assertions": [] } }),
        json!({ "tests": [{ "id": "abc-def-ghi", "testOverrides": {} }] }),
        json!([test("http", http(), status()), { "id": 5 }]),
    ];
    let shown: Vec<String> = rows.iter().map(first).collect();
    insta::assert_snapshot!("wrong", shown.join("\n"));
}

#[test]
fn scripts_are_taken_over() {
    let single = |config: &str| {
        format!(
            r#"{{"type": "api", "subtype": "http", "name": "a", "options": {{}}, "config": {{"request": {{"url": "https://a.test"}}, {config}}}}}"#
        )
    };
    let step = r#"{"type": "api", "subtype": "multi", "name": "a", "options": {}, "config": {"steps": [{"name": "s", "subtype": "http", "request": {"url": "https://a.test"}, "extractedValuesFromScript": "dd.variable.set('A', 1)"}]}}"#;
    for (text, native) in [
        (
            single(
                r#""assertions": [{"type": "javascript", "code": "dd.expect(dd.response.statusCode).to.equal(200);"}]"#,
            ),
            "javascript: 'dd.expect(dd.response.statusCode).to.equal(200);'",
        ),
        (
            single(r#""assertions": [], "variablesFromScript": "dd.variable.set('FOO', 'foo');""#),
            "variables_javascript: \"dd.variable.set('FOO', 'foo');\"",
        ),
        (step.to_owned(), "extract_javascript: \"dd.variable.set('A', 1)\""),
    ] {
        let imported = imported(&text, None);
        assert!(imported.contains(native), "{imported}");
    }
    assert!(
        !imported(&single(r#""assertions": [], "variablesFromScript": """#), None).contains("javascript")
    );
}

#[test]
fn a_group_that_never_takes_part_leaves_all_that_is_found() {
    // The first one is of Datadog's documentation.
    for (pattern, native) in [
        (r"(?:[^\\\\/](?!(\\\\|/)))+$", "group: 0"),
        (r"(?!a)b", "regex: '(?!a)b'\n"),
        (r"/orders/(\\d+)", "regex: '/orders/(\\d+)'\n"),
    ] {
        let step = format!(
            r#"{{"type": "api", "subtype": "multi", "name": "a", "options": {{}}, "config": {{"steps": [{{"name": "s", "subtype": "http", "request": {{"url": "https://a.test"}}, "extractedValues": [{{"name": "A", "type": "http_header", "field": "location", "parser": {{"type": "regex", "value": "{pattern}"}}}}]}}]}}}}"#
        );
        let imported = imported(&step, None);
        assert!(imported.contains(native), "{imported}");
        assert_eq!(imported.contains("group:"), native.contains("group:"), "{imported}");
    }
}

#[test]
fn a_compressed_schema_that_would_fill_the_memory_is_left_out() {
    // A stream of zlib: 2 MiB of zeros in 2 kB, made with the same library.
    let mut packed = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
    std::io::Write::write_all(&mut packed, &vec![b'0'; 2 << 20]).unwrap();
    let packed = packed.finish().unwrap();
    let text = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, packed);
    let assertion = json!({ "type": "responseTime", "operator": "lessThan", "target": 1 });
    for name in ["compressedProtoFile", "compressedJsonDescriptor"] {
        let request =
            json!({ "host": "a.test", "callType": "unary", "service": "a.B", "method": "C", name: text });
        let file = test("grpc", request, assertion.clone()).to_string();
        let found = parse(&source(&file, None)).diagnostics;
        let is_reported =
            found.iter().any(|found| found.message.contains("more than 1048576 bytes when it is unpacked"));
        assert!(is_reported, "{found:#?}");
    }
}

#[test]
fn other_files_are_not_of_datadog() {
    for text in [
        "tests: [{name: a, tcp: {host: h, port: 1}}]",
        r#"{"tests": [{"id": "x", "http": {"url": "https://a.test"}}]}"#,
        r#"{"type": "api", "config": 1}"#,
        r#"{"type": "api", "subtype": "http"}"#,
        "[]",
        "x",
    ] {
        let wrong = import(&source(text, None), ForeignFormat::Datadog).unwrap_err();
        assert!(wrong[0].message.contains("not a configuration of Datadog"), "{text}: {wrong:?}");
    }
}

/// All places of a value, as paths.
fn places(value: &Value, path: &str, all: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            for (name, inner) in members {
                let path = format!("{path}/{}", name.replace('~', "~0").replace('/', "~1"));
                places(inner, &path, all);
                all.push(path);
            }
        }
        Value::Array(items) => {
            for (index, inner) in items.iter().enumerate() {
                let path = format!("{path}/{index}");
                places(inner, &path, all);
                all.push(path);
            }
        }
        _ => {}
    }
}

/// Puts other values everywhere in the tests of a file.
#[track_caller]
fn survives_other_values(name: &str) {
    let others = [Value::Null, json!(-5), json!([["{{ A }} {{"]]), json!({ "type": { "a": "" } })];
    let (_, text) = FILES.iter().find(|(known, _)| *known == name).unwrap();
    let file: Value = serde_json::from_str(text).unwrap();
    let tests = match file.get("tests") {
        Some(Value::Array(tests)) if name != "ci" => tests.clone(),
        _ => file.as_array().cloned().unwrap_or_else(|| vec![file.clone()]),
    };
    let mut count = 0;
    for test in tests {
        let mut all = Vec::new();
        places(&test, "", &mut all);
        for (path, other) in all.iter().flat_map(|path| others.iter().map(move |other| (path, other))) {
            let mut changed = test.clone();
            *changed.pointer_mut(path).unwrap() = other.clone();
            let source = source(&changed.to_string(), Some("m"));
            let parsed = parse(&source);
            assert!(parsed.document.is_some() || parsed.has_errors(), "{path} {other}: nothing is said");
            for found in parsed.diagnostics.iter().filter(|found| found.is_error()) {
                assert!(!found.render(&source, false).is_empty());
            }
            if let Some(document) = &parsed.document {
                let _ = check_variables(document, &[]);
            }
            count += 1;
        }
    }
    assert!(count > 100, "{count}");
}

#[test]
fn any_other_value_in_requests_gives_a_diagnostic_or_a_document() {
    ["http", "auth", "bodies"].into_iter().for_each(survives_other_values);
}

#[test]
fn any_other_value_in_endpoints_gives_a_diagnostic_or_a_document() {
    survives_other_values("endpoints");
}

#[test]
fn any_other_value_in_steps_and_lists_gives_a_diagnostic_or_a_document() {
    ["steps", "list", "ci"].into_iter().for_each(survives_other_values);
}

#[test]
fn deep_and_long_files_are_refused_or_read() {
    let deep = format!("{}{}", r#"{"nested":{"a":"#.repeat(500), "{}".to_owned() + &"}}".repeat(500));
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    std::io::Write::write_all(&mut packed, deep.as_bytes()).unwrap();
    let packed = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, packed.finish().unwrap());
    let request = json!({ "host": "a.test", "callType": "unary", "service": "a.B", "method": "C", "compressedJsonDescriptor": packed });
    let assertion = json!({ "type": "responseTime", "operator": "lessThan", "target": 1 });
    let found = parse(&source(&test("grpc", request, assertion).to_string(), None)).diagnostics;
    assert!(
        found.iter().any(|found| found.message.contains("the JSON descriptor is left out")),
        "{found:#?}"
    );
    let long = "{{".repeat(2_000_000);
    let request = json!({ "method": "GET", "url": "https://a.test", "body": long });
    let status = json!({ "type": "statusCode", "operator": "is", "target": 200 });
    let parsed = parse(&source(&test("http", request, status).to_string(), None));
    assert!(parsed.document.is_some() || parsed.has_errors());
}
