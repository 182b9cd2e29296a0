//! The phases of an attempt.

use serde::{Deserialize, Serialize};

/// A part of one attempt. Phases do not overlap, and together they are the whole attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[expect(clippy::exhaustive_enums, reason = "closed: a new phase has to get its meaning everywhere")]
pub enum Phase {
    /// The request was put together; nothing was sent yet.
    Config,
    /// All earlier hops of a redirected request.
    Redirect,
    /// The name was looked up.
    Resolve,
    /// The transport connection was opened.
    Connect,
    /// A tunnel through a proxy was requested.
    Proxy,
    /// The TLS handshake, including the verification of the peer's certificates.
    Tls,
    /// Missing certificates of issuers were fetched (AIA). A fault in it is one of the TLS phase, as in the next two.
    Aia,
    /// CRLs were fetched from their distribution points.
    Crl,
    /// An OCSP responder was asked.
    Ocsp,
    /// Credentials were exchanged in separate round trips.
    Authenticate,
    /// The WebSocket was opened by an HTTP upgrade, or TLS was asked for inside another protocol (STARTTLS).
    Open,
    /// The server was asked for its message schema (gRPC server reflection).
    Reflect,
    /// The request was written.
    Send,
    /// From the request's last byte to the answer's first.
    Wait,
    /// From the answer's first byte to its last.
    Receive,
    /// The test waited for the trailers of a gRPC call.
    Trailers,
    /// Assertions were evaluated.
    Assert,
}

impl Phase {
    /// All phases in the order in which they happen.
    pub const ALL: [Self; 17] = [
        Self::Config,
        Self::Redirect,
        Self::Resolve,
        Self::Connect,
        Self::Proxy,
        Self::Tls,
        Self::Aia,
        Self::Crl,
        Self::Ocsp,
        Self::Authenticate,
        Self::Open,
        Self::Reflect,
        Self::Send,
        Self::Wait,
        Self::Receive,
        Self::Trailers,
        Self::Assert,
    ];

    /// The word for it in results.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Config => "config",
            Self::Redirect => "redirect",
            Self::Resolve => "resolve",
            Self::Connect => "connect",
            Self::Proxy => "proxy",
            Self::Tls => "tls",
            Self::Aia => "aia",
            Self::Crl => "crl",
            Self::Ocsp => "ocsp",
            Self::Authenticate => "authenticate",
            Self::Open => "open",
            Self::Reflect => "reflect",
            Self::Send => "send",
            Self::Wait => "wait",
            Self::Receive => "receive",
            Self::Trailers => "trailers",
            Self::Assert => "assert",
        }
    }

    /// The phase of that word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|phase| phase.as_str() == word)
    }
}

impl std::fmt::Display for Phase {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.as_str())
    }
}
