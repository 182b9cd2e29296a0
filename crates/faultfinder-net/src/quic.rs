//! QUIC connections (RFC 9000) with the same capture and verification as TLS over TCP.
//!
//! QUIC has one handshake for transport and cryptography. Its time is still reported in two phases: `connect` lasts
//! until the peer's first packet, which is the round trip that opens a TCP connection too; `tls` from there to the end
//! of the handshake, including the verification of the peer's certificates. A port where nothing listens is a refusal,
//! if the network reports it, and silence is a timeout in the connect phase.
//!
//! Each connection has its own UDP socket, connected to its peer, so that ICMP errors are seen. quinn drives it in
//! separate tasks, which end with the connection, after the peer has been notified.

mod socket; // a connected UDP socket under quinn
mod failure; // the end of a connection -> fault

use crate::dial::{race, udp_socket};
use crate::tls::handshake::{self, Names, Prepared};
use crate::tls::verdict::judge;
use crate::tls::warning::warn;
use crate::tls::{Capture, Negotiated, TlsClient};
use crate::{ClientOptions, Host, Taps, Trace, Vantage};
use failure::Step;
use faultfinder_taxonomy::{Code, Detail, Fault, Phase, QuicErrorCode};
use quinn::crypto::rustls::{HandshakeData, QuicClientConfig};
use quinn::{ConnectionError, Endpoint, EndpointConfig, TransportConfig, VarInt};
use socket::Socket;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, LazyLock};
use std::time::Duration;

/// The interval of keep-alives on an idle connection, so that a peer that takes long to respond does not consider it
/// lost. Servers seldom allow less than 30 s of silence.
const KEEP_ALIVE: Duration = Duration::from_secs(10);
/// Windows as large as those of HTTP/2, so that a body is not slowed by round trips; they also limit memory use.
const STREAM_WINDOW_BYTES: u32 = 6 << 20;
const CONNECTION_WINDOW_BYTES: u32 = 15 << 20;
/// Maximum number of bytes that are accepted for sending before the peer has acknowledged them: accepted
/// bytes count as sent.
const SEND_WINDOW_BYTES: u64 = 1 << 20;

/// A QUIC connection whose handshake is complete and whose peer was verified.
///
/// Dropping it closes it.
#[derive(Debug)]
pub struct QuicConnection {
    connection: quinn::Connection,
    alpn: Option<Vec<u8>>,
    socket: Arc<Socket>,
    /// Keeps the socket alive.
    _endpoint: Endpoint,
}

/// The target of a QUIC connection.
#[derive(Debug, Clone, Copy)]
#[expect(clippy::exhaustive_structs, reason = "plain settings")]
pub struct Target<'a> {
    /// The name that its certificate must be issued for.
    pub host: &'a Host,
    /// Its addresses.
    pub addresses: &'a [IpAddr],
    /// Its port.
    pub port: u16,
}

/// Whether a client can be used over QUIC.
///
/// # Errors
///
/// `INVALID_REQUEST` when its options rule TLS 1.3 out.
pub fn check(client: &TlsClient) -> Result<(), Fault> {
    if client.speaks_13() {
        return Ok(());
    }
    let detail = Detail::definition("ERR_SSL_NO_PROTOCOLS_AVAILABLE", "tls.max_version");
    let message = "QUIC is always TLS 1.3 (RFC 9001 section 4.2), which max_version rules out";
    Err(Fault::new(Code::InvalidRequest, Phase::Config, detail, message))
}

/// Opens a QUIC connection to one of several addresses, trying both address families as RFC 8305 says.
///
/// The protocols in the client's `alpn`, of which QUIC needs at least one, say what the connection is for.
///
/// # Errors
///
/// The code of the most definite errno when no address answers, `CONNREFUSED` when the peer refuses new connections, `SSL`
/// as [`tls::handshake`](crate::tls::handshake()), `CONNRESET` when the connection ends inside the handshake,
/// `INVALID_REQUEST` when the options rule TLS 1.3 out.
pub async fn dial(
    vantage: &Vantage,
    target: Target<'_>,
    client: &TlsClient,
    options: &ClientOptions,
    trace: &mut Trace,
) -> Result<QuicConnection, Fault> {
    check(client)?;
    let names = Names::of(target.host, client)?;
    let begin = |peer, source| begin(vantage, &names, client, peer, source);
    let attempt = race(vantage, target.addresses, target.port, options, trace, begin).await?;
    Box::pin(complete(attempt, vantage, client, options, trace)).await
}

/// A connection whose peer has answered in any way.
struct Attempt {
    connecting: quinn::Connecting,
    capture: Arc<Capture>,
    socket: Arc<Socket>,
    endpoint: Endpoint,
}

/// Sends the first flight and waits for the peer's first packet.
async fn begin(
    vantage: &Vantage,
    names: &Names,
    client: &TlsClient,
    peer: SocketAddr,
    source: Option<IpAddr>,
) -> io::Result<Attempt> {
    let socket = Arc::new(Socket::new(udp_socket(peer, source)?)?);
    let Prepared { config, capture, .. } = handshake::prepare(vantage, names, client, socket.taps());
    let config = QuicClientConfig::try_from(config).map_err(io::Error::other)?;
    let mut config = quinn::ClientConfig::new(Arc::new(config));
    config.transport_config(Arc::clone(&TRANSPORT));
    let endpoint = Endpoint::new_with_abstract_socket(
        EndpointConfig::default(),
        None,
        Arc::clone(&socket) as Arc<dyn quinn::AsyncUdpSocket>,
        Arc::new(quinn::TokioRuntime),
    )?;
    let connecting = endpoint.connect_with(config, peer, &names.sent.to_str()).map_err(io::Error::other)?;
    socket.heard().await?;
    Ok(Attempt { connecting, capture, socket, endpoint })
}

static TRANSPORT: LazyLock<Arc<TransportConfig>> = LazyLock::new(|| {
    let mut transport = TransportConfig::default();
    // Only total deadlines count, and the caller has them.
    transport.max_idle_timeout(None);
    transport.keep_alive_interval(Some(KEEP_ALIVE));
    transport.stream_receive_window(VarInt::from_u32(STREAM_WINDOW_BYTES));
    transport.receive_window(VarInt::from_u32(CONNECTION_WINDOW_BYTES));
    transport.send_window(SEND_WINDOW_BYTES);
    // No protocol here lets the server open a stream for a request, or send datagrams.
    transport.max_concurrent_bidi_streams(VarInt::from_u32(0));
    transport.datagram_receive_buffer_size(None);
    Arc::new(transport)
});

/// Waits for the end of the handshake and verifies the peer.
async fn complete(
    attempt: Attempt,
    vantage: &Vantage,
    client: &TlsClient,
    options: &ClientOptions,
    trace: &mut Trace,
) -> Result<QuicConnection, Fault> {
    let Attempt { connecting, capture, socket, endpoint } = attempt;
    let began = socket.taps().first_read().unwrap_or_else(tokio::time::Instant::now);
    // To make keys for the first packet is not the target's time.
    if let ([_], Some(sent)) = (trace.facts.connects.as_slice(), socket.taps().first_write()) {
        trace.begins_at(sent);
    }
    trace.enter_at(Phase::Tls, began);
    trace.capture = Some(Arc::clone(&capture));
    let connected = connecting.await;
    if let Ok(connection) = &connected {
        capture.settle(negotiated(connection));
    }
    // The chain was presented inside the handshake, so its verdict takes precedence over the error of the handshake.
    judge(vantage, client, options, &capture, trace).await?;
    let connection =
        connected.map_err(|error| failure::handshake_fault(&error, &capture, socket.failure()))?;
    // What this process computes after the peer's last packet does not count as time of the handshake.
    if let Some(at) = socket.taps().arrived().filter(|_| trace.phase() == Phase::Tls) {
        trace.leave_with(at);
    }
    warn(&capture, trace);
    let alpn = handshake_data(&connection).and_then(|data| data.protocol);
    let connection = QuicConnection { connection, alpn, socket, _endpoint: endpoint };
    if capture.asked_for_client_certificate() {
        connection.confirm(began.elapsed()).await?;
    }
    Ok(connection)
}

fn negotiated(connection: &quinn::Connection) -> Negotiated {
    let alpn = handshake_data(connection).and_then(|data| data.protocol);
    Negotiated {
        version: Some("TLSv1.3".to_owned()),
        // quinn does not report it.
        cipher_suite: None,
        alpn: alpn.map(|name| String::from_utf8_lossy(&name).into_owned()),
    }
}

fn handshake_data(connection: &quinn::Connection) -> Option<HandshakeData> {
    connection.handshake_data()?.downcast::<HandshakeData>().ok().map(|data| *data)
}

impl QuicConnection {
    /// The connection, for opening streams.
    #[must_use]
    pub const fn connection(&self) -> &quinn::Connection {
        &self.connection
    }

    /// The protocol that ALPN settled on.
    #[must_use]
    pub fn alpn(&self) -> Option<&[u8]> {
        self.alpn.as_deref()
    }

    /// When packets were sent and received, and how many bytes were received. [`Taps::forget`] starts anew, for the
    /// exchange after the handshake; a write may be an acknowledgment.
    #[must_use]
    pub fn taps(&self) -> Arc<Taps> {
        self.socket.taps()
    }

    /// The fault of a connection that ended with this error in a phase. `what` is the action that failed:
    /// "receive an answer". `application` gives the meaning of application codes: `QuicErrorCode::Http3`.
    #[must_use]
    pub fn fault(
        &self,
        error: &ConnectionError,
        phase: Phase,
        what: &str,
        application: fn(u64) -> QuicErrorCode,
    ) -> Fault {
        failure::session_fault(error, Step { phase, what }, application, self.socket.failure())
    }

    /// Closes the connection with an application code, and lets the frame be sent.
    pub async fn close(self, code: QuicErrorCode) {
        let code = VarInt::from_u64(code.number()).unwrap_or(VarInt::MAX);
        self.connection.close(code, b"");
        // The task that sends it has been woken, and runs first.
        tokio::task::yield_now().await;
    }

    /// Waits for the peer's objection to the client's certificate, as [`tls::confirm`](crate::tls::confirm) does.
    async fn confirm(&self, took: Duration) -> Result<(), Fault> {
        let wait = (took + handshake::OBJECTION_WAIT_MIN).min(handshake::OBJECTION_WAIT_MAX);
        match tokio::time::timeout(wait, self.connection.closed()).await {
            Err(_) => Ok(()),
            Ok(error) => {
                Err(self.fault(&error, Phase::Tls, "complete the TLS handshake", QuicErrorCode::Http3))
            }
        }
    }
}
