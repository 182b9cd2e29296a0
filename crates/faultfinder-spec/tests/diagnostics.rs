//! What people read when a definition is wrong: one row per kind of mistake.

use faultfinder_spec::{Source, check_variables, parse};

/// All diagnostics of a source, as they are shown.
fn shown_source(source: &Source) -> String {
    let mut parsed = parse(source);
    if let Some(document) = &parsed.document {
        parsed.diagnostics.extend(check_variables(document, &["GIVEN"]));
    }
    let all: Vec<String> =
        parsed.diagnostics.iter().map(|diagnostic| diagnostic.render(source, false)).collect();
    all.join("\n\n")
}

fn shown(text: &str) -> String {
    shown_source(&Source::new("shop.yaml", text))
}

/// A test whose request has one line.
fn request(line: &str) -> String {
    shown(&format!("tests:\n  - name: a\n    {line}\n"))
}

#[test]
fn a_misspelt_field_is_shown_with_the_nearest_spelling() {
    insta::assert_snapshot!(request("http: { url: x, timeuot: 5s }"), @r"
    error: unknown field `timeuot` of `http`
     --> shop.yaml:3:21
      |
    3 |     http: { url: x, timeuot: 5s }
      |                     ^^^^^^^ did you mean `timeout`?
    ");
}

#[test]
fn a_field_outside_its_mapping_is_told_where_it_belongs() {
    insta::assert_snapshot!(shown("tests:\n  - name: a\n    http: { url: x }\n    timeout: 5s\n"), @r"
    error: unknown field `timeout` of a test
     --> shop.yaml:4:5
      |
    4 |     timeout: 5s
      |     ^^^^^^^ not here
      |
      = help: `timeout` belongs inside http, ssl, dns, tcp, udp, icmp, grpc or ws
    ");
}

#[test]
fn a_missing_field_is_named() {
    insta::assert_snapshot!(request("http: { method: GET }"), @r"
    error: field `url` of `http` is missing
     --> shop.yaml:3:5
      |
    3 |     http: { method: GET }
      |     ^^^^
      |
      = help: `url`: what is asked for
    ");
}

#[test]
fn a_list_is_no_duration() {
    insta::assert_snapshot!(request("http: { url: x, timeout: [1, 2] }"), @r"
    error: expected a time limit such as 500ms, found a list
     --> shop.yaml:3:30
      |
    3 |     http: { url: x, timeout: [1, 2] }
      |                              ^
    ");
}

#[test]
fn a_number_is_no_duration() {
    insta::assert_snapshot!(request("http: { url: x, timeout: 10 }"), @r"
    error: expected a duration such as 500ms, found `10`
     --> shop.yaml:3:30
      |
    3 |     http: { url: x, timeout: 10 }
      |                              ^^
      |
      = help: a unit is missing: 10ms, 10s, 10m
    ");
}

#[test]
fn ports_have_a_range() {
    insta::assert_snapshot!(request("tcp: { host: x, port: -1 }"), @r"
    error: expected a port from 1 to 65535, found `-1`
     --> shop.yaml:3:27
      |
    3 |     tcp: { host: x, port: -1 }
      |                           ^^
    ");
}

#[test]
fn duplicate_fields_and_names_are_all_told() {
    let text = "tests:\n  - name: a\n    tcp: { host: x, port: 1, host: y, host: z }\n  - name: a\n    ssl: { host: x }\n";
    insta::assert_snapshot!(shown(text), @r"
    error: duplicate field `host`
     --> shop.yaml:3:30
      |
    3 |     tcp: { host: x, port: 1, host: y, host: z }
      |                              ^^^^ first given in line 3
      |
      = help: remove one of them

    error: duplicate field `host`
     --> shop.yaml:3:39
      |
    3 |     tcp: { host: x, port: 1, host: y, host: z }
      |                                       ^^^^ first given in line 3
      |
      = help: remove one of them

    error: duplicate test name `a`
     --> shop.yaml:4:11
      |
    4 |   - name: a
      |           ^ first given in line 2
      |
      = help: results are found by name; give each test its own
    ");
}

#[test]
fn a_template_without_quotes_is_recognised() {
    insta::assert_snapshot!(request("http: { url: {{ BASE }}/x }"), @r"
    error: not valid YAML: while parsing a flow mapping, did not find expected ',' or '}'
     --> shop.yaml:3:28
      |
    3 |     http: { url: {{ BASE }}/x }
      |                            ^
      |
      = help: text that begins with `{{` must be in quotes
    ");
    insta::assert_snapshot!(request("http: { url: {{ BASE }} }"), @r"
    error: expected text, found a mapping
     --> shop.yaml:3:18
      |
    3 |     http: { url: {{ BASE }} }
      |                  ^
      |
      = help: text that begins with `{{` must be in quotes
    ");
}

#[test]
fn yaml_that_does_not_parse_is_shown_with_the_usual_remedy() {
    insta::assert_snapshot!(shown("assert:\n  - status is 200\n    body contains x: y\n"), @r"
    error: not valid YAML: mapping values are not allowed in this context
     --> shop.yaml:3:20
      |
    3 |     body contains x: y
      |                    ^
      |
      = help: check the indentation; text that contains `: ` must be in quotes
    ");
    insta::assert_snapshot!(shown("tests:\n  - name: a: b\n"), @r"
    error: not valid YAML: mapping values are not allowed in this context
     --> shop.yaml:2:12
      |
    2 |   - name: a: b
      |            ^
      |
      = help: check the indentation; text that contains `: ` must be in quotes
    ");
    insta::assert_snapshot!(shown("tests:\n\t- name: a\n"), @r"
    error: not valid YAML: tabs disallowed within this context (block indentation)
     --> shop.yaml:2:2
      |
    2 |     - name: a
      |     ^
      |
      = help: indent with spaces
    ");
}

#[test]
fn a_value_of_a_later_version_is_known() {
    insta::assert_snapshot!(request("http: { url: x, auth: { jwt: { algorithm: EdDSA, key: k.pem } } }"), @r"
    error: field `algorithm`: `EdDSA` is not supported yet
     --> shop.yaml:3:47
      |
    3 |     http: { url: x, auth: { jwt: { algorithm: EdDSA, key: k.pem } } }
      |                                               ^^^^^ not supported yet
      |
      = help: use HS256, RS256 or ES256
    ");
}

#[test]
fn steps_are_no_request_and_not_none() {
    insta::assert_snapshot!(shown("tests:\n  - name: a\n    steps: []\n"), @r"
    error: the list of steps is empty
     --> shop.yaml:3:12
      |
    3 |     steps: []
      |            ^
    ");
    insta::assert_snapshot!(shown("tests:\n  - name: a\n    steps: [ { wait: 1s } ]\n    http: { url: x }\n"), @r"
    error: `http` cannot be combined with `steps`
     --> shop.yaml:4:5
      |
    4 |     http: { url: x }
      |     ^^^^
      |
      = help: give only one of http, ssl, dns, tcp, udp, icmp, grpc, ws, steps or heartbeat
    ");
}

#[test]
fn credentials_are_checked_when_the_file_is_read() {
    insta::assert_snapshot!(request("http: { url: x, auth: { digest: { username: a } } }"), @r"
    error: field `password` of `digest` is missing
     --> shop.yaml:3:37
      |
    3 |     http: { url: x, auth: { digest: { username: a } } }
      |                                     ^^
      |
      = help: `password`: the password
    ");
    insta::assert_snapshot!(request("http: { url: x, auth: { jwt: { algorithm: RS256, secret: s, claims: [] } } }"), @r"
    error: RS256 signs with a `key`, not with a `secret`
     --> shop.yaml:3:54
      |
    3 |     http: { url: x, auth: { jwt: { algorithm: RS256, secret: s, claims: [] } } }
      |                                                      ^^^^^^ give `key`

    error: expected a mapping of names to values, found a list
     --> shop.yaml:3:73
      |
    3 |     http: { url: x, auth: { jwt: { algorithm: RS256, secret: s, claims: [] } } }
      |                                                                         ^
    ");
}

#[test]
fn a_grpc_call_needs_a_target_and_one_thing_to_call() {
    insta::assert_snapshot!(request("grpc: { health: true }"), @r"
    error: `grpc` needs `host` or `url`
     --> shop.yaml:3:5
      |
    3 |     grpc: { health: true }
      |     ^^^^
      |
      = help: give only one of host or url
    ");
    insta::assert_snapshot!(request("grpc: { host: x }"), @r"
    error: `grpc` needs one of health or service
     --> shop.yaml:3:5
      |
    3 |     grpc: { host: x }
      |     ^^^^
    ");
    insta::assert_snapshot!(request("grpc: { url: 'grpc://x', port: 1, service: a.B }"), @r"
    error: `service` needs a `method`
     --> shop.yaml:3:5
      |
    3 |     grpc: { url: 'grpc://x', port: 1, service: a.B }
      |     ^^^^
      |
      = help: `method`: its method

    error: `service` needs a schema
     --> shop.yaml:3:5
      |
    3 |     grpc: { url: 'grpc://x', port: 1, service: a.B }
      |     ^^^^
      |
      = help: give `proto: [FILE]`, `descriptor_set: FILE` or `reflection: true`

    error: `port` cannot be combined with `url`
     --> shop.yaml:3:30
      |
    3 |     grpc: { url: 'grpc://x', port: 1, service: a.B }
      |                              ^^^^
      |
      = help: the URL says it: grpc://host:port
    ");
    insta::assert_snapshot!(request("grpc: { host: x, health: '', reflection: true }"), @r"
    error: `reflection` cannot be combined with `health`
     --> shop.yaml:3:34
      |
    3 |     grpc: { host: x, health: '', reflection: true }
      |                                  ^^^^^^^^^^
      |
      = help: a health check needs no schema and no message
    ");
}

#[test]
fn two_bodies_or_two_protocols_cannot_stand_together() {
    insta::assert_snapshot!(shown("tests:\n  - name: a\n    http: { url: x, body: a, json: {} }\n    ssl: { host: a }\n"), @r"
    error: `json` cannot be combined with `body`
     --> shop.yaml:3:30
      |
    3 |     http: { url: x, body: a, json: {} }
      |                              ^^^^
      |
      = help: give only one of body, body_file, json, form, multipart or graphql

    error: `ssl` cannot be combined with `http`
     --> shop.yaml:4:5
      |
    4 |     ssl: { host: a }
      |     ^^^
      |
      = help: give only one of http, ssl, dns, tcp, udp, icmp, grpc, ws, steps or heartbeat
    ");
}

#[test]
fn a_test_without_a_request_is_no_test() {
    insta::assert_snapshot!(request("assert: [ status is 200 ]"), @r"
    error: a test needs one of http, ssl, dns, tcp, udp, icmp, grpc, ws, steps or heartbeat
     --> shop.yaml:2:5
      |
    2 |   - name: a
      |     ^^^^
    ");
}

#[test]
fn a_wrong_word_is_shown_with_those_that_are_possible() {
    insta::assert_snapshot!(request("dns: { name: a, type: AAAAA, recursion_desired: yes }"), @r"
    error: expected a record type such as A, MX or HTTPS, or TYPE and a number, found `AAAAA`
     --> shop.yaml:3:27
      |
    3 |     dns: { name: a, type: AAAAA, recursion_desired: yes }
      |                           ^^^^^ did you mean `AAAA`?

    error: expected true or false, found `yes`
     --> shop.yaml:3:53
      |
    3 |     dns: { name: a, type: AAAAA, recursion_desired: yes }
      |                                                     ^^^ write `true`
    ");
}

#[test]
fn an_assertion_that_became_a_mapping_is_recognised() {
    insta::assert_snapshot!(shown("name: a\nhttp: { url: x }\nassert:\n  - body contains a: b\n"), @r"
    error: expected an assertion, found a mapping
     --> shop.yaml:4:5
      |
    4 |   - body contains a: b
      |     ^^^^^^^^^^^^^^^ `: ` makes this a mapping
      |
      = help: put the whole assertion in quotes
    ");
}

#[test]
fn variables_are_checked() {
    let text = "variables: { A: '{{ B }}', B: '{{ A }}', uuid: x, 1a: y }
tests: [{ name: a, http: { url: '{{ GIVEN }}{{ GIVN }} {{ numeric(x) }} {{ nope }}' } }]
";
    insta::assert_snapshot!(shown(text), @r"
    error: `uuid` is the name of a generator
     --> shop.yaml:1:42
      |
    1 | variables: { A: '{{ B }}', B: '{{ A }}', uuid: x, 1a: y }
      |                                          ^^^^
      |
      = help: choose another name, such as one in upper case

    error: `1a` cannot name a variable
     --> shop.yaml:1:51
      |
    1 | variables: { A: '{{ B }}', B: '{{ A }}', uuid: x, 1a: y }
      |                                                   ^^
      |
      = help: a name has letters, digits and underscores, and does not begin with a digit

    error: `numeric` takes a number of characters from 1 to 1024, found `x`
     --> shop.yaml:2:56
      |
    2 | tests: [{ name: a, http: { url: '{{ GIVEN }}{{ GIVN }} {{ numeric(x) }} {{ nope }}' } }]
      |                                                        ^^^^^^^^^^^^^^^^

    error: variable `A` needs itself: A -> B -> A
     --> shop.yaml:1:14
      |
    1 | variables: { A: '{{ B }}', B: '{{ A }}', uuid: x, 1a: y }
      |              ^ has no value

    error: undefined variable `GIVN`
     --> shop.yaml:2:45
      |
    2 | tests: [{ name: a, http: { url: '{{ GIVEN }}{{ GIVN }} {{ numeric(x) }} {{ nope }}' } }]
      |                                             ^^^^^^^^^^ did you mean `GIVEN`?

    error: undefined variable `nope`
     --> shop.yaml:2:73
      |
    2 | tests: [{ name: a, http: { url: '{{ GIVEN }}{{ GIVN }} {{ numeric(x) }} {{ nope }}' } }]
      |                                                                         ^^^^^^^^^^
      |
      = help: define it under `variables`, or give --var nope=..
    ");
}

#[test]
fn limits_are_named() {
    let text = r#"{"name": "a", "http": {"url": "x", "max_redirects": 101, "timeout": "2h"}, "every": "8d", "retry": {"count": 6, "interval": "2m"}}"#;
    insta::assert_snapshot!(shown(text), @r#"
    error: expected a whole number from 0 to 100, found `101`
     --> shop.yaml:1:53
      |
    1 | {"name": "a", "http": {"url": "x", "max_redirects": 101, "timeout": "2h"}, "every": "8d", "retry": {"count": 6, "interval": "2m"}}
      |                                                     ^^^

    error: a time limit is at most 1h, found `2h`
     --> shop.yaml:1:69
      |
    1 | {"name": "a", "http": {"url": "x", "max_redirects": 101, "timeout": "2h"}, "every": "8d", "retry": {"count": 6, "interval": "2m"}}
      |                                                                     ^^^^

    error: expected a duration from 1s to 7d, found `8d`
     --> shop.yaml:1:85
      |
    1 | {"name": "a", "http": {"url": "x", "max_redirects": 101, "timeout": "2h"}, "every": "8d", "retry": {"count": 6, "interval": "2m"}}
      |                                                                                     ^^^^

    error: expected a whole number from 0 to 5, found `6`
     --> shop.yaml:1:110
      |
    1 | {"name": "a", "http": {"url": "x", "max_redirects": 101, "timeout": "2h"}, "every": "8d", "retry": {"count": 6, "interval": "2m"}}
      |                                                                                                              ^

    error: expected a duration up to 60s, found `2m`
     --> shop.yaml:1:125
      |
    1 | {"name": "a", "http": {"url": "x", "max_redirects": 101, "timeout": "2h"}, "every": "8d", "retry": {"count": 6, "interval": "2m"}}
      |                                                                                                                             ^^^^
    "#);
}

#[test]
fn what_is_no_definition_is_told() {
    insta::assert_snapshot!(shown(""), @r"
    error: expected a mapping with `tests`, a test, or a list of tests, found an empty file
     --> shop.yaml:1:1
      |
    1 |
      | ^
    ");
    insta::assert_snapshot!(shown("just text"), @r"
    error: expected a mapping with `tests`, a test, or a list of tests, found `just text`
     --> shop.yaml:1:1
      |
    1 | just text
      | ^^^^^^^^^
    ");
    insta::assert_snapshot!(shown("version: 2\nversoin: 1\n"), @r"
    error: field `tests` of the file is missing
     --> shop.yaml:1:1
      |
    1 | version: 2
      | ^^^^^^^
      |
      = help: `tests`: the tests

    error: expected version 1, found `2`
     --> shop.yaml:1:10
      |
    1 | version: 2
      |          ^

    error: unknown field `versoin` of the file
     --> shop.yaml:2:1
      |
    2 | versoin: 1
      | ^^^^^^^ did you mean `version`?
    ");
    insta::assert_snapshot!(shown("{public_id: abc, type: api, config: {}}"), @r"
    error: `config` has no `request`
     --> shop.yaml:1:37
      |
    1 | {public_id: abc, type: api, config: {}}
      |                                     ^
      |
      = help: a test that is not `multi` has one request
    ");
    insta::assert_snapshot!(shown("tests: [{name: a, http: &x {url: x}}]\n---\n"), @r"
    error: a file holds one document, found a second `---`
     --> shop.yaml:2:1
      |
    2 | ---
      | ^^^
      |
      = help: put all tests into one list
    ");
}

#[test]
fn bytes_that_are_not_utf8_are_shown_with_their_offset() {
    insta::assert_snapshot!(shown_source(&Source::from_bytes("shop.yaml", b"name: a\nhttp: { url: \xff }\n")), @r"
    error: not UTF-8: byte 0xff at offset 21
     --> shop.yaml:2:14
      |
    2 | http: { url: � }
      |              ^
      |
      = help: save the file as UTF-8
    ");
}

#[test]
fn suspicious_methods_are_warnings() {
    insta::assert_snapshot!(request("http: { url: x, method: post, headers: { 'a b': c } }"), @r"
    warning: methods are case-sensitive: `post` is not POST
     --> shop.yaml:3:29
      |
    3 |     http: { url: x, method: post, headers: { 'a b': c } }
      |                             ^^^^ did you mean `POST`?
    ");
}

#[test]
fn times_of_the_week_are_days_and_times_of_a_zone() {
    let with = |fields: &str| {
        shown(&format!("tests:\n  - name: till\n    tcp: {{ host: a.test, port: 1 }}\n{fields}"))
    };
    let bad =
        "    every: 5m\n    active_times: [mon-fri 8-18, weekdays, 24:00-01:00]\n    timezone: Berlin\n";
    insta::assert_snapshot!(with(bad), @r"
    error: expected days and times such as mon-fri 08:00-18:00, found `mon-fri 8-18`
     --> shop.yaml:5:20
      |
    5 |     active_times: [mon-fri 8-18, weekdays, 24:00-01:00]
      |                    ^^^^^^^^^^^^
      |
      = help: times are from 00:00 to 24:00: 08:00-18:00

    error: expected days and times such as mon-fri 08:00-18:00, found `weekdays`
     --> shop.yaml:5:34
      |
    5 |     active_times: [mon-fri 8-18, weekdays, 24:00-01:00]
      |                                  ^^^^^^^^
      |
      = help: days are mon, tue, wed, thu, fri, sat and sun

    error: expected days and times such as mon-fri 08:00-18:00, found `24:00-01:00`
     --> shop.yaml:5:44
      |
    5 |     active_times: [mon-fri 8-18, weekdays, 24:00-01:00]
      |                                            ^^^^^^^^^^^
      |
      = help: times are from 00:00 to 24:00: 08:00-18:00

    error: expected a time zone such as Europe/Berlin, found `Berlin`
     --> shop.yaml:6:15
      |
    6 |     timezone: Berlin
      |               ^^^^^^
      |
      = help: time zones have the names of the IANA database: Region/City, or UTC
    ");
    insta::assert_snapshot!(with("    active_times: fri 22:00-06:00\n"), @r"
    warning: `active_times` has no effect without `every`
     --> shop.yaml:4:5
      |
    4 |     active_times: fri 22:00-06:00
      |     ^^^^^^^^^^^^
      |
      = help: give the interval: `every: 5m`
    ");
}

#[test]
fn what_follows_from_a_mistake_is_not_reported_again() {
    let uses = |variables: &str| {
        shown(&format!(
            "{variables}tests:\n  - name: a\n    http: {{ url: '{{{{ A }}}}{{{{ B }}}}{{{{ C }}}}' }}\n"
        ))
    };
    insta::assert_snapshot!(uses("variables: { A: , B: [1, 2] }\n"), @r"
    error: expected text, found nothing
     --> shop.yaml:1:15
      |
    1 | variables: { A: , B: [1, 2] }
      |               ^
      |
      = help: give a value, or leave the field out

    error: expected text, found a list
     --> shop.yaml:1:22
      |
    1 | variables: { A: , B: [1, 2] }
      |                      ^

    error: undefined variable `C`
     --> shop.yaml:4:33
      |
    4 |     http: { url: '{{ A }}{{ B }}{{ C }}' }
      |                                 ^^^^^^^
      |
      = help: define it under `variables`, or give --var C=..
    ");
    insta::assert_snapshot!(uses("include: { a: b }\n"), @r"
    error: expected the path of a file or a list of them, found a mapping
     --> shop.yaml:1:10
      |
    1 | include: { a: b }
      |          ^^
    ");
    insta::assert_snapshot!(uses("variables: { A: { default: x }, B: { dflt: x }, C: { secret: true } }\n"), @r"
    error: `default` needs `env`
     --> shop.yaml:1:19
      |
    1 | variables: { A: { default: x }, B: { dflt: x }, C: { secret: true } }
      |                   ^^^^^^^
      |
      = help: call it `value`

    error: unknown field `dflt` of a variable
     --> shop.yaml:1:38
      |
    1 | variables: { A: { default: x }, B: { dflt: x }, C: { secret: true } }
      |                                      ^^^^
      |
      = help: fields are value, env, default, file, totp, digits, period, algorithm, secret

    error: a variable needs one of value, env, file or totp
     --> shop.yaml:1:49
      |
    1 | variables: { A: { default: x }, B: { dflt: x }, C: { secret: true } }
      |                                                 ^
    ");
    insta::assert_snapshot!(request("tcp: { host: x, port: 1, steps: [ { snd: x } ] }"), @r"
    error: unknown field `snd` of a step
     --> shop.yaml:3:41
      |
    3 |     tcp: { host: x, port: 1, steps: [ { snd: x } ] }
      |                                         ^^^ did you mean `send`?
    ");
    insta::assert_snapshot!(request("grpc: { hots: x, health: true }"), @r"
    error: unknown field `hots` of `grpc`
     --> shop.yaml:3:13
      |
    3 |     grpc: { hots: x, health: true }
      |             ^^^^ did you mean `host`?
    ");
    let steps =
        |step: &str| request(&format!("steps: [ {{ {step} }}, {{ http: {{ url: '{{{{ T }}}}' }} }} ]"));
    insta::assert_snapshot!(steps("http: { url: x }, extract: { T: { json: $.x } }"), @r"
    error: unknown field `json` of an extraction
     --> shop.yaml:3:50
      |
    3 |     steps: [ { http: { url: x }, extract: { T: { json: $.x } } }, { http: { url: '{{ T }}' } } ]
      |                                                  ^^^^ here it is called `jsonpath`
    ");
    insta::assert_snapshot!(steps("htp: { url: x }, extract: { T: body }"), @r"
    error: unknown field `htp` of a step of a test
     --> shop.yaml:3:16
      |
    3 |     steps: [ { htp: { url: x }, extract: { T: body } }, { http: { url: '{{ T }}' } } ]
      |                ^^^ did you mean `http`?
    ");
}

#[test]
fn a_tag_is_read_on_as_what_was_meant() {
    let test = "name: a\nhttp: { url: x }\nassert:\n  - !body contains x\ntags: [ !x ]\n";
    insta::assert_snapshot!(shown(test), @r"
    error: tags are not supported, found `!body`
     --> shop.yaml:4:5
      |
    4 |   - !body contains x
      |     ^^^^^^^^^^^^^^^^
      |
      = help: an assertion is negated with `not`: `not body contains x`; other text with `!` must be in quotes

    error: tags are not supported, found `!x`
     --> shop.yaml:5:9
      |
    5 | tags: [ !x ]
      |         ^^
      |
      = help: text that begins with `!` must be in quotes
    ");
}

#[test]
fn what_belongs_inside_an_empty_field_is_to_be_indented() {
    insta::assert_snapshot!(shown("name: a\nhttp:\nurl: x\nmethod: GET\n"), @r"
    error: `url` is not inside `http`, which is empty
     --> shop.yaml:3:1
      |
    3 | url: x
      | ^^^
      |
      = help: indent what belongs inside `http` deeper than `http` itself
    ");
}

#[test]
fn a_line_without_a_colon_or_a_space_is_named_itself() {
    insta::assert_snapshot!(shown("version 1\ntests:\n  - name: a\n"), @r"
    error: not valid YAML: there is no `: ` in this line
     --> shop.yaml:1:1
      |
    1 | version 1
      | ^^^^^^^^^
      |
      = help: a name and its value are written `NAME: VALUE`, and an item of a list begins with `- `
    ");
    insta::assert_snapshot!(shown("name: a\nhttp\nurl: x\n"), @r"
    error: not valid YAML: there is no `: ` in this line
     --> shop.yaml:2:1
      |
    2 | http
      | ^^^^
      |
      = help: a name and its value are written `NAME: VALUE`, and an item of a list begins with `- `
    ");
    insta::assert_snapshot!(shown("name: a\nhttp:\n  url \"http://h/\"\n  method: GET\n"), @r#"
    error: not valid YAML: there is no `: ` in this line
     --> shop.yaml:3:3
      |
    3 |   url "http://h/"
      |   ^^^^^^^^^^^^^^^
      |
      = help: a name and its value are written `NAME: VALUE`, and an item of a list begins with `- `
    "#);
    insta::assert_snapshot!(shown("tests:\n  - name:t\n    http: { url: x }\n"), @r"
    error: not valid YAML: a space is missing behind `:`
     --> shop.yaml:2:5
      |
    2 |   - name:t
      |     ^^^^^^
      |
      = help: a name and its value are written `NAME: VALUE`
    ");
    insta::assert_snapshot!(shown("tests:\n  -name: t\n    http: { url: x }\n"), @r"
    error: not valid YAML: a space is missing behind `-`
     --> shop.yaml:2:3
      |
    2 |   -name: t
      |   ^^^^^^^^
      |
      = help: an item of a list begins with `- `
    ");
    insta::assert_snapshot!(request("http: { url:\"http://h/\" }"), @r#"
    error: unknown field `url:"http://h/"` of `http`
     --> shop.yaml:3:13
      |
    3 |     http: { url:"http://h/" }
      |             ^^^^^^^^^^^^^^^ a space is missing behind `url:`
      |
      = help: a name and its value are written `NAME: VALUE`
    "#);
    insta::assert_snapshot!(shown("tests:\n  - name:\ta\n"), @r"
    error: a tab behind `:` cannot be read
     --> shop.yaml:2:10
      |
    2 |   - name:    a
      |          ^^^^
      |
      = help: write a space behind `:`
    ");
}

#[test]
fn brackets_and_quotes_that_do_not_match_are_named() {
    insta::assert_snapshot!(shown("tests:\n  - name: t\n    http: { url: x\n  - name: u\n    http: { url: y }\n"), @r"
    error: not valid YAML: `{` is never closed
     --> shop.yaml:3:11
      |
    3 |     http: { url: x
      |           ^
      |
      = help: close it with `}`, or separate what is in it by commas
    ");
    insta::assert_snapshot!(shown("tests:\n  - name: t\n    http: { url: x,\n  method: GET }\n"), @r"
    error: not valid YAML: this line is inside of `{` and is not indented
     --> shop.yaml:4:3
      |
    4 |   method: GET }
      |   ^
      |
      = help: indent it deeper than the field to which the `{` in line 3 belongs
    ");
    insta::assert_snapshot!(request("http: { url: \"http://h/\" method: GET }"), @r#"
    error: not valid YAML: a comma is missing before this
     --> shop.yaml:3:30
      |
    3 |     http: { url: "http://h/" method: GET }
      |                              ^
      |
      = help: values in brackets are separated by commas
    "#);
    insta::assert_snapshot!(request("tags: ['it's']"), @r"
    error: not valid YAML: text goes on behind the ' that ends it
     --> shop.yaml:3:16
      |
    3 |     tags: ['it's']
      |                ^
      |
      = help: inside of single quotes, a single quote is written twice; or put the whole text in double quotes
    ");
    insta::assert_snapshot!(request("assert:\n      - 'jsonpath $.a' is 1"), @r"
    error: not valid YAML: text goes on behind the ' that ends it
     --> shop.yaml:4:24
      |
    4 |       - 'jsonpath $.a' is 1
      |                        ^
      |
      = help: text that begins with a quote ends at the next one: put the whole text in double quotes
    ");
    insta::assert_snapshot!(request("assert:\n      - \"body contains \"ok\"\""), @r#"
    error: not valid YAML: text goes on behind the " that ends it
     --> shop.yaml:4:25
      |
    4 |       - "body contains "ok""
      |                         ^
      |
      = help: inside of double quotes, `"` is written `\"`; or put the whole text in single quotes
    "#);
    insta::assert_snapshot!(request("assert: [ jsonpath $.a[0] is 1 ]"), @r"
    error: not valid YAML: `[` inside of a text without quotes
     --> shop.yaml:3:27
      |
    3 |     assert: [ jsonpath $.a[0] is 1 ]
      |                           ^
      |
      = help: in brackets, text with brackets, braces or commas must be in quotes
    ");
    insta::assert_snapshot!(request("http: { url: x }\n    assert: [ status is one of 200, 204, 301, status is 200 ]"), @r#"
    error: a comma in brackets ends the assertion before it
     --> shop.yaml:4:37
      |
    4 |     assert: [ status is one of 200, 204, 301, status is 200 ]
      |                                     ^^^
      |
      = help: put an assertion with commas in quotes: `[ "status is one of 200, 204" ]`
    "#);
}

#[test]
fn brackets_that_are_closed_with_others_are_named() {
    insta::assert_snapshot!(shown("{\"tests\": [{\"name\": \"a\", \"http\": {\"url\": \"x\"}]}\n"), @r#"
    error: `{` in line 1 is closed with `]`
     --> shop.yaml:1:46
      |
    1 | {"tests": [{"name": "a", "http": {"url": "x"}]}
      |                                              ^
      |
      = help: `{` is closed with `}`, `[` with `]`; one of them may be missing before this
    "#);
    insta::assert_snapshot!(request("http: [ url: x }"), @r"
    error: `[` in line 3 is closed with `}`
     --> shop.yaml:3:20
      |
    3 |     http: [ url: x }
      |                    ^
      |
      = help: `{` is closed with `}`, `[` with `]`; one of them may be missing before this
    ");
    insta::assert_snapshot!(request("assert: [ body contains {\"a\":1} ]"), @r#"
    error: not valid YAML: `{` inside of a text without quotes
     --> shop.yaml:3:29
      |
    3 |     assert: [ body contains {"a":1} ]
      |                             ^
      |
      = help: in brackets, text with brackets, braces or commas must be in quotes
    "#);
    insta::assert_snapshot!(request("tags: \"a"), @r#"
    error: not valid YAML: while scanning a quoted scalar, found unexpected end of stream
     --> shop.yaml:3:11
      |
    3 |     tags: "a
      |           ^
      |
      = help: close the quote; more lines of a text in quotes are indented
    "#);
}

#[test]
fn characters_that_mean_something_to_yaml_are_named() {
    insta::assert_snapshot!(shown("name: @home\n"), @r"
    error: not valid YAML: text cannot begin with `@`
     --> shop.yaml:1:7
      |
    1 | name: @home
      |       ^
      |
      = help: put the text in quotes
    ");
    insta::assert_snapshot!(shown("name: `t`\n"), @r"
    error: not valid YAML: text cannot begin with a backquote
     --> shop.yaml:1:7
      |
    1 | name: `t`
      |       ^
      |
      = help: put the text in quotes
    ");
    insta::assert_snapshot!(shown("name: a\nhttp:\n  body: |\n  {\"a\": 1}\n"), @r#"
    error: not valid YAML: the text of `|` is not indented
     --> shop.yaml:4:3
      |
    4 |   {"a": 1}
      |   ^^^^^^^^
      |
      = help: indent it deeper than the line with `|`
    "#);
    insta::assert_snapshot!(shown("tests:\n<<<<<<< HEAD\n  - name: t\n=======\n  - name: u\n>>>>>>> x\n"), @r"
    error: this is a conflict marker of Git
     --> shop.yaml:2:1
      |
    2 | <<<<<<< HEAD
      | ^^^^^^^^^^^^
      |
      = help: resolve the conflict, and remove the lines with `<<<<<<<`, `=======` and `>>>>>>>`
    ");
    insta::assert_snapshot!(shown("tests:\n\u{a0}\u{a0}- name: t\n\u{a0}\u{a0}  http: { url: x }\n"), @r"
    error: this line begins with a no-break space (U+00A0), which does not indent
     --> shop.yaml:2:1
      |
    2 |   - name: t
      | ^
      |
      = help: indent with spaces
    ");
    insta::assert_snapshot!(shown("n\0a\0m\0e\0:\0 \0a\0"), @r"
    error: not valid YAML: found the character U+0000
     --> shop.yaml:1:2
      |
    1 | n␀a␀m␀e␀:␀ ␀a␀
      |  ^
      |
      = help: if this is a file in UTF-16, save it as UTF-8
    ");
}

#[test]
fn what_a_comment_cuts_off_is_named() {
    insta::assert_snapshot!(request("http: { url: http://h/ #x }"), @r"
    error: not valid YAML: `{` is never closed
     --> shop.yaml:3:11
      |
    3 |     http: { url: http://h/ #x }
      |           ^
      |
      = help: ` #` begins a comment, and `}` is in it; put text with ` #` in quotes
    ");
    insta::assert_snapshot!(request("http: { url: x }\n    assert:\n      - body contains #1"), @r"
    error: `#1` is a comment, and no value
     --> shop.yaml:5:9
      |
    5 |       - body contains #1
      |         ^^^^^^^^^^^^^
      |
      = help: put the whole assertion in quotes
    ");
    insta::assert_snapshot!(shown("- name: t #1\n  http: { url: x }\n- name: t #2\n  http: { url: x }\n"), @r"
    error: duplicate test name `t`
     --> shop.yaml:3:9
      |
    3 | - name: t #2
      |         ^ first given in line 1
      |
      = help: ` #` begins a comment, which is not a part of the name; put the name in quotes
    ");
}

#[test]
fn a_name_that_is_taken_over_is_reported_where_that_is_done() {
    let merged = |more: &str| shown(&format!("- &a\n  name: t\n  tcp: {{ host: x, port: 1 }}\n{more}"));
    insta::assert_snapshot!(merged("- <<: *a\n- <<: *a\n  name: u\n"), @r"
    error: duplicate test name `t`
     --> shop.yaml:4:3
      |
    4 | - <<: *a
      |   ^^ takes over the name in line 2
      |
      = help: give a `name` of its own beside `<<`
    ");
    insta::assert_snapshot!(merged("- *a\n"), @r"
    error: duplicate test name `t`
     --> shop.yaml:2:9
      |
    2 |   name: t
      |         ^ an alias uses this test again
      |
      = help: merge it instead, with a name of its own: `<<: *ALIAS` and `name: ..`
    ");
    insta::assert_snapshot!(request("steps: [ &s { name: w, wait: 1s }, { <<: *s } ]"), @r"
    error: duplicate step name `w`
     --> shop.yaml:3:40
      |
    3 |     steps: [ &s { name: w, wait: 1s }, { <<: *s } ]
      |                                        ^^ takes over the name in line 3
      |
      = help: give a `name` of its own beside `<<`
    ");
}

#[test]
fn what_a_field_is_called_depends_on_the_mapping() {
    insta::assert_snapshot!(request("ssl: { url: 'https://a.test' }"), @r"
    error: unknown field `url` of `ssl`
     --> shop.yaml:3:12
      |
    3 |     ssl: { url: 'https://a.test' }
      |            ^^^ here it is called `host`
      |
      = help: a name or an address, without a scheme and a path
    ");
    insta::assert_snapshot!(request("dns: { host: a.test }"), @r"
    error: unknown field `host` of `dns`
     --> shop.yaml:3:12
      |
    3 |     dns: { host: a.test }
      |            ^^^^ here it is called `name`
    ");
    insta::assert_snapshot!(request("icmp: { host: a.test, count: 3 }"), @r"
    error: unknown field `count` of `icmp`
     --> shop.yaml:3:27
      |
    3 |     icmp: { host: a.test, count: 3 }
      |                           ^^^^^ here it is called `packets`
    ");
    insta::assert_snapshot!(request("description: d\n    tcp: { host: a.test, port: 1 }"), @r"
    error: unknown field `description` of a test
     --> shop.yaml:3:5
      |
    3 |     description: d
      |     ^^^^^^^^^^^
      |
      = help: put it into the name, or into a comment of YAML: `# ..`
    ");
    insta::assert_snapshot!(shown("title: a\ntcp: { host: a.test, port: 1 }"), @r"
    error: unknown field `title` of a test
     --> shop.yaml:1:1
      |
    1 | title: a
      | ^^^^^ here it is called `name`
    ");
}

#[test]
fn fields_beside_the_request_or_of_a_step_are_said_to_belong_there() {
    insta::assert_snapshot!(request("http: { url: x, assert: [], retry: { count: 1 }, extract: {} }"), @r"
    error: unknown field `assert` of `http`
     --> shop.yaml:3:21
      |
    3 |     http: { url: x, assert: [], retry: { count: 1 }, extract: {} }
      |                     ^^^^^^ not here
      |
      = help: `assert` belongs beside http, not inside

    error: unknown field `retry` of `http`
     --> shop.yaml:3:33
      |
    3 |     http: { url: x, assert: [], retry: { count: 1 }, extract: {} }
      |                                 ^^^^^ not here
      |
      = help: `retry` belongs beside http, not inside

    error: unknown field `extract` of `http`
     --> shop.yaml:3:54
      |
    3 |     http: { url: x, assert: [], retry: { count: 1 }, extract: {} }
      |                                                      ^^^^^^^ not here
      |
      = help: `extract` belongs into a step of `steps`, beside http
    ");
    insta::assert_snapshot!(request("http: { url: x }\n    extract: { A: body }\n    repeat: {}"), @r"
    error: unknown field `extract` of a test
     --> shop.yaml:4:5
      |
    4 |     extract: { A: body }
      |     ^^^^^^^ not here
      |
      = help: `extract` belongs into a step of `steps`, together with the request

    error: unknown field `repeat` of a test
     --> shop.yaml:5:5
      |
    5 |     repeat: {}
      |     ^^^^^^ not here
      |
      = help: `repeat` belongs into a step of `steps`, together with the request
    ");
}

#[test]
fn bodies_and_texts_that_hardly_anyone_means_are_warned_of() {
    insta::assert_snapshot!(request("http: { url: x, body: '@order.json' }"), @r"
    warning: `@order.json` is sent as it is: no file is read
     --> shop.yaml:3:27
      |
    3 |     http: { url: x, body: '@order.json' }
      |                           ^^^^^^^^^^^^^^
      |
      = help: `body_file: PATH` sends the bytes of a file
    ");
    insta::assert_snapshot!(request("http: { url: x, json: '{\"a\": 1}' }"), @r#"
    warning: this JSON is a text, and is sent as a string
     --> shop.yaml:3:27
      |
    3 |     http: { url: x, json: '{"a": 1}' }
      |                           ^^^^^^^^^^^
      |
      = help: write it without quotes around it, or give the text as `body`
    "#);
    insta::assert_snapshot!(request("http: { url: \u{201c}http://h/\u{201d} }"), @r#"
    warning: curly quotes do not quote: they are a part of the text
     --> shop.yaml:3:18
      |
    3 |     http: { url: “http://h/” }
      |                  ^^^^^^^^^^^
      |
      = help: write straight ones: " or '
    "#);
    insta::assert_snapshot!(request("http: { url: x, json: '{ a' }"), @"");
    insta::assert_snapshot!(request("http: { url: x, body: '@me' }"), @"");
}
