//! Fields that the requests of all protocols share.

use crate::fields::{FieldSpec, Fields, Shape, Table, unique};
use crate::reader::Reader;
use crate::value::{Port, Timeout};
use crate::yaml::{Kind, Node};
use crate::{Field, Text, Tls, tls};
use faultfinder_taxonomy::word::{AddressChoice, IpVersion, Transport, Word as _};
use std::net::IpAddr;

/// Most entries of `resolve`.
pub const RESOLVE_MAX: usize = 1_000;

/// The fields that every request has.
pub(crate) const FIELDS: &[FieldSpec] = &[
    FieldSpec::new("timeout", Shape::Duration, "time for the request (60s)"),
    FieldSpec::new("overall_timeout", Shape::Duration, "time for one attempt with its assertions (60s)"),
    FieldSpec::new("ip", Shape::Words(IpVersion::WORDS), "which IP versions are tried (any)"),
    FieldSpec::new(
        "address",
        Shape::Words(AddressChoice::WORDS),
        "which of several addresses are tried: the first one, any that answers, or all, each with a result (any)",
    ),
    FieldSpec::new("resolver", Shape::Table(&RESOLVER), "who resolves names (the system)"),
    FieldSpec::new(
        "resolve",
        Shape::Addresses,
        "names that are not resolved, each with its address or addresses",
    ),
    FieldSpec::new("source_address", Shape::Text, "the local address that connections come from"),
];

const RESOLVER: Table = Table::new(
    "`resolver`",
    &[&[
        FieldSpec::new("server", Shape::Text, "the resolver's IP address").required(),
        FieldSpec::new("port", Shape::Port, "its port (53; 853 for dot and doq, 443 for doh)"),
        FieldSpec::new("transport", Shape::Words(Transport::WORDS), "how it is asked (udp)"),
        FieldSpec::new("path", Shape::Text, "the path of its URL, for doh (/dns-query)"),
        FieldSpec::new("tls", Shape::Table(&tls::TABLE), "TLS settings, for dot, doh and doq"),
    ]],
);

/// The fields that every request has.
#[derive(Debug, Clone, PartialEq, Default)]
#[non_exhaustive]
pub struct Common {
    /// Time for the request; 60 s when not given.
    pub timeout: Option<Field<Timeout>>,
    /// Time for one attempt, its assertions included; 60 s when not given.
    pub overall_timeout: Option<Field<Timeout>>,
    /// Which IP versions are tried; any when not given.
    pub ip: Option<Field<IpVersion>>,
    /// Which of several addresses are tried.
    pub address: Option<Field<AddressChoice>>,
    /// Who resolves names; the system's resolver when not given.
    pub resolver: Option<Box<Resolver>>,
    /// Names that are not resolved, and the address of each. One name may stand here several times.
    pub resolve: Vec<ResolveOverride>,
    /// The local address that connections come from.
    pub source_address: Option<Field<IpAddr>>,
}

/// Who resolves names.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Resolver {
    /// Its address.
    pub server: Field<IpAddr>,
    /// Its port; 53 when not given.
    pub port: Option<Field<Port>>,
    /// How it is asked; over UDP, and TCP after truncation, when not given.
    pub transport: Option<Field<Transport>>,
    /// The path of its URL, for DoH; `/dns-query` when not given.
    pub path: Option<Text>,
    /// TLS settings, for the transports that have TLS.
    pub tls: Option<Tls>,
}

/// A name that is not resolved.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct ResolveOverride {
    /// The name.
    pub host: Text,
    /// Its address.
    pub address: Field<IpAddr>,
}

impl Common {
    /// Reads these fields of a request.
    pub(crate) fn read(reader: &mut Reader<'_>, fields: &Fields<'_>) -> Self {
        Self {
            timeout: fields.field(reader, "timeout"),
            overall_timeout: fields.field(reader, "overall_timeout"),
            ip: fields.field(reader, "ip"),
            address: fields.field(reader, "address"),
            resolver: fields.read(reader, "resolver", Resolver::read).map(Box::new),
            resolve: fields.read(reader, "resolve", read_overrides).unwrap_or_default(),
            source_address: fields.field(reader, "source_address"),
        }
    }

    /// These fields, and for those that are missing the file's defaults.
    pub(crate) fn or(self, defaults: &Self) -> Self {
        Self {
            timeout: self.timeout.or_else(|| defaults.timeout.clone()),
            overall_timeout: self.overall_timeout.or_else(|| defaults.overall_timeout.clone()),
            ip: self.ip.or_else(|| defaults.ip.clone()),
            address: self.address.or_else(|| defaults.address.clone()),
            resolver: self.resolver.or_else(|| defaults.resolver.clone()),
            resolve: if self.resolve.is_empty() { defaults.resolve.clone() } else { self.resolve },
            source_address: self.source_address.or_else(|| defaults.source_address.clone()),
        }
    }
}

impl Resolver {
    fn read(reader: &mut Reader<'_>, node: &Node) -> Option<Self> {
        let fields = Fields::open(reader, node, &RESOLVER)?;
        let port = fields.field(reader, "port");
        let transport = fields.field(reader, "transport");
        let path = fields.text(reader, "path");
        let tls = fields.read(reader, "tls", Tls::read);
        Some(Self { server: fields.field(reader, "server")?, port, transport, path, tls })
    }
}

/// `HOST: IP`, or `HOST: [IP, IP]`.
fn read_overrides(reader: &mut Reader<'_>, node: &Node) -> Option<Vec<ResolveOverride>> {
    let Kind::Mapping(entries) = &node.kind else {
        reader.unexpected(node, "a mapping of host names to IP addresses");
        return None;
    };
    let mut overrides = Vec::new();
    for (name, key, value) in unique(reader, entries, "host") {
        let Some(host) = reader.text(key) else { continue };
        reader.within(name, |reader| {
            let addresses = match &value.kind {
                Kind::Sequence(_) => reader.list(value, "a list of IP addresses", RESOLVE_MAX, Reader::field),
                _ => reader.field(value).map(|address| vec![address]),
            };
            for address in addresses.into_iter().flatten() {
                overrides.push(ResolveOverride { host: host.clone(), address });
            }
        });
    }
    if overrides.len() > RESOLVE_MAX {
        let diagnostic = reader.error(node.place, format!("`resolve` has at most {RESOLVE_MAX} addresses"));
        reader.report(diagnostic);
        return None;
    }
    Some(overrides)
}
