//! Connections: accepting, limits, the graceful end.

use super::client::Client;
use super::exchange::Exchange;
use super::patient::Patient;
use super::wire::Wire;
use crate::connections::{Admission, Connections, Held, TooMany};
use crate::tls::Tls;
use axum::Router;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::task::JoinSet;

/// Longest head of a request, in bytes, and most lines of it.
pub(super) const HEAD_BYTES_MAX: usize = 64 * 1024;
const HEAD_LINES_MAX: usize = 100;
/// Connections that wait to be accepted.
const BACKLOG: u32 = 1_024;
/// What the system keeps of an answer that its client has not taken, in bytes: the system doubles it. By itself it would
/// keep megabytes.
const SEND_BYTES: u32 = 128 * 1024;
/// The pause after a connection could not be accepted for want of file descriptors.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);
/// How long the handshake of TLS may take.
const HANDSHAKE_MAX: Duration = Duration::from_secs(10);
/// What every handshake of TLS begins with: a record of this type (RFC 8446 section 5.1).
const HANDSHAKE_RECORD: u8 = 22;

/// Why a connection is there to be refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refused {
    /// There are too many.
    TooMany(TooMany),
    /// It does not begin with TLS.
    NotTls,
}

/// The connections that come in, and what they share.
#[derive(Debug)]
pub(crate) struct Door {
    pub(crate) connections: Arc<Connections>,
    /// TLS; nothing where connections are plain.
    pub(crate) tls: Option<Arc<Tls>>,
}

/// Listens on an address.
///
/// # Errors
///
/// When the system refuses.
pub(crate) fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
    #[cfg(unix)]
    socket.set_reuseaddr(true)?;
    // Connections inherit it.
    socket.set_send_buffer_size(SEND_BYTES)?;
    socket.bind(address)?;
    socket.listen(BACKLOG)
}

/// Connections that still come to a service that is ending. They get 503 until this is dropped.
#[derive(Debug)]
pub(crate) struct Latecomers(#[expect(dead_code, reason = "dropping it ends them")] JoinSet<()>);

/// Serves connections until `stop` comes; then those that are open may end what they do, for `bound`.
pub(crate) async fn serve(
    listener: TcpListener,
    door: Door,
    router: Router,
    stop: impl Future<Output = ()>,
    bound: Duration,
) -> Latecomers {
    let door = Arc::new(door);
    let graceful = GracefulShutdown::new();
    let mut stop = std::pin::pin!(stop);
    loop {
        tokio::select! {
            (stream, comer) = next(&listener, &door, &router) => {
                tokio::spawn(comer.meet(stream, Some(graceful.watcher())));
            }
            () = &mut stop => break,
        }
    }
    let mut latecomers = JoinSet::new();
    latecomers.spawn(async move {
        let mut connections = JoinSet::new();
        loop {
            tokio::select! {
                (stream, comer) = next(&listener, &door, &router) => {
                    connections.spawn(comer.meet(stream, None));
                }
                Some(_) = connections.join_next() => {}
            }
        }
    });
    if tokio::time::timeout(bound, graceful.shutdown()).await.is_err() {
        tracing::warn!("connections are still open after {} s and are dropped", bound.as_secs());
    }
    Latecomers(latecomers)
}

/// The next connection that is to be answered.
async fn next(listener: &TcpListener, door: &Arc<Door>, router: &Router) -> (TcpStream, Comer) {
    loop {
        let (stream, peer) = match listener.accept().await {
            Ok(accepted) => accepted,
            Err(error) => {
                tracing::warn!("a connection cannot be accepted: {error}");
                tokio::time::sleep(ACCEPT_PAUSE).await;
                continue;
            }
        };
        let (refused, held) = match door.connections.open(peer.ip()) {
            Admission::Served(held) => (None, held),
            Admission::Refused(why, held) => (Some(Refused::TooMany(why)), held),
            Admission::Dropped => continue,
        };
        // Answers are small and written at once.
        let _ = stream.set_nodelay(true);
        let comer = Comer { peer, refused, router: router.clone(), door: Arc::clone(door), _held: held };
        return (stream, comer);
    }
}

/// Who has come, and how to deal with it.
struct Comer {
    peer: SocketAddr,
    refused: Option<Refused>,
    router: Router,
    door: Arc<Door>,
    _held: Held,
}

impl Comer {
    /// Speaks TLS, if that is what this service does, and then HTTP.
    async fn meet(mut self, stream: TcpStream, watcher: Option<Watcher>) {
        let Some(acceptor) = self.door.tls.as_ref().map(|tls| tls.acceptor()) else {
            return self.exchange(Patient::new(stream), watcher).await;
        };
        let handshake = async {
            let mut first = [0];
            if stream.peek(&mut first).await? == 1 && first != [HANDSHAKE_RECORD] {
                return Ok(Err(stream));
            }
            acceptor.accept(Patient::new(stream)).await.map(Ok)
        };
        match tokio::time::timeout(HANDSHAKE_MAX, handshake).await {
            Ok(Ok(Ok(stream))) => self.exchange(stream, watcher).await,
            Ok(Ok(Err(stream))) => {
                self.refused = self.refused.or(Some(Refused::NotTls));
                self.exchange(Patient::new(stream), watcher).await;
            }
            Ok(Err(error)) => tracing::debug!(peer = %self.peer, "a TLS handshake failed: {error}"),
            Err(_) => tracing::debug!(peer = %self.peer, "a TLS handshake took too long"),
        }
    }

    /// Speaks HTTP, until `watcher` asks for the end.
    async fn exchange<S>(self, stream: S, watcher: Option<Watcher>)
    where
        S: AsyncRead + AsyncWrite + Unpin + 'static,
    {
        let exchange = Arc::new(Exchange::default());
        let wire = Wire::new(stream, Arc::clone(&exchange));
        let service = service_fn(|request| {
            let (mut request, busy) = exchange.begin(request);
            let client = Client::of(self.peer, request.headers(), self.door.connections.trusted());
            request.extensions_mut().insert(client);
            if let Some(refused) = self.refused {
                request.extensions_mut().insert(refused);
            }
            let answer = tower::ServiceExt::oneshot(self.router.clone(), request);
            async move {
                let answer = answer.await;
                drop(busy);
                answer
            }
        });
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            // Of its own: the library's does not wait until the answer before it is written.
            .header_read_timeout(None)
            // The library looks at its buffer now and then only: the outermost layer counts exactly.
            .max_buf_size(HEAD_BYTES_MAX)
            .max_headers(HEAD_LINES_MAX)
            .serve_connection(TokioIo::new(wire), service);
        // A connection that breaks is its client's affair.
        let _ = match watcher {
            Some(watcher) => watcher.watch(connection).await,
            None => connection.await,
        };
    }
}
