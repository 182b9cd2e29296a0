//! WebSocket close codes.

/// A WebSocket close code (RFC 6455 section 7.4 and the IANA registry), by its number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct CloseCode(u16);

/// Number and meaning.
const CODES: &[(u16, &str)] = &[
    (1000, "normal closure"),
    (1001, "going away"),
    (1002, "protocol error"),
    (1003, "unsupported data"),
    (1005, "no status code was present"),
    (1006, "closed without a close frame"),
    (1007, "invalid payload data"),
    (1008, "policy violation"),
    (1009, "message too big"),
    (1010, "a mandatory extension is missing"),
    (1011, "internal server error"),
    (1012, "service restart"),
    (1013, "try again later"),
    (1014, "bad gateway"),
    (1015, "TLS handshake failed"),
];

impl CloseCode {
    /// The code of that number, known or not.
    #[must_use]
    pub const fn new(number: u16) -> Self {
        Self(number)
    }

    /// All codes that have a registered meaning.
    pub fn all() -> impl Iterator<Item = Self> {
        CODES.iter().map(|(number, _)| Self(*number))
    }

    /// Its number.
    #[must_use]
    pub const fn number(self) -> u16 {
        self.0
    }

    /// What it means; nothing for an unregistered one.
    #[must_use]
    pub fn text(self) -> Option<&'static str> {
        CODES.iter().find(|(number, _)| *number == self.0).map(|(_, text)| *text)
    }
}
