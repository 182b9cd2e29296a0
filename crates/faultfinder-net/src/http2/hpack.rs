//! Whether a header block can be decoded (RFC 7541), without decoding it.
//!
//! The library that decodes reports only "protocol error". This walk distinguishes blocks with an error in the
//! compression itself (an index outside the tables, a length beyond the block, or Huffman code that contains its
//! end-of-string symbol) from blocks whose fields violate a rule of HTTP/2.

/// Entries of the static table (RFC 7541 appendix A).
const STATIC_ENTRIES: u64 = 61;
/// Those of them that are pseudo-headers.
const PSEUDO_ENTRIES: std::ops::RangeInclusive<u64> = 1..=14;
/// The Huffman code of a colon, 7 bits long (RFC 7541 appendix B).
const COLON_CODE: u8 = 0x5c;
/// Largest dynamic table, as long as this client allows no larger one (RFC 9113 section 6.5.2).
const TABLE_BYTES_MAX: u64 = 4096;
/// Length of the end-of-string symbol in bits, all ones (RFC 7541 appendix B).
const EOS_BITS: u32 = 30;

/// Whether the first header block of a connection has an error in the compression.
pub(super) fn is_broken(block: &[u8]) -> bool {
    let mut reader = Reader { bytes: block };
    let mut dynamic_entries = 0;
    while let Some(first) = reader.bytes.first().copied() {
        let limit = STATIC_ENTRIES + dynamic_entries;
        let sound = match first {
            // Indexed field: the index 0 is not used (section 6.1).
            0x80.. => reader.integer(7).is_some_and(|index| (1..=limit).contains(&index)),
            // Literal with incremental indexing (section 6.2.1).
            0x40..0x80 => {
                dynamic_entries += 1;
                reader.literal(6, limit)
            }
            // Dynamic table size update (section 6.3).
            0x20..0x40 => reader.integer(5).is_some_and(|size| size <= TABLE_BYTES_MAX),
            // Literal without indexing, or never indexed (sections 6.2.2 and 6.2.3).
            _ => reader.literal(4, limit),
        };
        if !sound {
            return true;
        }
    }
    false
}

/// Whether a header block has a pseudo-header, as far as it can be read without the dynamic table.
pub(super) fn has_pseudo(block: &[u8]) -> bool {
    let mut reader = Reader { bytes: block };
    while let Some(first) = reader.bytes.first().copied() {
        let found = match first {
            0x80.. => reader.integer(7).map(|index| PSEUDO_ENTRIES.contains(&index)),
            0x40..0x80 => reader.is_pseudo(6),
            0x20..0x40 => reader.integer(5).map(|_| false),
            _ => reader.is_pseudo(4),
        };
        match found {
            Some(false) => {}
            Some(true) => return true,
            None => return false,
        }
    }
    false
}

/// Whether a name begins with a colon, as it is or in Huffman code.
fn is_pseudo_name((is_huffman, name): (bool, &[u8])) -> bool {
    match name.first() {
        Some(first) if is_huffman => first >> 1 == COLON_CODE,
        first => first == Some(&b':'),
    }
}

struct Reader<'a> {
    bytes: &'a [u8],
}

impl Reader<'_> {
    /// An integer with a prefix of this many bits (section 5.1).
    fn integer(&mut self, prefix: u32) -> Option<u64> {
        let (first, mut rest) = self.bytes.split_first()?;
        let mask = (1_u64 << prefix) - 1;
        let mut value = u64::from(*first) & mask;
        if value == mask {
            for shift in (0..).step_by(7).take(5) {
                let (byte, after) = rest.split_first()?;
                rest = after;
                value = value.checked_add(u64::from(byte & 0x7f) << shift)?;
                if byte & 0x80 == 0 {
                    self.bytes = rest;
                    return Some(value);
                }
            }
            return None;
        }
        self.bytes = rest;
        Some(value)
    }

    /// A literal field: an index or a string for the name, a string for the value.
    fn literal(&mut self, prefix: u32, limit: u64) -> bool {
        let Some(index) = self.integer(prefix) else { return false };
        index <= limit && (index > 0 || self.string()) && self.string()
    }

    /// A string (section 5.2).
    fn string(&mut self) -> bool {
        self.text().is_some_and(|(is_huffman, text)| !(is_huffman && has_end_of_string(text)))
    }

    /// The bytes of a string, and whether they are Huffman code.
    fn text(&mut self) -> Option<(bool, &[u8])> {
        let is_huffman = self.bytes.first().is_some_and(|byte| byte & 0x80 != 0);
        let length = usize::try_from(self.integer(7)?).ok()?;
        let (text, rest) = self.bytes.split_at_checked(length)?;
        self.bytes = rest;
        Some((is_huffman, text))
    }

    /// Whether a literal field has a pseudo-header's name.
    fn is_pseudo(&mut self, prefix: u32) -> Option<bool> {
        let index = self.integer(prefix)?;
        let is_named = index == 0 && is_pseudo_name(self.text()?);
        self.text()?;
        Some(is_named || PSEUDO_ENTRIES.contains(&index))
    }
}

/// Whether Huffman code has a run of ones as long as the end-of-string symbol, which it must not contain.
fn has_end_of_string(code: &[u8]) -> bool {
    let mut run = 0;
    for byte in code {
        for bit in (0..8).rev() {
            run = if byte >> bit & 1 == 1 { run + 1 } else { 0 };
            if run >= EOS_BITS {
                return true;
            }
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pseudo_headers_are_found_in_every_form() {
        for (block, found) in [
            (&b"\x88"[..], true),
            (b"\x48\x03500", true),
            (b"\x00\x07:status\x03500", true),
            (b"\x00\x85\xb8\x84\x8d\x36\xa3\x03500", true),
            (b"\x00\x0bgrpc-status\x010", false),
            (b"\xbe", false),
            (b"\x00\x07:sta", false),
        ] {
            assert_eq!(has_pseudo(block), found, "{block:x?}");
        }
    }

    #[test]
    fn blocks_that_offend_the_compression_are_told_from_the_others() {
        for (block, broken) in [
            (&b"\x88"[..], false),
            (b"\x80", true),
            (b"\xff\x80\x01", true),
            (b"\x00\x05Upper\x01x", false),
            (b"\x00\x05Upp", true),
            (b"\x40\x01a\x01b\xbe", false),
            (b"\x40\x01a\x01b\xbf", true),
            (b"\x00\x84\xff\xff\xff\xff\x01x", true),
            (b"\x3f\xe1\x1f", false),
            (b"\x3f\xe2\x1f", true),
        ] {
            assert_eq!(is_broken(block), broken, "{block:x?}");
        }
    }
}
