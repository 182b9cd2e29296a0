//! Extensions of certificates, CRLs and CRL entries.

use super::der::{boolean, context, implicit, integer, named_bits, octets, oid, sequence, tlv};
use super::names::{General, Rdn, encode_all, encode_rdn};

/// An extension.
#[derive(Debug, Clone)]
pub(super) struct Extension {
    pub(super) critical: bool,
    pub(super) body: Body,
}

/// What an extension says.
#[derive(Debug, Clone)]
pub(super) enum Body {
    BasicConstraints {
        ca: bool,
        path_length: Option<i64>,
    },
    /// Bit 0 is digitalSignature.
    KeyUsage(u16),
    ExtendedKeyUsage(Vec<&'static str>),
    NetscapeType(u16),
    /// Nothing: of the certificate's own key.
    SubjectKey(Option<Vec<u8>>),
    AuthorityKey(AuthorityKey),
    AlternativeNames(Vec<General>),
    NameConstraints {
        permitted: Vec<Subtree>,
        excluded: Vec<Subtree>,
    },
    /// Policies, each perhaps with a qualifier.
    Policies(Vec<(String, bool)>),
    PolicyMappings(Vec<(String, String)>),
    PolicyConstraints {
        explicit: Option<i64>,
        mapping: Option<i64>,
    },
    InhibitAny(i64),
    Proxy {
        path_length: Option<i64>,
        language: &'static str,
    },
    DistributionPoints(Vec<Point>),
    FreshestCrl(Vec<Point>),
    CrlNumber(i64),
    DeltaIndicator(i64),
    IssuingPoint(IssuingPoint),
    Reason(u8),
    CertificateIssuer(Vec<General>),
    Raw {
        oid: &'static str,
        value: Vec<u8>,
    },
}

/// authorityKeyIdentifier.
#[derive(Debug, Clone, Default)]
pub(super) struct AuthorityKey {
    pub(super) key: AuthorityKeyId,
    /// Names, if any.
    pub(super) issuer: Option<Vec<General>>,
    pub(super) serial: Option<Vec<u8>>,
}

/// Its key identifier.
#[derive(Debug, Clone, Default)]
pub(super) enum AuthorityKeyId {
    /// That of the issuer's key.
    #[default]
    Issuer,
    /// Any.
    Bytes(Vec<u8>),
    Absent,
}

/// A subtree of name constraints.
#[derive(Debug, Clone)]
pub(super) struct Subtree {
    pub(super) base: General,
    pub(super) minimum: Option<i64>,
    pub(super) maximum: Option<i64>,
}

impl From<General> for Subtree {
    fn from(base: General) -> Self {
        Self { base, minimum: None, maximum: None }
    }
}

/// A distribution point.
#[derive(Debug, Clone, Default)]
pub(super) struct Point {
    pub(super) name: Option<PointName>,
    pub(super) reasons: Option<u16>,
    pub(super) issuer: Option<Vec<General>>,
}

/// The name of a distribution point.
#[derive(Debug, Clone)]
pub(super) enum PointName {
    Full(Vec<General>),
    Relative(Rdn),
}

/// issuingDistributionPoint.
#[derive(Debug, Clone, Default)]
pub(super) struct IssuingPoint {
    pub(super) name: Option<PointName>,
    pub(super) only_user: bool,
    pub(super) only_ca: bool,
    pub(super) reasons: Option<u16>,
    pub(super) indirect: bool,
    pub(super) only_attribute: bool,
}

/// What an extension needs to know of its surroundings.
#[derive(Debug, Clone, Copy)]
pub(super) struct Surroundings<'a> {
    /// Identifier of the subject's key.
    pub(super) own_key: &'a [u8],
    /// Identifier of the issuer's key.
    pub(super) issuer_key: &'a [u8],
}

impl PointName {
    fn encode(&self) -> Vec<u8> {
        match self {
            Self::Full(names) => context(0, &encode_all(names)),
            Self::Relative(rdn) => context(1, &encode_rdn(rdn)),
        }
    }
}

impl Point {
    fn encode(&self) -> Vec<u8> {
        let parts = [
            self.name.as_ref().map(|name| context(0, &name.encode())),
            self.reasons.map(|reasons| implicit(1, &named_bits(reasons))),
            self.issuer.as_ref().map(|names| context(2, &encode_all(names))),
        ];
        sequence(&parts.into_iter().flatten().collect::<Vec<_>>())
    }
}

impl IssuingPoint {
    fn encode(&self) -> Vec<u8> {
        let mark = |number, on: bool| on.then(|| implicit(number, &[0xff]));
        let parts = [
            self.name.as_ref().map(|name| context(0, &name.encode())),
            mark(1, self.only_user),
            mark(2, self.only_ca),
            self.reasons.map(|reasons| implicit(3, &named_bits(reasons))),
            mark(4, self.indirect),
            mark(5, self.only_attribute),
        ];
        sequence(&parts.into_iter().flatten().collect::<Vec<_>>())
    }
}

impl Subtree {
    fn encode(&self) -> Vec<u8> {
        let number = |tag, value: Option<i64>| {
            value.map(|value| implicit(tag, integer(value).get(2..).unwrap_or_default())).unwrap_or_default()
        };
        sequence(&[self.base.0.clone(), number(0, self.minimum), number(1, self.maximum)])
    }
}

impl Body {
    pub(super) fn oid(&self) -> &'static str {
        match self {
            Self::BasicConstraints { .. } => "2.5.29.19",
            Self::KeyUsage(_) => "2.5.29.15",
            Self::ExtendedKeyUsage(_) => "2.5.29.37",
            Self::NetscapeType(_) => "2.16.840.1.113730.1.1",
            Self::SubjectKey(_) => "2.5.29.14",
            Self::AuthorityKey(_) => "2.5.29.35",
            Self::AlternativeNames(_) => "2.5.29.17",
            Self::NameConstraints { .. } => "2.5.29.30",
            Self::Policies(_) => "2.5.29.32",
            Self::PolicyMappings(_) => "2.5.29.33",
            Self::PolicyConstraints { .. } => "2.5.29.36",
            Self::InhibitAny(_) => "2.5.29.54",
            Self::Proxy { .. } => "1.3.6.1.5.5.7.1.14",
            Self::DistributionPoints(_) => "2.5.29.31",
            Self::FreshestCrl(_) => "2.5.29.46",
            Self::CrlNumber(_) => "2.5.29.20",
            Self::DeltaIndicator(_) => "2.5.29.27",
            Self::IssuingPoint(_) => "2.5.29.28",
            Self::Reason(_) => "2.5.29.21",
            Self::CertificateIssuer(_) => "2.5.29.29",
            Self::Raw { oid, .. } => oid,
        }
    }

    fn value(&self, around: Surroundings<'_>) -> Vec<u8> {
        let implicit_integer = |tag, value: &Option<i64>| {
            value.map(|value| implicit(tag, integer(value).get(2..).unwrap_or_default())).unwrap_or_default()
        };
        match self {
            Self::BasicConstraints { ca, path_length } => {
                let ca = if *ca { boolean(true) } else { Vec::new() };
                sequence(&[ca, path_length.map(integer).unwrap_or_default()])
            }
            Self::KeyUsage(usage) | Self::NetscapeType(usage) => tlv(3, &named_bits(*usage)),
            Self::ExtendedKeyUsage(usages) => {
                sequence(&usages.iter().map(|usage| oid(usage)).collect::<Vec<_>>())
            }
            Self::SubjectKey(identifier) => octets(identifier.as_deref().unwrap_or(around.own_key)),
            Self::AuthorityKey(authority) => authority.encode(around.issuer_key),
            Self::AlternativeNames(names) => sequence(&[encode_all(names)]),
            Self::NameConstraints { permitted, excluded } => {
                let list = |number, trees: &[Subtree]| match trees {
                    [] => Vec::new(),
                    trees => context(number, &trees.iter().flat_map(Subtree::encode).collect::<Vec<_>>()),
                };
                sequence(&[list(0, permitted), list(1, excluded)])
            }
            Self::Policies(policies) => sequence(&policies.iter().map(policy).collect::<Vec<_>>()),
            Self::PolicyMappings(mappings) => sequence(
                &mappings.iter().map(|(from, to)| sequence(&[oid(from), oid(to)])).collect::<Vec<_>>(),
            ),
            Self::PolicyConstraints { explicit, mapping } => {
                sequence(&[implicit_integer(0, explicit), implicit_integer(1, mapping)])
            }
            Self::InhibitAny(skip) => integer(*skip),
            Self::Proxy { path_length, language } => {
                sequence(&[path_length.map(integer).unwrap_or_default(), sequence(&[oid(language)])])
            }
            Self::DistributionPoints(points) | Self::FreshestCrl(points) => {
                sequence(&points.iter().map(Point::encode).collect::<Vec<_>>())
            }
            Self::CrlNumber(number) | Self::DeltaIndicator(number) => integer(*number),
            Self::IssuingPoint(point) => point.encode(),
            Self::Reason(reason) => tlv(10, &[*reason]),
            Self::CertificateIssuer(names) => sequence(&[encode_all(names)]),
            Self::Raw { value, .. } => value.clone(),
        }
    }
}

fn policy((id, qualified): &(String, bool)) -> Vec<u8> {
    let qualifier = || {
        let practice = sequence(&[oid("1.3.6.1.5.5.7.2.1"), tlv(22, b"http://policy.example/")]);
        sequence(&[practice])
    };
    sequence(&[oid(id), if *qualified { qualifier() } else { Vec::new() }])
}

impl AuthorityKey {
    fn encode(&self, issuer_key: &[u8]) -> Vec<u8> {
        let key = match &self.key {
            AuthorityKeyId::Issuer => implicit(0, issuer_key),
            AuthorityKeyId::Bytes(bytes) => implicit(0, bytes),
            AuthorityKeyId::Absent => Vec::new(),
        };
        let issuer = self.issuer.as_ref().map(|names| context(1, &encode_all(names)));
        let serial = self.serial.as_ref().map(|serial| implicit(2, serial));
        sequence(&[key, issuer.unwrap_or_default(), serial.unwrap_or_default()])
    }
}

impl Extension {
    pub(super) fn new(critical: bool, body: Body) -> Self {
        Self { critical, body }
    }

    pub(super) fn encode(&self, around: Surroundings<'_>) -> Vec<u8> {
        let critical = if self.critical { boolean(true) } else { Vec::new() };
        sequence(&[oid(self.body.oid()), critical, octets(&self.body.value(around))])
    }
}

/// A list of extensions.
pub(super) trait Extensions {
    /// Replaces the extension of that kind, or adds it.
    fn put(&mut self, critical: bool, body: Body);
    /// Removes those of a kind.
    fn drop_kind(&mut self, oid: &str);
    /// The first of a kind.
    fn find(&mut self, oid: &str) -> Option<&mut Extension>;
}

impl Extensions for Vec<Extension> {
    fn put(&mut self, critical: bool, body: Body) {
        let new = Extension::new(critical, body);
        match self.iter_mut().find(|extension| extension.body.oid() == new.body.oid()) {
            Some(old) => *old = new,
            None => self.push(new),
        }
    }

    fn drop_kind(&mut self, oid: &str) {
        self.retain(|extension| extension.body.oid() != oid);
    }

    fn find(&mut self, oid: &str) -> Option<&mut Extension> {
        self.iter_mut().find(|extension| extension.body.oid() == oid)
    }
}

pub(super) const BASIC_CONSTRAINTS: &str = "2.5.29.19";
pub(super) const KEY_USAGE: &str = "2.5.29.15";
pub(super) const EXTENDED_KEY_USAGE: &str = "2.5.29.37";
pub(super) const SUBJECT_KEY: &str = "2.5.29.14";
pub(super) const AUTHORITY_KEY: &str = "2.5.29.35";
pub(super) const ALTERNATIVE_NAMES: &str = "2.5.29.17";
pub(super) const POLICIES: &str = "2.5.29.32";
pub(super) const CRL_NUMBER: &str = "2.5.29.20";
pub(super) const DELTA_INDICATOR: &str = "2.5.29.27";
pub(super) const ISSUING_POINT: &str = "2.5.29.28";

/// keyUsage, bit by bit.
pub(super) mod usage {
    pub(in super::super) const DIGITAL_SIGNATURE: u16 = 1;
    pub(in super::super) const NON_REPUDIATION: u16 = 1 << 1;
    pub(in super::super) const KEY_ENCIPHERMENT: u16 = 1 << 2;
    pub(in super::super) const KEY_AGREEMENT: u16 = 1 << 4;
    pub(in super::super) const CERT_SIGN: u16 = 1 << 5;
    pub(in super::super) const CRL_SIGN: u16 = 1 << 6;
}

/// extKeyUsage.
pub(super) mod purpose {
    pub(in super::super) const SERVER: &str = "1.3.6.1.5.5.7.3.1";
    pub(in super::super) const CLIENT: &str = "1.3.6.1.5.5.7.3.2";
    pub(in super::super) const CODE: &str = "1.3.6.1.5.5.7.3.3";
    pub(in super::super) const MAIL: &str = "1.3.6.1.5.5.7.3.4";
    pub(in super::super) const TIME: &str = "1.3.6.1.5.5.7.3.8";
    pub(in super::super) const OCSP: &str = "1.3.6.1.5.5.7.3.9";
    pub(in super::super) const ANY: &str = "2.5.29.37.0";
    pub(in super::super) const NETSCAPE_SGC: &str = "2.16.840.1.113730.4.1";
    pub(in super::super) const MICROSOFT_SGC: &str = "1.3.6.1.4.1.311.10.3.3";
}
