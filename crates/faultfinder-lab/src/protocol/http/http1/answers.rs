//! Whole answers, as they should be.

use crate::protocol::http::script::Script;

/// `200` with a short text.
pub(crate) fn ok() -> Script {
    ok_with("text/plain", "hello")
}

/// `200` with a body.
pub(crate) fn ok_with(content_type: &str, body: &str) -> Script {
    answer("200 OK", &format!("Content-Type: {content_type}\r\n"), body.as_bytes())
}

/// A status (`404 Not Found`) without more.
pub(crate) fn status(status: &str) -> Script {
    answer(status, "", b"")
}

/// A status, header lines (each with its line end), and a body of that length.
pub(crate) fn answer(status: &str, headers: &str, body: &[u8]) -> Script {
    let mut bytes =
        format!("HTTP/1.1 {status}\r\n{headers}Content-Length: {}\r\n\r\n", body.len()).into_bytes();
    bytes.extend_from_slice(body);
    Script::new().then(bytes)
}

/// A redirect.
pub(crate) fn redirect(location: &str) -> Script {
    answer("302 Found", &format!("Location: {location}\r\n"), b"")
}
