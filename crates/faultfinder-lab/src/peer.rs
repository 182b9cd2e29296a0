//! Building blocks of misbehaving peers.

use crate::{Lab, LabError};
use std::future::Future;
use std::net::SocketAddr;
use tokio::io::AsyncReadExt;
use tokio::net::TcpStream;

/// How much of a request a peer reads before it gives up.
pub const REQUEST_BYTES_MAX: usize = 1 << 20;

/// Serves every TCP connection with `serve`, each in a task of its own that ends with the lab.
///
/// # Errors
///
/// When no listener can be had.
pub fn tcp<F, Fut>(lab: &Lab, serve: F) -> Result<SocketAddr, LabError>
where
    F: Fn(TcpStream) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = ()> + Send + 'static,
{
    let (listener, address) = lab.listen()?;
    lab.spawn(async move {
        // Dropping the set with the accept loop ends every connection of this peer.
        let mut connections = tokio::task::JoinSet::new();
        while let Ok((stream, _)) = listener.accept().await {
            let _ = stream.set_nodelay(true);
            connections.spawn(serve(stream));
            while connections.try_join_next().is_some() {}
        }
    });
    Ok(address)
}

/// Ends a connection with a RST instead of a FIN.
pub fn reset(stream: TcpStream) {
    let _ = socket2::SockRef::from(&stream).set_linger(Some(std::time::Duration::ZERO));
    drop(stream);
}

/// Reads until the end of an HTTP/1 head (`CR LF CR LF`); what came until then, or until the peer stopped.
pub async fn read_head<S: tokio::io::AsyncRead + Unpin>(stream: &mut S) -> Vec<u8> {
    let mut head = Vec::new();
    let mut chunk = [0_u8; 4096];
    while head.len() < REQUEST_BYTES_MAX && !head.windows(4).any(|window| window == b"\r\n\r\n") {
        match stream.read(&mut chunk).await {
            Ok(0) | Err(_) => break,
            Ok(count) => head.extend_from_slice(chunk.get(..count).unwrap_or_default()),
        }
    }
    head
}

/// Reads and drops everything until the other side closes, so that closing does not turn into a RST.
pub async fn drain<S: tokio::io::AsyncRead + Unpin>(stream: &mut S) {
    let mut chunk = [0_u8; 4096];
    while matches!(stream.read(&mut chunk).await, Ok(count) if count > 0) {}
}
