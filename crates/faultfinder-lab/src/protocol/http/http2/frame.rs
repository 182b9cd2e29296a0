//! Frames as bytes (RFC 9113 section 4), and field blocks without compression (RFC 7541 section 6.2.2).
//!
//! Nothing here checks anything: a frame that nobody may send is what this is for.

/// The types of frames that the lab uses.
pub(super) mod kind {
    pub(crate) const DATA: u8 = 0;
    pub(crate) const HEADERS: u8 = 1;
    pub(crate) const RST_STREAM: u8 = 3;
    pub(crate) const SETTINGS: u8 = 4;
    pub(crate) const PUSH_PROMISE: u8 = 5;
    pub(crate) const PING: u8 = 6;
    pub(crate) const GOAWAY: u8 = 7;
    pub(crate) const WINDOW_UPDATE: u8 = 8;
    pub(crate) const CONTINUATION: u8 = 9;
    /// A type that no document defines.
    pub(crate) const UNKNOWN: u8 = 0xfb;
}

/// The flag of the last frame of a stream (DATA, HEADERS).
pub(super) const END_STREAM: u8 = 0x1;
/// The flag of an acknowledgement (SETTINGS, PING).
pub(super) const ACK: u8 = 0x1;
/// The flag of the last frame of a field block.
pub(super) const END_HEADERS: u8 = 0x4;

/// The flag of a frame with padding (DATA, HEADERS).
pub(super) const PADDED: u8 = 0x8;

/// The length of a frame's header.
pub(super) const HEADER_BYTES: usize = 9;

/// The numbers of the settings that the lab uses.
pub(crate) const MAX_CONCURRENT_STREAMS: u16 = 3;
pub(crate) const INITIAL_WINDOW_SIZE: u16 = 4;

/// One frame.
pub(super) fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    // Three bytes of length; no frame of the lab comes near their limit.
    let length = u32::try_from(payload.len()).unwrap_or(u32::MAX).to_be_bytes();
    let mut frame = length.iter().skip(1).copied().collect::<Vec<u8>>();
    frame.extend([kind, flags]);
    frame.extend(stream.to_be_bytes());
    frame.extend_from_slice(payload);
    frame
}

/// SETTINGS with these numbers and values.
pub(crate) fn settings(values: &[(u16, u32)]) -> Vec<u8> {
    let payload: Vec<u8> = values
        .iter()
        .flat_map(|(id, value)| id.to_be_bytes().into_iter().chain(value.to_be_bytes()))
        .collect();
    frame(kind::SETTINGS, 0, 0, &payload)
}

/// A whole field block that does not end the stream.
pub(crate) fn headers(stream: u32, fields: &[(&str, &str)]) -> Vec<u8> {
    frame(kind::HEADERS, END_HEADERS, stream, &block(fields))
}

/// A whole field block that ends the stream.
pub(crate) fn last_headers(stream: u32, fields: &[(&str, &str)]) -> Vec<u8> {
    frame(kind::HEADERS, END_HEADERS | END_STREAM, stream, &block(fields))
}

/// A part of a body.
pub(crate) fn data(stream: u32, bytes: &[u8]) -> Vec<u8> {
    frame(kind::DATA, 0, stream, bytes)
}

/// The last part of a body.
pub(crate) fn last_data(stream: u32, bytes: &[u8]) -> Vec<u8> {
    frame(kind::DATA, END_STREAM, stream, bytes)
}

/// The end of a stream, with an error code.
pub(crate) fn rst_stream(stream: u32, code: u32) -> Vec<u8> {
    frame(kind::RST_STREAM, 0, stream, &code.to_be_bytes())
}

/// The end of a connection, with the last stream that was worked on, an error code, and a text.
pub(crate) fn goaway(last: u32, code: u32, text: &str) -> Vec<u8> {
    let mut payload = [last.to_be_bytes(), code.to_be_bytes()].concat();
    payload.extend_from_slice(text.as_bytes());
    frame(kind::GOAWAY, 0, 0, &payload)
}

/// More room for a stream, or for the connection (stream 0).
pub(super) fn window_update(stream: u32, increment: u32) -> Vec<u8> {
    frame(kind::WINDOW_UPDATE, 0, stream, &increment.to_be_bytes())
}

/// A field block: every field a literal without indexing, with a literal name, nothing compressed.
pub(super) fn block(fields: &[(&str, &str)]) -> Vec<u8> {
    let mut block = Vec::new();
    for (name, value) in fields {
        block.push(0);
        for text in [name, value] {
            // Lengths of 127 and more take further bytes, which nothing in the lab needs.
            block.push(u8::try_from(text.len()).unwrap_or(u8::MAX) & 0x7f);
            block.extend_from_slice(text.as_bytes());
        }
    }
    block
}
