//! The fields of each protocol's requests, one module per protocol.

mod http;
mod ssl;
mod dns;
mod tcp;
mod udp;
mod icmp;
mod grpc;
mod ws;

pub use dns::ALL_SERVERS;

use crate::common::check_proxy_protocol;
use crate::fields::{FieldSpec, Shape, Table};
use crate::reader::Reader;
use crate::written::Fields;
use crate::{effect, unix_socket};
use faultfinder_taxonomy::Protocol;

/// The protocols as fields of a test.
pub(crate) const FIELDS: &[FieldSpec] = &[
    FieldSpec::new("http", Shape::Table(&http::TABLE), "an HTTP request"),
    FieldSpec::new("ssl", Shape::Table(&ssl::TABLE), "a look at a TLS endpoint"),
    FieldSpec::new("dns", Shape::Table(&dns::TABLE), "a DNS question"),
    FieldSpec::new("tcp", Shape::Table(&tcp::TABLE), "a TCP connection"),
    FieldSpec::new("udp", Shape::Table(&udp::TABLE), "a UDP exchange"),
    FieldSpec::new("icmp", Shape::Table(&icmp::TABLE), "ICMP echo requests"),
    FieldSpec::new("grpc", Shape::Table(&grpc::TABLE), "a gRPC call"),
    FieldSpec::new("ws", Shape::Table(&ws::TABLE), "a WebSocket"),
];

/// The fields of a protocol's requests.
#[must_use]
pub const fn table(protocol: Protocol) -> &'static Table {
    match protocol {
        Protocol::Http => &http::TABLE,
        Protocol::Ssl => &ssl::TABLE,
        Protocol::Dns => &dns::TABLE,
        Protocol::Tcp => &tcp::TABLE,
        Protocol::Udp => &udp::TABLE,
        Protocol::Icmp => &icmp::TABLE,
        Protocol::Grpc => &grpc::TABLE,
        Protocol::Ws => &ws::TABLE,
    }
}

/// Checks what fields say together.
pub(crate) fn check(reader: &mut Reader<'_>, protocol: Protocol, fields: &Fields) {
    check_proxy_protocol(reader, fields);
    unix_socket::check(reader, fields);
    effect::check(reader, protocol, fields);
    match protocol {
        Protocol::Http => http::check(reader, fields),
        Protocol::Tcp => tcp::check(reader, fields),
        Protocol::Grpc => grpc::check(reader, fields),
        Protocol::Ssl | Protocol::Dns | Protocol::Udp | Protocol::Icmp | Protocol::Ws => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_protocol_is_a_field_of_a_test_by_its_own_word() {
        for (protocol, field) in Protocol::ALL.into_iter().zip(FIELDS) {
            assert_eq!(field.name, protocol.as_str());
            assert!(matches!(field.shape, Shape::Table(other) if other.title == table(protocol).title));
        }
        assert_eq!(FIELDS.len(), Protocol::ALL.len());
    }

    #[test]
    fn a_test_has_one_protocol_or_steps_or_is_a_heartbeat() {
        let words = Protocol::ALL.into_iter().map(Protocol::as_str).chain(["steps", "heartbeat"]);
        assert_eq!(crate::test::CONTENTS, words.collect::<Vec<_>>());
    }
}
