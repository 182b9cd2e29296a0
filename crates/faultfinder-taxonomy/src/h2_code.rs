//! HTTP/2 error codes.

use std::borrow::Cow;

/// An HTTP/2 error code (RFC 9113 section 7), by its number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Http2ErrorCode(u32);

/// The names; the index is the number.
const NAMES: &[&str] = &[
    "NO_ERROR",
    "PROTOCOL_ERROR",
    "INTERNAL_ERROR",
    "FLOW_CONTROL_ERROR",
    "SETTINGS_TIMEOUT",
    "STREAM_CLOSED",
    "FRAME_SIZE_ERROR",
    "REFUSED_STREAM",
    "CANCEL",
    "COMPRESSION_ERROR",
    "CONNECT_ERROR",
    "ENHANCE_YOUR_CALM",
    "INADEQUATE_SECURITY",
    "HTTP_1_1_REQUIRED",
];

impl Http2ErrorCode {
    /// The code of that number, known or not.
    #[must_use]
    pub const fn new(number: u32) -> Self {
        Self(number)
    }

    /// All codes that have a name.
    pub fn all() -> impl Iterator<Item = Self> {
        (0..).zip(NAMES).map(|(number, _)| Self(number))
    }

    /// Its number.
    #[must_use]
    pub const fn number(self) -> u32 {
        self.0
    }

    /// Its name; `0xN` for one without.
    #[must_use]
    pub fn name(self) -> Cow<'static, str> {
        usize::try_from(self.0)
            .ok()
            .and_then(|index| NAMES.get(index))
            .map_or_else(|| Cow::Owned(format!("{:#x}", self.0)), |name| Cow::Borrowed(*name))
    }
}
