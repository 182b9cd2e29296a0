//! Which operators go with a subject.

use super::{Aspect, CertificateField, ChainField, CookieField, Reading, RedirectField, Subject};
use crate::operator::Operator;

/// Which operators go with a subject, in addition to `exists`, which goes with all.
#[derive(Clone, Copy)]
struct Operators {
    is: bool,
    contains: bool,
    matches: bool,
    orders: bool,
    /// Whether its values can be of several types.
    kinds: bool,
    /// Whether its values can be JSON.
    schema: bool,
}

impl Operators {
    const NONE: Self =
        Self { is: false, contains: false, matches: false, orders: false, kinds: false, schema: false };
    /// Everything: text that may also be a number.
    const ALL: Self =
        Self { is: true, contains: true, matches: true, orders: true, kinds: true, schema: false };
    /// Text.
    const TEXT: Self = Self { orders: false, ..Self::ALL };
    /// A word of a short list.
    const WORD: Self = Self { is: true, matches: true, ..Self::NONE };
    /// A word that is compared as a whole only.
    const IS: Self = Self { is: true, ..Self::NONE };
    /// A number.
    const NUMBER: Self = Self { is: true, orders: true, ..Self::NONE };
    /// A number whose exact value nobody can expect, such as a time.
    const ORDER: Self = Self { orders: true, ..Self::NONE };
    /// A number that is also matched digit by digit, such as a status.
    const CODE: Self = Self { is: true, matches: true, orders: true, ..Self::NONE };

    const fn accepts(self, operator: Operator) -> bool {
        match operator {
            Operator::Is | Operator::OneOf => self.is,
            Operator::Contains | Operator::StartsWith | Operator::EndsWith => self.contains,
            Operator::Matches => self.matches,
            Operator::Less | Operator::LessOrEqual | Operator::Greater | Operator::GreaterOrEqual => {
                self.orders
            }
            Operator::IsA => self.kinds,
            Operator::MatchesSchema => self.schema,
            Operator::Exists => true,
        }
    }

    fn expected(self) -> String {
        let all = [
            (self.is, "is, is one of"),
            (self.contains, "contains, starts with, ends with"),
            (self.matches, "matches"),
            (self.orders, "<, <=, >, >="),
            (self.kinds, "is a (number, text, list ...)"),
            (self.schema, "matches schema"),
            (true, "exists"),
        ];
        all.iter().filter(|(fits, _)| *fits).map(|(_, word)| *word).collect::<Vec<_>>().join(", ")
    }
}

impl Reading {
    /// Whether it can be compared like that.
    pub(crate) const fn accepts(&self, operator: Operator) -> bool {
        self.operators().accepts(operator)
    }

    /// The operators that fit, for messages.
    pub(crate) fn expected_operators(&self) -> String {
        self.operators().expected()
    }

    const fn operators(&self) -> Operators {
        match self.aspect {
            Some(Aspect::Count | Aspect::Length | Aspect::Size) => Operators::NUMBER,
            Some(Aspect::Text) => Operators::TEXT,
            None => self.subject.operators(),
        }
    }
}

impl Subject {
    /// The operators that go with it.
    const fn operators(&self) -> Operators {
        match self {
            Self::Body | Self::JsonPath(_) => Operators { schema: true, ..Operators::ALL },
            Self::Header(_) | Self::Received | Self::XPath(_) => Operators::ALL,
            Self::Metadata(_) | Self::Trailer(_) => Operators::ALL,
            Self::Certificate(field) => certificate(*field),
            Self::Cookie { field, .. } => cookie(*field),
            Self::Status | Self::CloseCode | Self::Redirect { field: RedirectField::Status, .. } => {
                Operators::CODE
            }
            Self::ResponseTime { .. } | Self::PhaseTime(_) | Self::Chain(ChainField::ExpiresIn) => {
                Operators::ORDER
            }
            Self::Record { .. }
            | Self::Url
            | Self::Redirect { field: RedirectField::Url, .. }
            | Self::RemoteIp
            | Self::Cipher
            | Self::GrpcMessage => Operators::TEXT,
            Self::TlsVersion
            | Self::LowestTlsVersion
            | Self::HighestTlsVersion
            | Self::HttpVersion
            | Self::Redirects
            | Self::Ttl
            | Self::Serial
            | Self::NetworkHops
            | Self::Chain(ChainField::Length) => Operators::NUMBER,
            Self::PacketLoss | Self::PacketsReceived | Self::Latency(_) => Operators::NUMBER,
            Self::Alpn | Self::Rcode | Self::Subprotocol | Self::Ocsp => Operators::WORD,
            Self::Connection | Self::Dnssec | Self::NameServers | Self::Hash(_) => Operators::IS,
            Self::GrpcStatus | Self::Health => Operators::WORD,
        }
    }
}

const fn certificate(field: CertificateField) -> Operators {
    match field {
        CertificateField::Key => Operators { kinds: false, ..Operators::ALL },
        CertificateField::ExpiresIn | CertificateField::NotBefore | CertificateField::NotAfter => {
            Operators::ORDER
        }
        CertificateField::Subject
        | CertificateField::CommonName
        | CertificateField::Issuer
        | CertificateField::San
        | CertificateField::Serial
        | CertificateField::Sha256
        | CertificateField::Sha1
        | CertificateField::SignatureAlgorithm
        | CertificateField::KeyUsage
        | CertificateField::ExtendedKeyUsage => Operators::TEXT,
    }
}

const fn cookie(field: CookieField) -> Operators {
    match field {
        CookieField::Value => Operators::ALL,
        CookieField::Domain | CookieField::Path => Operators::TEXT,
        CookieField::SameSite => Operators::WORD,
        CookieField::Expires | CookieField::ExpiresIn => Operators::ORDER,
        CookieField::MaxAge => Operators::NUMBER,
        CookieField::Secure | CookieField::HttpOnly | CookieField::Partitioned => Operators::IS,
    }
}
