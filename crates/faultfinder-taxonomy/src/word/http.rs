//! Versions of HTTP.

use super::words;

words! {
    /// The version of HTTP to use.
    HttpVersion, "an HTTP version" {
        /// HTTP/2 if ALPN selects it, HTTP/1.1 otherwise.
        Auto = "auto",
        /// HTTP/1.1.
        Http11 = "1.1",
        /// Only HTTP/2 over TLS.
        Http2 = "2" | "2.0",
        /// HTTP/2 without TLS, by prior knowledge (RFC 9113 section 3.3).
        H2c = "h2c",
        /// Only HTTP/3.
        Http3 = "3" | "3.0",
        /// HTTP/3 if the origin offers it: first as `auto`, then once more over HTTP/3 at the address in the response's
        /// `alt-svc` (RFC 7838). Without such an address, the first response is the result, with a warning.
        Discover = "discover",
    }
}
