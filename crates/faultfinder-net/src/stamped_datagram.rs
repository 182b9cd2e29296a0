//! Datagrams of which the kernel says when they arrived.

use std::cell::RefCell;
use std::io;
use tokio::io::Interest;
use tokio::net::UdpSocket;
use tokio::time::Instant;

/// As long as a datagram can be, in bytes: in room of this size, none is truncated on reading.
const DATAGRAM_BYTES_MAX: usize = 65_535;

thread_local! {
    /// What is received into: as long as a datagram can be, and cleared once for each thread.
    static ROOM: RefCell<Vec<u8>> = RefCell::new(vec![0; DATAGRAM_BYTES_MAX]);
}
#[cfg(target_os = "linux")]
thread_local! {
    static CONTROL: RefCell<Vec<u8>> = RefCell::new(crate::stamped::room_for_a_stamp());
}

/// Sends a datagram at once.
///
/// A socket of the runtime waits for a turn of its loop before it sends for the first time: with many probes under way these are
/// milliseconds, which would count as the target's.
///
/// # Errors
///
/// Those of the socket.
pub(crate) async fn send(socket: &UdpSocket, datagram: &[u8]) -> io::Result<()> {
    use nix::sys::socket::{MsgFlags, send};
    use std::os::fd::AsRawFd as _;
    match send(socket.as_raw_fd(), datagram, MsgFlags::MSG_DONTWAIT) {
        Ok(_) => Ok(()),
        Err(nix::errno::Errno::EAGAIN) => socket.send(datagram).await.map(drop),
        Err(errno) => Err(errno.into()),
    }
}

/// Waits for a datagram, which takes the place of what `into` holds, and yields when it arrived: by the kernel's clock if the
/// socket was [asked](crate::stamped::ask) for stamps.
///
/// # Errors
///
/// Those of the socket.
///
/// # Cancel safety
///
/// Dropping it loses no datagram.
pub(crate) async fn receive(socket: &UdpSocket, into: &mut Vec<u8>) -> io::Result<Instant> {
    socket.async_io(Interest::READABLE, || try_receive(socket, into)).await
}

/// The same without waiting.
pub(crate) fn try_receive(socket: &UdpSocket, into: &mut Vec<u8>) -> io::Result<Instant> {
    ROOM.with_borrow_mut(|bytes| {
        let (length, arrived) = try_receive_into(socket, bytes)?;
        into.clear();
        into.extend_from_slice(bytes.get(..length).unwrap_or_default());
        Ok(arrived)
    })
}

/// The same into room of the caller: the length of the datagram, which is cut off at the end of the room, and when it arrived.
pub(crate) fn try_receive_into(socket: &UdpSocket, room: &mut [u8]) -> io::Result<(usize, Instant)> {
    use std::os::fd::AsRawFd as _;
    #[cfg(target_os = "linux")]
    let (length, at) =
        CONTROL.with_borrow_mut(|control| crate::stamped::receive(socket.as_raw_fd(), room, control))?;
    #[cfg(not(target_os = "linux"))]
    let (length, at) = {
        use nix::sys::socket::{MsgFlags, recv};
        (recv(socket.as_raw_fd(), room, MsgFlags::MSG_DONTWAIT)?, None)
    };
    Ok((length, at.unwrap_or_else(Instant::now)))
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;
    use crate::stamped::{KeepStamping, ask};
    use std::time::Duration;

    /// How long a datagram lies unread.
    const HELD: Duration = Duration::from_millis(60);
    /// The kernel begins to stamp a moment after it was asked to.
    const TRIES: usize = 20;

    #[tokio::test]
    async fn a_datagram_has_arrived_when_it_came_and_not_when_it_is_read() {
        let _keep = KeepStamping::begin();
        let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        ask(&socket);
        let peer = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
        let mut waited = Vec::new();
        let mut datagram = b"what was there before".to_vec();
        for _ in 0..TRIES {
            let before = Instant::now();
            peer.send_to(b"hello", socket.local_addr().unwrap()).unwrap();
            // This thread is busy.
            std::thread::sleep(HELD);
            let arrived = receive(&socket, &mut datagram).await.unwrap();
            assert_eq!(datagram, b"hello");
            assert!(arrived >= before - Duration::from_millis(5), "{:?} too early", before - arrived);
            waited.push(arrived.saturating_duration_since(before));
            if waited.last().is_some_and(|waited| *waited < HELD / 2) {
                return;
            }
        }
        panic!("nothing was stamped: {waited:?}");
    }

    #[tokio::test]
    async fn the_longest_datagram_is_whole() {
        let (socket, peer) = (
            UdpSocket::bind("127.0.0.1:0").await.unwrap(),
            std::net::UdpSocket::bind("127.0.0.1:0").unwrap(),
        );
        // As long as one over IPv4 can be: 65,535 bytes without the headers of IP and UDP.
        let long = vec![7_u8; 65_507];
        peer.send_to(&long, socket.local_addr().unwrap()).unwrap();
        let mut datagram = Vec::new();
        receive(&socket, &mut datagram).await.unwrap();
        assert_eq!(datagram, long);
    }
}
