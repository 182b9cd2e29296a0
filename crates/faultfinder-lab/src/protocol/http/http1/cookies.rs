//! Cookies over redirects.

use super::Request;
use super::answers::{answer, ok, status};
use crate::Expect;
use crate::protocol::http::row::{Row, http1_by};
use crate::protocol::http::script::Script;
use serde_json::json;

pub(super) fn rows() -> Vec<Row> {
    let pass = Expect::pass;
    vec![
        http1_by("cookies-kept", "a cookie of the redirect that the next request must bring", pass(), login)
            .with(json!({ "follow_redirects": true, "persist_cookies": true }))
            .assert(&["status is 200"]),
        http1_by("cookies-not-kept", "the same, by a test that keeps no cookies", pass(), login)
            .following()
            .assert(&["status is 403"]),
        http1_by("cookies-sent", "a cookie that the test itself brings", pass(), home)
            .with(json!({ "cookies": { "session": "lab" } }))
            .assert(&["status is 200"]),
    ]
}

/// Sets a cookie and redirects to the page that needs it.
fn login(request: &Request) -> Script {
    match request.target.as_str() {
        "/home" => home(request),
        _ => answer("302 Found", "Set-Cookie: session=lab; Path=/; HttpOnly\r\nLocation: /home\r\n", b""),
    }
}

fn home(request: &Request) -> Script {
    match request.header("cookie") {
        Some(cookies) if cookies.split(';').any(|cookie| cookie.trim() == "session=lab") => ok(),
        _ => status("403 Forbidden"),
    }
}
