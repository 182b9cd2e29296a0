//! What a file defines.

use crate::protocol::{
    dns::DnsRequest, grpc::GrpcRequest, http::HttpRequest, icmp::IcmpRequest, ssl::SslRequest,
    tcp::TcpRequest, udp::UdpRequest, ws::WsRequest,
};
use crate::{Common, Field, Place, Source, Spanned, Text, Variable};
use faultfinder_taxonomy::Protocol;
use std::sync::Arc;
use std::time::Duration;

/// Most tests of one file.
pub const TESTS_MAX: usize = 10_000;

/// Most assertions of one test.
pub const ASSERTIONS_MAX: usize = 20;

/// Most retries of one run.
pub const RETRIES_MAX: u8 = 5;

/// Longest pause before a retry.
pub const RETRY_INTERVAL_MAX: Duration = Duration::from_secs(60);

/// Pause before a retry when none is given.
pub const RETRY_INTERVAL_DEFAULT: Duration = Duration::from_millis(300);

/// A file of definitions, read.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Document {
    /// The file.
    pub source: Arc<Source>,
    /// Its variables, in order.
    pub variables: Vec<Variable>,
    /// Its tests, in order; those with an error are missing.
    pub tests: Vec<Test>,
    /// Every `{{ NAME }}` in it, also of tests that are missing.
    pub(crate) references: Vec<Reference>,
}

/// A use of a variable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Reference {
    pub(crate) name: String,
    /// Where the text stands that holds it.
    pub(crate) text: Place,
    /// Which `{{` of the text it is, from 0.
    pub(crate) index: usize,
}

/// A test as written, with the file's defaults filled in.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Test {
    /// Its name; unique in the file as written.
    pub name: Text,
    /// Where it begins.
    pub place: Place,
    /// What it asks.
    pub request: Request,
    /// What must hold of the answer, at most [`ASSERTIONS_MAX`]. Their syntax has not been looked at.
    pub assertions: Vec<AssertionSource>,
    /// How often it runs on a schedule, 1 s to 7 days.
    pub every: Option<Duration>,
    /// What happens when it fails.
    pub retry: Retry,
    /// Words to group it by.
    pub tags: Vec<Spanned<String>>,
    /// A hash of what is written of it and in the file's `defaults`, without places and comments: another one when either
    /// has changed. Means nothing to another build of this program.
    pub fingerprint: u64,
}

impl Test {
    /// The protocol it speaks.
    #[must_use]
    pub const fn protocol(&self) -> Protocol {
        self.request.protocol()
    }
}

/// When a failed run is tried again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Retry {
    /// How often, 0 to [`RETRIES_MAX`].
    pub count: u8,
    /// Pause before each, up to [`RETRY_INTERVAL_MAX`].
    pub interval: Duration,
}

impl Default for Retry {
    fn default() -> Self {
        Self { count: 0, interval: RETRY_INTERVAL_DEFAULT }
    }
}

/// What a test asks, by protocol.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Request {
    /// An HTTP request.
    Http(Box<HttpRequest>),
    /// A look at a TLS endpoint.
    Ssl(Box<SslRequest>),
    /// A DNS question.
    Dns(Box<DnsRequest>),
    /// A TCP connection.
    Tcp(Box<TcpRequest>),
    /// A UDP exchange.
    Udp(Box<UdpRequest>),
    /// ICMP echo requests.
    Icmp(Box<IcmpRequest>),
    /// A gRPC call.
    Grpc(Box<GrpcRequest>),
    /// A WebSocket.
    Ws(Box<WsRequest>),
}

impl Request {
    /// The protocol it speaks.
    #[must_use]
    pub const fn protocol(&self) -> Protocol {
        match self {
            Self::Http(_) => Protocol::Http,
            Self::Ssl(_) => Protocol::Ssl,
            Self::Dns(_) => Protocol::Dns,
            Self::Tcp(_) => Protocol::Tcp,
            Self::Udp(_) => Protocol::Udp,
            Self::Icmp(_) => Protocol::Icmp,
            Self::Grpc(_) => Protocol::Grpc,
            Self::Ws(_) => Protocol::Ws,
        }
    }

    /// The fields that every protocol has.
    #[must_use]
    pub const fn common(&self) -> &Common {
        match self {
            Self::Http(request) => &request.common,
            Self::Ssl(request) => &request.common,
            Self::Dns(request) => &request.common,
            Self::Tcp(request) => &request.common,
            Self::Udp(request) => &request.common,
            Self::Icmp(request) => &request.common,
            Self::Grpc(request) => &request.common,
            Self::Ws(request) => &request.common,
        }
    }
}

/// An assertion as written: one line, or a mapping of the same pieces.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum AssertionSource {
    /// `[not] SUBJECT OPERATOR VALUE [UNIT]`
    Line(Text),
    /// The pieces.
    Fields(Box<AssertionFields>),
}

/// The pieces of an [`AssertionSource::Fields`].
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct AssertionFields {
    /// Where the mapping begins.
    pub place: Place,
    /// What is read, in the words of a line: `header content-type`.
    pub subject: Text,
    /// How it is compared: `contains`.
    pub operator: Text,
    /// What it is compared with; `exists` needs none.
    pub value: Option<Text>,
    /// The value's unit: `ms`.
    pub unit: Option<Text>,
    /// Whether the opposite must hold.
    pub not: Option<Field<bool>>,
}

impl AssertionSource {
    /// Where it was written.
    #[must_use]
    pub const fn place(&self) -> Place {
        match self {
            Self::Line(text) => text.place(),
            Self::Fields(fields) => fields.place,
        }
    }
}
