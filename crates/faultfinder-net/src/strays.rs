//! Datagrams that come from another address or port than the one that was asked.
//!
//! A connected socket does not see them: the kernel hands a datagram to the socket whose peer sent it, and without such a
//! socket to one of the same port without a peer. [`Strays`] is that other socket. What it receives is never an answer
//! (RFC 5452 section 9.1); it explains why there is none.

use std::io;
use std::net::SocketAddr;
use tokio::net::UdpSocket;

/// How much of a datagram is looked at, in bytes.
const BYTES_MAX: usize = 16;

/// A socket for the datagrams to another socket's port that do not come from its peer.
#[derive(Debug)]
pub(crate) struct Strays(UdpSocket);

impl Strays {
    /// Opens it for a connected socket.
    ///
    /// # Errors
    ///
    /// When the system cannot share the port, or has no sockets left.
    pub(crate) fn of(connected: &UdpSocket) -> io::Result<Self> {
        let local = connected.local_addr()?;
        let socket = socket2::Socket::new(socket2::Domain::for_address(local), socket2::Type::DGRAM, None)?;
        let shared = socket2::SockRef::from(connected);
        socket.set_nonblocking(true)?;
        socket.set_reuse_address(true)?;
        // Only while the second socket is bound: a port that may be shared can be given to a third one.
        shared.set_reuse_address(true)?;
        let bound = socket.bind(&local.into());
        shared.set_reuse_address(false)?;
        bound?;
        Ok(Self(UdpSocket::from_std(socket.into())?))
    }

    /// Waits for the next of them whose first bytes `accepts` accepts, and returns its sender. Without a socket, and
    /// after one that failed, it never ends.
    ///
    /// # Cancel safety
    ///
    /// Dropping it loses no datagram.
    pub(crate) async fn sender(this: Option<&Self>, accepts: impl Fn(&[u8]) -> bool) -> SocketAddr {
        let Some(Self(socket)) = this else { return std::future::pending().await };
        let mut buffer = [0_u8; BYTES_MAX];
        loop {
            match socket.recv_from(&mut buffer).await {
                Ok((length, sender)) if accepts(buffer.get(..length).unwrap_or_default()) => return sender,
                Ok(_) => {}
                Err(_) => return std::future::pending().await,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_the_peer_sends_goes_to_the_connected_socket_and_the_rest_to_the_strays() {
        let bind = || async { UdpSocket::bind("127.0.0.1:0").await.unwrap() };
        let (client, peer, other) = (bind().await, bind().await, bind().await);
        client.connect(peer.local_addr().unwrap()).await.unwrap();
        let strays = Strays::of(&client).unwrap();
        let to = client.local_addr().unwrap();
        other.send_to(b"stray", to).await.unwrap();
        peer.send_to(b"answer", to).await.unwrap();
        let mut buffer = [0; 16];
        let sender = Strays::sender(Some(&strays), |bytes| bytes == b"stray").await;
        assert_eq!(sender, other.local_addr().unwrap());
        assert_eq!(client.recv(&mut buffer).await.unwrap(), 6);
        other.send_to(b"no", to).await.unwrap();
        other.send_to(b"yes", to).await.unwrap();
        assert_eq!(Strays::sender(Some(&strays), |bytes| bytes == b"yes").await, other.local_addr().unwrap());
    }
}
