//! The header of HTTP/2 frames (RFC 9113 sections 4.1 and 6): its length, and the types and flags that several readers know.

/// Length of a frame's header.
pub(crate) const HEADER_BYTES: usize = 9;

/// Types.
pub(crate) const DATA: u8 = 0;
pub(crate) const HEADERS: u8 = 1;
pub(crate) const SETTINGS: u8 = 4;
pub(crate) const GOAWAY: u8 = 7;
pub(crate) const WINDOW_UPDATE: u8 = 8;
pub(crate) const CONTINUATION: u8 = 9;

/// Flags of DATA and HEADERS.
pub(crate) const END_STREAM: u8 = 1;
pub(crate) const PADDED: u8 = 8;
