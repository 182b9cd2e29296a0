//! The result.

use std::time::Duration;

/// The result.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Response {
    /// The URL that was opened.
    pub url: String,
    /// The answer to the opening handshake.
    pub opening: Opening,
    /// The messages that were received, in order.
    pub messages: Vec<Message>,
    /// Which of them the last awaiting step took.
    pub answer: Option<usize>,
    /// How long each ping took to come back.
    pub round_trips: Vec<Duration>,
    /// How the peer closed the WebSocket; nothing if it had not closed when the probe ended.
    pub close: Option<Close>,
    /// Whether credentials were configured and the answer to the opening handshake refuses them (401).
    pub credentials_refused: bool,
}

/// The answer to the opening handshake.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Opening {
    /// The URL that answered: after redirects, the last one.
    pub url: String,
    /// Its status: 101 when the WebSocket was opened.
    pub status: u16,
    /// Its headers in order, names in lower case; values may have bytes above ASCII.
    pub headers: Vec<(String, Vec<u8>)>,
    /// The subprotocol that the peer chose.
    pub subprotocol: Option<String>,
}

/// A message.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "closed: RFC 6455 section 5.6 has these two")]
pub enum Message {
    /// Text.
    Text(String),
    /// Bytes.
    Binary(Vec<u8>),
}

/// How the peer ended the WebSocket.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Close {
    /// The close code: 1005 when its close frame had none, 1006 when there was no close frame.
    pub code: u16,
    /// The reason that it gave.
    pub reason: String,
}

impl Response {
    /// The message that the last awaiting step took.
    #[must_use]
    pub fn answer(&self) -> Option<&Message> {
        self.messages.get(self.answer?)
    }
}

impl Opening {
    /// The first header of that name (in lower case), as text.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<String> {
        let (_, value) = self.headers.iter().find(|(found, _)| found == name)?;
        Some(String::from_utf8_lossy(value).into_owned())
    }
}

impl Message {
    /// Its bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8] {
        match self {
            Self::Text(text) => text.as_bytes(),
            Self::Binary(bytes) => bytes.as_slice(),
        }
    }

    /// Its length in bytes.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.as_bytes().len()
    }

    /// Whether there is nothing in it.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.as_bytes().is_empty()
    }

    /// Whether these bytes are in it.
    pub(crate) fn contains(&self, bytes: &[u8]) -> bool {
        bytes.is_empty() || self.as_bytes().windows(bytes.len()).any(|window| window == bytes)
    }
}

impl Close {
    /// Its close frame had no code (RFC 6455 section 7.1.5).
    pub(crate) const NO_CODE: u16 = 1005;
    /// There was no close frame (RFC 6455 section 7.1.5).
    pub(crate) const ABNORMAL: u16 = 1006;
}
