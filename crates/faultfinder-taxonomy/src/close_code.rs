//! WebSocket close codes.

use crate::NamedDetail;

/// A WebSocket close code (RFC 6455 section 7.4 and the IANA registry), by its number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct CloseCode(u16);

/// Number, meaning, and what to do about it.
const CODES: &[(u16, &str, &str)] = &[
    (1000, "normal closure", "the peer had nothing more to send: check what it expects first"),
    (1001, "going away", "the peer shuts down, or ends sessions that are idle or too old"),
    (
        1002,
        "protocol error",
        "the peer rejects the client's frames: check its log, or check for a middlebox that changes bytes",
    ),
    (
        1003,
        "unsupported data",
        "the peer does not accept this type of message: send text instead of bytes, or vice versa",
    ),
    (1005, "no status code was present", "the peer closed without a reason: check its log"),
    (
        1006,
        "closed without a close frame",
        "the connection broke: check for a crash, an idle limit, or a proxy in between",
    ),
    (1007, "invalid payload data", "the peer cannot read the message: check its encoding and format"),
    (
        1008,
        "policy violation",
        "the peer refuses the client: check credentials, the Origin header, and the peer's limits",
    ),
    (1009, "message too big", "the message exceeds the peer's limit: send less, or raise the limit there"),
    (1010, "a mandatory extension is missing", "this client offers no extensions"),
    (1011, "internal server error", "check the peer's log at that time"),
    (1012, "service restart", "the peer is restarting: try again later"),
    (1013, "try again later", "the peer is overloaded"),
    (1014, "bad gateway", "the upstream server of the peer does not work"),
    (1015, "TLS handshake failed", "check the certificate with `faultfinder probe ssl`"),
];

/// What to do about a detail of a WebSocket: a close code, or one of [`NamedDetail::WEBSOCKET`].
pub(crate) fn hint(name: &str) -> Option<&'static str> {
    match name.parse() {
        Ok(number) => CloseCode::new(number).hint(),
        Err(_) => NamedDetail::find(NamedDetail::WEBSOCKET, name).map(|detail| detail.hint),
    }
}

impl CloseCode {
    /// The code of that number, known or not.
    #[must_use]
    pub const fn new(number: u16) -> Self {
        Self(number)
    }

    /// All codes that have a registered meaning.
    pub fn all() -> impl Iterator<Item = Self> {
        CODES.iter().map(|(number, ..)| Self(*number))
    }

    /// Its number.
    #[must_use]
    pub const fn number(self) -> u16 {
        self.0
    }

    /// What it means; nothing for an unregistered one.
    #[must_use]
    pub fn text(self) -> Option<&'static str> {
        CODES.iter().find(|(number, ..)| *number == self.0).map(|(_, text, _)| *text)
    }

    /// What to do about it; nothing for an unregistered one.
    #[must_use]
    pub fn hint(self) -> Option<&'static str> {
        match self.0 {
            3000..=4999 => Some("the application defines this code: check its documentation or log"),
            number => CODES.iter().find(|(known, ..)| *known == number).map(|(.., hint)| *hint),
        }
    }
}
