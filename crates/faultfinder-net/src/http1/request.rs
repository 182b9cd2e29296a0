//! Requests (RFC 9112 section 3).

use bytes::{Bytes, BytesMut};
use http::{HeaderMap, Method};

/// A request as it is sent.
#[derive(Debug, Clone)]
#[expect(
    clippy::exhaustive_structs,
    reason = "closed: the request, and what determines the response's framing"
)]
pub struct Outgoing {
    /// The request line and the fields, with the empty line after them.
    pub head: Bytes,
    /// The body, framed as the head says.
    pub body: Bytes,
    /// Whether the method is HEAD, whose responses have no body.
    pub is_head: bool,
}

/// The request line and the fields, with the empty line after them. `target` is the target in the request line.
#[must_use]
pub fn head_of(method: &Method, target: &str, headers: &HeaderMap) -> Bytes {
    head_spelled(method, target, headers, &[])
}

/// The same with the names of fields as they are spelled here. They mean the same in any case (RFC 9110 section 5.1), but
/// some servers do not know that.
#[must_use]
pub fn head_spelled(
    method: &Method,
    target: &str,
    headers: &HeaderMap,
    spelled: &[(String, String)],
) -> Bytes {
    let mut head = BytesMut::with_capacity(256 + target.len());
    for part in [method.as_str(), " ", target, " HTTP/1.1\r\n"] {
        head.extend_from_slice(part.as_bytes());
    }
    for (name, value) in headers {
        let written = spelled.iter().find(|(written, _)| written.eq_ignore_ascii_case(name.as_str()));
        let name = written.map_or_else(|| name.as_str(), |(written, _)| written);
        for part in [name.as_bytes(), b": ", value.as_bytes(), b"\r\n"] {
            head.extend_from_slice(part);
        }
    }
    head.extend_from_slice(b"\r\n");
    head.freeze()
}
