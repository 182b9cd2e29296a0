//! Assertions on what real probes see.

use super::*;
use faultfinder_taxonomy::word::Severity;
use faultfinder_taxonomy::{AssertionOutcome, Detail};
use sha2::{Digest as _, Sha256};

/// Runs one HTTP test with these fields and assertions, each a line of YAML.
async fn http(address: SocketAddr, fields: &str, assertions: &[&str]) -> TestResult {
    let list: String = assertions.iter().map(|line| format!("      - {line}\n")).collect();
    let text =
        format!("tests:\n  - name: t\n    http: {{ url: 'http://{address}/'{fields} }}\n    assert:\n{list}");
    run_one(&suite(&text)).await
}

#[track_caller]
fn passes(result: &TestResult) {
    let failed: Vec<&str> =
        result.assertions.iter().filter(|one| !one.passed).map(|one| one.message.as_str()).collect();
    assert_eq!(result.status, Status::Passed, "{failed:?} {:?}", result.fault);
}

fn diagnostics(text: &str) -> Vec<String> {
    let found = Suite::load(&[Source::new("t.yaml", text)], &[], |_| None).expect_err("no diagnostics");
    found.iter().map(ToString::to_string).collect()
}

#[tokio::test]
async fn redirects_versions_addresses_and_cookies_are_seen() {
    let (address, _) = server(|number, _| match number % 3 {
        0 => answer(301, "location: /a\r\n", ""),
        1 => answer(302, "location: /end?x=1\r\n", ""),
        _ => answer(
            200,
            "set-cookie: sid=abc; HttpOnly; Max-Age=60\r\nlast-modified: Wed, 21 Oct 2015 07:28:00 GMT\r\n",
            "ok",
        ),
    })
    .await;
    let result = http(
        address,
        ", follow_redirects: true",
        &[
            "http_version is 1.1",
            &format!("url is http://{address}/end?x=1"),
            "redirects is 2",
            "redirect 1 status is 301",
            "every redirect status is 3xx",
            "redirect 2 url ends with /a",
            "remote_ip is 127.0.0.1",
            "cookie sid http_only is true",
            "cookie sid max_age is 60",
            "header last-modified < now",
            "response_time without dns < 10 s",
            "body size is 2",
            "certificate san does not exist",
            "tls_version is not 1.2",
        ],
    )
    .await;
    passes(&result);
    let failed = http(address, ", follow_redirects: true", &["redirects is 3", "cookie sdi exists"]).await;
    let messages: Vec<&str> = failed.assertions.iter().map(|one| one.message.as_str()).collect();
    assert_eq!(
        messages,
        [
            "expected redirects is 3, found 2",
            "expected cookie sdi exists, found no cookie sdi; did you mean `sid`? the cookies are sid",
        ]
    );
}

#[tokio::test]
async fn a_body_beyond_what_is_kept_has_its_size_and_hash() {
    let body = "0123456789abcdef".repeat(500_000);
    let digest: String = Sha256::digest(&body).iter().map(|byte| format!("{byte:02x}")).collect();
    let (address, _) = server(move |_, _| answer(200, "", &body)).await;
    let size = faultfinder_http::Request::BODY_BYTES_MAX;
    let lines =
        [format!("body sha256 is {digest}"), "body > 7.9 MB".to_owned(), "body size is 8000000".to_owned()];
    let result = http(address, "", &lines.each_ref().map(String::as_str)).await;
    passes(&result);
    assert!(size < 8_000_000);
    let wrong = http(address, "", &[&format!("body sha256 is {}", "0".repeat(64)), "body < 8 MB"]).await;
    assert_eq!(
        wrong.assertions.iter().map(|one| (one.passed, one.evaluated)).collect::<Vec<_>>(),
        [(false, true); 2]
    );
    assert!(wrong.assertions[0].message.contains(&digest), "{}", wrong.assertions[0].message);
    // What needs the text itself cannot be evaluated, unless something else decides.
    let cut = http(address, "", &["body contains x"]).await;
    assert_eq!(code(&cut), Some(Code::BodyTooLarge));
    assert!(!cut.assertions[0].evaluated);
    passes(&http(address, "", &["'any: body contains x or status is 200'"]).await);
}

#[tokio::test]
async fn an_assertion_that_warns_does_not_fail_the_test() {
    let (address, count) = server(|_, _| answer(200, "", "ok")).await;
    let result = http(
        address,
        "",
        &[
            "status is 200",
            "warn: response_time < 1 us",
            "'warn: status is 404'",
            "{ subject: body, operator: is, value: no, severity: warn }",
            "{ any: [ status is 500, status is 501 ], severity: warn }",
        ],
    )
    .await;
    passes(&result);
    assert_eq!(count.load(Ordering::SeqCst), 1);
    let passed: Vec<_> = result.assertions.iter().map(|one| (one.passed, one.severity)).collect();
    assert_eq!(passed[0], (true, Severity::Fail));
    assert_eq!(passed[1..], [(false, Severity::Warn); 4]);
    assert_eq!(result.warnings.len(), 4, "{:?}", result.warnings);
    assert_eq!(result.warnings[1], "status is 404 (severity warn): expected status is 404, found 200");
    // It changes nothing of what is a fault by itself.
    let text = "tests:\n  - name: t\n    tcp: { host: 127.0.0.1, port: 1 }\n    assert: [ warn: connection is refused ]\n";
    assert_eq!(code(&run_one(&suite(text)).await), Some(Code::ConnRefused));
}

#[tokio::test]
async fn what_does_not_hold_and_what_could_not_be_evaluated_are_told_apart_with_their_places() {
    let (address, _) = server(|_, _| answer(200, "content-type: text/html\r\n", "<html>down</html>")).await;
    let result =
        http(address, "", &["status is 201", "jsonpath $.a is 1", "header content-typ exists"]).await;
    let fault = result.fault.unwrap();
    let Detail::Assertion { name, outcome, failed } = fault.detail else { panic!("{:?}", fault.detail) };
    assert_eq!((name.as_str(), outcome), ("status", AssertionOutcome::DoesNotHold));
    let told: Vec<_> =
        failed.iter().map(|one| (one.outcome, one.place.as_deref().unwrap_or_default())).collect();
    assert_eq!(
        told,
        [
            (AssertionOutcome::DoesNotHold, "t.yaml:5:9"),
            (AssertionOutcome::NotEvaluated, "t.yaml:6:9"),
            (AssertionOutcome::DoesNotHold, "t.yaml:7:9"),
        ]
    );
    assert!(
        failed[1].message.starts_with("could not perform assertion: body is not JSON but HTML"),
        "{}",
        failed[1].message
    );
    assert!(failed[2].message.contains("did you mean `content-type`?"), "{}", failed[2].message);
    let only = http(address, "", &["jsonpath $.a is 1"]).await.fault.unwrap();
    let Detail::Assertion { outcome, .. } = only.detail else { panic!("{:?}", only.detail) };
    assert_eq!(outcome, AssertionOutcome::NotEvaluated);
}

/// A server whose answer never ends: it sends the head and these pieces, and keeps the connection.
async fn endless(head: &'static str, pieces: &'static [&'static str]) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            tokio::spawn(async move {
                let _ = stream.read(&mut [0; 4096]).await;
                let _ = stream.write_all(format!("HTTP/1.1 200 OK\r\n{head}\r\n").as_bytes()).await;
                for piece in pieces {
                    let _ = stream.write_all(piece.as_bytes()).await;
                }
                // Until the client leaves.
                let _ = stream.read(&mut [0; 1]).await;
            });
        }
    });
    address
}

#[tokio::test]
async fn of_a_body_that_never_ends_enough_is_enough() {
    const STREAM: &str = "content-type: text/event-stream\r\n";
    let address =
        endless(STREAM, &["retry: 1000\n\n", "event: tick\ndata: {\"n\":0}\n\n", "data: [DONE]\n\n"]).await;
    for (enough, lines, by) in [
        ("events: 1", ["status is 200", "'body contains \"\\\"n\\\":0\"'"], "events"),
        ("text: '[DONE]'", ["body contains [DONE]", "header content-type contains event-stream"], "text"),
        ("bytes: 5", ["body size >= 5", "body starts with retry"], "bytes"),
        ("time: 200ms", ["body contains [DONE]", "receive_time < 5 s"], "time"),
    ] {
        let result = http(address, &format!(", timeout: 20s, enough: {{ {enough} }}"), &lines).await;
        passes(&result);
        assert_eq!(result.observed.response.get("stopped_by"), Some(&Fact::from(by)));
        assert!(result.duration_ms < 10_000.0, "{enough}: {}", result.duration_ms);
    }
    // A stream of events need not end: no fault, but a warning.
    let result = http(address, ", timeout: 300ms", &["status is 200", "body contains tick"]).await;
    passes(&result);
    assert!(result.warnings[0].contains("had not ended"), "{:?}", result.warnings);
    // Anything else that does not end is a fault.
    let other = endless("content-type: text/plain\r\n", &["data: a\n\n"]).await;
    assert_eq!(code(&http(other, ", timeout: 300ms", &["status is 200"]).await), Some(Code::Timeout));
    passes(&http(other, ", timeout: 20s, enough: { text: 'a' }", &["status is 200"]).await);
    let long = format!(
        "tests:\n  - name: t\n    http: {{ url: 'http://a.test/', enough: {{ text: {} }} }}\n",
        "x".repeat(257)
    );
    let suite = suite(&long);
    assert_eq!(suite.tests()[0].objections().len(), 1);
}

#[test]
fn what_a_test_can_never_observe_is_an_error_at_load() {
    for (test, assertion, message) in [
        ("tcp: { host: a.test, port: 1 }", "status is 200", "`status` is never observed in a tcp test"),
        (
            "http: { url: 'http://a.test/' }",
            "certificate san is a.test",
            "`certificate san` is never observed: there is no TLS",
        ),
        (
            "http: { url: 'http://a.test/' }",
            "redirects is 1",
            "`redirects` is never observed: redirects are not followed",
        ),
        (
            "dns: { name: a.test }",
            "dnssec is secure",
            "`dnssec` is never observed: the answer is not validated",
        ),
        (
            "dns: { name: a.test }",
            "some MX record is x",
            "`MX record` is never observed: the test asks for A records",
        ),
        (
            "dns: { name: a.test, type: SOA, server: 127.0.0.1 }",
            "serial > 1",
            "`serial` is never observed: only one name server is asked",
        ),
        (
            "icmp: { host: a.test }",
            "network_hops < 5",
            "`network_hops` is never observed: the route is not traced",
        ),
        (
            "grpc: { host: a.test, plaintext: true, health: a }",
            "alpn is h2",
            "`alpn` is never observed: there is no TLS",
        ),
        (
            "ws: { url: 'ws://a.test/' }",
            "{ all: [ status is 101, cipher exists ] }",
            "`cipher` is never observed: there is no TLS",
        ),
        (
            "tcp: { host: a.test, port: 1 }",
            "received contains x",
            "`received` is never observed: nothing is awaited",
        ),
        (
            "udp: { host: a.test, port: 1 }",
            "connection is refused",
            "`connection` is never observed in a udp test",
        ),
        ("ssl: { host: a.test }", "header x is 1", "`header x` is never observed in an ssl test"),
    ] {
        let found =
            diagnostics(&format!("tests:\n  - name: t\n    {test}\n    assert:\n      - {assertion}\n"));
        assert_eq!(found.len(), 1, "{assertion}: {found:?}");
        assert!(found[0].starts_with(&format!("t.yaml:5:9: {message}")), "{assertion}: {found:?}");
    }
    for (test, assertion) in [
        ("http: { url: 'https://a.test/' }", "certificate san is a.test"),
        ("http: { url: 'http://a.test/', follow_redirects: true }", "certificate san is a.test"),
        ("http: { url: 'http://a.test/' }", "certificate san does not exist"),
        ("dns: { name: a.test, type: MX }", "some MX record is x"),
        ("dns: { name: a.test, dnssec: validate }", "dnssec is secure"),
        ("dns: { name: a.test, server: all }", "serial > 1"),
        ("dns: { name: a.test, server: 'https://a.test/dns' }", "tls_version is 1.3"),
        ("icmp: { host: a.test, track_hops: names }", "network_hops < 5"),
        ("tcp: { host: a.test, port: 1, tls: {} }", "alpn is h2"),
        ("tcp: { host: a.test, port: 1, starttls: smtp }", "cipher exists"),
        ("ws: { url: 'wss://a.test/' }", "cipher exists"),
        ("ws: { url: 'ws://a.test/', follow_redirects: true }", "cipher exists"),
    ] {
        let text = format!("tests:\n  - name: t\n    {test}\n    assert: [ {assertion} ]\n");
        let loaded = Suite::load(&[Source::new("t.yaml", &text)], &[], |_| None);
        assert!(loaded.is_ok(), "{test} {assertion}: {:?}", loaded.err());
    }
}

#[tokio::test]
async fn what_a_variable_makes_unobservable_is_a_fault_of_the_definition() {
    let (address, count) = server(|_, _| answer(200, "", "ok")).await;
    let test = |subject: &str| {
        suite_with(
            &format!(
                "tests:\n  - name: t\n    http: {{ url: 'http://{address}/' }}\n    assert: [ '{{{{ WHAT }}}} exists' ]\n"
            ),
            &[("WHAT", subject)],
            |_| None,
        )
    };
    passes(&run_one(&test("status")).await);
    for (subject, detail) in [("rcode", "unobservable"), ("statsu", "invalid_assertion")] {
        let fault = run_one(&test(subject)).await.fault.unwrap();
        assert_eq!((fault.code, fault.detail.name()), (Code::InvalidRequest, detail), "{subject}");
        assert_eq!(fault.blame, Blame::Definition);
    }
    assert_eq!(count.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn the_mapping_form_takes_a_list_of_values() {
    let (address, _) = server(|_, _| answer(201, "x-a: 1, 2\r\n", r#"{"n": 2}"#)).await;
    let lines = [
        "{ subject: status, operator: is one of, value: [200, 201] }",
        "{ subject: status, operator: in, value: [\"200\", 2xx] }",
        "{ subject: status, operator: not in, value: [404] }",
        "{ subject: header x-a, operator: in, value: ['1, 2', x] }",
        "{ subject: jsonpath $.n, operator: is one of, value: [1, 2] }",
    ];
    passes(&http(address, "", &lines).await);
    let wrong = http(address, "", &["{ subject: status, operator: in, value: [200, '204'] }"]).await;
    assert_eq!(wrong.assertions[0].message, "expected status in [200, 204], found 201");
    let variable = |value: &str| {
        let text = format!(
            "variables: {{ V: '{value}' }}\ntests:\n  - name: t\n    http: {{ url: 'http://{address}/' }}\n    assert:\n      \
             - {{ subject: header x-a, operator: in, value: [x, '{{{{ V }}}}'] }}\n"
        );
        suite(&text)
    };
    passes(&run_one(&variable("1, 2")).await);
    assert_eq!(run_one(&variable("1")).await.status, Status::Failed);
    assert_eq!(faultfinder_spec::VALUES_MAX, faultfinder_assert::ITEMS_MAX);
}

#[test]
fn what_is_wrong_with_a_list_of_values_is_said_once_at_its_place() {
    for (fields, expected) in [
        ("operator: is, value: [200, 201]", "t.yaml:5:36: `is` takes one value, found a list"),
        ("operator: in, value: []", "t.yaml:5:47: a list of values must not be empty"),
        ("operator: in, value: [200, ok]", "t.yaml:5:53: `ok` is not a valid status code"),
        ("operator: in, value: { a: 1 }", "t.yaml:5:47: expected text or a list of texts, found a mapping"),
        ("operator: in, value: [[200]]", "t.yaml:5:48: expected text, found a list"),
    ] {
        let text = format!(
            "tests:\n  - name: t\n    http: {{ url: 'http://127.0.0.1:1/' }}\n    assert:\n    - {{ subject: status, {fields} }}\n"
        );
        assert_eq!(diagnostics(&text), [expected], "{fields}");
    }
}

#[tokio::test]
async fn values_of_variables_are_values() {
    let (address, _) = server(|_, _| answer(200, "", "not here")).await;
    let test = |assertion: &str, value: &str| {
        suite_with(
            &format!(
                "tests:\n  - name: t\n    http: {{ url: 'http://{address}/' }}\n    assert: [ '{assertion}' ]\n"
            ),
            &[("V", value)],
            |_| None,
        )
    };
    for (assertion, value, passes) in [
        ("body is {{ V }}", "not here", true),
        ("body is not {{ V }}", "\"not here\" and more", true),
        ("body is not {{ V }}", "'not here'", true),
        ("body is {{ V }}", "a text", false),
        ("body is one of [x, {{ V }}]", "not here", true),
        ("any: body is {{ V }} or status is 404", "x or status is 200", false),
    ] {
        let result = run_one(&test(assertion, value)).await;
        assert_eq!(result.status == Status::Passed, passes, "{assertion} {value}: {:?}", result.fault);
    }
}

#[tokio::test]
async fn groups_hold_as_their_parts_do() {
    let (address, _) = server(|_, _| answer(200, "", "{\"status\":\"UP\"}")).await;
    passes(
        &http(
            address,
            "",
            &[
                "any: [ status is 503, 'jsonpath $.status is UP' ]",
                "{ all: [ status is 200, { none: [ body contains error, status is 5xx ] } ] }",
                "{ any: [ status is 503, status is 502 ], not: true }",
                "'any: jsonpath $.status is UP or status is 503'",
            ],
        )
        .await,
    );
    let result = http(address, "", &["{ any: [ status is 503, body contains DOWN ] }"]).await;
    let fault = result.fault.unwrap();
    assert_eq!((fault.code, fault.detail.name()), (Code::IncorrectAssertion, "any"));
    assert_eq!(
        fault.message,
        "expected one of 2 assertions to hold, found: expected status is 503, found 200; expected body contains DOWN, found {\"status\":\"UP\"}"
    );
    let found = diagnostics(
        "tests:\n  - name: t\n    http: { url: 'http://a.test/' }\n    assert:\n      - any:\n          - statsu is 200\n          - { subject: status, operator: is, value: ok }\n      - { any: [] }\n      - { any: [ status is 200 ], all: [ status is 201 ] }\n      - { all: [ { all: [ { all: [ { all: [ status is 200 ] } ] } ] } ] }\n",
    );
    assert_eq!(
        found,
        [
            "t.yaml:6:13: unknown subject `statsu`",
            "t.yaml:7:53: `ok` is not a valid status code",
            "t.yaml:8:16: a group of assertions must not be empty",
            "t.yaml:9:35: `all` cannot be combined with `any`",
            "t.yaml:10:36: groups of assertions are at most 3 deep in each other",
        ]
    );
}

#[test]
fn what_is_probably_not_meant_is_a_warning() {
    let text = "tests:\n  - name: t\n    http: { url: 'http://a.test/' }\n    assert:\n      - body matches /ok/i\n      - body contains \u{201c}ok\u{201d}\n";
    let suite = suite(text);
    let told: Vec<String> = suite.warnings().iter().map(ToString::to_string).collect();
    assert_eq!(
        told,
        [
            "t.yaml:5:22: the slashes are read as those around a regular expression in JavaScript",
            "t.yaml:6:23: this is not a quote but a part of the value",
        ]
    );
}

#[tokio::test]
async fn a_body_is_judged_by_a_json_schema_that_is_in_the_test_or_in_a_file() {
    let (address, _) = server(|_, _| answer(200, "", "{\"id\":\"7\",\"tags\":[\"a\"]}")).await;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("s.json");
    let schema = "{\"required\":[\"id\"],\"properties\":{\"tags\":{\"items\":{\"type\":\"string\"}}}}";
    std::fs::write(&path, schema).unwrap();
    let by_file = format!("body matches schema {}", path.display());
    passes(&http(address, "", &[&by_file, &format!("'body matches schema {schema}'")]).await);
    let result =
        http(address, "", &["'body matches schema {\"properties\":{\"id\":{\"type\":\"integer\"}}}'"]).await;
    assert_eq!(
        result.fault.unwrap().message,
        "expected body matches schema {\"properties\":{\"id\":{\"type\":\"integer\"}}}, found that $.id is a string, expected an integer"
    );
    let test = |assertion: &str| {
        format!(
            "tests:\n  - name: t\n    http: {{ url: 'http://a.test/' }}\n    assert:\n      - {assertion}\n"
        )
    };
    let found = diagnostics(&test("body matches schema none.json"));
    assert!(found[0].starts_with("t.yaml:5:29: cannot read the JSON Schema none.json: "), "{found:?}");
    let found = diagnostics(&test("'body matches schema {\"$ref\":\"http://b.test/\"}'"));
    assert!(found[0].contains("nothing is fetched"), "{found:?}");
    // Who has no access to the files of this host cannot read them this way either.
    let foreign = Suite::load_foreign(&Source::new("t.yaml", &test(&by_file))).unwrap_err();
    assert!(foreign[0].message.contains("may not read files"), "{foreign:?}");
}

/// An answer with one record in each section: `a.test` is 127.0.0.1, `ns1.a.test` is its name server and 127.0.0.9.
fn sections(question: &[u8]) -> Vec<u8> {
    let end = 12 + question[12..].iter().position(|byte| *byte == 0).unwrap() + 5;
    let mut answer = [&question[..2], &[0x81, 0x80, 0, 1, 0, 1, 0, 1, 0, 1], &question[12..end]].concat();
    answer.extend(b"\xc0\x0c\0\x01\0\x01\0\0\x01\x2c\0\x04\x7f\0\0\x01");
    answer.extend(b"\xc0\x0c\0\x02\0\x01\0\0\x01\x2c\0\x06\x03ns1\xc0\x0c");
    answer.extend(b"\x03ns1\xc0\x0c\0\x01\0\x01\0\0\0\x3c\0\x04\x7f\0\0\x09");
    answer
}

#[tokio::test]
async fn all_sections_of_a_dns_answer_are_seen() {
    let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let port = socket.local_addr().unwrap().port();
    tokio::spawn(async move {
        let mut buffer = [0; 512];
        while let Ok((length, from)) = socket.recv_from(&mut buffer).await {
            let _ = socket.send_to(&sections(&buffer[..length]), from).await;
        }
    });
    let list: String = [
        "some A record is 127.0.0.1",
        "some A record as text matches ^a\\.test\\.? 300 IN A 127",
        "A record count is 1",
        "NS record in authority is ns1.a.test",
        "some A record in additional section is 127.0.0.9",
        "remote_ip is 127.0.0.1",
        "rcode is one of NOERROR, NXDOMAIN",
        "tls_version does not exist",
    ]
    .iter()
    .map(|line| format!("      - {line}\n"))
    .collect();
    let text = format!(
        "tests:\n  - name: t\n    dns: {{ name: a.test, server: 127.0.0.1, port: {port} }}\n    assert:\n{list}"
    );
    passes(&run_one(&suite(&text)).await);
}
