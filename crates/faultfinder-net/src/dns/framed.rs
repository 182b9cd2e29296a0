//! Questions over TCP and TLS, each message prefixed with its length in two bytes (RFC 1035 section 4.2.2).

use super::decode::decode;
use super::failure::Notes;
use super::malformed::Malformed;
use super::{Answer, Failure, Query};
use crate::arrivals::Arrivals;
use crate::{Spoken, Stamped};
use faultfinder_taxonomy::{Errno, Phase};
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::{TcpSocket, TcpStream};
use tokio::time::Instant;

/// How many messages that do not answer the question are read from one connection.
const IGNORED_MAX: u32 = 16;

/// Connects to a server and asks it.
pub(super) async fn connect_and_ask(
    server: SocketAddr,
    query: &Query,
    source: Option<IpAddr>,
    give_up: Instant,
    notes: &mut Notes,
) -> Result<Answer, Failure> {
    let connecting = tokio::time::timeout_at(give_up, open(server, source));
    let stream = connecting.await.map_err(|_| Failure::Timeout)??;
    let arrivals = Arc::new(Arrivals::begin());
    let mut stream = Stamped::new(stream, Arc::clone(&arrivals));
    let answer = ask(&mut stream, query, give_up, notes).await;
    notes.arrived = arrivals.last();
    answer
}

async fn open(server: SocketAddr, source: Option<IpAddr>) -> Result<TcpStream, Failure> {
    let socket =
        if server.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }.map_err(Failure::Local)?;
    if let Some(source) = source.filter(|source| source.is_ipv4() == server.is_ipv4()) {
        socket.bind(SocketAddr::new(source, 0)).map_err(Failure::Source)?;
    }
    crate::stamped::ask(&socket);
    socket.connect(server).await.map_err(Failure::from_io)
}

/// Asks over a connection.
pub(super) async fn ask<S: AsyncRead + AsyncWrite + Unpin>(
    stream: &mut S,
    query: &Query,
    give_up: Instant,
    notes: &mut Notes,
) -> Result<Answer, Failure> {
    tokio::time::timeout_at(give_up, converse(stream, query, notes)).await.map_err(|_| Failure::Timeout)?
}

async fn converse<S: AsyncRead + AsyncWrite + Unpin>(
    stream: &mut S,
    query: &Query,
    notes: &mut Notes,
) -> Result<Answer, Failure> {
    // One write, so that length and message travel together (RFC 7766 section 8).
    let mut message = Vec::with_capacity(query.bytes().len() + 2);
    message.extend_from_slice(&length(query));
    message.extend_from_slice(query.bytes());
    stream.write_all(&message).await.map_err(Failure::from_stream)?;
    stream.flush().await.map_err(Failure::from_stream)?;
    for _ in 0..IGNORED_MAX {
        let length = stream.read_u16().await.map_err(Failure::from_stream)?;
        let bytes = message_of(stream, length).await?;
        let answer = decode(&bytes, query).map_err(|malformed| Failure::malformed(malformed, &bytes))?;
        match answer.mismatch {
            Some(mismatch) => notes.ignore(mismatch, &bytes),
            None => return Ok(answer),
        }
    }
    Err(Failure::Timeout)
}

/// Reads a message of this length. What ends before it may be another protocol, whose first bytes look like a long length.
async fn message_of<S: AsyncRead + Unpin>(stream: &mut S, length: u16) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    let read = stream.take(u64::from(length)).read_to_end(&mut bytes).await;
    if read.is_ok() && bytes.len() == usize::from(length) {
        return Ok(bytes);
    }
    let all = [&length.to_be_bytes()[..], &bytes].concat();
    if let Some(spoken) = Spoken::of(&all) {
        let reason = format!("the server speaks {} on this port, not DNS", spoken.name());
        return Err(Failure::malformed(Malformed { offset: 0, reason }, &all));
    }
    Err(read.err().map_or(Failure::Ended(Errno::PrematureClose), Failure::from_stream))
}

/// The length that precedes a question.
pub(super) fn length(query: &Query) -> [u8; 2] {
    u16::try_from(query.bytes().len()).unwrap_or(u16::MAX).to_be_bytes()
}

impl Failure {
    /// The connection ended or failed.
    pub(super) fn from_stream(error: io::Error) -> Self {
        if let Some(fault) = crate::session_fault(&error, Phase::Tls) {
            return Self::Session(Box::new(fault));
        }
        match crate::classify_io(&error) {
            Some(errno @ (Errno::ConnReset | Errno::ConnAborted | Errno::Pipe | Errno::PrematureClose)) => {
                Self::Ended(errno)
            }
            _ => Self::from_io(error),
        }
    }
}
