//! Frames of HTTP/2 (RFC 9113 section 4), for a peer and a floor that need a few of them.

use anyhow::{Result, ensure};
use tokio::io::{AsyncRead, AsyncReadExt as _};

/// What a client sends first (section 3.4).
pub(crate) const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

pub(crate) const DATA: u8 = 0;
pub(crate) const HEADERS: u8 = 1;
pub(crate) const SETTINGS: u8 = 4;
pub(crate) const PING: u8 = 6;
pub(crate) const WINDOW_UPDATE: u8 = 8;

/// Of SETTINGS and PING.
pub(crate) const ACK: u8 = 1;
/// Of DATA and HEADERS.
pub(crate) const END_STREAM: u8 = 1;
/// Of HEADERS.
pub(crate) const END_HEADERS: u8 = 4;

/// Length of a frame's header, in bytes.
const HEADER_BYTES: usize = 9;
/// The longest payload that may come without a setting of its own (section 4.2).
const PAYLOAD_BYTES_MAX: usize = 16 << 10;

/// A frame that came.
#[derive(Debug)]
pub(crate) struct Frame {
    pub(crate) kind: u8,
    pub(crate) flags: u8,
    pub(crate) stream: u32,
    pub(crate) payload: Vec<u8>,
}

/// Appends a frame.
pub(crate) fn push(out: &mut Vec<u8>, kind: u8, flags: u8, stream: u32, payload: &[u8]) {
    let length = u32::try_from(payload.len()).unwrap_or_default().to_be_bytes();
    out.extend_from_slice(length.get(1..).unwrap_or_default());
    out.extend_from_slice(&[kind, flags]);
    out.extend_from_slice(&stream.to_be_bytes());
    out.extend_from_slice(payload);
}

/// Appends a field that is not indexed and not compressed (RFC 7541 section 6.2.2). Both texts are shorter than 127 bytes.
pub(crate) fn push_field(out: &mut Vec<u8>, name: &str, value: &str) {
    out.push(0);
    for text in [name, value] {
        out.push(u8::try_from(text.len()).unwrap_or_default());
        out.extend_from_slice(text.as_bytes());
    }
}

/// Frames as they come.
#[derive(Debug, Default)]
pub(crate) struct Frames {
    bytes: Vec<u8>,
    /// How many of them were taken.
    taken: usize,
}

impl Frames {
    /// Reads what has come; false at the end of the stream.
    pub(crate) async fn read(&mut self, stream: &mut (impl AsyncRead + Unpin)) -> Result<bool> {
        self.bytes.drain(..self.taken);
        self.taken = 0;
        ensure!(self.bytes.len() <= HEADER_BYTES + PAYLOAD_BYTES_MAX, "a frame is too long");
        let mut chunk = [0; 2048];
        let count = stream.read(&mut chunk).await?;
        self.bytes.extend_from_slice(chunk.get(..count).unwrap_or_default());
        Ok(count > 0)
    }

    /// Skips bytes that are not a frame; false if they have not come, or others have.
    pub(crate) fn skip(&mut self, expected: &[u8]) -> bool {
        let is_there = self.bytes.get(self.taken..).is_some_and(|left| left.starts_with(expected));
        if is_there {
            self.taken += expected.len();
        }
        is_there
    }

    /// The next frame that is complete.
    pub(crate) fn next(&mut self) -> Option<Frame> {
        let left = self.bytes.get(self.taken..)?;
        let &[l2, l1, l0, kind, flags, s3, s2, s1, s0] = left.first_chunk::<HEADER_BYTES>()?;
        let length = usize::try_from(u32::from_be_bytes([0, l2, l1, l0])).ok()?;
        let payload = left.get(HEADER_BYTES..HEADER_BYTES + length)?.to_vec();
        self.taken += HEADER_BYTES + length;
        Some(Frame { kind, flags, stream: u32::from_be_bytes([s3, s2, s1, s0]), payload })
    }
}
