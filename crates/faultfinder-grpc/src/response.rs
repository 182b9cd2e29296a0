//! What came of it.

use faultfinder_taxonomy::GrpcStatus;

/// A complete answer.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Response {
    /// The status.
    pub status: GrpcStatus,
    /// Where it stood.
    pub status_from: StatusOrigin,
    /// The status' text, decoded.
    pub message: String,
    /// What came before the messages, names in lower case. Values of names that end in `-bin` are base64.
    pub metadata: Vec<(String, Vec<u8>)>,
    /// What came after them, the status itself included.
    pub trailers: Vec<(String, Vec<u8>)>,
    /// The answer as JSON: one object, or for a method that streams an array of them. Empty without a message.
    pub body: Vec<u8>,
    /// Whether the JSON is cut, because it is longer than [`Request::BODY_BYTES_MAX`](crate::Request::BODY_BYTES_MAX).
    pub body_truncated: bool,
    /// How many messages came.
    pub messages: usize,
    /// Bytes of the messages, decompressed.
    pub message_bytes: u64,
    /// Whether the stream was read to its end; not when there were more messages than are read.
    pub complete: bool,
    /// For a health check, how it is: `SERVING`, `NOT_SERVING` ...
    pub health: Option<String>,
    /// The status of the HTTP answer that carried it.
    pub http_status: u16,
    /// The HTTP answer's media type.
    pub content_type: Option<String>,
    /// How the server compresses its messages.
    pub encoding: Option<String>,
    /// The first bytes of an HTTP answer that is none of gRPC.
    pub(crate) excerpt: String,
    /// What to do about its status, if the call shows more than the status does.
    pub(crate) advice: Option<&'static str>,
}

/// Where a status stood.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "closed: gRPC knows no other place for a status")]
pub enum StatusOrigin {
    /// In the trailers, also when they are all that came.
    Trailers,
    /// Nowhere: it is what gRPC makes of the HTTP answer (`http-grpc-status-mapping.md`).
    HttpStatus,
    /// Nowhere: the stream was not read to its end.
    Unread,
    /// Nowhere: the stream ended without one.
    Missing,
}

impl StatusOrigin {
    /// The word for it in evidence.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Trailers => "trailers",
            Self::HttpStatus => "the HTTP status",
            Self::Unread => "nowhere",
            Self::Missing => "this client",
        }
    }
}
