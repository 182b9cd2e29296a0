//! Questions over UDP.

use super::decode::{decode, has_id, is_truncated};
use super::failure::Notes;
use super::{Answer, Failure, Mismatch, Query};
use crate::datagram::DATAGRAM_BYTES_MAX;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;
use tokio::net::UdpSocket;
use tokio::time::Instant;

/// When the question is sent, counted from the first time: again after one second, and once more two seconds later.
const TRIES: [Duration; 3] = [Duration::ZERO, Duration::from_secs(1), Duration::from_secs(3)];
/// How many messages that do not answer the question are examined; a server that sends more is flooding.
const IGNORED_MAX: u32 = 1000;

/// What arrived.
pub(super) enum Heard {
    /// A complete answer.
    Answer(Answer),
    /// An answer that is marked as truncated.
    Truncated,
}

/// Sends the question until it is answered or time runs out.
pub(super) async fn ask(
    server: SocketAddr,
    query: &Query,
    source: Option<IpAddr>,
    began: Instant,
    give_up: Instant,
    notes: &mut Notes,
) -> Result<Heard, Failure> {
    let socket = open(server, source).await?;
    let mut buffer = vec![0_u8; DATAGRAM_BYTES_MAX];
    let mut next_tries = TRIES.iter().skip(1);
    loop {
        socket.send(query.bytes()).await.map_err(Failure::from_io)?;
        notes.tries += 1;
        let until = next_tries.next().map_or(give_up, |after| (began + *after).min(give_up));
        if let Some(heard) = listen(&socket, query, until, &mut buffer, notes).await? {
            return Ok(heard);
        }
        if until >= give_up {
            return Err(Failure::Timeout);
        }
    }
}

/// Listens until this moment; returns nothing when no answer arrived.
async fn listen(
    socket: &UdpSocket,
    query: &Query,
    until: Instant,
    buffer: &mut [u8],
    notes: &mut Notes,
) -> Result<Option<Heard>, Failure> {
    loop {
        let Ok(received) = tokio::time::timeout_at(until, socket.recv(buffer)).await else { return Ok(None) };
        let length = received.map_err(Failure::from_io)?;
        let bytes = buffer.get(..length).unwrap_or_default();
        if let Some(heard) = judge(bytes, query, notes)? {
            return Ok(Some(heard));
        }
        if notes.ignored >= IGNORED_MAX {
            return Err(Failure::Timeout);
        }
    }
}

/// Classifies a datagram; nothing when it is to be ignored.
fn judge(bytes: &[u8], query: &Query, notes: &mut Notes) -> Result<Option<Heard>, Failure> {
    if !has_id(bytes, query) {
        notes.ignore(Mismatch::Id, bytes);
        return Ok(None);
    }
    if is_truncated(bytes, query) {
        return Ok(Some(Heard::Truncated));
    }
    match decode(bytes, query) {
        Ok(answer) => match answer.mismatch {
            Some(mismatch) => {
                notes.ignore(mismatch, bytes);
                Ok(None)
            }
            None => Ok(Some(Heard::Answer(answer))),
        },
        Err(malformed) => Err(Failure::malformed(malformed, bytes)),
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
    Ok(socket)
}
