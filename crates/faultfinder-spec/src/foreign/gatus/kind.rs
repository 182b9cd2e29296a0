//! What an endpoint is, by its URL.

/// What an endpoint is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Http,
    Dns,
    Tcp,
    /// TLS without a conversation.
    Tls,
    /// TLS, in which something is sent.
    TlsTalk,
    StartTls,
    Udp,
    Icmp,
    Ws,
    Grpc,
    /// The greeting of an SSH server.
    Ssh,
}

/// Schemes that can be tested. With a body, `tls` is [`Kind::TlsTalk`].
const SCHEMES: &[(&str, Kind)] = &[
    ("http", Kind::Http),
    ("https", Kind::Http),
    ("tcp", Kind::Tcp),
    ("udp", Kind::Udp),
    ("icmp", Kind::Icmp),
    ("starttls", Kind::StartTls),
    ("tls", Kind::Tls),
    ("ws", Kind::Ws),
    ("wss", Kind::Ws),
    ("grpc", Kind::Grpc),
    ("grpcs", Kind::Grpc),
    ("ssh", Kind::Ssh),
];

impl Kind {
    /// The kind of a URL with this scheme.
    pub(super) fn of_scheme(scheme: &str) -> Option<Self> {
        SCHEMES.iter().find(|(known, _)| *known == scheme).map(|(_, kind)| *kind)
    }

    /// The native protocol.
    pub(super) const fn protocol(self) -> &'static str {
        match self {
            Self::Http => "http",
            Self::Dns => "dns",
            Self::Tcp | Self::TlsTalk | Self::Ssh => "tcp",
            Self::Tls | Self::StartTls => "ssl",
            Self::Udp => "udp",
            Self::Icmp => "icmp",
            Self::Ws => "ws",
            Self::Grpc => "grpc",
        }
    }

    /// The native subject of `[BODY]`, where it is text.
    pub(super) const fn body(self) -> Option<&'static str> {
        match self {
            Self::Http | Self::Ws => Some("body"),
            Self::Tcp | Self::TlsTalk | Self::Udp => Some("received"),
            _ => None,
        }
    }

    /// Whether the body can be asked with JSONPath.
    pub(super) const fn has_json(self) -> bool {
        matches!(self, Self::Http | Self::Ws | Self::Grpc)
    }
}
