//! Where to connect, and what to send.

use crate::Pattern;
#[cfg(feature = "tls")]
use faultfinder_net::tls::TlsOptions;
use faultfinder_net::{ClientOptions, Shared};
#[cfg(feature = "tls")]
use faultfinder_taxonomy::word::StartTls;
use faultfinder_taxonomy::word::TrackHops;

/// Where to connect, and what to send. The names are those of the definition format.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// Name or address.
    pub host: String,
    /// Port.
    pub port: u16,
    /// What is sent and expected, in order.
    pub steps: Vec<Step>,
    /// TLS, begun right after the connection, after `starttls`, or by a step.
    #[cfg(feature = "tls")]
    pub tls: Option<Shared<TlsOptions>>,
    /// The protocol in which TLS is asked for before the steps; nothing without `tls`.
    #[cfg(feature = "tls")]
    pub starttls: Option<StartTls>,
    /// The route to the target.
    pub client: Shared<ClientOptions>,
    /// Whether the route to the target is traced, after the conversation and outside its phases.
    pub track_hops: TrackHops,
    /// Whether a refused connection or one that times out is an answer (an assertion reads it) rather than a fault.
    pub connection_as_value: bool,
}

/// One step of the conversation.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Step {
    /// These bytes are sent.
    Send(Vec<u8>),
    /// Bytes are read until this text arrives, after the text of earlier steps. An empty text arrives at once.
    Expect(String),
    /// Bytes are read until a line matches, after the lines of earlier steps. A line has arrived with its line end (which does
    /// not belong to it), at the end of the connection, or when nothing has followed for 200 ms: prompts have no line end.
    ExpectMatch(Pattern),
    /// The same is sent as with [`Send`](Self::Send), with `${1}` and `${name}` replaced by what the groups of the last
    /// [`ExpectMatch`](Self::ExpectMatch) have matched.
    Reply(Vec<u8>),
    /// TLS begins, with the settings of [`tls`](Request::tls), or the default ones. What was received before counts for no
    /// later step.
    #[cfg(feature = "tls")]
    StartTls,
}

impl Request {
    /// Connects to this host and port and sends nothing.
    #[must_use]
    pub fn new(host: impl Into<String>, port: u16) -> Self {
        Self {
            host: host.into(),
            port,
            steps: Vec::new(),
            #[cfg(feature = "tls")]
            tls: None,
            #[cfg(feature = "tls")]
            starttls: None,
            client: Shared::default(),
            track_hops: TrackHops::Off,
            connection_as_value: false,
        }
    }
}
