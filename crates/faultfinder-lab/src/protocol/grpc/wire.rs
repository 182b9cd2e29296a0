//! Messages as bytes: protobuf's wire format, and gRPC's prefix.

/// A message with its prefix: whether it is compressed, and its length.
pub(super) fn framed(message: &[u8], is_compressed: bool) -> Vec<u8> {
    let mut bytes = vec![u8::from(is_compressed)];
    bytes.extend(u32::try_from(message.len()).unwrap_or(u32::MAX).to_be_bytes());
    bytes.extend_from_slice(message);
    bytes
}

/// A message as it is.
pub(super) fn plain(message: &[u8]) -> Vec<u8> {
    framed(message, false)
}

/// A field with a length: text, bytes, a message.
pub(super) fn field(number: u8, content: &[u8]) -> Vec<u8> {
    let mut bytes = vec![number << 3 | 2];
    let mut length = content.len();
    while length >= 0x80 {
        bytes.push(u8::try_from(length & 0x7f).unwrap_or_default() | 0x80);
        length >>= 7;
    }
    bytes.push(u8::try_from(length).unwrap_or_default());
    bytes.extend_from_slice(content);
    bytes
}

/// A field with a small number.
pub(super) fn number(number: u8, value: u8) -> Vec<u8> {
    vec![number << 3, value]
}

/// The first field of this number in a message that has only fields with lengths below 128 bytes.
pub(super) fn find(message: &[u8], number: u8) -> Option<&[u8]> {
    let mut rest = message;
    loop {
        let [tag, length, after @ ..] = rest else { return None };
        let (content, next) = after.split_at_checked(usize::from(*length))?;
        if *tag == number << 3 | 2 {
            return Some(content);
        }
        rest = next;
    }
}

/// The message behind a prefix, and whether it is compressed.
pub(super) fn unframed(body: &[u8]) -> Option<(bool, &[u8])> {
    let [flag, _, _, _, _, message @ ..] = body else { return None };
    Some((*flag == 1, message))
}
