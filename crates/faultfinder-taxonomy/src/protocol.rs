//! The protocols that are probed.

use serde::{Deserialize, Serialize};

/// A protocol that Faultfinder probes. The same word names it in every layer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[expect(clippy::exhaustive_enums, reason = "closed: a new protocol has to get its meaning everywhere")]
pub enum Protocol {
    /// HTTP/1.1, HTTP/2 and HTTP/3.
    Http,
    /// The TLS endpoint itself: handshake and certificates.
    Ssl,
    /// One DNS question.
    Dns,
    /// A TCP connection.
    Tcp,
    /// One UDP exchange.
    Udp,
    /// ICMP echo.
    Icmp,
    /// A gRPC call.
    Grpc,
    /// A WebSocket.
    Ws,
}

impl Protocol {
    /// All protocols, in the order in which they are listed to people.
    pub const ALL: [Self; 8] =
        [Self::Http, Self::Ssl, Self::Dns, Self::Tcp, Self::Udp, Self::Icmp, Self::Grpc, Self::Ws];

    /// The word for it in files, on the command line and in JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Http => "http",
            Self::Ssl => "ssl",
            Self::Dns => "dns",
            Self::Tcp => "tcp",
            Self::Udp => "udp",
            Self::Icmp => "icmp",
            Self::Grpc => "grpc",
            Self::Ws => "ws",
        }
    }
}

impl std::fmt::Display for Protocol {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.as_str())
    }
}
