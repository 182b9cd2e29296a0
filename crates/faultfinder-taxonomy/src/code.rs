//! The closed list of fault codes.

use serde::{Deserialize, Serialize};

/// What broke, as one name of the public taxonomy. A code is never renamed, reused or redefined.
///
/// What it means, who emits it and what to do about it is in its [`Explanation`](crate::Explanation).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Code {
    /// Credentials were configured and the final answer still refused them.
    #[serde(rename = "AUTHENTICATION_ERROR")]
    AuthenticationError,
    /// The peer actively refused the connection.
    #[serde(rename = "CONNREFUSED")]
    ConnRefused,
    /// The peer ended the connection before the exchange was complete.
    #[serde(rename = "CONNRESET")]
    ConnReset,
    /// The name could not be resolved, or the resolver gave up.
    #[serde(rename = "DNS")]
    Dns,
    /// The HTTP/2 layer failed.
    #[serde(rename = "HTTP2")]
    Http2,
    /// The request cannot be sent as it is defined.
    #[serde(rename = "INVALID_REQUEST")]
    InvalidRequest,
    /// The TLS handshake or the certificate failed.
    #[serde(rename = "SSL")]
    Ssl,
    /// Time ran out.
    #[serde(rename = "TIMEOUT")]
    Timeout,
    /// The response does not comply with its protocol.
    #[serde(rename = "MALFORMED_RESPONSE")]
    MalformedResponse,
    /// A complete response came, and an assertion on it failed.
    #[serde(rename = "INCORRECT_ASSERTION")]
    IncorrectAssertion,
    /// A gRPC call ended with a status other than `OK`.
    #[serde(rename = "GRPC")]
    Grpc,
    /// The WebSocket could not be opened, or was closed.
    #[serde(rename = "WEBSOCKET")]
    WebSocket,
    /// The body is longer than what is kept for assertions.
    #[serde(rename = "BODY_TOO_LARGE")]
    BodyTooLarge,
    /// Tests may not reach the target.
    #[serde(rename = "DENIED")]
    Denied,
    /// More redirects than allowed.
    #[serde(rename = "TOO_MANY_REDIRECTS")]
    TooManyRedirects,
    /// A secret of the definition could not be decrypted.
    #[serde(rename = "DECRYPTION")]
    Decryption,
    /// A header of the request has a character that no header may have.
    #[serde(rename = "INVALID_CHAR_IN_HEADER")]
    InvalidCharInHeader,
    /// The header block of the response is over the limit.
    #[serde(rename = "HEADER_TOO_LARGE")]
    HeaderTooLarge,
    /// `content-length` together with a header that contradicts it.
    #[serde(rename = "HEADERS_INCOMPATIBLE_CONTENT_LENGTH")]
    HeadersIncompatibleContentLength,
    /// The request's path has characters that must be escaped.
    #[serde(rename = "UNESCAPED_CHARACTERS_IN_REQUEST_PATH")]
    UnescapedCharactersInRequestPath,
    /// There is no route to the host.
    #[serde(rename = "HOSTUNREACH")]
    HostUnreach,
    /// There is no route to the network.
    #[serde(rename = "NETUNREACH")]
    NetUnreach,
    /// The certificate's OCSP status fails the test.
    #[serde(rename = "OCSP")]
    Ocsp,
    /// The definition is invalid.
    #[serde(rename = "INVALID_TEST")]
    InvalidTest,
    /// A proxy did not open the tunnel.
    #[serde(rename = "TUNNEL")]
    Tunnel,
    /// No other code fits. Always a bug in Faultfinder.
    #[serde(rename = "UNKNOWN")]
    Unknown,
    /// Faultfinder itself failed.
    #[serde(rename = "INTERNAL_ERROR")]
    InternalError,
}

impl Code {
    /// All codes, in the order in which they are documented.
    pub const ALL: [Self; 27] = [
        Self::AuthenticationError,
        Self::ConnRefused,
        Self::ConnReset,
        Self::Dns,
        Self::Http2,
        Self::InvalidRequest,
        Self::Ssl,
        Self::Timeout,
        Self::MalformedResponse,
        Self::IncorrectAssertion,
        Self::Grpc,
        Self::WebSocket,
        Self::BodyTooLarge,
        Self::Denied,
        Self::TooManyRedirects,
        Self::Decryption,
        Self::InvalidCharInHeader,
        Self::HeaderTooLarge,
        Self::HeadersIncompatibleContentLength,
        Self::UnescapedCharactersInRequestPath,
        Self::HostUnreach,
        Self::NetUnreach,
        Self::Ocsp,
        Self::InvalidTest,
        Self::Tunnel,
        Self::Unknown,
        Self::InternalError,
    ];

    /// The name of the code. It never changes.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AuthenticationError => "AUTHENTICATION_ERROR",
            Self::ConnRefused => "CONNREFUSED",
            Self::ConnReset => "CONNRESET",
            Self::Dns => "DNS",
            Self::Http2 => "HTTP2",
            Self::InvalidRequest => "INVALID_REQUEST",
            Self::Ssl => "SSL",
            Self::Timeout => "TIMEOUT",
            Self::MalformedResponse => "MALFORMED_RESPONSE",
            Self::IncorrectAssertion => "INCORRECT_ASSERTION",
            Self::Grpc => "GRPC",
            Self::WebSocket => "WEBSOCKET",
            Self::BodyTooLarge => "BODY_TOO_LARGE",
            Self::Denied => "DENIED",
            Self::TooManyRedirects => "TOO_MANY_REDIRECTS",
            Self::Decryption => "DECRYPTION",
            Self::InvalidCharInHeader => "INVALID_CHAR_IN_HEADER",
            Self::HeaderTooLarge => "HEADER_TOO_LARGE",
            Self::HeadersIncompatibleContentLength => "HEADERS_INCOMPATIBLE_CONTENT_LENGTH",
            Self::UnescapedCharactersInRequestPath => "UNESCAPED_CHARACTERS_IN_REQUEST_PATH",
            Self::HostUnreach => "HOSTUNREACH",
            Self::NetUnreach => "NETUNREACH",
            Self::Ocsp => "OCSP",
            Self::InvalidTest => "INVALID_TEST",
            Self::Tunnel => "TUNNEL",
            Self::Unknown => "UNKNOWN",
            Self::InternalError => "INTERNAL_ERROR",
        }
    }

    /// The code of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|code| code.as_str() == name)
    }
}

impl std::fmt::Display for Code {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.as_str())
    }
}
