//! First lines.

use crate::Expect;
use crate::protocol::http::expectations::malformed;
use crate::protocol::http::row::{Row, http1};
use crate::protocol::http::script::Script;

/// Case, what it shows, the rule it breaks, and the line.
const BROKEN: &[(&str, &str, &str, &str)] = &[
    ("bad-statusline-lowercase", "the protocol in lower case", "HPE_INVALID_CONSTANT", "http/1.1 200 OK"),
    ("icy", "a Shoutcast server", "HPE_INVALID_CONSTANT", "ICY 200 OK"),
    ("statusline-extra-space", "two spaces before the status", "HPE_INVALID_STATUS", "HTTP/1.1  200 OK"),
    ("status-two-digits", "a status of two digits", "HPE_INVALID_STATUS", "HTTP/1.1 20 OK"),
    ("status-letters", "a status of letters", "HPE_INVALID_STATUS", "HTTP/1.1 abc OK"),
    ("status-099", "three digits below 100", "status<100", "HTTP/1.1 099 Low"),
    ("version-3.0", "a version that no text has", "HPE_INVALID_VERSION", "HTTP/3.0 200 OK"),
    ("version-1.7", "a minor version that does not exist", "HPE_INVALID_VERSION", "HTTP/1.7 200 OK"),
];

pub(super) fn rows() -> Vec<Row> {
    let broken = BROKEN.iter().map(|&(case, shows, rule, line)| {
        let answer = format!("{line}\r\nContent-Length: 5\r\n\r\nhello");
        http1(case, shows, malformed(rule), Script::new().then(answer).fin())
    });
    let others = [
        http1(
            "garbage",
            "bytes that are not HTTP at all",
            malformed("HPE_INVALID_CONSTANT"),
            Script::new().raw(b"\x00\x01\x02\xfe\xff garbage \x80\x81\r\n\r\n").fin(),
        ),
        http1(
            "http09-body",
            "an HTTP/0.9 answer: a document without a head",
            malformed("HPE_INVALID_CONSTANT")
                .saying("does not begin with HTTP/, but with \"<html><body>hello"),
            Script::new().then("<html><body>hello</body></html>\r\n").fin(),
        ),
        http1(
            "garbage-then-hang",
            "nonsense, then silence: the nonsense came first",
            malformed("HPE_INVALID_CONSTANT"),
            Script::new().then("SSH-2.0-OpenSSH_9.9\r\n").hang(),
        ),
        http1(
            "status-999",
            "three digits above 599: a status like any other",
            Expect::pass(),
            Script::new().then("HTTP/1.1 999 Request denied\r\nContent-Length: 0\r\n\r\n"),
        )
        .assert(&["status is 999"]),
        http1(
            "status-no-reason",
            "a status line that ends with the space after the status",
            Expect::pass(),
            Script::new().then("HTTP/1.1 200 \r\nContent-Length: 0\r\n\r\n"),
        )
        .assert(&["status is 200"]),
    ];
    broken.chain(others).collect()
}
