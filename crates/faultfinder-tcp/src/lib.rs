//! A TCP probe: connect, send, expect, and exactly what broke.

use faultfinder_net::tls::TlsOptions;
use faultfinder_net::{ClientOptions, Vantage};
use faultfinder_taxonomy::Report;

/// Where to connect, and what to say there. The names are those of the definition format.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// Name or address.
    pub host: String,
    /// Port.
    pub port: u16,
    /// What is sent and awaited, in order.
    pub steps: Vec<Step>,
    /// TLS, begun right after the connection.
    pub tls: Option<TlsOptions>,
    /// The way to the target.
    pub client: ClientOptions,
    /// Whether a refused connection or one that times out is an answer (an assertion reads it) rather than a fault.
    pub connection_as_value: bool,
}

/// One step of the conversation.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Step {
    /// These bytes are sent.
    Send(Vec<u8>),
    /// Bytes are read until this text has come.
    Expect(String),
}

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Response {
    /// How the attempt to connect ended.
    pub connection: Connection,
    /// Everything that was received.
    pub received: Vec<u8>,
}

/// How the attempt to connect ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "closed: the assertion on it knows these three")]
pub enum Connection {
    /// It was established.
    Established,
    /// The peer refused it.
    Refused,
    /// Nobody answered in time.
    Timeout,
}

impl Request {
    /// Connects to this host and port and says nothing.
    #[must_use]
    pub fn new(host: impl Into<String>, port: u16) -> Self {
        Self {
            host: host.into(),
            port,
            steps: Vec::new(),
            tls: None,
            client: ClientOptions::default(),
            connection_as_value: false,
        }
    }
}

impl Connection {
    /// The word for it in assertions.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Established => "established",
            Self::Refused => "refused",
            Self::Timeout => "timeout",
        }
    }
}

/// Connects, and sends and awaits what the request says.
pub async fn probe(_vantage: &Vantage, _request: &Request) -> Report<Response> {
    todo!()
}
