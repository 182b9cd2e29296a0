//! Strings in Huffman code (RFC 7541 section 5.2 and appendix B).

use super::Broken;

/// How many bits the code of each byte has (RFC 7541 appendix B). The code is canonical: codes of the same length are
/// consecutive numbers in the order of their bytes, and shorter codes come first. The lengths are therefore all of it.
#[rustfmt::skip]
const LENGTHS: [u8; 256] = [
    13, 23, 28, 28, 28, 28, 28, 28, 28, 24, 30, 28, 28, 30, 28, 28,
    28, 28, 28, 28, 28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28, 28,
    6, 10, 10, 12, 13, 6, 8, 11, 10, 10, 8, 11, 8, 6, 6, 6,
    5, 5, 5, 6, 6, 6, 6, 6, 6, 6, 7, 8, 15, 6, 12, 10,
    13, 6, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7,
    7, 7, 7, 7, 7, 7, 7, 7, 8, 7, 8, 13, 19, 13, 14, 6,
    15, 5, 6, 5, 6, 5, 6, 6, 6, 5, 7, 7, 6, 6, 6, 5,
    6, 7, 6, 5, 5, 6, 7, 7, 7, 7, 7, 15, 11, 14, 13, 28,
    20, 22, 20, 20, 22, 22, 22, 23, 22, 23, 23, 23, 23, 23, 24, 23,
    24, 24, 22, 23, 24, 23, 23, 23, 23, 21, 22, 23, 22, 23, 23, 24,
    22, 21, 20, 22, 22, 23, 23, 21, 23, 22, 22, 24, 21, 22, 23, 23,
    21, 21, 22, 21, 23, 22, 23, 23, 20, 22, 22, 22, 23, 22, 22, 23,
    26, 26, 20, 19, 22, 23, 22, 25, 26, 26, 26, 27, 27, 26, 24, 25,
    19, 21, 26, 27, 27, 26, 27, 24, 21, 21, 26, 26, 28, 27, 27, 27,
    20, 24, 20, 21, 22, 21, 21, 23, 22, 22, 25, 25, 24, 24, 26, 23,
    26, 27, 26, 26, 27, 27, 27, 27, 27, 28, 27, 27, 27, 27, 27, 26,
];
/// The longest code has this many bits. So does the end-of-string symbol, which is all ones and the last one of all.
const BITS_MAX: u8 = 30;
/// Most bits after the last symbol.
const PADDING_BITS_MAX: u8 = 7;

/// The code as a table.
#[derive(Debug)]
pub(crate) struct Huffman {
    /// All bytes in the order of their codes.
    bytes: Vec<u8>,
    /// The codes of each length, from 1 to [`BITS_MAX`].
    lengths: Vec<Length>,
}

/// The codes of one length.
#[derive(Debug)]
struct Length {
    /// The first of them.
    first: u32,
    /// How many there are.
    count: u32,
    /// The place of the first one's byte among all.
    place: u32,
}

impl Huffman {
    pub(crate) fn new() -> Self {
        let mut bytes: Vec<u8> = Vec::with_capacity(LENGTHS.len());
        let mut lengths = Vec::with_capacity(usize::from(BITS_MAX));
        let (mut first, mut place) = (0, 0);
        for bits in 1..=BITS_MAX {
            let of_length = (0..=u8::MAX).zip(LENGTHS).filter(|(_, length)| *length == bits);
            bytes.extend(of_length.map(|(byte, _)| byte));
            // There are 256 bytes, and the codes of 30 bits fit.
            let count = u32::try_from(bytes.len()).unwrap_or(u32::MAX) - place;
            lengths.push(Length { first, count, place });
            place += count;
            first = (first + count) << 1;
        }
        Self { bytes, lengths }
    }

    /// The text of a code. It has at most 8 bytes for 5 bytes of code.
    pub(crate) fn decode(&self, code: &[u8]) -> Result<Vec<u8>, Broken> {
        let mut text = Vec::with_capacity(code.len());
        // The bits since the last symbol.
        let (mut value, mut bits) = (0_u32, 0_u8);
        for bit in code.iter().flat_map(|byte| (0..8).rev().map(move |place| byte >> place & 1)) {
            value = value << 1 | u32::from(bit);
            bits += 1;
            if let Some(byte) = self.symbol(value, bits) {
                text.push(byte);
                (value, bits) = (0, 0);
            } else if bits == BITS_MAX {
                return Err(Broken::EndOfString);
            }
        }
        let is_padding = bits <= PADDING_BITS_MAX && value == (1 << bits) - 1;
        if is_padding { Ok(text) } else { Err(Broken::Padding) }
    }

    /// The byte whose code this is.
    fn symbol(&self, value: u32, bits: u8) -> Option<u8> {
        let length = self.lengths.get(usize::from(bits).checked_sub(1)?)?;
        let nth = value.checked_sub(length.first).filter(|nth| *nth < length.count)?;
        self.bytes.get(usize::try_from(length.place + nth).ok()?).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The strings of RFC 7541 appendix C.4 and C.6, and codes of single bytes of appendix B.
    #[test]
    fn strings_of_the_standard() {
        let huffman = Huffman::new();
        for (code, text) in [
            (&b"\xf1\xe3\xc2\xe5\xf2\x3a\x6b\xa0\xab\x90\xf4\xff"[..], &b"www.example.com"[..]),
            (b"\xa8\xeb\x10\x64\x9c\xbf", b"no-cache"),
            (b"\x25\xa8\x49\xe9\x5b\xa9\x7d\x7f", b"custom-key"),
            (b"\x25\xa8\x49\xe9\x5b\xb8\xe8\xb4\xbf", b"custom-value"),
            (b"\x64\x02", b"302"),
            (b"\x64\x0e\xff", b"307"),
            (b"\xae\xc3\x77\x1a\x4b", b"private"),
            (b"\x9b\xd9\xab", b"gzip"),
            (b"\xff\xc7", b"\x00"),
            (b"\xff\xff\xff\xf3", b"\x0a"),
            (b"\xff\xff\xfb\xbf", b"\xff"),
            (b"\xff\xf9", b"<"),
            (b"\xff\x9f", b"|"),
            (b"", b""),
        ] {
            assert_eq!(huffman.decode(code).as_deref(), Ok(text), "{code:x?}");
        }
    }

    #[test]
    fn every_code_is_complete() {
        let used: u64 = LENGTHS.iter().map(|bits| 1 << (BITS_MAX - bits)).sum();
        // What is left is the end-of-string symbol.
        assert_eq!(used, (1 << BITS_MAX) - 1);
        assert_eq!(Huffman::new().bytes.len(), LENGTHS.len());
    }

    #[test]
    fn strings_that_end_wrong_are_found() {
        let huffman = Huffman::new();
        for (code, broken) in [
            (&b"\xff\xff\xff\xff"[..], Broken::EndOfString),
            (b"\x64\x02\xff", Broken::Padding),
            (b"\x9b\xd9\xab\x00", Broken::Padding),
        ] {
            assert_eq!(huffman.decode(code), Err(broken), "{code:x?}");
        }
    }
}
