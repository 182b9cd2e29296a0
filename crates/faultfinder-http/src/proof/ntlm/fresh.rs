//! Values that differ for each login: the client's own challenge, and the time.

/// Values that differ for each login.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Fresh {
    /// The client's own challenge.
    pub(crate) challenge: [u8; 8],
    /// The time in Windows' form, for targets that do not send theirs: 100 ns since 1601.
    pub(crate) time: u64,
}

/// Seconds between the beginnings of 1601 and 1970.
const EPOCH_SECONDS: i64 = 11_644_473_600;

impl Fresh {
    /// A random challenge, at this time in seconds since 1970.
    pub(crate) fn at(unix_seconds: i64) -> Self {
        let seconds = u64::try_from(unix_seconds.saturating_add(EPOCH_SECONDS)).unwrap_or_default();
        Self { challenge: rand::random::<u64>().to_le_bytes(), time: seconds.saturating_mul(10_000_000) }
    }
}
