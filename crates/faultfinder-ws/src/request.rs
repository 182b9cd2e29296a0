//! Where to connect, and what to send.

use crate::Message;
use faultfinder_net::tls::TlsOptions;
use faultfinder_net::{ClientOptions, Login, Proxy, Shared};

/// Where to connect, and what to send. The names are those of the definition format.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// Where to: a `ws` or `wss` URL.
    pub url: String,
    /// What is sent and expected, in order; without steps, it is enough that the WebSocket opens.
    pub steps: Vec<Step>,
    /// Headers of the opening handshake, in order; a name may repeat.
    pub headers: Vec<(String, String)>,
    /// Cookies that are sent with it.
    pub cookies: Vec<(String, String)>,
    /// Subprotocols that are offered, the preferred one first. The peer must choose one of them.
    pub subprotocols: Vec<String>,
    /// Credentials that are sent with it.
    pub auth: Option<Auth>,
    /// Whether a redirect of the opening handshake is followed.
    pub follow_redirects: bool,
    /// How many redirects are followed. Default: 10.
    pub max_redirects: u32,
    /// The proxy that it goes through, by a tunnel.
    pub proxy: Option<Proxy>,
    /// TLS, for `wss` URLs.
    pub tls: Shared<TlsOptions>,
    /// Longest message that is received, in bytes, over all its fragments.
    pub max_message_bytes: usize,
    /// The route to the target.
    pub client: Shared<ClientOptions>,
    /// Whether an answer other than 101 is an answer (an assertion reads its status) rather than a fault.
    pub status_as_value: bool,
    /// Whether the peer's end of the WebSocket is an answer (an assertion reads its close code) rather than a fault. It
    /// is then awaited, unless the last step awaits something.
    pub close_as_value: bool,
}

/// One step of the conversation.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Step {
    /// This message is sent.
    Send(Message),
    /// The next message is awaited, whatever is in it.
    Receive,
    /// Messages are read until one contains these bytes; a text is its bytes in UTF-8.
    Expect(Vec<u8>),
    /// A ping with this payload (at most 125 bytes) is sent, and its pong awaited.
    Ping(Vec<u8>),
}

/// Credentials of the opening handshake.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Auth {
    /// Basic authentication (RFC 7617).
    Basic(Login),
    /// A bearer token (RFC 6750).
    Bearer(String),
}

impl Request {
    /// The longest message that is received unless the request says otherwise: the 50 kB of Datadog's tests.
    pub const MESSAGE_BYTES_MAX: usize = 51_200;

    /// How many redirects are followed unless the request says otherwise.
    pub const REDIRECTS_MAX: u32 = 10;

    /// Opens this URL and sends nothing.
    #[must_use]
    pub fn new(url: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            steps: Vec::new(),
            headers: Vec::new(),
            cookies: Vec::new(),
            subprotocols: Vec::new(),
            auth: None,
            follow_redirects: false,
            max_redirects: Self::REDIRECTS_MAX,
            proxy: None,
            tls: Shared::default(),
            max_message_bytes: Self::MESSAGE_BYTES_MAX,
            client: Shared::default(),
            status_as_value: false,
            close_as_value: false,
        }
    }
}

impl Step {
    /// Whether something must come for it.
    pub(crate) const fn awaits(&self) -> bool {
        !matches!(self, Self::Send(_))
    }
}

impl std::fmt::Debug for Auth {
    /// Never shows the secret.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Basic(login) => f.debug_tuple("Basic").field(login).finish(),
            Self::Bearer(_) => f.write_str("Bearer(***)"),
        }
    }
}
