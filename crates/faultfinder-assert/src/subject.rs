//! What an assertion reads.

mod fields; // the facts that some subjects have
mod operators; // which operators go with a subject
mod read; // from words to a subject
mod words; // the words that begin a subject

pub(crate) use fields::{CertificateField, ChainField, CookieField, LatencyFigure, RedirectField, Section};
pub(crate) use read::read;

use crate::jsonpath::JsonPath;
use crate::xpath::XPath;
use faultfinder_taxonomy::word::{HashAlgorithm, RecordType};
use faultfinder_taxonomy::{BODY_BYTES_MAX, Phase};
#[cfg(test)]
pub(crate) use words::WORDS;
pub(crate) use words::phase_word;

/// What an assertion reads: a subject, which of its values, and what of them.
#[derive(Debug, Clone)]
pub(crate) struct Reading {
    pub(crate) quantifier: Option<Quantifier>,
    pub(crate) subject: Subject,
    pub(crate) aspect: Option<Aspect>,
}

/// How many of the values have to satisfy an operator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Quantifier {
    /// At least one of them.
    Some,
    /// All of them, and there is one.
    Every,
    /// The first of them.
    First,
}

/// What is read of the values instead of themselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Aspect {
    /// How many there are.
    Count,
    /// How many characters a text has, or how many members.
    Length,
    /// How many bytes a text has.
    Size,
    /// All that was found as one text.
    Text,
}

/// What an assertion reads.
#[derive(Debug, Clone)]
pub(crate) enum Subject {
    Status,
    /// A header by its name in lower case.
    Header(String),
    /// A field of the trailer section by its name in lower case.
    Trailer(String),
    /// Metadata of a gRPC answer by its name in lower case.
    Metadata(String),
    /// A cookie that the answer sets, or one of its attributes.
    Cookie {
        name: String,
        field: CookieField,
    },
    HttpVersion,
    /// The URL that answered in the end.
    Url,
    /// How many redirects were followed.
    Redirects,
    /// One redirect by its number, from 1, or all of them.
    Redirect {
        number: Option<u32>,
        field: RedirectField,
    },
    RemoteIp,
    Body,
    /// A hash of the body, in hexadecimal digits.
    Hash(HashAlgorithm),
    JsonPath(Box<JsonPath>),
    XPath(Box<XPath>),
    ResponseTime {
        without_dns: bool,
    },
    PhaseTime(Phase),
    Certificate(CertificateField),
    Chain(ChainField),
    TlsVersion,
    /// The oldest version of TLS that the target accepts.
    LowestTlsVersion,
    /// The newest version of TLS that the target accepts.
    HighestTlsVersion,
    Cipher,
    Ocsp,
    Alpn,
    Record {
        /// The type; every type when nothing is said.
        record_type: Option<RecordType>,
        section: Section,
    },
    Rcode,
    Ttl,
    Dnssec,
    /// Whether the name servers of a zone agree.
    NameServers,
    /// The serial number of the zone, at each of its name servers.
    Serial,
    Connection,
    Received,
    PacketLoss,
    PacketsReceived,
    Latency(LatencyFigure),
    GrpcStatus,
    GrpcMessage,
    Health,
    Subprotocol,
    CloseCode,
    NetworkHops,
}

/// Longest text of a header, of metadata, and of everything else that is short, in bytes.
const SHORT_TEXT_BYTES_MAX: usize = 64 << 10;

impl Reading {
    /// Whether its values are numbers.
    pub(crate) const fn is_number(&self) -> bool {
        matches!(self.aspect, Some(Aspect::Count | Aspect::Length))
    }
}

impl Subject {
    /// How long a text can be that it yields, in bytes.
    pub(crate) const fn text_bytes_max(&self) -> usize {
        match self {
            Self::Body | Self::JsonPath(_) | Self::XPath(_) | Self::Received => BODY_BYTES_MAX,
            _ => SHORT_TEXT_BYTES_MAX,
        }
    }

    /// Whether it is read from the body of an answer.
    pub(crate) const fn is_in_body(&self) -> bool {
        matches!(self, Self::Body | Self::JsonPath(_) | Self::XPath(_) | Self::Hash(_))
    }

    /// The word that names its kind.
    pub(crate) fn keyword(&self) -> &'static str {
        match self {
            Self::Status => "status",
            Self::Header(_) => "header",
            Self::Cookie { .. } => "cookie",
            Self::HttpVersion => "http_version",
            Self::Url => "url",
            Self::Redirects => "redirects",
            Self::Redirect { .. } => "redirect",
            Self::RemoteIp => "remote_ip",
            Self::Body | Self::Hash(_) => "body",
            Self::JsonPath(_) => "jsonpath",
            Self::XPath(_) => "xpath",
            Self::ResponseTime { .. } => "response_time",
            Self::PhaseTime(phase) => phase_word(*phase),
            Self::Certificate(_) => "certificate",
            Self::Chain(_) => "chain",
            Self::TlsVersion => "tls_version",
            Self::LowestTlsVersion => "lowest_tls_version",
            Self::HighestTlsVersion => "highest_tls_version",
            Self::Cipher => "cipher",
            Self::Ocsp => "ocsp",
            Self::Alpn => "alpn",
            Self::Record { .. } => "record",
            Self::Rcode => "rcode",
            Self::Ttl => "ttl",
            Self::Dnssec => "dnssec",
            Self::NameServers => "name_servers",
            Self::Serial => "serial",
            Self::Connection => "connection",
            Self::Received => "received",
            Self::PacketLoss => "packet_loss",
            Self::PacketsReceived => "packets_received",
            Self::Latency(_) => "latency",
            Self::GrpcStatus => "grpc_status",
            Self::GrpcMessage => "grpc_message",
            Self::Metadata(_) => "metadata",
            Self::Trailer(_) => "trailer",
            Self::Health => "health",
            Self::Subprotocol => "subprotocol",
            Self::CloseCode => "close_code",
            Self::NetworkHops => "network_hops",
        }
    }
}

impl std::fmt::Display for Reading {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self.quantifier {
            None => "",
            Some(Quantifier::Some) => "some ",
            Some(Quantifier::Every) => "every ",
            Some(Quantifier::First) => "first ",
        })?;
        write!(f, "{}", self.subject)?;
        f.write_str(match self.aspect {
            None => "",
            Some(Aspect::Count) => " count",
            Some(Aspect::Length) => " length",
            Some(Aspect::Size) => " size",
            Some(Aspect::Text) => " as text",
        })
    }
}

impl std::fmt::Display for Subject {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Header(name) => write!(f, "header {name}"),
            Self::Metadata(name) => write!(f, "metadata {name}"),
            Self::Trailer(name) => write!(f, "trailer {name}"),
            Self::Cookie { name, field: CookieField::Value } => write!(f, "cookie {name}"),
            Self::Cookie { name, field } => write!(f, "cookie {name} {}", field.word()),
            Self::Redirect { number: Some(number), field } => {
                write!(f, "redirect {number} {}", field.word())
            }
            Self::Redirect { number: None, field } => write!(f, "redirect {}", field.word()),
            Self::Hash(algorithm) => write!(f, "body {algorithm}"),
            Self::JsonPath(path) => write!(f, "jsonpath {}", path.as_written()),
            Self::XPath(path) => write!(f, "xpath {}", path.as_written()),
            Self::ResponseTime { without_dns: true } => f.write_str("response_time without dns"),
            Self::Certificate(field) => write!(f, "certificate {}", field.word()),
            Self::Chain(field) => write!(f, "chain {}", field.word()),
            Self::Latency(figure) => write!(f, "latency {}", figure.word()),
            Self::Record { record_type, section } => {
                if let Some(record_type) = record_type {
                    write!(f, "{record_type} ")?;
                }
                f.write_str(match section {
                    Section::Answer => "record",
                    Section::Authority => "record in authority",
                    Section::Additional => "record in additional",
                })
            }
            other => f.write_str(other.keyword()),
        }
    }
}
