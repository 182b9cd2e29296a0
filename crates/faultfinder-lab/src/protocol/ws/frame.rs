//! Frames, good and bad (RFC 6455 section 5.2).

/// Opcodes (RFC 6455 section 11.8).
pub(super) const CONTINUATION: u8 = 0;
pub(super) const TEXT: u8 = 1;
pub(super) const BINARY: u8 = 2;
pub(super) const CLOSE: u8 = 8;
pub(super) const PING: u8 = 9;
pub(super) const PONG: u8 = 10;
/// The bits of the first byte.
pub(super) const FIN: u8 = 0x80;
pub(super) const RSV1: u8 = 0x40;
pub(super) const RSV2: u8 = 0x20;

/// A frame with this first byte.
pub(super) fn frame(first: u8, payload: impl AsRef<[u8]>) -> Vec<u8> {
    let payload = payload.as_ref();
    let mut frame = header(first, payload.len() as u64);
    frame.extend_from_slice(payload);
    frame
}

/// The header of a frame that announces so many bytes.
pub(super) fn header(first: u8, length: u64) -> Vec<u8> {
    let mut header = vec![first];
    match (u8::try_from(length), u16::try_from(length)) {
        (Ok(short @ 0..=125), _) => header.push(short),
        (_, Ok(middle)) => {
            header.push(126);
            header.extend_from_slice(&middle.to_be_bytes());
        }
        _ => {
            header.push(127);
            header.extend_from_slice(&length.to_be_bytes());
        }
    }
    header
}

/// A whole text message.
pub(super) fn text(text: impl AsRef<[u8]>) -> Vec<u8> {
    frame(FIN | TEXT, text)
}

/// A whole binary message.
pub(super) fn binary(bytes: impl AsRef<[u8]>) -> Vec<u8> {
    frame(FIN | BINARY, bytes)
}

/// A close frame.
pub(super) fn close(code: u16, reason: &str) -> Vec<u8> {
    let mut payload = code.to_be_bytes().to_vec();
    payload.extend_from_slice(reason.as_bytes());
    frame(FIN | CLOSE, payload)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_take_as_many_bytes_as_they_need() {
        assert_eq!(header(FIN | TEXT, 125), [0x81, 125]);
        assert_eq!(header(FIN | TEXT, 126), [0x81, 126, 0, 126]);
        assert_eq!(header(FIN | TEXT, 65_536), [0x81, 127, 0, 0, 0, 0, 0, 1, 0, 0]);
        assert_eq!(close(1000, "bye"), [0x88, 5, 3, 232, b'b', b'y', b'e']);
    }
}
