//! Limits of what targets send.

use super::peer::serve;
use faultfinder_net::http1::Limits;
use faultfinder_taxonomy::BODY_BYTES_MAX;
use faultfinder_tests::command;
use serde_json::Value;

/// A limit of responses.
struct Row {
    what: &'static str,
    most: usize,
    /// A response that has this much.
    response: Box<dyn Fn(usize) -> Vec<u8>>,
    /// What a test has in addition to its URL.
    fields: &'static str,
    /// The code, the phase, the name in the detail, and what the message contains, when there is one more.
    fault: (&'static str, &'static str, &'static str, String),
}

/// A response with these header lines and this body.
fn response(lines: &str, body: &[u8]) -> Vec<u8> {
    let mut bytes = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n{lines}\r\n", body.len()).into_bytes();
    bytes.extend(body);
    bytes
}

/// A JSON list with a text, and with lists up to this depth.
fn nested(depth: usize) -> Vec<u8> {
    format!("[\"x\", {}{}]", "[".repeat(depth - 1), "]".repeat(depth - 1)).into_bytes()
}

fn rows() -> Vec<Row> {
    heads().into_iter().chain(bodies()).collect()
}

fn heads() -> Vec<Row> {
    let Limits { block_bytes, line_bytes, lines, .. } = Limits::TARGET;
    let header = |why: String| ("HEADER_TOO_LARGE", "wait", "HPE_HEADER_OVERFLOW", why);
    vec![
        Row {
            what: "a header line",
            most: line_bytes,
            response: Box::new(|much| response(&format!("x: {}\r\n", "y".repeat(much - 3)), b"")),
            fields: "",
            fault: header(line_bytes.to_string()),
        },
        Row {
            what: "header lines",
            most: lines,
            response: Box::new(|much| response(&"x: y\r\n".repeat(much - 1), b"")),
            fields: "",
            fault: header(lines.to_string()),
        },
        Row {
            what: "a header block",
            most: block_bytes,
            response: Box::new(|much| {
                let lines = format!("x: {}\r\n", "y".repeat(10_000)).repeat(6);
                let left = much - response(&lines, b"").len() - "z: \r\n".len();
                response(&format!("{lines}z: {}\r\n", "y".repeat(left)), b"")
            }),
            fields: "",
            fault: header(block_bytes.to_string()),
        },
        Row {
            what: "interim responses",
            // `faultfinder-net`, `http1/limits.rs`: `INTERIM_MAX`.
            most: 64,
            response: Box::new(|much| [b"HTTP/1.1 103 E\r\n\r\n".repeat(much), response("", b"")].concat()),
            fields: "",
            fault: header("64".to_owned()),
        },
    ]
}

fn bodies() -> Vec<Row> {
    let body = |why: String| ("BODY_TOO_LARGE", "receive", "body_too_large", why);
    vec![
        Row {
            what: "a body that an assertion reads",
            most: BODY_BYTES_MAX,
            response: Box::new(|much| response("", &vec![b'x'; much])),
            fields: "assert: ['body contains x']",
            fault: body(BODY_BYTES_MAX.to_string()),
        },
        Row {
            what: "a JSON body that an assertion reads",
            most: BODY_BYTES_MAX,
            response: Box::new(|much| response("", format!("[\"{}\"]", "x".repeat(much - 4)).as_bytes())),
            fields: "assert: ['jsonpath $[0] contains x']",
            fault: body(BODY_BYTES_MAX.to_string()),
        },
        Row {
            what: "nesting of a JSON body",
            // The limit of `serde_json`.
            most: 127,
            response: Box::new(|much| response("", &nested(much))),
            fields: "assert: ['jsonpath $[0] is x']",
            fault: ("INCORRECT_ASSERTION", "assert", "jsonpath", "recursion limit exceeded".to_owned()),
        },
        Row {
            what: "content codings",
            // `faultfinder-http`, `coding.rs`: `CODINGS_MAX`. What is coded in an unknown way is left as received.
            most: 4,
            response: Box::new(|much| {
                response(&format!("Content-Encoding: {}\r\n", vec!["x-lab"; much].join(", ")), b"x")
            }),
            fields: "assert: ['body is x']",
            fault: ("MALFORMED_RESPONSE", "receive", "too_many_codings", "at most 4 are decoded".to_owned()),
        },
    ]
}

/// The results of a test for each row with `more` than its limit.
fn results(rows: &[Row], more: usize) -> Vec<Value> {
    let port = serve(rows.iter().map(|row| (row.response)(row.most + more)).collect());
    let tests: String = rows
        .iter()
        .enumerate()
        .map(|(index, row)| {
            let fields = if row.fields.is_empty() { String::new() } else { format!(", {}", row.fields) };
            format!(
                "  - {{name: '{}', http: {{url: 'http://127.0.0.1:{port}/{index}'}}{fields}}}\n",
                row.what
            )
        })
        .collect();
    run(&format!("tests:\n{tests}"), rows.len())
}

/// Runs the tests of a definition file.
fn run(text: &str, tests: usize) -> Vec<Value> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("tests.yaml");
    std::fs::write(&path, text).unwrap();
    let output = command(&["run", "--format", "json"]).arg(&path).output().unwrap();
    let answer: faultfinder_tests::Answer = output.into();
    let results = answer.json()["results"].as_array().cloned().unwrap_or_default();
    assert_eq!(results.len(), tests, "{}", answer.stderr);
    results
}

#[test]
fn a_response_may_use_each_limit_to_the_full() {
    let results = results(&rows(), 0);
    let wrong: Vec<_> = results.iter().filter(|result| result["status"] != "passed").collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn a_response_with_one_more_is_a_fault() {
    let rows = rows();
    let mut wrong = Vec::new();
    for (row, result) in rows.iter().zip(results(&rows, 1)) {
        let (code, phase, name, why) = &row.fault;
        let fault = &result["fault"];
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let found = (text(&fault["code"]), text(&fault["phase"]), text(&fault["detail"]["name"]));
        let is_same = found == ((*code).to_owned(), (*phase).to_owned(), (*name).to_owned());
        if !is_same || !text(&fault["message"]).contains(why.as_str()) {
            wrong.push(format!("{}: {fault:#}", row.what));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn as_many_redirects_as_allowed_are_followed_and_not_one_more() {
    const MOST: usize = 3;
    let hop = |next: usize| {
        format!("HTTP/1.1 302 Found\r\nLocation: /{next}\r\nContent-Length: 0\r\n\r\n").into_bytes()
    };
    let mut responses: Vec<Vec<u8>> = (1..=MOST + 1).map(hop).collect();
    responses.push(response("", b""));
    let port = serve(responses);
    let test = |name: &str, first: usize| {
        format!(
            "  - {{name: {name}, http: {{url: 'http://127.0.0.1:{port}/{first}', follow_redirects: true, max_redirects: {MOST}}}}}\n"
        )
    };
    let results = run(&format!("tests:\n{}{}", test("full", 1), test("more", 0)), 2);
    assert_eq!(results[0]["status"], "passed", "{:#}", results[0]);
    assert_eq!(results[1]["fault"]["code"], "TOO_MANY_REDIRECTS", "{:#}", results[1]);
}

#[test]
fn a_tcp_text_may_end_at_the_last_byte_that_is_read() {
    // `faultfinder-tcp`, `conversation.rs`: `RECEIVED_BYTES_MAX`.
    const MOST: usize = 1 << 20;
    let filled = |much: usize| [vec![b'.'; much - "end".len()], b"end".to_vec()].concat();
    let port = serve(vec![filled(MOST), filled(MOST + 1)]);
    let test = |name: &str, number: usize| {
        format!(
            "  - {{name: {name}, tcp: {{host: 127.0.0.1, port: {port}, send: \"/{number} \\r\\n\\r\\n\", expect: end}}}}\n"
        )
    };
    let results = run(&format!("tests:\n{}{}", test("full", 0), test("more", 1)), 2);
    assert_eq!(results[0]["status"], "passed", "{:#}", results[0]);
    let fault = &results[1]["fault"];
    assert_eq!(
        (&fault["code"], &fault["detail"]["name"]),
        (&"BODY_TOO_LARGE".into(), &"RECEIVED_TOO_LARGE".into())
    );
    assert!(fault["message"].as_str().unwrap().contains("sent 1048576 bytes without \"end\""), "{fault:#}");
}

#[test]
fn a_saved_body_is_cut_after_the_limit() {
    use faultfinder_engine::TEXT_BODY_BYTES_MAX;
    let bodies = [TEXT_BODY_BYTES_MAX, TEXT_BODY_BYTES_MAX + 1];
    let port = serve(bodies.iter().map(|much| response("", &vec![b'x'; *much])).collect());
    let test = |number: usize| {
        format!(
            "  - {{name: t{number}, http: {{url: 'http://127.0.0.1:{port}/{number}', save_body: true}}}}\n"
        )
    };
    let results = run(&format!("tests:\n{}{}", test(0), test(1)), 2);
    let saved: Vec<&str> =
        results.iter().map(|one| one["observed"]["response"]["body"].as_str().unwrap()).collect();
    let full = "x".repeat(TEXT_BODY_BYTES_MAX);
    assert_eq!(saved, [full.clone(), format!("{full}{}", faultfinder_assert::CUT_MARK)]);
}
