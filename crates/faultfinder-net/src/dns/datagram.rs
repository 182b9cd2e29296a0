//! Questions over UDP.

use super::decode::{decode, has_id, is_truncated};
use super::failure::Notes;
use super::{Answer, Failure, Mismatch, Query};
use crate::stamped_datagram::{receive, send};
use crate::strays::Strays;
use faultfinder_taxonomy::word::RecordType;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;
use tokio::net::UdpSocket;
use tokio::time::Instant;

/// When the question is sent again, counted from the beginning of a window: after one second (or half of the window, if
/// that is shorter), and once more two seconds later.
const AGAIN: [Duration; 2] = [Duration::from_secs(1), Duration::from_secs(3)];
/// How long an answer to the question without EDNS is held, for the case that the one with EDNS is only late.
const HELD: Duration = Duration::from_millis(200);
/// How many messages are examined between two tries; a server that sends more is flooding.
const EXAMINED_MAX: u32 = 1000;

/// A question to one server, with its socket. It can be asked in several windows of time; an answer to an earlier try
/// counts in a later window too.
pub(super) struct Conversation {
    socket: UdpSocket,
    strays: Option<Strays>,
    query: Query,
    /// The same without EDNS, once it has been asked.
    plain: Option<Query>,
    use_plain: bool,
    pub(super) notes: Notes,
}

/// A window of time in which a server is asked.
#[derive(Debug, Clone, Copy)]
pub(super) struct Window {
    pub(super) began: Instant,
    pub(super) give_up: Instant,
}

/// What arrived.
pub(super) struct Heard {
    pub(super) what: What,
    /// Whether it answers the question without EDNS.
    pub(super) is_plain: bool,
}

/// What an answer is.
pub(super) enum What {
    /// Complete.
    Answer(Answer),
    /// Marked as truncated.
    Truncated,
}

impl Window {
    /// This long, from now.
    pub(super) fn of(length: Duration) -> Self {
        let began = Instant::now();
        Self { began, give_up: began + length }
    }

    /// The moments at which the question is sent again.
    fn again(self) -> impl Iterator<Item = Instant> {
        let half = (self.give_up - self.began) / 2;
        let delays = AGAIN.into_iter().enumerate();
        let moments = delays.map(move |(index, delay)| if index == 0 { delay.min(half) } else { delay });
        moments.map(move |delay| self.began + delay).filter(move |at| *at < self.give_up)
    }
}

impl Conversation {
    /// Opens a socket with a fresh port for a question. With `use_plain`, an answer to the question without EDNS counts
    /// when there is none to the one with it (RFC 6891 section 7); otherwise it is only noted.
    pub(super) async fn open(
        server: SocketAddr,
        query: Query,
        source: Option<IpAddr>,
        use_plain: bool,
    ) -> Result<Self, Failure> {
        let socket = open(server, source).await?;
        Ok(Self { socket, strays: None, query, plain: None, use_plain, notes: Notes::default() })
    }

    /// The question, with EDNS if it has it.
    pub(super) const fn query(&self) -> &Query {
        &self.query
    }

    /// The same without EDNS, if that was asked too.
    pub(super) const fn plain(&self) -> Option<&Query> {
        self.plain.as_ref()
    }

    /// Sends the question until it is answered or the window ends.
    pub(super) async fn ask(&mut self, window: Window) -> Result<Heard, Failure> {
        let mut again = window.again();
        let mut buffer = Vec::new();
        loop {
            self.send().await?;
            let until = again.next().unwrap_or(window.give_up);
            if let Some(heard) = self.listen(until, &mut buffer).await? {
                return Ok(heard);
            }
            if until >= window.give_up {
                self.strays = None;
                return Err(Failure::Timeout);
            }
        }
    }

    /// Sends the question; from the second time on also without EDNS.
    async fn send(&mut self) -> Result<(), Failure> {
        send(&self.socket, self.query.bytes()).await.map_err(Failure::from_io)?;
        self.notes.tries += 1;
        if self.notes.tries == 1 {
            return Ok(());
        }
        // Of the two families of a lookup, one is enough: file descriptors are scarce when no server answers.
        let notices_strays = !self.use_plain || self.query.record_type() != RecordType::AAAA;
        if self.strays.is_none() && notices_strays {
            // Without it, only an explanation is missing.
            self.strays = Strays::of(&self.socket).ok();
        }
        if self.plain.is_none() {
            self.plain = self.query.without_edns();
        }
        if let Some(plain) = &self.plain {
            send(&self.socket, plain.bytes()).await.map_err(Failure::from_io)?;
        }
        Ok(())
    }

    /// Listens until this moment; returns nothing when no answer arrived.
    async fn listen(&mut self, mut until: Instant, buffer: &mut Vec<u8>) -> Result<Option<Heard>, Failure> {
        let mut held = None;
        for _ in 0..EXAMINED_MAX {
            let id = self.query.id().to_be_bytes();
            let is_answer = |bytes: &[u8]| bytes.starts_with(&id);
            let arrived = tokio::select! {
                biased;
                arrived = receive(&self.socket, buffer) => arrived.map_err(Failure::from_io)?,
                () = tokio::time::sleep_until(until) => return Ok(held),
                sender = Strays::sender(self.strays.as_ref(), is_answer) => {
                    self.notes.stray.get_or_insert(sender);
                    continue;
                }
            };
            match self.judge(buffer)? {
                Some(heard) if !heard.is_plain => {
                    self.notes.arrived = Some(arrived);
                    return Ok(Some(heard));
                }
                Some(heard) if self.use_plain && held.is_none() => {
                    // It is waited longer, so the moment of this answer is not the end.
                    held = Some(heard);
                    until = until.min(Instant::now() + HELD);
                }
                Some(heard) => self.notes.plain = Some(heard.what.rcode()),
                None => {}
            }
        }
        Err(Failure::Timeout)
    }

    /// Classifies a datagram; nothing when it is to be ignored.
    fn judge(&mut self, bytes: &[u8]) -> Result<Option<Heard>, Failure> {
        let plain = self.plain.as_ref().filter(|plain| has_id(bytes, plain) && !has_id(bytes, &self.query));
        let query = plain.unwrap_or(&self.query);
        let heard = |what| Ok(Some(Heard { what, is_plain: plain.is_some() }));
        if !has_id(bytes, query) {
            self.notes.ignore(Mismatch::Id, bytes);
            return Ok(None);
        }
        if is_truncated(bytes, query) {
            return heard(What::Truncated);
        }
        match decode(bytes, query) {
            Ok(answer) => match answer.mismatch {
                Some(mismatch) => {
                    self.notes.ignore(mismatch, bytes);
                    Ok(None)
                }
                None => heard(What::Answer(answer)),
            },
            Err(malformed) => Err(Failure::malformed(malformed, bytes)),
        }
    }
}

impl What {
    /// The response code; an answer that is truncated has none.
    fn rcode(&self) -> faultfinder_taxonomy::ResponseCode {
        match self {
            Self::Answer(answer) => answer.rcode,
            Self::Truncated => faultfinder_taxonomy::ResponseCode::new(0),
        }
    }
}

/// A socket with a fresh port, connected so that the kernel drops other senders and reports refusals.
async fn open(server: SocketAddr, source: Option<IpAddr>) -> Result<UdpSocket, Failure> {
    let unspecified =
        if server.is_ipv4() { IpAddr::V4(Ipv4Addr::UNSPECIFIED) } else { IpAddr::V6(Ipv6Addr::UNSPECIFIED) };
    let source = source.filter(|source| source.is_ipv4() == server.is_ipv4());
    let socket = UdpSocket::bind((source.unwrap_or(unspecified), 0)).await.map_err(|error| match source {
        Some(_) if error.kind() == io::ErrorKind::AddrNotAvailable => Failure::Source(error),
        _ => Failure::Local(error),
    })?;
    socket.connect(server).await.map_err(Failure::from_io)?;
    crate::stamped::ask(&socket);
    Ok(socket)
}
