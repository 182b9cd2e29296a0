//! Field sections as a peer compresses them for a client without a dynamic table (RFC 9204). Integers and strings are those of HPACK,
//! with prefixes of other lengths (section 4.1).

use crate::http2::hpack::{Field, Huffman, Reader};

/// The fields of a section. A field that cannot be read is nothing, and the last.
pub(super) struct Fields<'a> {
    rest: Reader<'a>,
    huffman: Huffman,
}

impl<'a> Fields<'a> {
    /// The fields behind the prefix of a section; nothing where it is not complete.
    pub(super) fn of(section: &'a [u8]) -> Option<Self> {
        let mut rest = Reader::new(section);
        // The required insert count and the base (section 4.5.1) are about the dynamic table.
        rest.integer(8).ok()?;
        rest.integer(7).ok()?;
        Some(Self { rest, huffman: Huffman::new() })
    }

    fn field(&mut self) -> Option<Field> {
        match *self.rest.bytes.first()? {
            // Indexed, in the static table (section 4.5.2).
            0xc0.. => {
                let (name, value) = self.entry(6)?;
                Some(Field { name: name.as_bytes().to_vec(), value: value.as_bytes().to_vec() })
            }
            // A literal with a name of the static table (section 4.5.4).
            0x50..=0x5f | 0x70..=0x7f => {
                let (name, _) = self.entry(4)?;
                Some(Field { name: name.as_bytes().to_vec(), value: self.text(7)? })
            }
            // A literal with its name (section 4.5.6).
            0x20..=0x3f => Some(Field { name: self.text(3)?, value: self.text(7)? }),
            // The rest is in the dynamic table, which this client does not allow.
            _ => None,
        }
    }

    /// An entry of the static table, by an index with a prefix of this many bits.
    fn entry(&mut self, prefix: u32) -> Option<&'static (&'static str, &'static str)> {
        STATIC.get(usize::try_from(self.rest.integer(prefix).ok()?).ok()?)
    }

    /// A string whose length has a prefix of this many bits.
    fn text(&mut self, prefix: u32) -> Option<Vec<u8>> {
        let text = self.rest.text(prefix).ok()?;
        if text.is_huffman { self.huffman.decode(text.bytes).ok() } else { Some(text.bytes.to_vec()) }
    }
}

impl Iterator for Fields<'_> {
    type Item = Option<Field>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.bytes.is_empty() {
            return None;
        }
        let field = self.field();
        if field.is_none() {
            self.rest.bytes = &[];
        }
        Some(field)
    }
}

/// The static table (RFC 9204 appendix A).
const STATIC: [(&str, &str); 99] = [
    (":authority", ""),
    (":path", "/"),
    ("age", "0"),
    ("content-disposition", ""),
    ("content-length", "0"),
    ("cookie", ""),
    ("date", ""),
    ("etag", ""),
    ("if-modified-since", ""),
    ("if-none-match", ""),
    ("last-modified", ""),
    ("link", ""),
    ("location", ""),
    ("referer", ""),
    ("set-cookie", ""),
    (":method", "CONNECT"),
    (":method", "DELETE"),
    (":method", "GET"),
    (":method", "HEAD"),
    (":method", "OPTIONS"),
    (":method", "POST"),
    (":method", "PUT"),
    (":scheme", "http"),
    (":scheme", "https"),
    (":status", "103"),
    (":status", "200"),
    (":status", "304"),
    (":status", "404"),
    (":status", "503"),
    ("accept", "*/*"),
    ("accept", "application/dns-message"),
    ("accept-encoding", "gzip, deflate, br"),
    ("accept-ranges", "bytes"),
    ("access-control-allow-headers", "cache-control"),
    ("access-control-allow-headers", "content-type"),
    ("access-control-allow-origin", "*"),
    ("cache-control", "max-age=0"),
    ("cache-control", "max-age=2592000"),
    ("cache-control", "max-age=604800"),
    ("cache-control", "no-cache"),
    ("cache-control", "no-store"),
    ("cache-control", "public, max-age=31536000"),
    ("content-encoding", "br"),
    ("content-encoding", "gzip"),
    ("content-type", "application/dns-message"),
    ("content-type", "application/javascript"),
    ("content-type", "application/json"),
    ("content-type", "application/x-www-form-urlencoded"),
    ("content-type", "image/gif"),
    ("content-type", "image/jpeg"),
    ("content-type", "image/png"),
    ("content-type", "text/css"),
    ("content-type", "text/html; charset=utf-8"),
    ("content-type", "text/plain"),
    ("content-type", "text/plain;charset=utf-8"),
    ("range", "bytes=0-"),
    ("strict-transport-security", "max-age=31536000"),
    ("strict-transport-security", "max-age=31536000; includesubdomains"),
    ("strict-transport-security", "max-age=31536000; includesubdomains; preload"),
    ("vary", "accept-encoding"),
    ("vary", "origin"),
    ("x-content-type-options", "nosniff"),
    ("x-xss-protection", "1; mode=block"),
    (":status", "100"),
    (":status", "204"),
    (":status", "206"),
    (":status", "302"),
    (":status", "400"),
    (":status", "403"),
    (":status", "421"),
    (":status", "425"),
    (":status", "500"),
    ("accept-language", ""),
    ("access-control-allow-credentials", "FALSE"),
    ("access-control-allow-credentials", "TRUE"),
    ("access-control-allow-headers", "*"),
    ("access-control-allow-methods", "get"),
    ("access-control-allow-methods", "get, post, options"),
    ("access-control-allow-methods", "options"),
    ("access-control-expose-headers", "content-length"),
    ("access-control-request-headers", "content-type"),
    ("access-control-request-method", "get"),
    ("access-control-request-method", "post"),
    ("alt-svc", "clear"),
    ("authorization", ""),
    ("content-security-policy", "script-src 'none'; object-src 'none'; base-uri 'none'"),
    ("early-data", "1"),
    ("expect-ct", ""),
    ("forwarded", ""),
    ("if-range", ""),
    ("origin", ""),
    ("purpose", "prefetch"),
    ("server", ""),
    ("timing-allow-origin", "*"),
    ("upgrade-insecure-requests", "1"),
    ("user-agent", ""),
    ("x-forwarded-for", ""),
    ("x-frame-options", "deny"),
    ("x-frame-options", "sameorigin"),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn read(section: &[u8]) -> Option<Vec<(String, String)>> {
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Fields::of(section)?.map(|field| field.map(|field| (text(field.name), text(field.value)))).collect()
    }

    fn field(name: &str, value: &str) -> Option<Vec<(String, String)>> {
        Some(vec![(name.to_owned(), value.to_owned())])
    }

    #[test]
    fn every_form_without_a_dynamic_table_is_read() {
        // RFC 9204 appendix B.1.
        assert_eq!(read(b"\0\0\x51\x0b/index.html"), field(":path", "/index.html"));
        assert_eq!(read(b"\0\0\xd9"), field(":status", "200"));
        // 98 is 63 and 35.
        assert_eq!(read(b"\0\0\xff\x23"), field("x-frame-options", "sameorigin"));
        // Never to be indexed, and Huffman code (RFC 7541 appendix C.6.1).
        assert_eq!(read(b"\0\0\x7f\x0a\x82\x64\x02"), field(":status", "302"));
        assert_eq!(read(b"\0\0\x23x-a\x011"), field("x-a", "1"));
        assert_eq!(read(b"\0\0\x37\0x-ab-cd\0"), field("x-ab-cd", ""));
        assert_eq!(read(b"\0\0"), Some(Vec::new()));
    }

    #[test]
    fn what_cannot_be_read_is_nothing() {
        for section in [
            &b""[..],
            b"\0",
            // The dynamic table: indexed, behind the base, a name of it, and such a name behind the base.
            b"\0\0\x80",
            b"\0\0\x10",
            b"\0\0\x40\x011",
            b"\0\0\x00\x011",
            // Outside of the static table, without an end, too long.
            b"\0\0\xff\x24",
            b"\0\0\xff",
            b"\0\0\xff\xff\xff\xff\xff\xff\x01",
            b"\0\0\x23x-",
            b"\0\0\x23x-a\x05a",
        ] {
            assert_eq!(read(section), None, "{section:?}");
        }
    }
}
