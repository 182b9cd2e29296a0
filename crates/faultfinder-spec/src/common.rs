//! What the requests of several protocols share: fields and limits.

use crate::fields::{FieldSpec, Shape, Table};
use crate::reader::Reader;
use crate::tls;
use crate::value::{Port, Timeout, ZonedAddress};
use crate::written::Fields;
use faultfinder_taxonomy::word::{AddressChoice, IpVersion, ProxyProtocol, Transport};
use std::net::IpAddr;

/// Most steps of a conversation, of `tcp` and of `ws`.
pub(crate) const STEPS_MAX: usize = 100;

/// The fields that every request has.
pub(crate) const FIELDS: &[FieldSpec] = &[
    FieldSpec::new("timeout", Shape::of::<Timeout>(), "time for the request (60s)"),
    FieldSpec::new(
        "overall_timeout",
        Shape::of::<Timeout>(),
        "time for one attempt with its assertions (60s)",
    ),
    FieldSpec::new("ip", Shape::word::<IpVersion>(), "which IP versions are tried (any)"),
    FieldSpec::new(
        "address",
        Shape::word::<AddressChoice>(),
        "which of several addresses are tried: the first one, any that answers, or all, each with a result (any)",
    ),
    FieldSpec::new("resolver", Shape::Table(&RESOLVER), "who resolves names (the system)"),
    FieldSpec::new(
        "resolve",
        Shape::Addresses,
        "names that are not resolved, each with its address or addresses",
    ),
    FieldSpec::new("source_address", Shape::of::<IpAddr>(), "the local address that connections come from"),
];

/// What a TCP connection to the target begins with.
pub(crate) const TCP_FIELDS: &[FieldSpec] = &[FieldSpec::new(
    "proxy_protocol",
    Shape::word::<ProxyProtocol>(),
    "the version of the PROXY protocol that connections begin with, as behind a load balancer (none)",
)];

/// Where connections go instead of the host and the port.
pub(crate) const UNIX_FIELDS: &[FieldSpec] = &[FieldSpec::new(
    "unix_socket",
    Shape::Text,
    "the Unix domain socket of this host that connections go to; the URL stays as it is, and no name is resolved",
)];

/// A connection has one of them in front of the target.
pub(crate) fn check_proxy_protocol(reader: &mut Reader<'_>, fields: &Fields) {
    if fields.has("proxy_protocol") && fields.has("proxy") {
        let message =
            "`proxy_protocol` is for connections to the target itself, and `proxy` is in front of it";
        fields.refuse(reader, "proxy_protocol", message, "remove one of them");
    }
}

const RESOLVER: Table = Table::new(
    "`resolver`",
    &[&[
        FieldSpec::new(
            "server",
            Shape::of::<ZonedAddress>(),
            "the resolver's IP address; a link-local one with its interface (fe80::1%eth0)",
        )
        .required(),
        FieldSpec::new("port", Shape::of::<Port>(), "its port (53; 853 for dot and doq, 443 for doh)"),
        FieldSpec::new("transport", Shape::word::<Transport>(), "how it is asked (udp)"),
        FieldSpec::new("path", Shape::Text, "the path of its URL, for doh (/dns-query)"),
        FieldSpec::new("tls", Shape::Table(&tls::TABLE), "TLS settings, for dot, doh and doq"),
    ]],
);
