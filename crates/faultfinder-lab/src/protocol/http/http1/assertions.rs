//! Complete answers that are not what was wanted.

use super::answers::{ok_with, status};
use crate::protocol::http::expectations::{any_incorrect, incorrect};
use crate::protocol::http::row::{Row, http1};
use crate::protocol::http::script::Script;

pub(super) fn rows() -> Vec<Row> {
    let json = || ok_with("application/json", r#"{"status":"degraded","queue":12}"#);
    vec![
        http1(
            "assert-status",
            "503 where 200 was wanted",
            incorrect("status"),
            status("503 Service Unavailable"),
        )
        .assert(&["status is 200"]),
        http1("assert-header", "JSON where HTML was wanted", any_incorrect(), json())
            .assert(&["status is 200", "header content-type contains text/html"]),
        http1("assert-header-missing", "a header that did not come", any_incorrect(), json())
            .assert(&["header x-request-id matches ."]),
        http1("assert-body", "a text that is not in the body", incorrect("body"), json())
            .assert(&["status is 200", "body contains healthy"]),
        http1("assert-body-matches", "an expression that the body does not match", incorrect("body"), json())
            .assert(&[r"body matches queue.:\s*[0-5]\b"]),
        http1("assert-jsonpath", "JSON with another value", any_incorrect(), json())
            .assert(&["jsonpath $.status is ok"]),
        http1("assert-jsonpath-missing", "JSON without the path", any_incorrect(), json())
            .assert(&["jsonpath $.version is 1"]),
        http1(
            "assert-null-is-no-text",
            "JSON null where a text was wanted",
            any_incorrect(),
            ok_with("application/json", r#"{"note":null}"#),
        )
        .assert(&["jsonpath $.note is a text"]),
        http1("assert-response-time", "an answer that is right and late", incorrect("response_time"), late())
            .assert(&["status is 200", "response_time < 10 ms"]),
        http1("assert-several", "two assertions that fail and one that holds", incorrect("status"), json())
            .assert(&["status is 201", "body contains degraded", "body contains healthy"]),
    ]
}

fn late() -> Script {
    Script::new().pause(100).then("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello")
}
