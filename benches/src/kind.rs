//! The kinds of probes that are compared.

use anyhow::{Context as _, Result};

/// A kind of probe.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Http,
    Https,
    Tcp,
    Dns,
    Grpc,
    Ws,
    Icmp,
}

impl Kind {
    pub(crate) const ALL: [Self; 7] =
        [Self::Http, Self::Https, Self::Tcp, Self::Dns, Self::Grpc, Self::Ws, Self::Icmp];

    /// By its word on the command line.
    pub(crate) fn of(word: &str) -> Result<Self> {
        let words = Self::ALL.map(Self::word);
        Self::ALL
            .into_iter()
            .find(|kind| kind.word() == word)
            .with_context(|| format!("{word:?} is not one of {}", words.join(", ")))
    }

    /// Its word on the command line.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Http => "http",
            Self::Https => "https",
            Self::Tcp => "tcp",
            Self::Dns => "dns",
            Self::Grpc => "grpc",
            Self::Ws => "ws",
            Self::Icmp => "icmp",
        }
    }

    /// Its name in the table.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Http => "HTTP/1.1",
            Self::Https => "HTTPS, P-256",
            Self::Tcp => "TCP connect",
            Self::Dns => "DNS over UDP",
            Self::Grpc => "gRPC health",
            Self::Ws => "WebSocket echo",
            Self::Icmp => "ICMP echo",
        }
    }

    /// How many times the floor's CPU time the program may take.
    pub(crate) const fn floor_aim(self) -> f64 {
        match self {
            Self::Http => 1.3,
            Self::Https => 0.75,
            Self::Tcp => 1.5,
            Self::Dns => 2.0,
            Self::Grpc => 1.8,
            Self::Ws => 1.4,
            Self::Icmp => 1.6,
        }
    }

    /// How many times the program's CPU time the exporter should take, if it has such a probe.
    pub(crate) const fn exporter_aim(self) -> Option<f64> {
        match self {
            Self::Http => Some(10.0),
            Self::Https => Some(5.0),
            Self::Tcp => Some(7.0),
            Self::Dns => Some(12.0),
            Self::Grpc => Some(9.0),
            Self::Ws => None,
            Self::Icmp => Some(18.0),
        }
    }
}
