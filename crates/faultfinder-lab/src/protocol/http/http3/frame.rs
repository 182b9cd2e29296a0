//! Frames (RFC 9114 section 7), and field lines without compression (RFC 9204 section 4.5.6).

/// Types of frames (RFC 9114 section 7.2).
pub(crate) mod kind {
    /// Bytes of a body.
    pub(crate) const DATA: u64 = 0x0;
    /// Field lines.
    pub(crate) const HEADERS: u64 = 0x1;
    /// Settings.
    pub(crate) const SETTINGS: u64 = 0x4;
    /// No requests after this one.
    pub(crate) const GOAWAY: u64 = 0x7;
    /// Reserved for types that nobody knows (section 7.2.8).
    pub(crate) const UNKNOWN: u64 = 0x21;
}

/// The type of a control stream (section 6.2.1).
const CONTROL_STREAM: u64 = 0x0;

/// A number as QUIC writes it (RFC 9000 section 16).
pub(crate) fn varint(number: u64) -> Vec<u8> {
    let bytes = number.to_be_bytes();
    let (marker, length) = match number {
        0..=0x3f => (0x00, 1),
        0x40..=0x3fff => (0x40, 2),
        0x4000..=0x3fff_ffff => (0x80, 4),
        _ => (0xc0, 8),
    };
    let mut written = bytes.get(bytes.len() - length..).unwrap_or_default().to_vec();
    if let Some(first) = written.first_mut() {
        *first |= marker;
    }
    written
}

/// A frame.
pub(crate) fn frame(kind: u64, payload: &[u8]) -> Vec<u8> {
    [varint(kind), varint(payload.len() as u64), payload.to_vec()].concat()
}

/// A HEADERS frame with these field lines.
pub(crate) fn headers(fields: &[(&str, &str)]) -> Vec<u8> {
    // No insertions are referred to.
    let mut block = vec![0, 0];
    for (name, value) in fields {
        block.extend(prefixed(0x20, 3, name));
        block.extend(prefixed(0x00, 7, value));
    }
    frame(kind::HEADERS, &block)
}

/// A DATA frame.
pub(crate) fn data(bytes: &[u8]) -> Vec<u8> {
    frame(kind::DATA, bytes)
}

/// The beginning of a control stream with these frames.
pub(crate) fn control(frames: &[u8]) -> Vec<u8> {
    [varint(CONTROL_STREAM), frames.to_vec()].concat()
}

/// A SETTINGS frame without any.
pub(crate) fn settings() -> Vec<u8> {
    frame(kind::SETTINGS, &[])
}

/// A text after its length, which begins in the last bits of a byte (RFC 9204 section 4.1.1).
fn prefixed(flags: u8, bits: u32, text: &str) -> Vec<u8> {
    let room = (1_u8 << bits) - 1;
    let mut written = match u8::try_from(text.len()) {
        Ok(length) if length < room => vec![flags | length],
        _ => {
            let mut written = vec![flags | room];
            let mut rest = text.len() - usize::from(room);
            while rest >= 128 {
                written.push(0x80 | u8::try_from(rest % 128).unwrap_or_default());
                rest /= 128;
            }
            written.push(u8::try_from(rest).unwrap_or_default());
            written
        }
    };
    written.extend_from_slice(text.as_bytes());
    written
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_in_the_document() {
        // RFC 9000 appendix A.1.
        assert_eq!(varint(37), [0x25]);
        assert_eq!(varint(15_293), [0x7b, 0xbd]);
        assert_eq!(varint(494_878_333), [0x9d, 0x7f, 0x3e, 0x7d]);
        assert_eq!(varint(151_288_809_941_952_652), [0xc2, 0x19, 0x7c, 0x5e, 0xff, 0x14, 0xe8, 0x8c]);
    }

    #[test]
    fn long_texts_have_their_length_in_several_bytes() {
        let written = prefixed(0, 7, &"x".repeat(1337));
        assert_eq!(written.get(..3), Some(&[0x7f, 0xba, 0x09][..]));
        assert_eq!(written.len(), 1340);
    }
}
