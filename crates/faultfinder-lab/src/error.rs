//! Why a peer could not be served.

use std::io;

/// Why a peer could not be served.
#[derive(Debug)]
#[expect(clippy::exhaustive_enums, reason = "closed: the parts of a peer")]
pub enum LabError {
    /// A socket could not be opened.
    Socket(io::Error),
    /// A certificate could not be created.
    Certificate(String),
    /// A TLS configuration was rejected.
    Tls(rustls::Error),
}

impl From<io::Error> for LabError {
    fn from(error: io::Error) -> Self {
        Self::Socket(error)
    }
}

impl From<rustls::Error> for LabError {
    fn from(error: rustls::Error) -> Self {
        Self::Tls(error)
    }
}

impl std::fmt::Display for LabError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Socket(_) => f.write_str("cannot open a socket on loopback"),
            Self::Certificate(what) => write!(f, "cannot make a certificate: {what}"),
            Self::Tls(_) => f.write_str("cannot configure a TLS peer"),
        }
    }
}

impl std::error::Error for LabError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Socket(error) => Some(error),
            Self::Certificate(_) => None,
            Self::Tls(error) => Some(error),
        }
    }
}
