//! Distinguished names: their text, and the canonical form by which they are compared.
//!
//! The canonical form is OpenSSL's: strings become UTF-8, white space at the ends goes, inner white space becomes one
//! space, ASCII is lowered; the attributes of one RDN are sorted, the order of RDNs counts. Names are equal when these
//! bytes are.

use std::fmt::Write as _;
use std::sync::Arc;

use crate::der::{self, Class, DerFault, Reader, Tlv};
use crate::oid;

/// A name as it is in a certificate.
#[derive(Debug, Clone)]
pub(crate) struct Name {
    /// The whole SEQUENCE.
    der: Box<[u8]>,
    canonical: Arc<[u8]>,
    attributes: usize,
}

/// One attribute of a name.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Attribute<'a> {
    pub(crate) kind: &'a [u8],
    pub(crate) value: Tlv<'a>,
}

impl Attribute<'_> {
    /// The value as UTF-8; nothing if it is not a string or not well-formed.
    pub(crate) fn utf8(&self) -> Option<String> {
        to_utf8(self.value.tag, &self.value.string().ok()?).ok()
    }
}

impl Name {
    /// Reads a name.
    pub(crate) fn read(value: &Tlv<'_>) -> Result<Self, DerFault> {
        if !value.is(Class::Universal, der::SEQUENCE) {
            return Err(DerFault::WrongTag);
        }
        let mut canonical = Vec::with_capacity(value.content().len());
        let mut attributes = 0;
        let mut rdns = value.inside();
        while let Some(rdn) = rdns.next()? {
            if !rdn.is(Class::Universal, der::SET) {
                return Err(DerFault::WrongTag);
            }
            let mut entries = Vec::new();
            let mut members = rdn.inside();
            while !members.is_empty() {
                entries.push(canonical_attribute(&mut members)?);
            }
            attributes += entries.len();
            if !entries.is_empty() {
                entries.sort();
                der::write(&mut canonical, 0x31, &entries.concat());
            }
        }
        Ok(Self { der: value.whole().into(), canonical: canonical.into(), attributes })
    }

    /// The bytes by which names are compared.
    pub(crate) const fn canonical(&self) -> &Arc<[u8]> {
        &self.canonical
    }

    /// Whether this is the base name followed by these RDNs, given in the canonical form.
    pub(crate) fn is_below(&self, base: &Self, rdns: &[u8]) -> bool {
        self.canonical.strip_prefix(&*base.canonical) == Some(rdns)
    }

    pub(crate) const fn is_empty(&self) -> bool {
        self.attributes == 0
    }

    /// How many attributes it has, in all RDNs.
    pub(crate) const fn count(&self) -> usize {
        self.attributes
    }

    /// Whether its first RDNs are those of another name. Every RDN carries its length, so bytes cannot match halfway.
    pub(crate) fn starts_with(&self, base: &Self) -> bool {
        self.canonical.starts_with(&base.canonical)
    }

    /// The last attribute.
    pub(crate) fn last_attribute(&self) -> Option<Attribute<'_>> {
        let mut last = None;
        self.visit(|_, attribute| last = Some(attribute))?;
        last
    }

    /// Visits the attributes in order, with the number of their RDN.
    fn visit<'a>(&'a self, mut each: impl FnMut(usize, Attribute<'a>)) -> Option<()> {
        let mut rdns = Reader::new(&self.der).any().ok()?.inside();
        let mut number = 0;
        while let Some(rdn) = rdns.next().ok()? {
            let mut members = rdn.inside();
            while let Some(member) = members.next().ok()? {
                let mut fields = member.inside();
                let kind = fields.any().ok()?.content();
                each(number, Attribute { kind, value: fields.any().ok()? });
            }
            number += 1;
        }
        Some(())
    }

    /// The attributes of a kind, in order.
    pub(crate) fn attributes(&self, kind: &[u8]) -> Vec<Attribute<'_>> {
        let mut found = Vec::new();
        self.visit(|_, attribute| {
            if attribute.kind == kind {
                found.push(attribute);
            }
        });
        found
    }

    /// The name as text, RFC 4514: last RDN first.
    pub(crate) fn text(&self) -> String {
        let mut rdns: Vec<(usize, String)> = Vec::new();
        self.visit(|number, attribute| {
            let text = attribute_text(&attribute);
            match rdns.last_mut() {
                Some((last, rdn)) if *last == number => {
                    rdn.push('+');
                    rdn.push_str(&text);
                }
                _ => rdns.push((number, text)),
            }
        });
        rdns.iter().rev().map(|(_, text)| text.as_str()).collect::<Vec<_>>().join(",")
    }
}

impl PartialEq for Name {
    fn eq(&self, other: &Self) -> bool {
        self.canonical == other.canonical
    }
}

/// Reads one attribute and gives its canonical encoding.
pub(crate) fn canonical_attribute(members: &mut Reader<'_>) -> Result<Vec<u8>, DerFault> {
    let mut fields = members.sequence()?;
    let kind = fields.expect(der::OBJECT)?;
    kind.object()?;
    let value = fields.any()?;
    fields.finish()?;
    if value.class != Class::Universal || !is_attribute_tag(value.tag) {
        return Err(DerFault::WrongTag);
    }
    let mut encoded = Vec::new();
    der::write(&mut encoded, 6, kind.content());
    if is_folded(value.tag) {
        der::write(&mut encoded, 12, &fold(&to_utf8(value.tag, &value.string()?)?));
    } else {
        check_plain(&value)?;
        encoded.extend_from_slice(value.whole());
    }
    let mut entry = Vec::new();
    der::write(&mut entry, 0x30, &encoded);
    Ok(entry)
}

/// The universal tags that OpenSSL takes as an attribute's value (`B_ASN1_PRINTABLE`).
const fn is_attribute_tag(tag: u32) -> bool {
    matches!(tag, 3 | 7..=9 | 11..=16 | 18..=20 | 22 | 28..=30)
}

/// The strings that are converted before they are compared (`ASN1_MASK_CANON`).
const fn is_folded(tag: u32) -> bool {
    matches!(tag, 12 | 19 | 20 | 22 | 28 | 30)
}

/// Values that are compared as they are must be well-formed all the same.
fn check_plain(value: &Tlv<'_>) -> Result<(), DerFault> {
    match value.tag {
        der::BIT_STRING => value.bit_string().map(|_| ()),
        der::SEQUENCE if !value.constructed => Err(DerFault::WrongTag),
        der::SEQUENCE => Ok(()),
        _ => value.string().map(|_| ()),
    }
}

/// Makes a string UTF-8, by the tag of its type; T61 is taken as Latin-1, as OpenSSL does.
pub(crate) fn to_utf8(tag: u32, content: &[u8]) -> Result<String, DerFault> {
    let wide = |width: usize| {
        if !content.len().is_multiple_of(width) {
            return Err(DerFault::BadString);
        }
        content
            .chunks_exact(width)
            .map(|unit| {
                let value = unit.iter().fold(0_u32, |value, byte| (value << 8) | u32::from(*byte));
                char::from_u32(value).ok_or(DerFault::BadString)
            })
            .collect()
    };
    match tag {
        12 => std::str::from_utf8(content).map(str::to_owned).map_err(|_| DerFault::BadString),
        30 => wide(2),
        28 => wide(4),
        18..=20 | 22 | 23 | 24 | 26 => Ok(content.iter().copied().map(char::from).collect()),
        _ => Err(DerFault::BadString),
    }
}

/// C's `isspace` for ASCII.
const fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | 9..=13)
}

/// Trims, collapses white space and lowers ASCII.
fn fold(text: &str) -> Vec<u8> {
    let mut out: Vec<u8> = Vec::with_capacity(text.len());
    let mut pending = false;
    for byte in text.bytes() {
        if is_space(byte) {
            pending = !out.is_empty();
            continue;
        }
        if std::mem::take(&mut pending) {
            out.push(b' ');
        }
        out.push(byte.to_ascii_lowercase());
    }
    out
}

/// `CN=example` with RFC 4514's escapes; values that are not text in hexadecimal.
fn attribute_text(attribute: &Attribute<'_>) -> String {
    let key = match attribute.kind {
        oid::COMMON_NAME => "CN".to_owned(),
        [0x55, 4, 4] => "SN".to_owned(),
        [0x55, 4, 5] => "serialNumber".to_owned(),
        [0x55, 4, 6] => "C".to_owned(),
        [0x55, 4, 7] => "L".to_owned(),
        [0x55, 4, 8] => "ST".to_owned(),
        [0x55, 4, 9] => "STREET".to_owned(),
        [0x55, 4, 10] => "O".to_owned(),
        [0x55, 4, 11] => "OU".to_owned(),
        [0x55, 4, 12] => "title".to_owned(),
        [0x55, 4, 42] => "GN".to_owned(),
        oid::EMAIL_ADDRESS => "emailAddress".to_owned(),
        [9, 0x92, 0x26, 0x89, 0x93, 0xf2, 0x2c, 0x64, 1, 25] => "DC".to_owned(),
        [9, 0x92, 0x26, 0x89, 0x93, 0xf2, 0x2c, 0x64, 1, 1] => "UID".to_owned(),
        other => oid::dotted(other),
    };
    let Some(value) = attribute.utf8() else {
        return attribute.value.whole().iter().fold(format!("{key}=#"), |mut text, byte| {
            // Writing to a string cannot fail.
            let _ = write!(text, "{byte:02x}");
            text
        });
    };
    let mut text = format!("{key}=");
    let last = value.chars().count().saturating_sub(1);
    for (at, character) in value.chars().enumerate() {
        match character {
            '"' | '+' | ',' | ';' | '<' | '>' | '\\' => text.extend(['\\', character]),
            ' ' if at == 0 || at == last => text.push_str("\\ "),
            '#' if at == 0 => text.push_str("\\#"),
            control if control.is_control() => {
                let mut bytes = [0; 4];
                for byte in control.encode_utf8(&mut bytes).bytes() {
                    let _ = write!(text, "\\{byte:02x}");
                }
            }
            plain => text.push(plain),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn attribute(tag: u8, value: &[u8]) -> Vec<u8> {
        let mut fields = Vec::new();
        der::write(&mut fields, 6, oid::COMMON_NAME);
        der::write(&mut fields, tag, value);
        let mut out = Vec::new();
        der::write(&mut out, 0x30, &fields);
        out
    }

    fn name(rdns: &[&[Vec<u8>]]) -> Result<Name, DerFault> {
        let mut content = Vec::new();
        for rdn in rdns {
            der::write(&mut content, 0x31, &rdn.concat());
        }
        let mut out = Vec::new();
        der::write(&mut out, 0x30, &content);
        Name::read(&Reader::new(&out).any().unwrap())
    }

    #[test]
    fn case_space_and_string_type_do_not_matter() {
        let plain = name(&[&[attribute(12, b"example ca")]]).unwrap();
        for (tag, value) in [
            (19, &b"Example CA"[..]),
            (12, b"  example \t ca "),
            (22, b"EXAMPLE CA"),
            (30, b"\0e\0x\0a\0m\0p\0l\0e\0 \0C\0A"),
            (20, b"Example CA"),
        ] {
            assert!(name(&[&[attribute(tag, value)]]).unwrap() == plain, "{tag} {value:?}");
        }
        assert!(name(&[&[attribute(18, b"example ca")]]).unwrap() != plain);
        assert!(
            name(&[&[attribute(20, b"\xe9")]]).unwrap() == name(&[&[attribute(12, "é".as_bytes())]]).unwrap()
        );
    }

    #[test]
    fn order_matters_between_rdns_and_not_within_one() {
        let (a, b) = (attribute(12, b"a"), attribute(12, b"b"));
        assert!(name(&[&[a.clone(), b.clone()]]).unwrap() == name(&[&[b.clone(), a.clone()]]).unwrap());
        assert!(
            name(&[std::slice::from_ref(&a), std::slice::from_ref(&b)]).unwrap()
                != name(&[&[b], &[a]]).unwrap()
        );
        assert!(name(&[]).unwrap() == name(&[&[]]).unwrap());
    }

    #[test]
    fn a_name_starts_with_whole_rdns() {
        type Rdns<'a> = &'a [&'a [&'a str]];
        let of = |rdns: Rdns<'_>| {
            let rdns: Vec<Vec<Vec<u8>>> = rdns
                .iter()
                .map(|rdn| rdn.iter().map(|text| attribute(12, text.as_bytes())).collect())
                .collect();
            name(&rdns.iter().map(Vec::as_slice).collect::<Vec<_>>()).unwrap()
        };
        let rows: &[(Rdns<'_>, Rdns<'_>, bool)] = &[
            (&[&["a"], &["b"]], &[], true),
            (&[], &[], true),
            (&[], &[&["a"]], false),
            (&[&["a"], &["b"]], &[&[" A "]], true),
            (&[&["a"], &["b"]], &[&["b"]], false),
            (&[&["ab"]], &[&["a"]], false),
            (&[&["a", "b"]], &[&["a"]], false),
            (&[&["a", "b"], &["ab"]], &[&["b", "a"]], true),
        ];
        for (rdns, base, expected) in rows {
            assert_eq!(of(rdns).starts_with(&of(base)), *expected, "{rdns:?} {base:?}");
        }
        let last = attribute(3, b"\0");
        let full = name(&[&[attribute(12, b"a")], &[], &[attribute(12, b"a"), last]]).unwrap();
        assert_eq!((full.count(), full.last_attribute().map(|last| last.value.tag)), (3, Some(3)));
        assert!(of(&[&[]]).last_attribute().is_none());
    }

    #[test]
    fn malformed_strings_are_refused() {
        for (tag, value) in [
            (12, &b"\xff"[..]),
            (30, b"\0"),
            (30, b"\xd8\0"),
            (28, b"\0\0\0"),
            (26, b"visible"),
            (4, b"octets"),
        ] {
            assert!(name(&[&[attribute(tag, value)]]).is_err(), "{tag}");
        }
    }

    #[test]
    fn text_is_escaped_and_reversed() {
        let name =
            name(&[&[attribute(12, b"a,b")], &[attribute(12, b" x\n"), attribute(3, b"\0\xff")]]).unwrap();
        assert_eq!(name.text(), "CN=\\ x\\0a+CN=#030200ff,CN=a\\,b");
    }
}
