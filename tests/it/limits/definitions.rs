//! Rows of limits of a file, its variables, its tests and their assertions.

use super::row::{Row, items, list, listed, number, request};
use faultfinder_assert::{LINE_BYTES_MAX, PATTERN_BYTES_MAX, QUERY_BYTES_MAX};
use faultfinder_spec::value::{EVERY_MAX, TIMEOUT_MAX};
use faultfinder_spec::{
    ASSERTIONS_MAX, DATE_FORMAT_CHARS_MAX, DATE_OFFSET_YEARS_MAX, DEFINITION_BYTES_MAX, DEPTH_MAX,
    GENERATED_CHARS_MAX, NODES_MAX, RETRIES_MAX, RETRY_INTERVAL_MAX, TAGS_MAX, TESTS_MAX, VARIABLE_BYTES_MAX,
    VARIABLES_MAX,
};

pub(super) fn rows() -> Vec<Row> {
    [files(), variables(), tests(), schedule(), assertions()].into_iter().flatten().collect()
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
        Row::new(
            "wait for a reply to an echo request",
            // `faultfinder-spec`, `value/duration_range.rs`: `EchoWait`.
            60,
            |much| format!("name: a\nicmp: {{host: a.test, wait: §{much}s}}\n"),
            "icmp.wait",
            |much| format!("expected a duration from 1ms to 60s, found `{much}s`"),
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
