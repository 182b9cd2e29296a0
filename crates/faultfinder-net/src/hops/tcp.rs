//! SYNs.

use super::Answer;
use super::answer::Reached;
use crate::readiness::{answered, is_not_yet};
use crate::{report_icmp_errors, take_icmp_error};
use socket2::{Domain, Protocol, Socket, Type};
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;
use tokio::io::Interest;
use tokio::net::TcpStream;
use tokio::time::Instant;

/// Sends one SYN with this hop limit, and waits for the outcome.
///
/// An established connection is reset, so that no state remains on either side.
pub(super) async fn probe(peer: SocketAddr, hops: u8, source: Option<IpAddr>) -> io::Result<Answer> {
    let socket = socket(peer, hops, source)?;
    let began = Instant::now();
    match socket.connect(&peer.into()) {
        Ok(()) => {}
        Err(error) if error.raw_os_error() == Some(libc::EINPROGRESS) => {}
        Err(error) => return Err(error),
    }
    let stream = TcpStream::from_std(socket.into())?;
    let failed = settled(&stream).await?;
    let round_trip = began.elapsed();
    let target = |text| Ok(Answer { from: peer.ip(), text, reached: Reached::Target, round_trip });
    let Some(error) = failed else { return target("connection accepted") };
    match (take_icmp_error(&stream), error.kind()) {
        (Some(icmp), _) => Answer::from_icmp(&icmp, peer.ip(), round_trip),
        (None, io::ErrorKind::ConnectionRefused) => target("connection refused"),
        (None, io::ErrorKind::ConnectionReset) => target("connection reset"),
        (None, _) => Err(error),
    }
}

/// Waits until the connection is established or has failed; returns the error.
async fn settled(stream: &TcpStream) -> io::Result<Option<io::Error>> {
    let interest = Interest::WRITABLE.add(Interest::ERROR);
    loop {
        let ready = stream.ready(interest).await?;
        let settled = stream.try_io(answered(ready, Interest::WRITABLE), || match stream.take_error()? {
            None if stream.peer_addr().is_err() => Err(io::ErrorKind::WouldBlock.into()),
            failed => Ok(failed),
        });
        if !is_not_yet(&settled) {
            return settled;
        }
    }
}

fn socket(peer: SocketAddr, hops: u8, source: Option<IpAddr>) -> io::Result<Socket> {
    let socket = Socket::new(Domain::for_address(peer), Type::STREAM, Some(Protocol::TCP))?;
    socket.set_nonblocking(true)?;
    socket.set_linger(Some(Duration::ZERO))?;
    report_icmp_errors(&socket, peer.ip())?;
    super::options::limit_hops(&socket, peer.ip(), hops)?;
    if let Some(source) = source.filter(|source| source.is_ipv4() == peer.is_ipv4()) {
        socket.bind(&SocketAddr::new(source, 0).into())?;
    }
    Ok(socket)
}
