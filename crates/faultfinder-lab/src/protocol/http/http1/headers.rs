//! Header blocks: their grammar and their size.

use crate::Expect;
use crate::protocol::http::expectations::{http, malformed};
use crate::protocol::http::row::{Row, http1};
use crate::protocol::http::script::Script;
use faultfinder_taxonomy::{Code, Phase};

/// Case, what it shows, the rule it breaks, and the answer.
const BROKEN: &[(&str, &str, &str, &[u8])] = &[
    (
        "ok-bare-lf",
        "lines that end with LF alone",
        "HPE_CR_EXPECTED",
        b"HTTP/1.1 200 OK\nContent-Length: 5\n\nhello",
    ),
    (
        "header-lf-only-inside",
        "one line of the block ends with LF alone",
        "HPE_CR_EXPECTED",
        b"HTTP/1.1 200 OK\r\nX-A: 1\nContent-Length: 5\r\n\r\nhello",
    ),
    (
        "header-space-before-colon",
        "white space between name and colon",
        "HPE_INVALID_HEADER_TOKEN",
        b"HTTP/1.1 200 OK\r\nX-A : 1\r\nContent-Length: 5\r\n\r\nhello",
    ),
    (
        "header-name-nul",
        "a NUL in a name",
        "HPE_INVALID_HEADER_TOKEN",
        b"HTTP/1.1 200 OK\r\nX\0A: 1\r\nContent-Length: 5\r\n\r\nhello",
    ),
    (
        "header-value-nul",
        "a NUL in a value",
        "HPE_INVALID_HEADER_TOKEN",
        b"HTTP/1.1 200 OK\r\nX-A: 1\x002\r\nContent-Length: 5\r\n\r\nhello",
    ),
    (
        "header-empty-name",
        "a line that begins with its colon",
        "HPE_INVALID_HEADER_TOKEN",
        b"HTTP/1.1 200 OK\r\n: 1\r\nContent-Length: 5\r\n\r\nhello",
    ),
    (
        "header-no-colon",
        "a line without a colon",
        "HPE_INVALID_HEADER_TOKEN",
        b"HTTP/1.1 200 OK\r\nnonsense\r\nContent-Length: 5\r\n\r\nhello",
    ),
    (
        "header-first-line-space",
        "white space before the first field line",
        "HPE_UNEXPECTED_SPACE",
        b"HTTP/1.1 200 OK\r\n X-A: 1\r\nContent-Length: 5\r\n\r\nhello",
    ),
];

/// More lines than the probe takes.
const TOO_MANY_LINES: usize = 2_100;
/// Longer than one line may be.
const LONG_LINE: usize = 20_000;

pub(super) fn rows() -> Vec<Row> {
    let broken = BROKEN.iter().map(|&(case, shows, rule, answer)| {
        http1(case, shows, malformed(rule), Script::new().raw(answer).fin())
    });
    broken.chain(shapes()).chain(sizes()).collect()
}

/// Blocks that look odd.
fn shapes() -> Vec<Row> {
    vec![
        http1(
            "header-obs-fold",
            "a value that goes on in the next line",
            Expect::fault(Code::MalformedResponse, Phase::Wait, serde_json::json!({ "kind": "http" })),
            Script::new().then("HTTP/1.1 200 OK\r\nX-A: 1\r\n 2\r\nContent-Length: 5\r\n\r\nhello").fin(),
        ),
        http1(
            "header-latin1",
            "bytes above 127 in a value, which are legal",
            Expect::pass(),
            Script::new().raw(b"HTTP/1.1 200 OK\r\nX-Place: K\xf6ln\r\nContent-Length: 5\r\n\r\nhello"),
        )
        .assert(&["status is 200", "body contains hello"]),
        http1(
            "header-repeated",
            "one name in two lines",
            Expect::pass(),
            Script::new().then("HTTP/1.1 200 OK\r\nX-A: one\r\nX-A: two\r\nContent-Length: 5\r\n\r\nhello"),
        )
        .assert(&["header x-a contains one", "header x-a contains two"]),
    ]
}

/// Blocks of all sizes.
fn sizes() -> Vec<Row> {
    let too_large = || http(Code::HeaderTooLarge, Phase::Wait, "HPE_HEADER_OVERFLOW");
    let long = "a".repeat(15_000);
    vec![
        http1(
            "headers-60k",
            "a block of 75 kB, none of its lines too long",
            too_large(),
            Script::new()
                .then("HTTP/1.1 200 OK\r\n")
                .times(5, format!("X-Long: {long}\r\n"))
                .then("Content-Length: 5\r\n\r\nhello")
                .fin(),
        ),
        http1(
            "header-line-20k",
            "one line of 20 kB",
            too_large().saying("the line of \"X-Long\" has more than 16384 bytes"),
            Script::new()
                .then("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n")
                .then(format!("X-Long: {}\r\n\r\nhello", "a".repeat(LONG_LINE)))
                .fin(),
        ),
        http1(
            "status-reason-20k",
            "a reason phrase of 20 kB",
            too_large(),
            Script::new()
                .then(format!("HTTP/1.1 200 {}\r\nContent-Length: 5\r\n\r\nhello", "a".repeat(LONG_LINE)))
                .fin(),
        ),
        http1(
            "headers-2100-lines",
            "more lines than anybody needs",
            too_large(),
            Script::new()
                .then("HTTP/1.1 200 OK\r\n")
                .times(TOO_MANY_LINES, "X-A: 1\r\n")
                .then("Content-Length: 5\r\n\r\nhello")
                .fin(),
        ),
        http1(
            "headers-endless",
            "a block that never ends",
            too_large(),
            Script::new()
                .then("HTTP/1.1 200 OK\r\n")
                .forever(format!("X-Long: {}\r\n", "a".repeat(8_000)), 1),
        ),
        http1(
            "headers-1000-small",
            "a thousand short lines, 11 kB in all",
            Expect::pass(),
            Script::new()
                .then("HTTP/1.1 200 OK\r\n")
                .times(1_000, "X-A: 1234\r\n")
                .then("Content-Length: 5\r\n\r\nhello"),
        )
        .assert(&["status is 200", "body contains hello"]),
    ]
}
