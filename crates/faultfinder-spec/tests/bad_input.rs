//! Input that nobody means well with: each gives a diagnostic, in bounded time and memory, and never a panic.

use faultfinder_spec::{
    DEFINITION_BYTES_MAX, DEPTH_MAX, DIAGNOSTICS_MAX, Source, check_variables, parse, parse_str,
};
use proptest::prelude::*;

/// The messages of a text, in order.
fn messages(text: &str) -> Vec<String> {
    parse_str("x", text).diagnostics.into_iter().map(|diagnostic| diagnostic.message).collect()
}

#[track_caller]
fn check(text: &str, message: &str) {
    let found = messages(text);
    assert!(found.iter().any(|found| found.contains(message)), "expected {message:?}, found {found:?}");
}

#[test]
fn a_bomb_of_aliases_is_defused() {
    let mut bomb = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x]\n");
    for level in 1..30 {
        let items = vec![format!("*a{}", level - 1); 9].join(", ");
        bomb.push_str(&format!("a{level}: &a{level} [{items}]\n"));
    }
    check(&bomb, "a file holds at most 1000000 values, aliases expanded");
}

#[test]
fn an_alias_of_what_it_is_in_is_refused() {
    check("a: &a [*a]", "this alias refers to what it is a part of");
}

#[test]
fn nesting_has_a_limit_through_aliases_too() {
    let deepest = usize::try_from(DEPTH_MAX).unwrap();
    let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    let too_deep = "lists and mappings are nested at most 64 deep";
    assert!(!messages(&nested(deepest)).contains(&too_deep.to_owned()));
    check(&nested(deepest + 1), too_deep);
    check(&"[".repeat(100_000), too_deep);
    check(&"- ".repeat(100_000), too_deep);
    check(&"{a: ".repeat(100_000), too_deep);
    let chain: String = (1..100).map(|level| format!("a{level}: &a{level} [*a{}]\n", level - 1)).collect();
    check(&format!("a0: &a0 [x]\n{chain}"), too_deep);
}

#[test]
fn ten_megabytes_of_nonsense_are_refused() {
    for unit in ["x", "a: b\n", "- a\n"] {
        let mut text = unit.repeat(DEFINITION_BYTES_MAX / unit.len());
        text.truncate(DEFINITION_BYTES_MAX);
        let parsed = parse_str("x", &text);
        assert!(parsed.has_errors(), "{unit:?}");
        assert!(parsed.diagnostics.len() <= DIAGNOSTICS_MAX + 1, "{unit:?}");
    }
}

#[test]
fn nonsense_of_every_kind_is_refused() {
    for unit in [
        "a: ", "? ", "&a ", "*a ", "!a ", "|\n", "# \n", "{{", "%", "\t", "'", "[a,", "- - ", "<<: ", "\\",
        "\r",
    ] {
        assert!(parse_str("x", &unit.repeat(100_000)).has_errors(), "{unit:?}");
    }
}

#[test]
fn a_mistake_behind_an_alias_is_told_once() {
    let uses = ", *t".repeat(500);
    let parsed =
        parse_str("x", &format!("name: a\ntcp: {{host: x, port: 1, steps: [&t {{sent: y}}{uses}]}}\n"));
    let told = parsed.diagnostics.iter().filter(|diagnostic| diagnostic.message.contains("`sent`")).count();
    assert_eq!(told, 1, "{:?}", parsed.diagnostics);
}

#[test]
fn one_byte_too_many_is_refused_without_being_read() {
    let source = Source::from_bytes("x", &vec![b'['; DEFINITION_BYTES_MAX + 1]);
    let parsed = parse(&source);
    assert_eq!(parsed.diagnostics[0].message, "a definition file has at most 10000000 bytes, found 10000001");
    assert!(parsed.document.is_none());
}

#[test]
fn a_long_line_is_shown_in_part() {
    let text = format!("- {{name: a, http: {{url: x, body: {}, timeuot: 5s}}}}", "y ".repeat(1_000_000));
    let source = Source::new("x", &text);
    let parsed = parse(&source);
    let typo = parsed.diagnostics.iter().find(|diagnostic| diagnostic.message.contains("timeuot")).unwrap();
    let shown = typo.render(&source, false);
    assert!(shown.len() < 2_000, "{} bytes", shown.len());
    assert!(shown.contains("timeuot: 5s"), "{shown}");
    assert!(shown.contains("did you mean `timeout`?"), "{shown}");
}

#[test]
fn many_mistakes_are_told_up_to_a_limit() {
    let tests: String =
        (0..5_000).map(|n| format!("  - name: t{n}\n    http: {{ url: x, foo: 1, bar: 2 }}\n")).collect();
    let parsed = parse_str("x", &format!("tests:\n{tests}"));
    assert_eq!(parsed.diagnostics.len(), DIAGNOSTICS_MAX + 1);
    let last = parsed.diagnostics.last().unwrap();
    assert_eq!(last.message, "more than 200 mistakes; the rest of the file was not read");
}

#[test]
fn variables_that_would_explode_are_refused() {
    let mut text = String::from("variables:\n  A0: xxxxxxxxxx\n");
    for level in 1..60 {
        text.push_str(&format!("  A{level}: '{}'\n", format!("{{{{ A{} }}}}", level - 1).repeat(10)));
    }
    text.push_str("tests: [{name: a, http: {url: '{{ A59 }}'}}]\n");
    let parsed = parse_str("x", &text);
    assert!(!parsed.has_errors(), "{:?}", parsed.diagnostics);
    let found = check_variables(&parsed.document.unwrap(), &[]);
    assert!(
        found.iter().any(|found| found.message.contains("would have more than 1000000 bytes")),
        "{found:?}"
    );
}

/// Pieces of which definitions, and broken ones, are made.
const PIECES: &[&str] = &[
    "tests:",
    "\n",
    "\n  ",
    "\n    ",
    "- ",
    "name: a",
    "http: ",
    "{ ",
    "} ",
    "[ ",
    "] ",
    ", ",
    ": ",
    "url: x",
    "'",
    "\"",
    "{{ ",
    " }}",
    "uuid",
    "A",
    "variables:",
    "defaults:",
    "timeout: ",
    "5s",
    "-1",
    "port: ",
    "tcp: ",
    "dns: ",
    "ssl: ",
    "assert: ",
    "status is 200",
    "&a ",
    "*a ",
    "!t ",
    "|",
    ">",
    "# ",
    "~",
    "\\",
    "é",
    "\u{1f600}",
    "\r",
    "\t",
    "---\n",
    "...\n",
    "%YAML 1.2\n",
    "<<: ",
    "? ",
    "json: ",
    "headers: ",
    "retry: ",
    "count: 9",
    "\u{feff}",
    "\u{0}",
    "\u{2028}",
];

fn survives(text: &str) {
    let source = Source::new("x", text);
    let parsed = parse(&source);
    let mut diagnostics = parsed.diagnostics.clone();
    if let Some(document) = &parsed.document {
        diagnostics.extend(check_variables(document, &[]));
    }
    for diagnostic in &diagnostics {
        assert!(diagnostic.place.line >= 1 && diagnostic.place.column >= 1 && diagnostic.place.length >= 1);
        assert!(!diagnostic.render(&source, false).is_empty());
        let _ = diagnostic.render(&source, true);
    }
}

proptest! {
    #[test]
    fn no_text_makes_it_panic(text in any::<String>()) {
        survives(&text);
    }

    #[test]
    fn no_mixture_of_pieces_makes_it_panic(pieces in prop::collection::vec(prop::sample::select(PIECES), 0..40)) {
        survives(&pieces.concat());
    }

    #[test]
    fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let source = Source::from_bytes("x", &bytes);
        for diagnostic in parse(&source).diagnostics {
            let _ = diagnostic.render(&source, false);
        }
    }

    #[test]
    fn a_definition_that_lost_a_piece_makes_it_complain_at_most(from in 0..1500_usize, length in 0..30_usize) {
        let text = include_str!("../../../examples/variables.yaml");
        let end = (from + length).min(text.len());
        let start = from.min(end);
        if text.is_char_boundary(start) && text.is_char_boundary(end) {
            survives(&format!("{}{}", &text[..start], &text[end..]));
        }
    }
}

// Where each brace would be searched for its end, this would not come to an end within the time of a test.
#[test]
fn braces_without_an_end_take_linear_time() {
    for (name, errors) in
        [("", DIAGNOSTICS_MAX + 1), ("a", 0), ("{a", DIAGNOSTICS_MAX + 1), ("{\"", DIAGNOSTICS_MAX + 1)]
    {
        let braces = format!("{{{name}").repeat(1_500_000);
        let parsed =
            parse_str("x", &format!("tests: [{{name: a, http: {{url: x, body: '{braces} }}'}}}}]\n"));
        assert_eq!(parsed.diagnostics.len(), errors, "{name:?}: {:?}", parsed.diagnostics.first());
        if let Some(document) = parsed.document {
            assert_eq!(check_variables(&document, &["a"]), [], "{name:?}");
        }
    }
}

#[test]
fn files_of_tools_that_are_not_read_are_named() {
    for (text, what) in [
        (
            "{\"version\":\"1.23\",\"notificationList\":[],\"monitorList\":[]}",
            "a backup of Uptime Kuma without monitors",
        ),
        ("{\"info\":{\"_postman_id\":\"x\",\"name\":\"a\"},\"item\":[]}", "a Postman collection"),
        ("openapi: 3.1.0\ninfo: { title: a, version: '1' }\npaths: {}\n", "an OpenAPI document"),
        ("{\"log\":{\"version\":\"1.2\",\"entries\":[]}}", "an HTTP archive (HAR)"),
        ("scrape_configs: [ { job_name: a } ]\n", "a configuration of Prometheus"),
        ("groups: [ { name: a, rules: [] } ]\n", "a file of Prometheus rules"),
        ("test_name: a\nstages: [ { name: b } ]\n", "a test of Tavern"),
        ("GET https://a.test\nHTTP 200\n", "a Hurl file"),
        (
            "# a comment\n\nPOST {{host}}/login\n{ \"a\": 1 }\nHTTP 200\n[Asserts]\nstatus == 200\n",
            "a Hurl file",
        ),
    ] {
        assert_eq!(messages(text), [format!("this is {what}, which cannot be read")], "{text}");
    }
}

#[test]
fn tests_that_depend_on_each_other_are_refused() {
    let test = |name: &str, parents: &str| {
        format!("  - {{ name: {name}, icmp: {{ host: a }}, alert: {{ depends_on: [{parents}] }} }}\n")
    };
    let itself = format!("tests:\n{}", test("a", "b, a"));
    let found = parse_str("x", &itself).diagnostics;
    let place = found[0].place;
    assert_eq!((found.len(), found[0].message.as_str()), (1, "a test cannot depend on itself"));
    assert_eq!((place.line, place.column), (2, 60), "{found:?}");
    let ring = ["a", "b", "c", "d", "e"].iter().zip(["", "a, c", "d", "b", "d"]);
    let ring: String = ring.map(|(name, parents)| test(name, parents)).collect();
    check(&format!("tests:\n{ring}"), "tests depend on each other: b -> c -> d -> b");
    // What holds for all tests does not make one depend on itself, nor does what is in another file.
    let line: String = ["c", "b", "a"]
        .iter()
        .zip(["b, x", "a, elsewhere", ""])
        .map(|(name, parents)| test(name, parents))
        .collect();
    let defaults =
        "defaults: { alert: { depends_on: [gateway] } }\ntests:\n  - { name: gateway, icmp: { host: a } }\n";
    assert_eq!(messages(&format!("{defaults}{line}")), Vec::<String>::new());
    // Ten thousand in a row are read as quickly as others.
    let row: String =
        (1..10_000).map(|number| test(&format!("t{number}"), &format!("t{}", number - 1))).collect();
    assert_eq!(messages(&format!("tests:\n{row}")), Vec::<String>::new());
    check(&format!("tests:\n{row}{}", test("t0", "t9999")), "tests depend on each other: t1 -> t0 -> t9999");
}
