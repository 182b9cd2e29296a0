//! Peers that hear datagrams.

use crate::lab::Serving;
use crate::{Lab, LabError};
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::net::UdpSocket;

/// A datagram, and where it came from.
pub(super) struct Heard {
    pub(super) socket: Arc<UdpSocket>,
    pub(super) from: SocketAddr,
    pub(super) payload: Vec<u8>,
}

/// As long as a datagram can be, in bytes.
const DATAGRAM_BYTES_MAX: usize = 65_535;

/// Serves every datagram with `serve`, one after the other.
pub(super) fn serve<F, Fut>(lab: &Lab, serve: F) -> Result<SocketAddr, LabError>
where
    F: Fn(Heard) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = ()> + Send + 'static,
{
    serve_by(lab, Box::new(move |heard| Box::pin(serve(heard))))
}

fn serve_by(lab: &Lab, serve: Box<dyn Fn(Heard) -> Serving + Send + Sync>) -> Result<SocketAddr, LabError> {
    let (socket, address) = lab.bind_udp()?;
    lab.spawn(async move {
        let socket = Arc::new(socket);
        let mut buffer = vec![0_u8; DATAGRAM_BYTES_MAX];
        loop {
            // An error is one about an answer that could not be delivered; the next datagram is another matter.
            let Ok((length, from)) = socket.recv_from(&mut buffer).await else { continue };
            let payload = buffer.get(..length).unwrap_or_default().to_vec();
            serve(Heard { socket: Arc::clone(&socket), from, payload }).await;
        }
    });
    Ok(address)
}

/// A peer that hears everything and says nothing.
pub(super) fn silent(lab: &Lab) -> Result<SocketAddr, LabError> {
    serve(lab, |_| async {})
}

impl Heard {
    /// Answers with a datagram.
    pub(super) async fn answer(&self, payload: &[u8]) {
        let _ = self.socket.send_to(payload, self.from).await;
    }
}
