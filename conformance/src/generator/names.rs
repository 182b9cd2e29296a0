//! Names: distinguished and general.

use super::der::{context, implicit, oid, oid_content, sequence, set, tlv};

pub(super) const UTF8: u8 = 12;
pub(super) const PRINTABLE: u8 = 19;
pub(super) const TELETEX: u8 = 20;
pub(super) const IA5: u8 = 22;
pub(super) const VISIBLE: u8 = 26;
pub(super) const UNIVERSAL: u8 = 28;
pub(super) const BMP: u8 = 30;

pub(super) const COMMON_NAME: &str = "2.5.4.3";
pub(super) const COUNTRY: &str = "2.5.4.6";
pub(super) const ORGANIZATION: &str = "2.5.4.10";
pub(super) const UNIT: &str = "2.5.4.11";
pub(super) const EMAIL: &str = "1.2.840.113549.1.9.1";

/// One attribute of a distinguished name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Attribute {
    pub(super) kind: &'static str,
    pub(super) tag: u8,
    pub(super) value: Vec<u8>,
}

impl Attribute {
    pub(super) fn new(kind: &'static str, tag: u8, value: &str) -> Self {
        Self { kind, tag, value: value.as_bytes().to_vec() }
    }

    fn encode(&self) -> Vec<u8> {
        sequence(&[oid(self.kind), tlv(self.tag, &self.value)])
    }
}

/// A relative distinguished name.
pub(super) type Rdn = Vec<Attribute>;

/// A distinguished name.
pub(super) type Name = Vec<Rdn>;

/// `C=XX, O=Example Test, CN=...`.
pub(super) fn name(common: &str) -> Name {
    let mut name = base();
    name.push(vec![Attribute::new(COMMON_NAME, UTF8, common)]);
    name
}

/// `C=XX, O=Example Test`.
pub(super) fn base() -> Name {
    vec![
        vec![Attribute::new(COUNTRY, PRINTABLE, "XX")],
        vec![Attribute::new(ORGANIZATION, UTF8, "Example Test")],
    ]
}

/// The attributes of an RDN, sorted as DER wants them.
pub(super) fn encode_rdn(rdn: &Rdn) -> Vec<u8> {
    let mut parts: Vec<Vec<u8>> = rdn.iter().map(Attribute::encode).collect();
    parts.sort();
    parts.concat()
}

pub(super) fn encode_name(name: &Name) -> Vec<u8> {
    sequence(&name.iter().map(|rdn| set(&[encode_rdn(rdn)])).collect::<Vec<_>>())
}

/// One name of a kind, encoded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct General(pub(super) Vec<u8>);

impl General {
    pub(super) fn dns(name: &str) -> Self {
        Self(implicit(2, name.as_bytes()))
    }

    pub(super) fn email(mailbox: &str) -> Self {
        Self(implicit(1, mailbox.as_bytes()))
    }

    pub(super) fn uri(uri: &str) -> Self {
        Self(implicit(6, uri.as_bytes()))
    }

    pub(super) fn ip(bytes: &[u8]) -> Self {
        Self(implicit(7, bytes))
    }

    pub(super) fn directory(name: &Name) -> Self {
        Self(context(4, &encode_name(name)))
    }

    pub(super) fn registered(id: &str) -> Self {
        Self(implicit(8, &oid_content(id)))
    }

    pub(super) fn other(id: &str, value: &[u8]) -> Self {
        Self(context(0, &[oid(id), context(0, value)].concat()))
    }

    /// SmtpUTF8Mailbox (RFC 9598).
    pub(super) fn utf8_mailbox(mailbox: &str) -> Self {
        Self::other("1.3.6.1.5.5.7.8.9", &tlv(UTF8, mailbox.as_bytes()))
    }

    /// ediPartyName.
    pub(super) fn edi(party: &str) -> Self {
        Self(context(5, &context(1, &tlv(UTF8, party.as_bytes()))))
    }
}

pub(super) fn encode_all(names: &[General]) -> Vec<u8> {
    names.iter().flat_map(|name| name.0.clone()).collect()
}
