//! HTTP/2 error codes.

use std::borrow::Cow;

/// An HTTP/2 error code (RFC 9113 section 7), by its number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Http2ErrorCode(u32);

/// The names and what they mean; the index is the number.
const CODES: &[(&str, &str)] = &[
    ("NO_ERROR", "the peer closed it normally"),
    ("PROTOCOL_ERROR", "the peer says that the client violated the protocol"),
    ("INTERNAL_ERROR", "the peer had an internal error"),
    ("FLOW_CONTROL_ERROR", "the peer says that the client violated flow control"),
    ("SETTINGS_TIMEOUT", "the peer received no acknowledgment of its settings"),
    ("STREAM_CLOSED", "a frame was received for a closed stream"),
    ("FRAME_SIZE_ERROR", "a frame has a wrong size"),
    ("REFUSED_STREAM", "the peer refused the stream before processing it"),
    ("CANCEL", "the stream is no longer needed"),
    ("COMPRESSION_ERROR", "the header compression state is lost"),
    ("CONNECT_ERROR", "the connection behind a CONNECT failed"),
    ("ENHANCE_YOUR_CALM", "the peer considers the load excessive"),
    ("INADEQUATE_SECURITY", "the peer considers TLS too weak for HTTP/2"),
    ("HTTP_1_1_REQUIRED", "the peer requires HTTP/1.1 for this request"),
];

impl Http2ErrorCode {
    /// The code of that number, known or not.
    #[must_use]
    pub const fn new(number: u32) -> Self {
        Self(number)
    }

    /// All named codes.
    pub fn all() -> impl Iterator<Item = Self> {
        (0..).zip(CODES).map(|(number, _)| Self(number))
    }

    /// Its number.
    #[must_use]
    pub const fn number(self) -> u32 {
        self.0
    }

    /// Its name; `0xN` for one without.
    #[must_use]
    pub fn name(self) -> Cow<'static, str> {
        self.row().map_or_else(|| Cow::Owned(format!("{:#x}", self.0)), |row| Cow::Borrowed(row.0))
    }

    /// What it means; nothing for an unknown one.
    #[must_use]
    pub fn text(self) -> Option<&'static str> {
        self.row().map(|row| row.1)
    }

    /// What to do about it, if there is advice.
    #[must_use]
    pub const fn hint(self) -> Option<&'static str> {
        Some(match self.0 {
            0x7 => {
                "the peer did not process the request, so it may be sent again: the peer is shutting down or has too many streams"
            }
            0xb => {
                "the peer receives too many requests, pings or resets: test less often, or raise its limits"
            }
            0xc => "the peer refuses the negotiated version or cipher suite of TLS (RFC 9113 section 9.2)",
            0xd => "the peer supports this only over HTTP/1.1: use version: 1.1",
            _ => return None,
        })
    }

    fn row(self) -> Option<&'static (&'static str, &'static str)> {
        usize::try_from(self.0).ok().and_then(|index| CODES.get(index))
    }
}
