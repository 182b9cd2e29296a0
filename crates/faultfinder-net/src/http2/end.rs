//! How an exchange ended: the library's two errors and the end of the stream, in one order of precedence.

use super::rule::Rule;
use super::{frames, message};
use crate::excerpt::EXCERPT_BYTES_MAX;
use crate::exchanges::Exchanges;
use crate::{Spoken, Taps, session_fault};
use faultfinder_taxonomy::{Fact, Fault, Http2ErrorCode, Phase};
use std::io;
use tokio::time::Instant;

/// The rule that the peer's frames or their fields break, if it speaks HTTP/2 at all.
fn broken_rule(taps: &Taps, is_head: bool) -> Option<Rule> {
    let is_http2 = |head: &[u8]| matches!(Spoken::of(head), None | Some(Spoken::Http2));
    if !taps.with_head(is_http2) {
        return None;
    }
    let last_stream = taps.last_stream();
    taps.with_head(|head| frames::violation(head, last_stream))
        .or_else(|| taps.with_sections(|sections| message::violation(sections, is_head)))
}

/// The rule that a server's bytes break, from the first byte of its connection on; `is_head` says that the last request was
/// a HEAD. Oddities that the library lets pass are not violations.
#[must_use]
pub fn violation(bytes: &[u8], is_head: bool) -> Option<Rule> {
    let mut exchanges = Exchanges::default();
    exchanges.read(bytes, Instant::now());
    frames::violation(bytes, None).or_else(|| message::violation(exchanges.sections(), is_head))
}

/// The error code of a stream that was not processed (RFC 9113 section 7).
const REFUSED_STREAM: u32 = 7;

/// Why an exchange failed, before it is known how the connection ended.
#[derive(Debug)]
#[expect(clippy::exhaustive_enums, reason = "closed: by the library, or by our own rule")]
pub enum Broken {
    /// The library reports an error.
    Library(h2::Error),
    /// The peer violated a rule that the library does not enforce.
    Rule(Rule),
}

impl From<h2::Error> for Broken {
    fn from(error: h2::Error) -> Self {
        Self::Library(error)
    }
}

/// How an exchange ended, and the data that arrived before.
#[derive(Debug)]
#[non_exhaustive]
pub struct End {
    /// The reason.
    pub cause: Cause,
    /// How many bytes were read.
    pub read_bytes: u64,
    /// The first of them, at most 256.
    pub first_bytes: Vec<u8>,
    /// Whether the peer says that it has not processed the request: it may be sent again on another connection (RFC 9113
    /// section 8.7).
    pub is_unprocessed: bool,
    /// What the peer said with GOAWAY, as an excerpt.
    pub goaway_text: Option<String>,
}

/// The name of the evidence for [`End::is_unprocessed`].
pub const UNPROCESSED: &str = "unprocessed";

/// The warning for a request that was sent again.
pub const SENT_AGAIN: &str =
    "the server refused the request without processing it, so it was sent again on a new connection";

/// Whether a fault says that the server has not processed the request.
#[must_use]
pub fn is_unprocessed(fault: &Fault) -> bool {
    fault.evidence.fact(UNPROCESSED) == Some(&Fact::from(true))
}

/// The reason why an exchange ended.
#[derive(Debug)]
#[expect(clippy::exhaustive_enums, reason = "closed: an error code, a violation, a loss, or none of these")]
pub enum Cause {
    /// An error code was sent.
    Said {
        /// The code.
        code: Http2ErrorCode,
        /// Who sent it, and its scope.
        scope: Scope,
        /// The library's text.
        text: String,
    },
    /// The peer violated a rule.
    Rule(Rule),
    /// TLS reports the reason.
    Tls(Fault),
    /// The transport was lost: an orderly end is `UnexpectedEof`.
    Lost {
        /// How it ended.
        error: io::Error,
        /// Whether the peer had announced the end with GOAWAY.
        after_goaway: bool,
    },
    /// None of these; the library's text.
    Unknown(String),
}

/// Who sent an error code, and its scope.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "closed: RFC 9113 has these two frames, and our own side")]
pub enum Scope {
    /// The peer closed the connection.
    GoAway,
    /// The peer reset the stream.
    RstStream,
    /// Our own side, because of the peer's data.
    Local,
}

impl Scope {
    /// The form in results.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::GoAway => "GOAWAY",
            Self::RstStream => "RST_STREAM",
            Self::Local => "local",
        }
    }
}

/// The circumstances of an exchange.
#[derive(Clone, Copy)]
pub(super) struct Asked<'a> {
    /// The data that was transferred.
    pub(super) taps: &'a Taps,
    /// Whether the request was a HEAD.
    pub(super) is_head: bool,
    /// The phase in which it ended.
    pub(super) phase: Phase,
}

/// Whether the whole connection is gone, not just the stream.
pub(super) fn is_connection_wide(error: &h2::Error) -> bool {
    error.is_io() || error.is_go_away() || !error.is_reset()
}

impl End {
    /// A rule that the peer violated.
    pub(super) fn of_rule(rule: Rule, taps: &Taps) -> Self {
        Self::with(Cause::Rule(rule), taps)
    }

    /// Evaluates the error of an exchange; `connection` is how its connection ended.
    pub(super) fn of(error: &h2::Error, connection: Option<&h2::Error>, asked: Asked<'_>) -> Self {
        Self::with(Cause::of(error, connection, asked), asked.taps)
    }

    fn with(cause: Cause, taps: &Taps) -> Self {
        let first_bytes = taps.with_head(|head| head.get(..EXCERPT_BYTES_MAX).unwrap_or(head).to_vec());
        let goaway = taps.goaway();
        let is_unprocessed = match &cause {
            Cause::Said { code, scope: Scope::RstStream, .. } => code.number() == REFUSED_STREAM,
            Cause::Said { scope: Scope::GoAway, .. } | Cause::Lost { after_goaway: true, .. } => {
                goaway.is_drained()
            }
            _ => false,
        };
        Self { cause, read_bytes: taps.read_bytes(), first_bytes, is_unprocessed, goaway_text: goaway.text() }
    }
}

impl Cause {
    /// What the peer reports takes precedence over inferences from the end of the connection.
    fn of(error: &h2::Error, connection: Option<&h2::Error>, asked: Asked<'_>) -> Self {
        let Asked { taps, is_head, phase } = asked;
        let candidates = [connection, Some(error)];
        if let Some(telling) = candidates.into_iter().flatten().find(|error| error.reason().is_some()) {
            return Self::said(telling, taps, is_head);
        }
        let Some(cause) = candidates.into_iter().flatten().find_map(h2::Error::get_io) else {
            return match taps.ended() {
                Some(kind) => Self::lost(kind.into(), taps),
                None => Self::Unknown(error.to_string()),
            };
        };
        if let Some(fault) = session_fault(cause, phase) {
            return Self::Tls(fault);
        }
        let error = match (taps.ended(), cause.raw_os_error()) {
            // The library reports an orderly end as a broken pipe.
            (Some(io::ErrorKind::UnexpectedEof), _) => io::ErrorKind::UnexpectedEof.into(),
            (_, Some(errno)) => io::Error::from_raw_os_error(errno),
            (ended, None) => ended.unwrap_or_else(|| cause.kind()).into(),
        };
        Self::lost(error, taps)
    }

    fn said(error: &h2::Error, taps: &Taps, is_head: bool) -> Self {
        const PROTOCOL_ERROR: u32 = 1;
        let scope = match (error.is_remote(), error.is_go_away()) {
            (true, true) => Scope::GoAway,
            (true, false) => Scope::RstStream,
            (false, _) => Scope::Local,
        };
        let code = Http2ErrorCode::new(error.reason().map_or(PROTOCOL_ERROR, u32::from));
        if scope == Scope::Local
            && let Some(rule) = broken_rule(taps, is_head)
        {
            return Self::Rule(rule);
        }
        Self::Said { code, scope, text: error.to_string() }
    }

    fn lost(error: io::Error, taps: &Taps) -> Self {
        Self::Lost { error, after_goaway: taps.goaway().has_come() }
    }
}
