//! What people read when a definition is wrong.

use faultfinder_spec::{Source, check_variables, parse};

/// All diagnostics of a text, as they are shown.
fn shown(text: &str) -> String {
    let source = Source::new("shop.yaml", text);
    let mut parsed = parse(&source);
    if let Some(document) = &parsed.document {
        parsed.diagnostics.extend(check_variables(document, &["GIVEN"]));
    }
    let all: Vec<String> = parsed.diagnostics.iter().map(|diagnostic| diagnostic.render(&source, false)).collect();
    all.join("\n\n")
}

#[test]
fn probe_output() {
    for text in [
        "tests:\n  - name: a\n    http: { url: x, timeuot: 5s }\n",
        "tests:\n  - name: a\n    http: { url: x }\n    timeout: 5s\n",
        "tests:\n  - name: a\n    http:\n      method: GET\n",
        "tests:\n  - name: a\n    http: { url: x, timeout: [1, 2] }\n",
        "tests:\n  - name: a\n    http: { url: x, timeout: 10 }\n",
        "tests:\n  - name: a\n    tcp: { host: x, port: -1 }\n  - name: a\n    tcp: { host: x, port: 70000, host: y }\n",
        "tests:\n  - name: a\n    http: { url: {{ BASE }}/x }\n",
        "tests:\n  - name: a\n    http: { url: '{{ BASE }}/x', method: 'G T', version: 3 }\n",
        "tests:\n  - name: a\n    http:\n      url: {{ BASE }}/x\n",
        "tests:\n  - name: a\n    http:\n      url: {{ BASE }}\n",
        "tests:\n  - name: a: b\n    http: { url: x }\n",
        "tests:\n\t- name: a\n",
        "tests:\n  - name: a\n    http: { url: x, body: a, json: {} }\n    ssl: { host: a }\n",
        "tests:\n  - name: a\n    grpc: { url: x, body: a, json: {} }\n",
        "tests:\n  - name: a\n    assert: [ x ]\n",
        "tests:\n  - name: a\n    dns: { name: a, type: AAAAA, dnssec: validate, recursion_desired: yes }\n    assert:\n      - body contains a: b\n",
        "variables: { A: '{{ B }}', B: '{{ A }}', uuid: x, 1a: y, C: {env: X, secret: yup} }\ntests:\n  - name: a\n    http: { url: '{{ GIVEN }}{{ GIVN }} {{ numeric(x) }} {{ nope }}' }\n",
        "",
        "version: 2\n",
        "tests: 5",
        "- name: x\n  http: *x\n",
        "a: &a [*a]",
        "x: !foo y",
        "{\"name\": \"x\", \"http\": {\"url\": \"\\ud83d\\ude00\", \"headers\": {\"\": \"a\"}}, \"retry\": {\"count\": 6, \"interval\": \"2m\"}, \"every\": \"8d\"}",
        "- just text",
        "- {name: ä, http: {url: x, ä: 1}}",
    ] {
        println!("=== {text}\n{}\n", shown(text));
    }
}
