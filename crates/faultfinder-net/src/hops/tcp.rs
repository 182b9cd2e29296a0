//! SYNs.

use super::Answer;
use super::answer::Reached;
use crate::{report_icmp_errors, take_icmp_error};
use socket2::{Domain, Protocol, Socket, Type};
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;
use tokio::io::Interest;
use tokio::io::unix::AsyncFd;
use tokio::time::Instant;

/// Sends one SYN that may pass so many routers, and waits for what comes of it.
///
/// A connection that is established is reset, so that no trace of it stays behind on either side.
pub(super) async fn probe(peer: SocketAddr, hops: u8, source: Option<IpAddr>) -> io::Result<Answer> {
    let socket = socket(peer, hops, source)?;
    let began = Instant::now();
    match socket.connect(&peer.into()) {
        Ok(()) => {}
        Err(error) if error.raw_os_error() == Some(libc::EINPROGRESS) => {}
        Err(error) => return Err(error),
    }
    let socket = AsyncFd::with_interest(socket, Interest::WRITABLE.add(Interest::ERROR))?;
    loop {
        let mut guard = socket.ready(Interest::WRITABLE.add(Interest::ERROR)).await?;
        let round_trip = began.elapsed();
        let Some(error) = socket.get_ref().take_error()? else {
            if socket.get_ref().peer_addr().is_ok() {
                return Ok(target(peer.ip(), "connection accepted", round_trip));
            }
            guard.clear_ready();
            continue;
        };
        return match take_icmp_error(&socket) {
            Some(icmp) => Answer::from_icmp(&icmp, peer.ip(), round_trip),
            None if error.kind() == io::ErrorKind::ConnectionRefused => {
                Ok(target(peer.ip(), "connection refused", round_trip))
            }
            None if error.kind() == io::ErrorKind::ConnectionReset => {
                Ok(target(peer.ip(), "connection reset", round_trip))
            }
            None => Err(error),
        };
    }
}

fn target(from: IpAddr, text: &'static str, round_trip: Duration) -> Answer {
    Answer { from, text, reached: Reached::Target, round_trip }
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
