//! Servers that die in the middle of a connection, without a word.

use super::server::{ALPN, site};
use crate::protocol::http::expectations::reset;
use crate::protocol::http::row::Row;
use crate::{Lab, LabError};
use aws_lc_rs::hmac;
use faultfinder_taxonomy::Phase;
use quinn::{
    AsyncTimer, AsyncUdpSocket, Connection, ConnectionId, ConnectionIdGenerator, Endpoint, EndpointConfig,
    RecvStream, SendStream,
};
use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::task::AbortHandle;

pub(super) fn rows() -> Vec<Row> {
    vec![Row::new(
        "http3/stateless-reset",
        "a server that was restarted, and has forgotten the connection",
        reset(Phase::Wait),
        |lab| Ok(site(lab, forgetful(lab)?)),
    )]
}

/// A server that dies with every request; the next one takes its place at once, and keeps its key for resets.
fn forgetful(lab: &Lab) -> Result<SocketAddr, LabError> {
    let crypto = quinn::crypto::rustls::QuicServerConfig::try_from(lab.pki().server_config(ALPN)?)
        .map_err(|error| LabError::Socket(io::Error::other(error)))?;
    let server = quinn::ServerConfig::with_crypto(Arc::new(crypto));
    let key = hmac::Key::new(hmac::HMAC_SHA256, b"the lab's key for stateless resets");
    let mut config = EndpointConfig::new(Arc::new(key));
    config.cid_generator(|| Box::new(Counted));
    let (socket, address) = lab.bind_udp()?;
    let mut socket = socket.into_std()?;
    lab.spawn(async move {
        loop {
            let Ok(next) = socket.try_clone() else { return };
            let life = Arc::new(Life::default());
            let runtime = Arc::clone(&life) as Arc<dyn quinn::Runtime>;
            let Ok(endpoint) = Endpoint::new(config.clone(), Some(server.clone()), socket, runtime) else {
                return;
            };
            let exchange = one_request(&endpoint).await;
            life.end();
            drop((exchange, endpoint));
            socket = next;
        }
    });
    Ok(address)
}

/// Waits for a request. Its streams live on: dropping one would end it with a frame, which a dead server cannot send.
async fn one_request(endpoint: &Endpoint) -> Option<(Connection, SendStream, RecvStream)> {
    let connection = endpoint.accept().await?.await.ok()?;
    let (send, mut receive) = connection.accept_bi().await.ok()?;
    receive.read_chunk(1, true).await.ok()?;
    Some((connection, send, receive))
}

/// A runtime whose tasks can be ended all at once, as by the end of their process.
#[derive(Debug, Default)]
struct Life(Mutex<Vec<AbortHandle>>);

impl Life {
    fn end(&self) {
        for task in self.0.lock().unwrap_or_else(PoisonError::into_inner).drain(..) {
            task.abort();
        }
    }
}

impl Drop for Life {
    fn drop(&mut self) {
        self.end();
    }
}

#[expect(clippy::disallowed_types, reason = "quinn's timers use the system's type")]
impl quinn::Runtime for Life {
    fn new_timer(&self, at: std::time::Instant) -> Pin<Box<dyn AsyncTimer>> {
        quinn::TokioRuntime.new_timer(at)
    }

    fn spawn(&self, future: Pin<Box<dyn Future<Output = ()> + Send>>) {
        let task = tokio::spawn(future).abort_handle();
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(task);
    }

    fn wrap_udp_socket(&self, socket: std::net::UdpSocket) -> io::Result<Arc<dyn AsyncUdpSocket>> {
        quinn::TokioRuntime.wrap_udp_socket(socket)
    }

    fn now(&self) -> std::time::Instant {
        quinn::TokioRuntime.now()
    }
}

/// Connection ids that every life of the server takes for its own.
struct Counted;

/// How many bytes they have.
const ID_BYTES: usize = 8;

impl ConnectionIdGenerator for Counted {
    fn generate_cid(&mut self) -> ConnectionId {
        static NEXT: AtomicU64 = AtomicU64::new(1);
        ConnectionId::new(&NEXT.fetch_add(1, Ordering::Relaxed).to_be_bytes())
    }

    fn cid_len(&self) -> usize {
        ID_BYTES
    }

    fn cid_lifetime(&self) -> Option<Duration> {
        None
    }
}
