//! Fields that have no effect with the others are reported where they are written.

use faultfinder_spec::{Severity, Source, parse};

/// What is reported of a file: the severity, the line and column, the message.
fn found(text: &str) -> Vec<(Severity, u32, u32, String)> {
    let parsed = parse(&Source::new("t.yaml", text));
    let one = |found: &faultfinder_spec::Diagnostic| {
        (found.severity, found.place.line, found.place.column, found.message.clone())
    };
    parsed.diagnostics.iter().map(one).collect()
}

fn test(rest: &str) -> String {
    format!("tests:\n  - name: a\n    {rest}\n")
}

#[test]
fn what_has_no_effect_is_a_warning_at_its_name() {
    for (rest, column, message) in [
        (
            "http: { url: 'https://a.test/', max_redirects: 3 }",
            37,
            "`max_redirects` has no effect without `follow_redirects: true`",
        ),
        (
            "ws: { url: 'wss://a.test/', follow_redirects: false, max_redirects: 3 }",
            58,
            "`max_redirects` has no effect without `follow_redirects: true`",
        ),
        (
            "http: { url: 'https://a.test/', persist_cookies: true }",
            37,
            "`persist_cookies` has no effect without `follow_redirects: true`",
        ),
        (
            "http: { url: 'http://a.test/', tls: { insecure: true } }",
            36,
            "`tls` has no effect: the URL begins with `http://`",
        ),
        (
            "ws: { url: 'WS://{{ HOST }}/', tls: { insecure: true } }",
            36,
            "`tls` has no effect: the URL begins with `ws://`",
        ),
        (
            "grpc: { url: 'grpc://a.test', health: true, tls: { insecure: true } }",
            49,
            "`tls` has no effect: the URL begins with `grpc://`",
        ),
        (
            "grpc: { host: a.test, plaintext: true, health: true, tls: { insecure: true } }",
            58,
            "`tls` has no effect with `plaintext: true`",
        ),
        (
            "icmp: { host: a.test, resolver: { server: 192.0.2.1, path: /q } }",
            58,
            "`path` has no effect: the transport udp has no URL",
        ),
        (
            "icmp: { host: a.test, resolver: { server: 192.0.2.1, transport: tcp, tls: {} } }",
            74,
            "`tls` has no effect: the transport tcp does not use TLS",
        ),
        (
            "http: { url: 'https://u@A.test:1/', proxy: { url: 'http://p.test' }, resolve: { a.test: 192.0.2.1 } }",
            85,
            "`resolve` has no effect on A.test: the proxy looks it up",
        ),
    ] {
        let expected = (Severity::Warning, 3, column, message.to_owned());
        assert_eq!(found(&test(rest)), [expected], "{rest}");
    }
    for (text, place, message) in [
        (
            "defaults: { resolver: { server: 192.0.2.1, path: /q } }\ntests:\n  - { name: a, icmp: { host: b } }\n",
            (1, 44),
            "`path` has no effect: the transport udp has no URL",
        ),
        (
            "tests:\n  - { name: a, icmp: { host: b }, retry: { interval: 1s } }\n",
            (2, 44),
            "`interval` has no effect without `count`",
        ),
        (
            "tests:\n  - { name: a, icmp: { host: b }, timezone: Europe/Berlin }\n",
            (2, 35),
            "`timezone` has no effect without `active_times`",
        ),
        (
            "tests:\n  - { name: a, icmp: { host: b }, alert: { timezone: Europe/Berlin } }\n",
            (2, 44),
            "`timezone` has no effect without `maintenance`",
        ),
    ] {
        let expected = (Severity::Warning, place.0, place.1, message.to_owned());
        assert_eq!(found(text), [expected], "{text}");
    }
}

#[test]
fn a_mistake_inside_comes_first() {
    let found = found(&test("http: { url: 'http://a.test/', tls: { insecure: yes } }"));
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!((found[0].0, found[0].2), (Severity::Error, 53));
}

#[test]
fn all_addresses_behind_a_proxy_are_refused() {
    let rest = "http: { url: 'https://a.test/', address: all, proxy: { url: 'http://p.test' } }";
    let message = "`address: all` cannot be combined with `proxy`".to_owned();
    assert_eq!(found(&test(rest)), [(Severity::Error, 3, 37, message)]);
}

#[test]
fn what_may_have_an_effect_is_not_reported() {
    for text in [
        test("http: { url: 'https://a.test/', max_redirects: 3, follow_redirects: '{{ FOLLOW }}' }"),
        test("http: { url: 'https://a.test/', persist_cookies: true, auth: { digest: { username: a, password: b } } }"),
        test("http: { url: 'http://a.test/', follow_redirects: true, tls: { insecure: true } }"),
        test("http: { url: '{{ URL }}', tls: { insecure: true } }"),
        test("icmp: { host: a.test, resolver: { server: 192.0.2.1, transport: '{{ WAY }}', path: /q, tls: {} } }"),
        test("icmp: { host: a.test, resolver: { server: 192.0.2.1, transport: doh, path: /q, tls: {} } }"),
        test("http: { url: 'https://a.test/', proxy: { url: 'socks5://p.test' }, resolve: { a.test: 192.0.2.1 } }"),
        test("http: { url: 'https://a.test/', proxy: { url: 'http://p.test' }, resolve: { p.test: 192.0.2.1 } }"),
        "defaults: { retry: { count: 1 } }\ntests:\n  - { name: a, icmp: { host: b }, retry: { interval: 1s } }\n".to_owned(),
        "defaults: { retry: { interval: 1s } }\ntests:\n  - { name: a, icmp: { host: b }, retry: { count: 1 } }\n".to_owned(),
        "defaults: { every: 5m, active_times: [ mon ] }\ntests:\n  - { name: a, icmp: { host: b }, timezone: Europe/Berlin }\n".to_owned(),
    ] {
        assert_eq!(found(&text), [], "{text}");
    }
}

#[test]
fn files_of_other_tools_are_not_asked() {
    let text = r#"{"public_id": "abc-def-ghi", "name": "a", "type": "api", "subtype": "http", "config": {"request": {"url": "http://a.test/", "method": "GET"}, "assertions": [{"type": "statusCode", "operator": "is", "target": 200}]}, "options": {"allow_insecure": true, "tick_every": 60}, "locations": ["aws:eu-central-1"], "message": "", "tags": []}"#;
    assert_eq!(found(text), []);
}
