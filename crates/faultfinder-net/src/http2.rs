//! What an exchange over HTTP/2 ended with: the library's two errors and the stream's end, in one order of precedence.

use crate::{Taps, tls};
use faultfinder_taxonomy::{Fault, Phase};
use std::io;

/// What an exchange over HTTP/2 ended with.
#[derive(Debug)]
#[expect(clippy::exhaustive_enums, reason = "closed: said, lost, or neither")]
pub enum Http2End<'a> {
    /// An error code was said (GOAWAY, RST_STREAM), by the peer or by our own side.
    Said(&'a h2::Error),
    /// TLS says what happened.
    Tls(Fault),
    /// The transport was lost: an orderly end is `UnexpectedEof`.
    Lost(io::Error),
    /// None of it.
    Unknown,
}

impl<'a> Http2End<'a> {
    /// Reads the error of an exchange; `connection` is what its connection ended with.
    ///
    /// What the peer said comes before what we guess from the end of the connection.
    #[must_use]
    pub fn of(error: &'a h2::Error, connection: Option<&'a h2::Error>, taps: &Taps, phase: Phase) -> Self {
        let candidates = [connection, Some(error)];
        if let Some(telling) = candidates.into_iter().flatten().find(|error| error.reason().is_some()) {
            return Self::Said(telling);
        }
        let Some(cause) = candidates.into_iter().flatten().find_map(h2::Error::get_io) else {
            return taps.ended().map_or(Self::Unknown, |kind| Self::Lost(kind.into()));
        };
        if let Some(fault) = tls::session_fault(cause, phase) {
            return Self::Tls(fault);
        }
        Self::Lost(match (taps.ended(), cause.raw_os_error()) {
            // The library reports an orderly end as a broken pipe.
            (Some(io::ErrorKind::UnexpectedEof), _) => io::ErrorKind::UnexpectedEof.into(),
            (_, Some(errno)) => io::Error::from_raw_os_error(errno),
            (ended, None) => ended.unwrap_or_else(|| cause.kind()).into(),
        })
    }
}
