//! How an exchange failed, and the fault that describes it.

use super::malformed::Malformed;
use super::wire::hex;
use super::{Mismatch, Query};
use crate::{classify_io, transport_fault};
use faultfinder_taxonomy::{Code, Detail, Errno, Fact, Fault, Phase, ResponseCode};
use std::io;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::time::Instant;

/// How an exchange with one server failed.
#[derive(Debug)]
#[non_exhaustive]
pub enum Failure {
    /// The server's port is closed.
    Refused,
    /// There is no route to the server.
    Unreachable(Errno),
    /// The server was silent, or sent nothing that answers the question.
    Timeout,
    /// The answer cannot be decoded.
    Malformed {
        /// The problem, and its position.
        malformed: Malformed,
        /// The answer's first bytes, hexadecimal.
        excerpt: String,
    },
    /// The answer was too long for UDP and could not be fetched over TCP.
    Truncated(Box<Self>),
    /// The connection ended before the answer was complete.
    Ended(Errno),
    /// The TLS or QUIC session with the server failed, with its fault.
    Session(Box<Fault>),
    /// The server's HTTP response is not a valid DNS response.
    Http(Box<HttpFailure>),
    /// The source address does not belong to this host.
    Source(io::Error),
    /// This host failed.
    Local(io::Error),
}

/// Why an HTTP response is not a valid DNS response.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct HttpFailure {
    /// `HTTP_STATUS`, `CONTENT_TYPE` or `MALFORMED`.
    pub name: &'static str,
    /// The problem, as the end of a sentence that begins with the server.
    pub why: String,
    /// The status, when there is one.
    pub status: Option<u16>,
    /// The media type, when there is one.
    pub content_type: Option<String>,
    /// The first bytes of the response, as text.
    pub excerpt: String,
}

/// A failed exchange with everything that is known about it.
#[derive(Debug)]
pub struct Failed {
    pub(super) failure: Failure,
    pub(super) server: SocketAddr,
    pub(super) notes: Notes,
}

/// What else happened.
#[derive(Debug, Clone, Default)]
pub(super) struct Notes {
    pub(super) tries: u32,
    pub(super) ignored: u32,
    pub(super) truncated: bool,
    /// When the answer arrived, where the kernel says so.
    pub(super) arrived: Option<Instant>,
    /// How long the server was waited for.
    pub(super) waited: Duration,
    /// The response code of an answer to the question without EDNS.
    pub(super) plain: Option<ResponseCode>,
    /// Who sent an answer without having been asked.
    pub(super) stray: Option<SocketAddr>,
    first_ignored: Option<(Mismatch, String)>,
}

/// What to do about a server that answers only without EDNS.
pub const WITHOUT_EDNS_HINT: &str = "the server, or a firewall in front of it, does not accept EDNS: update it, or ask without EDNS (`edns: off` in a DNS test)";
/// How much of a message goes into the evidence, in bytes.
const EXCERPT_BYTES_MAX: usize = 64;

impl Notes {
    /// Counts a message that does not answer the question, and keeps the first.
    pub(super) fn ignore(&mut self, mismatch: Mismatch, bytes: &[u8]) {
        self.ignored = self.ignored.saturating_add(1);
        self.first_ignored.get_or_insert_with(|| (mismatch, excerpt(bytes)));
    }
}

impl Failure {
    pub(super) fn malformed(malformed: Malformed, bytes: &[u8]) -> Self {
        Self::Malformed { malformed, excerpt: excerpt(bytes) }
    }

    /// A system error of a socket that is connected, or about to be.
    pub(super) fn from_io(error: io::Error) -> Self {
        match classify_io(&error) {
            Some(Errno::ConnRefused) => Self::Refused,
            Some(Errno::TimedOut) => Self::Timeout,
            Some(errno @ (Errno::ConnReset | Errno::ConnAborted | Errno::Pipe)) => Self::Ended(errno),
            Some(
                errno @ (Errno::HostUnreach
                | Errno::HostDown
                | Errno::NoNet
                | Errno::NotSup
                | Errno::NoProtoOpt
                | Errno::NetUnreach
                | Errno::NetDown
                | Errno::AddrNotAvail
                | Errno::Acces
                | Errno::Perm
                | Errno::Inval),
            ) => Self::Unreachable(errno),
            _ => Self::Local(error),
        }
    }
}

impl Failed {
    /// How it failed.
    #[must_use]
    pub const fn failure(&self) -> &Failure {
        &self.failure
    }

    /// The same after this much waiting, where more is counted than the exchange with the server.
    #[must_use]
    pub fn waiting(mut self, waited: Duration) -> Self {
        self.notes.waited = waited;
        self
    }

    /// The fault of a failed TLS or QUIC session, for tests of this server; anything else is returned unchanged.
    ///
    /// # Errors
    ///
    /// The failure itself, when something else failed.
    pub fn into_session_fault(self, query: &Query) -> Result<Fault, Box<Self>> {
        let server = self.server;
        match self.failure {
            Failure::Session(fault) => {
                Ok(fault.with("server", server.to_string()).with("question", query.to_string()))
            }
            failure => Err(Box::new(Self { failure, server, notes: self.notes })),
        }
    }

    /// The fault, in the resolve phase: every failure of a name server is `DNS` (rule 2 of the classification), except
    /// where this host or the definition failed.
    #[must_use]
    pub fn into_fault(self, query: &Query) -> Fault {
        let server = self.server;
        let dns = |name: &str, alias: &str, message: String| {
            Fault::new(Code::Dns, Phase::Resolve, Detail::dns(name, alias), format!("{query}: {message}"))
        };
        let fault = match self.failure {
            Failure::Refused => dns(
                "CONNECTION_REFUSED",
                "ECONNREFUSED",
                format!("nothing listens on {server}, the name server's port"),
            ),
            Failure::Unreachable(errno) => {
                let message = format!("the name server {server} cannot be reached: {}", errno.text());
                dns("UNREACHABLE", "ECONNREFUSED", message).with("errno", errno.as_str())
            }
            Failure::Timeout => self.notes.silence(server, query),
            Failure::Malformed { malformed, excerpt } => {
                dns("MALFORMED", "EBADRESP", format!("the answer from {server} cannot be read: {malformed}"))
                    .with("offset", malformed.offset)
                    .with("reason", malformed.reason)
                    .with("excerpt", excerpt)
            }
            Failure::Truncated(why) => {
                let over_tcp = match *why {
                    Failure::Timeout if self.notes.ignored > 0 => {
                        "it sends nothing that answers the question"
                    }
                    why => why.over_tcp(),
                };
                let message =
                    format!("the answer from {server} is too long for UDP, and over TCP {over_tcp}");
                dns("TRUNCATED", "ECONNREFUSED", message).with("tcp", over_tcp)
            }
            Failure::Ended(errno) => {
                let message = format!("the name server {server} ended the connection: {}", errno.text());
                dns("CONNECTION_RESET", "ECONNREFUSED", message).with("errno", errno.as_str())
            }
            Failure::Session(fault) => as_verdict(*fault, query),
            Failure::Http(http) => {
                let mut fault = dns(http.name, "EBADRESP", format!("{server} {}", http.why));
                if let Some(status) = http.status {
                    fault = fault.with("status", status);
                }
                if let Some(content_type) = http.content_type {
                    fault = fault.with("content_type", content_type);
                }
                fault.with("excerpt", http.excerpt)
            }
            Failure::Source(error) => Fault::new(
                Code::InvalidRequest,
                Phase::Config,
                Detail::definition("EADDRNOTAVAIL", "source_address"),
                format!("cannot send from the source address: {error}"),
            ),
            Failure::Local(error) => {
                transport_fault(&error, Phase::Resolve, &format!("ask the name server {server}"))
            }
        };
        self.notes.add_to(fault.with("server", server.to_string()).with("question", query.to_string()))
    }
}

impl Notes {
    /// The fault of a server that did not answer in time.
    fn silence(&self, server: SocketAddr, query: &Query) -> Fault {
        let mut message =
            format!("no answer from {server} for {query} within {} ms", self.waited.as_millis());
        if self.ignored > 0 {
            message.push_str(", only messages that do not answer the question");
            if let Some((mismatch, _)) = &self.first_ignored {
                message.push_str(&format!(" ({})", mismatch.text()));
            }
        }
        if let Some(stray) = self.stray {
            message.push_str(&format!("; an answer came from {stray}, which was not asked"));
        }
        if self.plain.is_some() {
            message.push_str("; it answers the same question without EDNS");
        }
        let fault = Fault::new(Code::Dns, Phase::Resolve, Detail::dns("TIMEOUT", "ETIMEOUT"), message);
        match (self.plain, self.stray) {
            (Some(_), _) => fault.with_hint(WITHOUT_EDNS_HINT),
            (None, Some(stray)) => fault.with_hint(format!(
                "the server answers from another address or port than the one that was asked: bind it to each of its addresses, check for address translation on the path, or ask {stray} itself"
            )),
            (None, None) => fault,
        }
    }

    fn add_to(self, mut fault: Fault) -> Fault {
        if self.tries > 0 {
            fault = fault.with("tries", self.tries);
        }
        if let Some(rcode) = self.plain {
            fault = fault.with("rcode_without_edns", rcode.mnemonic().into_owned());
        }
        if let Some(stray) = self.stray {
            fault = fault.with("answered_by", stray.to_string());
        }
        if self.truncated {
            fault = fault.with("truncated", true);
        }
        if let Some((mismatch, excerpt)) = self.first_ignored {
            let first = Fact::map([("why", mismatch.text().into()), ("excerpt", excerpt.into())]);
            fault = fault.with("ignored", self.ignored).with("first_ignored", first);
        }
        fault
    }
}

impl Failure {
    /// What happened over TCP after a truncated answer, as the end of a sentence.
    fn over_tcp(&self) -> &'static str {
        match self {
            Self::Refused => "it refuses the connection",
            Self::Unreachable(_) => "it cannot be reached",
            Self::Ended(Errno::PrematureClose) => "it closes the connection before the answer is complete",
            Self::Ended(_) => "it resets the connection",
            Self::Malformed { .. } => "its answer cannot be read",
            _ => "it does not answer",
        }
    }
}

/// The fault with the hints of its detail alone. The general ones of the code `DNS` do not fit a name server that was
/// just asked: asking it again, or another spelling, explains none of its failures.
#[must_use]
pub fn fitting_hints(mut fault: Fault) -> Fault {
    if fault.code == Code::Dns {
        let general = Code::Dns.explanation().hints;
        fault.hints.retain(|hint| !general.contains(&hint.as_str()));
    }
    fault
}

/// The first bytes of a message, hexadecimal.
fn excerpt(bytes: &[u8]) -> String {
    hex(bytes.get(..EXCERPT_BYTES_MAX).unwrap_or(bytes))
}

/// The fault of reaching a name server when only a name's addresses are needed: `DNS`, with the reason in the evidence
/// (rule 2 of the classification). Faults of the definition and of this host are not changed.
pub(super) fn as_verdict(fault: Fault, query: &Query) -> Fault {
    let (name, alias) = match fault.code {
        Code::Dns | Code::InvalidRequest | Code::Denied | Code::InternalError => return fault,
        Code::Ssl | Code::Ocsp => ("TLS_FAILED", "ECONNREFUSED"),
        Code::ConnRefused => ("CONNECTION_REFUSED", "ECONNREFUSED"),
        Code::ConnReset => ("CONNECTION_RESET", "ECONNREFUSED"),
        Code::Timeout => ("TIMEOUT", "ETIMEOUT"),
        _ => ("UNREACHABLE", "ECONNREFUSED"),
    };
    let reason = Fact::map([
        ("code", fault.code.as_str().into()),
        ("phase", fault.phase.as_str().into()),
        ("name", fault.detail.name().into()),
        ("message", fault.message.as_str().into()),
    ]);
    let message = format!("{query}: no answer from the name server: {}", fault.message);
    let mut verdict = Fault::new(Code::Dns, Phase::Resolve, Detail::dns(name, alias), message);
    verdict.evidence = fault.evidence;
    verdict.with("reason", reason).with("question", query.to_string())
}
