//! What people write who know other tools, or forget a dash, and what they are advised to write.

use faultfinder_spec::{Source, check_variables, parse};

/// What is wrong with a file: place, message, and what to write instead.
fn found(text: &str) -> Vec<String> {
    let parsed = parse(&Source::new("t.yaml", text));
    let mut all = parsed.diagnostics;
    if let Some(document) = &parsed.document {
        all.extend(check_variables(document, &[]));
    }
    let one = |found: &faultfinder_spec::Diagnostic| {
        let advice: Vec<&str> =
            [&found.label, &found.help].into_iter().flatten().map(String::as_str).collect();
        format!("{}: {} | {}", found.place, found.message, advice.join(" | "))
    };
    all.iter().map(one).collect()
}

fn test(rest: &str) -> String {
    format!("tests:\n  - name: a\n    {rest}\n")
}

const HTTP: &str = "http: { url: 'https://a.test/' }";

#[test]
fn text_where_a_mapping_is_needed_is_answered_with_the_mapping() {
    for (rest, expected) in [
        (
            "tcp: 'a.test:22'",
            "3:10: expected a mapping with the fields of `tcp`, found `a.test:22` | write `{ host: .., port: .. }`",
        ),
        (
            "http: { url: x, auth: 'u:p' }",
            "3:27: expected a mapping with the fields of `auth`, found `u:p` | write `{ basic: { username: .., password: .. } }`",
        ),
        (
            "http: { url: x, tls: insecure }",
            "3:26: expected a mapping with the fields of `tls`, found `insecure` | write `{ insecure: true }`",
        ),
        (
            "http: { url: x, proxy: 'http://p.test' }",
            "3:28: expected a mapping with the fields of `proxy`, found `http://p.test` | write `{ url: .. }`",
        ),
        (
            "http: { url: x, headers: [ a ] }",
            "3:32: expected a mapping with the fields of a pair, found `a` | write `{ name: .., value: .. }`",
        ),
        (
            "steps: [ GET ]",
            "3:14: expected a mapping with the fields of a step of a test, found `GET` | write `{ http: { url: .. } }`",
        ),
    ] {
        assert_eq!(found(&test(rest)), [expected], "{rest}");
    }
    let retry = found(&test(&format!("{HTTP}\n    retry: 3")));
    assert_eq!(
        retry,
        ["4:12: expected a mapping with the fields of `retry`, found `3` | write `{ count: 3 }`"]
    );
}

#[test]
fn lists_and_mappings_are_answered_with_each_other() {
    for (rest, expected) in [
        (
            "assert: status is 200",
            "4:13: expected a list of assertions, found `status is 200` | put it in brackets, or in a line of its own that begins with `- `",
        ),
        (
            "assert: { status: 200 }",
            "4:13: expected a list of assertions, found a mapping | write each in a line that begins with a dash: `- status is 200`",
        ),
        (
            "assert: [ { status: 200, severity: warn } ]",
            "4:17: expected an assertion, found a mapping without `subject` | write a line: `- status is 200`",
        ),
        (
            "assert: [ { or: [ status is 200 ] } ]",
            "4:17: unknown field `or` of an assertion | here it is called `any`",
        ),
        (
            "assert: [ { js: x } ]",
            "4:17: unknown field `js` of an assertion | here it is called `javascript`",
        ),
        (
            "assert: [ { subject: status, op: is } ]",
            "4:34: unknown field `op` of an assertion | here it is called `operator`",
        ),
    ] {
        assert_eq!(found(&test(&format!("{HTTP}\n    {rest}"))), [expected], "{rest}");
    }
    let steps = "steps: [ { http: { url: x }, extract: [ { name: A } ] } ]";
    let expected = "3:43: expected a mapping of names to what is extracted, found a list | write `NAME: { jsonpath: .. }`, without a dash";
    assert_eq!(found(&test(steps)), [expected]);
    let variables = found(&format!("variables: [ {{ A: 1 }} ]\n{}", test(HTTP)));
    assert_eq!(
        variables,
        ["1:12: expected a mapping of names to values, found a list | write `NAME: VALUE`, without a dash"]
    );
}

#[test]
fn words_of_other_tools_are_answered_with_ours() {
    for (rest, expected) in [
        (
            "http: { url: x, verify: false }",
            "3:21: unknown field `verify` of `http` | here it is called `insecure`, inside tls",
        ),
        ("http: { url: x, port: 80 }", "3:21: unknown field `port` of `http` | it is a part of `url`"),
        (
            "http: { url: x, socket: /s }",
            "3:21: unknown field `socket` of `http` | here it is called `unix_socket`",
        ),
        (
            "ws: { url: x, send: hi }",
            "3:19: unknown field `send` of `ws` | not here | `send` belongs into a list: `steps: [ { send: .. } ]`",
        ),
        (
            "udp: { host: a, port: 1, send: x }",
            "3:30: unknown field `send` of `udp` | here it is called `message`",
        ),
        (
            "udp: { host: a, port: 1, expect: x }",
            "3:30: unknown field `expect` of `udp` | not here | what must hold is in `assert`, beside udp",
        ),
        (
            "http: { url: x, headers: [ accept: a ] }",
            "3:32: `accept` in a list is not a name with its value | leave the dash out, or write `{ name: .., value: .. }`",
        ),
        (
            "http: { url: x, query: a=1 }",
            "3:28: expected a mapping of names to values, found `a=1` | write `{ NAME: VALUE }`",
        ),
        (
            "http: { url: x, body: { a: 1 } }",
            "3:27: expected text, found a mapping | `json` sends it as JSON",
        ),
        (
            "http: { url: x, auth: { basic: { user: a, password: b } } }",
            "3:38: unknown field `user` of `basic` | here it is called `username`",
        ),
        (
            "http: { url: x, auth: { token: a } }",
            "3:29: unknown field `token` of `auth` | here it is called `bearer`",
        ),
        ("dns: { name: a, record: A }", "3:21: unknown field `record` of `dns` | here it is called `type`"),
        ("http: { url: '{{ now }}' }", "3:19: undefined variable `now` | did you mean `timestamp`?"),
        (
            "http: { url: '{{ random(5) }}' }",
            "3:19: unknown generator `random` | did you mean `numeric`? | generators are numeric, alphabetic, alphanumeric, uuid, date, timestamp",
        ),
        (
            "http: { url: '{{ A | upper }}' }",
            "3:19: expected the name of a variable or a generator between the braces, found `A | upper` | templates have no filters: a script sets what is made of a value (`variables_javascript`)",
        ),
        (
            "http: { url: '{{ public_id }}' }",
            "3:19: undefined variable `public_id` | did you mean `public-id`?",
        ),
    ] {
        assert_eq!(found(&test(rest)), [expected], "{rest}");
    }
    for (line, expected) in [
        ("retry: { times: 3 }", "4:14: unknown field `times` of `retry` | here it is called `count`"),
        (
            "notify: ops",
            "4:5: unknown field `notify` of a test | not here | when somebody is alerted, and by which notifiers, is in `alert`",
        ),
        (
            "every: '*/5 * * * *'",
            "4:12: expected a duration such as 500ms, found `*/5 * * * *` | give an interval, such as 5m; `active_times` has the times of the week in which it runs",
        ),
    ] {
        assert_eq!(found(&test(&format!("{HTTP}\n    {line}"))), [expected], "{line}");
    }
    let of_test = found("- test: a\n  url: x\n");
    assert_eq!(
        of_test,
        [
            "1:3: unknown field `test` of a test | here it is called `name`",
            "2:3: unknown field `url` of a test | not here | `url` belongs inside http, grpc or ws"
        ]
    );
}

#[test]
fn a_step_whose_content_is_beside_it_is_one_mistake() {
    let text = "tests:\n- name: a\n  steps:\n  - name: b\n  http: { url: 'https://a.test/{{ B }}' }\n  assert: [ status is 200 ]\n  extract: { A: { jsonpath: $.a } }\n";
    let expected = "5:3: `http` is not inside the step above it | indent what belongs to a step as deep as its first field";
    assert_eq!(found(text), [expected]);
    // A test with both, whose steps are whole, is another mistake.
    let text = "tests:\n- name: a\n  steps:\n  - wait: 1s\n  http: { url: 'https://a.test/' }\n";
    assert!(found(text)[0].contains("`http` cannot be combined with `steps`"));
}

#[test]
fn variables_of_steps_are_among_the_spellings_that_are_offered() {
    let text = test(
        "steps:\n      - http: { url: x }\n        extract: { TOKEN: jsonpath $.token }\n      - http: { url: 'y{{ TOKN }}{{ TOKEN }}' }",
    );
    assert_eq!(found(&text), ["6:24: undefined variable `TOKN` | did you mean `TOKEN`?"]);
}
