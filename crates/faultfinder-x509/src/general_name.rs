//! The names in extensions: DNS names, addresses, mailboxes and the rest (RFC 5280 section 4.2.1.6).

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::der::{self, Class, DerFault, Reader, Tlv};
use crate::name::Name;
use crate::oid::Oid;

/// One `GeneralName`. Text is kept as the bytes that were written; nothing about them is checked.
#[derive(Debug, Clone)]
pub(crate) enum GeneralName {
    Other { kind: Oid, tag: u32, value: Box<[u8]> },
    Email(Box<[u8]>),
    Dns(Box<[u8]>),
    X400,
    Directory(Name),
    EdiParty,
    Uri(Box<[u8]>),
    Ip(Box<[u8]>),
    RegisteredId(Oid),
}

impl GeneralName {
    /// Reads one.
    pub(crate) fn read(value: &Tlv<'_>) -> Result<Self, DerFault> {
        if value.class != Class::Context {
            return Err(DerFault::WrongTag);
        }
        match value.tag {
            0 => other_name(value),
            1 => Ok(Self::Email(value.string()?.into())),
            2 => Ok(Self::Dns(value.string()?.into())),
            3 if value.constructed => Ok(Self::X400),
            4 if value.constructed => {
                let mut inside = value.inside();
                let name = Name::read(&inside.any()?)?;
                inside.finish()?;
                Ok(Self::Directory(name))
            }
            5 => edi_party(value),
            6 => Ok(Self::Uri(value.string()?.into())),
            7 => Ok(Self::Ip(value.string()?.into())),
            8 => Ok(Self::RegisteredId(Oid::new(value.object()?))),
            _ => Err(DerFault::WrongTag),
        }
    }

    /// Reads all that are left.
    pub(crate) fn read_all(mut reader: Reader<'_>) -> Result<Vec<Self>, DerFault> {
        let mut names = Vec::new();
        while let Some(value) = reader.next()? {
            names.push(Self::read(&value)?);
        }
        Ok(names)
    }

    /// Whether two names are the same, byte by byte but for directory names (`GENERAL_NAME_cmp`). Those of X.400 and EDI,
    /// whose content is not kept, never are.
    pub(crate) fn same(&self, other: &Self) -> bool {
        match (self, other) {
            (
                Self::Other { kind, tag, value },
                Self::Other { kind: other_kind, tag: other_tag, value: other_value },
            ) => (kind, tag, value) == (other_kind, other_tag, other_value),
            (Self::Email(one), Self::Email(other))
            | (Self::Dns(one), Self::Dns(other))
            | (Self::Uri(one), Self::Uri(other))
            | (Self::Ip(one), Self::Ip(other)) => one == other,
            (Self::Directory(one), Self::Directory(other)) => one == other,
            (Self::RegisteredId(one), Self::RegisteredId(other)) => one == other,
            _ => false,
        }
    }

    /// For people: `dns:example.com`, `ip:192.0.2.1`.
    pub(crate) fn text(&self) -> String {
        match self {
            Self::Other { kind, .. } => format!("other:{kind}"),
            Self::Email(text) => format!("email:{}", printable(text)),
            Self::Dns(text) => format!("dns:{}", printable(text)),
            Self::X400 => "x400".to_owned(),
            Self::Directory(name) => format!("dn:{}", name.text()),
            Self::EdiParty => "edi".to_owned(),
            Self::Uri(text) => format!("uri:{}", printable(text)),
            Self::Ip(bytes) => ip_address(bytes)
                .map_or_else(|| format!("ip:({} bytes)", bytes.len()), |address| format!("ip:{address}")),
            Self::RegisteredId(kind) => format!("rid:{kind}"),
        }
    }
}

/// Who assigned the name, perhaps, and the name: each a `DirectoryString` behind a tag (RFC 5280 section 4.2.1.6).
fn edi_party(value: &Tlv<'_>) -> Result<GeneralName, DerFault> {
    if !value.constructed {
        return Err(DerFault::WrongTag);
    }
    let mut fields = value.inside();
    let assigner = fields.explicit(0)?;
    let party = fields.explicit(1)?.ok_or(DerFault::WrongTag)?;
    fields.finish()?;
    for text in assigner.iter().chain([&party]) {
        let known = [
            der::UTF8_STRING,
            der::PRINTABLE_STRING,
            der::T61_STRING,
            der::UNIVERSAL_STRING,
            der::BMP_STRING,
        ];
        if text.class != Class::Universal || !known.contains(&text.tag) {
            return Err(DerFault::WrongTag);
        }
        text.well_formed()?;
    }
    Ok(GeneralName::EdiParty)
}

fn other_name(value: &Tlv<'_>) -> Result<GeneralName, DerFault> {
    if !value.constructed {
        return Err(DerFault::WrongTag);
    }
    let mut fields = value.inside();
    let kind = Oid::new(fields.expect(der::OBJECT)?.object()?);
    let inner = fields.explicit(0)?.ok_or(DerFault::WrongTag)?;
    inner.well_formed()?;
    fields.finish()?;
    let tag = if inner.class == Class::Universal { inner.tag } else { u32::MAX };
    // A string may come in pieces; only one kind of it is ever looked into.
    let value =
        if inner.constructed && tag != der::UTF8_STRING { inner.content() } else { &inner.string()? };
    Ok(GeneralName::Other { kind, tag, value: value.into() })
}

/// An address of four or sixteen bytes.
pub(crate) fn ip_address(bytes: &[u8]) -> Option<IpAddr> {
    <[u8; 4]>::try_from(bytes)
        .map(|bytes| IpAddr::V4(Ipv4Addr::from(bytes)))
        .or_else(|_| <[u8; 16]>::try_from(bytes).map(|bytes| IpAddr::V6(Ipv6Addr::from(bytes))))
        .ok()
}

/// Bytes as text, with everything but printable ASCII escaped; at most 256 of them.
pub(crate) fn printable(bytes: &[u8]) -> String {
    bytes.iter().take(256).flat_map(|byte| std::ascii::escape_default(*byte)).map(char::from).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_name_the_kind() {
        for (der, text) in [
            (&b"\x82\x06a.test"[..], "dns:a.test"),
            (b"\x87\x04\xc0\x00\x02\x01", "ip:192.0.2.1"),
            (b"\x87\x03abc", "ip:(3 bytes)"),
            (b"\x81\x05a@b\x00c", "email:a@b\\x00c"),
            (b"\x88\x03\x2a\x03\x04", "rid:1.2.3.4"),
            (b"\xa4\x02\x30\x00", "dn:"),
        ] {
            let value = Reader::new(der).any().unwrap();
            assert_eq!(GeneralName::read(&value).unwrap().text(), text);
        }
    }

    #[test]
    fn unknown_kinds_are_refused() {
        for der in [&b"\x89\x00"[..], b"\x16\x01a", b"\x84\x02\x30\x00"] {
            assert!(GeneralName::read(&Reader::new(der).any().unwrap()).is_err());
        }
    }

    #[test]
    fn an_edi_party_has_a_name_behind_a_tag() {
        let read = |content: &[u8]| {
            let mut der = Vec::new();
            der::write(&mut der, 0xa5, content);
            GeneralName::read(&Reader::new(&der).any().unwrap()).map(|_| ())
        };
        assert_eq!(read(&[0xa1, 3, 12, 1, b'x']), Ok(()));
        assert_eq!(read(&[0xa0, 3, 19, 1, b'y', 0xa1, 4, 30, 2, 0, b'x']), Ok(()));
        assert_eq!(read(&[]), Err(DerFault::WrongTag));
        assert_eq!(read(&[0x30, 0]), Err(DerFault::WrongTag));
        assert_eq!(read(&[0xa0, 3, 12, 1, b'y']), Err(DerFault::WrongTag));
        assert_eq!(read(&[0xa1, 3, 22, 1, b'x']), Err(DerFault::WrongTag), "an IA5String");
        assert_eq!(read(&[0xa1, 3, 30, 1, b'x']), Err(DerFault::BadString), "half a letter");
        assert_eq!(read(&[0xa1, 3, 12, 1, b'x', 5, 0]), Err(DerFault::Trailing));
    }
}
