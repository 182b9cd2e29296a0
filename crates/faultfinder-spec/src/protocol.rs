//! The requests of each protocol, one module per protocol.

pub mod http;
pub mod ssl;
pub mod dns;
pub mod tcp;
pub mod udp;
pub mod icmp;
pub mod grpc;
pub mod ws;

use crate::fields::{Fields, Table};
use crate::reader::Reader;
use crate::{Common, Request};

/// A protocol's word in a test, its fields, and how they are read.
pub(crate) struct Entry {
    pub(crate) word: &'static str,
    pub(crate) table: &'static Table,
    pub(crate) read: fn(&mut Reader<'_>, &Fields<'_>) -> Option<Request>,
}

/// All protocols.
pub(crate) const ALL: &[Entry] = &[
    Entry {
        word: "http",
        table: &http::TABLE,
        read: |reader, fields| boxed(http::HttpRequest::read(reader, fields), Request::Http),
    },
    Entry {
        word: "ssl",
        table: &ssl::TABLE,
        read: |reader, fields| boxed(ssl::SslRequest::read(reader, fields), Request::Ssl),
    },
    Entry {
        word: "dns",
        table: &dns::TABLE,
        read: |reader, fields| boxed(dns::DnsRequest::read(reader, fields), Request::Dns),
    },
    Entry {
        word: "tcp",
        table: &tcp::TABLE,
        read: |reader, fields| boxed(tcp::TcpRequest::read(reader, fields), Request::Tcp),
    },
    Entry {
        word: "udp",
        table: &udp::TABLE,
        read: |reader, fields| boxed(udp::UdpRequest::read(reader, fields), Request::Udp),
    },
    Entry {
        word: "icmp",
        table: &icmp::TABLE,
        read: |reader, fields| boxed(icmp::IcmpRequest::read(reader, fields), Request::Icmp),
    },
    Entry {
        word: "grpc",
        table: &grpc::TABLE,
        read: |reader, fields| boxed(grpc::GrpcRequest::read(reader, fields), Request::Grpc),
    },
    Entry {
        word: "ws",
        table: &ws::TABLE,
        read: |reader, fields| boxed(ws::WsRequest::read(reader, fields), Request::Ws),
    },
];

fn boxed<T>(request: Option<T>, make: impl FnOnce(Box<T>) -> Request) -> Option<Request> {
    request.map(|request| make(Box::new(request)))
}

impl Request {
    pub(crate) fn common_mut(&mut self) -> &mut Common {
        match self {
            Self::Http(request) => &mut request.common,
            Self::Ssl(request) => &mut request.common,
            Self::Dns(request) => &mut request.common,
            Self::Tcp(request) => &mut request.common,
            Self::Udp(request) => &mut request.common,
            Self::Icmp(request) => &mut request.common,
            Self::Grpc(request) => &mut request.common,
            Self::Ws(request) => &mut request.common,
        }
    }
}
