//! The fields of sections, one section after the other.

use super::Broken;
use super::huffman::Huffman;
use super::representation::{Name, Reader, Representation, Text};
use super::table::{Field, Table};

/// What one section leaves for the next one on the same connection.
#[derive(Debug)]
pub(in super::super) struct Decoder {
    table: Table,
    huffman: Huffman,
}

/// The fields of one section. After an error there are no more.
#[derive(Debug)]
pub(in super::super) struct Block<'a> {
    decoder: &'a mut Decoder,
    reader: Reader<'a>,
    has_field: bool,
    is_broken: bool,
}

impl Decoder {
    pub(in super::super) fn new() -> Self {
        Self { table: Table::new(), huffman: Huffman::new() }
    }

    /// The fields of the next section. It must be read to its end before the one after it.
    pub(in super::super) const fn block<'a>(&'a mut self, section: &'a [u8]) -> Block<'a> {
        Block { decoder: self, reader: Reader::new(section), has_field: false, is_broken: false }
    }

    fn text(&self, text: Text<'_>) -> Result<Vec<u8>, Broken> {
        if text.is_huffman { self.huffman.decode(text.bytes) } else { Ok(text.bytes.to_vec()) }
    }

    fn literal(&mut self, name: Name<'_>, value: Text<'_>, is_added: bool) -> Result<Field, Broken> {
        let name = match name {
            Name::Indexed(index) => self.table.get(index)?.name,
            Name::Written(name) => self.text(name)?,
        };
        let field = Field { name, value: self.text(value)? };
        if is_added {
            self.table.add(&field);
        }
        Ok(field)
    }
}

impl Block<'_> {
    fn field(&mut self) -> Option<Result<Field, Broken>> {
        loop {
            return Some(match self.reader.step()? {
                Err(broken) => Err(broken),
                Ok(Representation::TableSize(_)) if self.has_field => Err(Broken::LateTableSize),
                Ok(Representation::TableSize(size)) => match self.decoder.table.resize(size) {
                    Ok(()) => continue,
                    Err(broken) => Err(broken),
                },
                Ok(Representation::Indexed(index)) => self.decoder.table.get(index),
                Ok(Representation::Literal { name, value, is_added }) => {
                    self.decoder.literal(name, value, is_added)
                }
            });
        }
    }
}

impl Iterator for Block<'_> {
    type Item = Result<Field, Broken>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.is_broken {
            return None;
        }
        let field = self.field();
        self.has_field = true;
        self.is_broken = matches!(field, Some(Err(_)));
        field
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(digits: &str) -> Vec<u8> {
        let digits: Vec<u8> = digits.bytes().filter(u8::is_ascii_hexdigit).collect();
        digits
            .chunks(2)
            .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap())
            .collect()
    }

    /// A section: its bytes, its fields, and the size of the table afterwards.
    type Section<'a> = (&'a str, &'a [(&'a str, &'a str)], u64);

    /// Checks sections of one connection.
    #[track_caller]
    fn check(mut decoder: Decoder, sections: &[Section<'_>]) {
        for (section, fields, table_bytes) in sections {
            let section = bytes(section);
            let read: Vec<Field> = decoder.block(&section).map(Result::unwrap).collect();
            let read: Vec<(&str, &str)> = read
                .iter()
                .map(|field| {
                    (std::str::from_utf8(&field.name).unwrap(), std::str::from_utf8(&field.value).unwrap())
                })
                .collect();
            assert_eq!(&read, fields);
            assert_eq!(decoder.table.bytes(), *table_bytes);
        }
    }

    const REQUESTS: [&[(&str, &str)]; 3] = [
        &[(":method", "GET"), (":scheme", "http"), (":path", "/"), (":authority", "www.example.com")],
        &[
            (":method", "GET"),
            (":scheme", "http"),
            (":path", "/"),
            (":authority", "www.example.com"),
            ("cache-control", "no-cache"),
        ],
        &[
            (":method", "GET"),
            (":scheme", "https"),
            (":path", "/index.html"),
            (":authority", "www.example.com"),
            ("custom-key", "custom-value"),
        ],
    ];

    /// RFC 7541 appendix C.2.
    #[test]
    fn single_fields_of_the_standard() {
        let custom = "400a 6375 7374 6f6d 2d6b 6579 0d63 7573 746f 6d2d 6865 6164 6572";
        check(Decoder::new(), &[(custom, &[("custom-key", "custom-header")], 55)]);
        check(Decoder::new(), &[("040c 2f73 616d 706c 652f 7061 7468", &[(":path", "/sample/path")], 0)]);
        check(
            Decoder::new(),
            &[("1008 7061 7373 776f 7264 0673 6563 7265 74", &[("password", "secret")], 0)],
        );
        check(Decoder::new(), &[("82", &[(":method", "GET")], 0)]);
    }

    /// RFC 7541 appendix C.3 and C.4.
    #[test]
    fn requests_of_the_standard() {
        let [first, second, third] = REQUESTS;
        check(
            Decoder::new(),
            &[
                ("8286 8441 0f77 7777 2e65 7861 6d70 6c65 2e63 6f6d", first, 57),
                ("8286 84be 5808 6e6f 2d63 6163 6865", second, 110),
                ("8287 85bf 400a 6375 7374 6f6d 2d6b 6579 0c63 7573 746f 6d2d 7661 6c75 65", third, 164),
            ],
        );
        check(
            Decoder::new(),
            &[
                ("8286 8441 8cf1 e3c2 e5f2 3a6b a0ab 90f4 ff", first, 57),
                ("8286 84be 5886 a8eb 1064 9cbf", second, 110),
                ("8287 85bf 4088 25a8 49e9 5ba9 7d7f 8925 a849 e95b b8e8 b4bf", third, 164),
            ],
        );
    }

    /// RFC 7541 appendix C.6: the table has room for 256 bytes, so that entries are dropped.
    #[test]
    fn responses_of_the_standard() {
        let mut decoder = Decoder::new();
        decoder.table.resize(256).unwrap();
        let (monday, later) = ("Mon, 21 Oct 2013 20:13:21 GMT", "Mon, 21 Oct 2013 20:13:22 GMT");
        let location = ("location", "https://www.example.com");
        let cookie = "foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600; version=1";
        check(
            decoder,
            &[
                (
                    "4882 6402 5885 aec3 771a 4b61 96d0 7abe 9410 54d4 44a8 2005 9504 0b81 66e0 82a6 2d1b ff6e \
                     919d 29ad 1718 63c7 8f0b 97c8 e9ae 82ae 43d3",
                    &[(":status", "302"), ("cache-control", "private"), ("date", monday), location],
                    222,
                ),
                (
                    "4883 640e ffc1 c0bf",
                    &[(":status", "307"), ("cache-control", "private"), ("date", monday), location],
                    222,
                ),
                (
                    "88c1 6196 d07a be94 1054 d444 a820 0595 040b 8166 e084 a62d 1bff c05a 839b d9ab 77ad 94e7 \
                     821d d7f2 e6c7 b335 dfdf cd5b 3960 d5af 2708 7f36 72c1 ab27 0fb5 291f 9587 3160 65c0 03ed \
                     4ee5 b106 3d50 07",
                    &[
                        (":status", "200"),
                        ("cache-control", "private"),
                        ("date", later),
                        location,
                        ("content-encoding", "gzip"),
                        ("set-cookie", cookie),
                    ],
                    215,
                ),
            ],
        );
    }

    #[test]
    fn sections_that_cannot_be_decompressed_say_why() {
        for (section, broken) in [
            (&b"\x80"[..], Broken::Index(0)),
            (b"\xff\x80\x01", Broken::Index(255)),
            (b"\x40\x01a\x01b\xbf", Broken::Index(63)),
            (b"\x7f\x00\x01b", Broken::Index(63)),
            (b"\x00\x05Upp", Broken::Short),
            (b"\x00\x84\xff\xff\xff\xff\x01x", Broken::EndOfString),
            (b"\x00\x81\x00\x01x", Broken::Padding),
            (b"\x3f\xe2\x1f", Broken::TableSize(4097)),
            (b"\x88\x20", Broken::LateTableSize),
            (b"\xff\xff\xff\xff\xff\xff\x01", Broken::Integer),
        ] {
            let mut decoder = Decoder::new();
            assert_eq!(decoder.block(section).last(), Some(Err(broken)), "{section:x?}");
        }
        for section in [&b"\x88"[..], b"\x00\x05Upper\x01x", b"\x40\x01a\x01b\xbe", b"\x3f\xe1\x1f"] {
            assert!(Decoder::new().block(section).all(|field| field.is_ok()), "{section:x?}");
        }
    }

    #[test]
    fn an_entry_that_does_not_fit_empties_the_table() {
        let mut decoder = Decoder::new();
        let long = [&b"\x40\x01a\x7f\xe1\x1f"[..], &[b'x'; 4192][..4192]].concat();
        assert!(decoder.block(b"\x40\x01a\x01b").all(|field| field.is_ok()));
        assert_eq!(decoder.table.bytes(), 34);
        assert!(decoder.block(&long).all(|field| field.is_ok()));
        assert_eq!((decoder.table.bytes(), decoder.table.get(62)), (0, Err(Broken::Index(62))));
    }
}
