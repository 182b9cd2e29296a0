//! Frames of WebSockets (RFC 6455 section 5.2), for a peer and a floor that send short ones.

use anyhow::{Result, ensure};
use tokio::io::{AsyncRead, AsyncReadExt as _};

pub(crate) const TEXT: u8 = 1;
pub(crate) const CLOSE: u8 = 8;

/// The longest payload that fits without an extended length.
const PAYLOAD_BYTES_MAX: usize = 125;

/// The bit of a message's last frame.
const FIN: u8 = 0x80;
/// The bit of a frame that is masked.
const MASKED: u8 = 0x80;

/// A frame with a short payload; those of clients are masked.
pub(crate) fn frame(kind: u8, mask: Option<[u8; 4]>, payload: &[u8]) -> Result<Vec<u8>> {
    ensure!(payload.len() <= PAYLOAD_BYTES_MAX, "the payload is too long");
    let length = u8::try_from(payload.len())?;
    let mut frame = vec![FIN | kind];
    match mask {
        None => {
            frame.push(length);
            frame.extend_from_slice(payload);
        }
        Some(mask) => {
            frame.push(MASKED | length);
            frame.extend_from_slice(&mask);
            frame.extend(payload.iter().zip(mask.iter().cycle()).map(|(byte, mask)| byte ^ mask));
        }
    }
    Ok(frame)
}

/// Frames as they come.
#[derive(Debug, Default)]
pub(crate) struct Frames {
    bytes: Vec<u8>,
}

impl Frames {
    /// With bytes that came behind the head of the handshake.
    pub(crate) const fn new(early: Vec<u8>) -> Self {
        Self { bytes: early }
    }

    /// The next frame: its kind and its payload, unmasked. Nothing at the end of the stream.
    pub(crate) async fn next(
        &mut self,
        stream: &mut (impl AsyncRead + Unpin),
    ) -> Result<Option<(u8, Vec<u8>)>> {
        loop {
            if let Some(found) = self.take()? {
                return Ok(Some(found));
            }
            let mut chunk = [0; 512];
            let count = stream.read(&mut chunk).await?;
            if count == 0 {
                return Ok(None);
            }
            self.bytes.extend_from_slice(chunk.get(..count).unwrap_or_default());
        }
    }

    fn take(&mut self) -> Result<Option<(u8, Vec<u8>)>> {
        let Some(&[first, second]) = self.bytes.first_chunk::<2>() else { return Ok(None) };
        let length = usize::from(second & !MASKED);
        ensure!(first & FIN != 0 && length <= PAYLOAD_BYTES_MAX, "the frame is not a short message");
        let (mask, begin) = if second & MASKED == 0 {
            ([0; 4], 2)
        } else {
            let Some(&[_, _, a, b, c, d]) = self.bytes.first_chunk::<6>() else { return Ok(None) };
            ([a, b, c, d], 6)
        };
        let Some(payload) = self.bytes.get(begin..begin + length) else { return Ok(None) };
        let payload = payload.iter().zip(mask.iter().cycle()).map(|(byte, mask)| byte ^ mask).collect();
        self.bytes.drain(..begin + length);
        Ok(Some((first & !FIN, payload)))
    }
}
