//! The result.

/// The result.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Response {
    /// How the attempt to connect ended.
    pub connection: Connection,
    /// Everything that was received.
    pub received: Vec<u8>,
}

/// How the attempt to connect ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "closed: the assertion on it knows these three")]
pub enum Connection {
    /// It was established.
    Established,
    /// The peer refused it.
    Refused,
    /// There was no answer in time.
    Timeout,
}

impl Connection {
    /// The word for it in assertions.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Established => "established",
            Self::Refused => "refused",
            Self::Timeout => "timeout",
        }
    }
}

impl Response {
    pub(crate) const fn new(connection: Connection, received: Vec<u8>) -> Self {
        Self { connection, received }
    }
}
