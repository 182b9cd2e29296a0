//! Versions of HTTP.

use super::words;

words! {
    /// The version of HTTP that is spoken.
    HttpVersion, "an HTTP version" {
        /// HTTP/2 where ALPN settles on it, HTTP/1.1 otherwise.
        Auto = "auto",
        /// HTTP/1.1.
        Http11 = "1.1",
        /// HTTP/2 over TLS, and nothing else.
        Http2 = "2" | "2.0",
        /// HTTP/2 without TLS, by prior knowledge (RFC 9113 section 3.3).
        H2c = "h2c",
        /// HTTP/3, and nothing else.
        Http3 = "3" | "3.0",
        /// HTTP/3 where the origin offers it: first as `auto`, then once more over HTTP/3 at the place that the answer's
        /// `alt-svc` names (RFC 7838). Without such a place the first answer is the result, with a warning.
        Discover = "discover",
    }
}
