//! Building blocks of misbehaving peers.

use crate::lab::Serving;
use crate::{Lab, LabError};
use rustls::ServerConfig;
use socket2::{Domain, SockAddr, Socket, Type};
use std::future::Future;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

/// How much of a request a peer reads before it gives up.
pub const REQUEST_BYTES_MAX: usize = 1 << 20;

/// Bytes that a QUIC server takes on one stream before it reads them.
pub(crate) const QUIC_WINDOW_BYTES: usize = 24 << 10;

/// What a peer does for each connection.
type Serve<C> = dyn Fn(C) -> Serving + Send + Sync;

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
    accept_tcp(lab, Box::new(move |stream| Box::pin(serve(stream))))
}

fn accept_tcp(lab: &Lab, serve: Box<Serve<TcpStream>>) -> Result<SocketAddr, LabError> {
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

/// Serves every TLS connection whose handshake succeeds with `serve`, each in a task of its own that ends with the lab.
///
/// # Errors
///
/// When no listener can be had.
pub fn tls<F, Fut>(lab: &Lab, config: Arc<ServerConfig>, serve: F) -> Result<SocketAddr, LabError>
where
    F: Fn(TlsStream<TcpStream>) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = ()> + Send + 'static,
{
    accept_tls(lab, config, Arc::new(move |stream| Box::pin(serve(stream))))
}

fn accept_tls(
    lab: &Lab,
    config: Arc<ServerConfig>,
    serve: Arc<Serve<TlsStream<TcpStream>>>,
) -> Result<SocketAddr, LabError> {
    let acceptor = TlsAcceptor::from(config);
    tcp(lab, move |stream| {
        let (handshake, serve) = (acceptor.accept(stream).into_fallible(), Arc::clone(&serve));
        async move {
            match handshake.await {
                Ok(stream) => serve(stream).await,
                // The alert must not be lost to a RST because of bytes that nobody has read.
                Err((_, mut stream)) => {
                    let _ = stream.shutdown().await;
                    drain(&mut stream).await;
                }
            }
        }
    })
}

/// A connection that a peer talks over: TCP, or TLS over it.
pub trait Wire: AsyncRead + AsyncWrite + Unpin + Send + Sync + 'static {
    /// The TCP connection at the bottom.
    fn socket(&self) -> &TcpStream;
}

impl Wire for TcpStream {
    fn socket(&self) -> &TcpStream {
        self
    }
}

impl Wire for TlsStream<TcpStream> {
    fn socket(&self) -> &TcpStream {
        self.get_ref().0
    }
}

/// Ends a connection with a RST instead of a FIN.
///
/// What was written before still arrives first: RST takes its place in the sequence, and the receiver's kernel hands
/// out what it has queued before it reports the reset.
pub fn reset(stream: impl Wire) {
    let _ = socket2::SockRef::from(stream.socket()).set_linger(Some(std::time::Duration::ZERO));
    drop(stream);
}

/// Any port on 127.0.0.1.
pub(crate) const ANY_V4: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0);
/// Any port on ::1.
pub(crate) const ANY_V6: SocketAddr = SocketAddr::new(IpAddr::V6(Ipv6Addr::LOCALHOST), 0);

/// Whether this machine has an IPv6 loopback address; without one, scenarios that need it are not served.
pub(crate) fn has_ipv6() -> bool {
    std::net::UdpSocket::bind(ANY_V6).is_ok()
}

/// A TCP port that refuses every connection: it is bound, so that nobody else can listen on it, and never listens.
///
/// # Errors
///
/// When the system refuses a socket.
pub fn closed_tcp(lab: &Lab) -> Result<SocketAddr, LabError> {
    closed_tcp_at(lab, ANY_V4)
}

/// The same at this address.
pub(crate) fn closed_tcp_at(lab: &Lab, address: SocketAddr) -> Result<SocketAddr, LabError> {
    let (socket, address) = bind(Type::STREAM, address)?;
    hold(lab, socket);
    Ok(address)
}

/// A UDP port from which every datagram comes back as "port unreachable": its socket is connected to itself, so the
/// kernel finds nobody for datagrams from elsewhere.
///
/// # Errors
///
/// When the system refuses a socket.
pub fn closed_udp(lab: &Lab) -> Result<SocketAddr, LabError> {
    closed_udp_at(lab, ANY_V4)
}

/// The same at this address.
pub(crate) fn closed_udp_at(lab: &Lab, address: SocketAddr) -> Result<SocketAddr, LabError> {
    let (socket, address) = bind(Type::DGRAM, address)?;
    socket.connect(&SockAddr::from(address))?;
    hold(lab, socket);
    Ok(address)
}

/// A TCP server that reads everything and says nothing.
pub(crate) fn silent_tcp(lab: &Lab) -> Result<SocketAddr, LabError> {
    tcp(lab, |mut stream| async move { drain(&mut stream).await })
}

/// A TCP port that leaves every SYN unanswered: its queue of connections is full, and nobody empties it.
///
/// # Errors
///
/// When the system refuses a socket.
pub fn full_tcp(lab: &Lab) -> Result<SocketAddr, LabError> {
    full_tcp_at(lab, ANY_V4)
}

/// The same at this address.
pub(crate) fn full_tcp_at(lab: &Lab, address: SocketAddr) -> Result<SocketAddr, LabError> {
    /// More than the system queues for a backlog of zero.
    const QUEUED: usize = 4;
    let (listener, address) = bind(Type::STREAM, address)?;
    listener.listen(0)?;
    hold(lab, listener);
    for _ in 0..QUEUED {
        let socket = Socket::new(Domain::IPV4, Type::STREAM, None)?;
        socket.set_nonblocking(true)?;
        // In progress, or left unanswered as everybody's after it.
        let _ = socket.connect(&SockAddr::from(address));
        hold(lab, socket);
    }
    Ok(address)
}

/// A socket that is bound to this address, and the address with its port.
fn bind(kind: Type, address: SocketAddr) -> Result<(Socket, SocketAddr), LabError> {
    let socket = Socket::new(Domain::for_address(address), kind, None)?;
    if address.is_ipv6() {
        socket.set_only_v6(true)?;
    }
    socket.bind(&SockAddr::from(address))?;
    let bound = socket.local_addr()?.as_socket();
    let bound =
        bound.ok_or_else(|| LabError::Socket(std::io::Error::other("bound to no internet address")))?;
    Ok((socket, bound))
}

/// Keeps something until the lab is dropped.
fn hold<T: Send + 'static>(lab: &Lab, thing: T) {
    lab.spawn(async move {
        let _held = thing;
        std::future::pending::<()>().await;
    });
}

/// Reads until the end of an HTTP/1 head (`CR LF CR LF`); what came until then, or until the peer stopped.
pub async fn read_head<S: AsyncRead + Unpin>(stream: &mut S) -> Vec<u8> {
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
pub async fn drain<S: AsyncRead + Unpin>(stream: &mut S) {
    let mut chunk = [0_u8; 4096];
    while matches!(stream.read(&mut chunk).await, Ok(count) if count > 0) {}
}

/// Serves every QUIC connection whose handshake succeeds with `serve`, each in a task of its own that ends with the
/// lab. The configuration must allow TLS 1.3.
///
/// # Errors
///
/// When no socket can be had, or the configuration is not good for QUIC.
pub fn quic<F, Fut>(lab: &Lab, config: Arc<ServerConfig>, serve: F) -> Result<SocketAddr, LabError>
where
    F: Fn(quinn::Connection) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = ()> + Send + 'static,
{
    accept_quic(lab, config, Arc::new(move |connection| Box::pin(serve(connection))))
}

fn accept_quic(
    lab: &Lab,
    config: Arc<ServerConfig>,
    serve: Arc<Serve<quinn::Connection>>,
) -> Result<SocketAddr, LabError> {
    let (endpoint, address) = quic_endpoint(lab, config)?;
    lab.spawn(async move {
        let mut connections = tokio::task::JoinSet::new();
        while let Some(incoming) = endpoint.accept().await {
            let serve = Arc::clone(&serve);
            connections.spawn(async move {
                if let Ok(connection) = incoming.await {
                    serve(connection).await;
                }
            });
            while connections.try_join_next().is_some() {}
        }
    });
    Ok(address)
}

/// A QUIC server on 127.0.0.1, to be asked for its connections.
///
/// # Errors
///
/// When no socket can be had, or the configuration is not good for QUIC.
pub fn quic_endpoint(
    lab: &Lab,
    config: Arc<ServerConfig>,
) -> Result<(quinn::Endpoint, SocketAddr), LabError> {
    let crypto = quinn::crypto::rustls::QuicServerConfig::try_from(config)
        .map_err(|error| LabError::Socket(std::io::Error::other(error)))?;
    let (socket, address) = lab.bind_udp()?;
    let mut transport = quinn::TransportConfig::default();
    transport.stream_receive_window(u32::try_from(QUIC_WINDOW_BYTES).unwrap_or(u32::MAX).into());
    let mut server = quinn::ServerConfig::with_crypto(Arc::new(crypto));
    server.transport_config(Arc::new(transport));
    let endpoint = quinn::Endpoint::new(
        quinn::EndpointConfig::default(),
        Some(server),
        socket.into_std()?,
        Arc::new(quinn::TokioRuntime),
    )?;
    Ok((endpoint, address))
}
