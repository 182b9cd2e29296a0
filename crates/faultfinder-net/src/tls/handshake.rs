//! From a stream to a TLS session.

use super::capture::{Capture, Negotiated};
use super::client::TlsClient;
use super::diagnostic::{self, Failed};
use super::failure;
use super::provider;
use super::reference_name::ReferenceName;
use super::verdict::judge;
use super::verifier::{CapturingIdentity, CapturingVerifier, Signed};
use super::warning::warn;
use super::wire;
use crate::stamped::Stamped;
use crate::wire::{Way, Wire};
use crate::{ClientOptions, Host, Tap, Taps, Trace, Vantage};
use faultfinder_taxonomy::{Code, Detail, Fault, Phase};
use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use std::pin::Pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite};
use tokio::time::Instant;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

/// How much of the peer's first flight is kept: enough for a ServerHello after a few alerts.
const HEAD_BYTES_MAX: usize = 1024;

/// A TLS session and the results of its handshake.
#[derive(Debug)]
#[non_exhaustive]
pub struct Session<S> {
    /// The session.
    pub stream: TlsStream<Tap<S>>,
    /// The protocol that ALPN selected.
    pub alpn: Option<Vec<u8>>,
    /// How long the handshake took.
    pub took: Duration,
}

/// Starts a TLS session on a stream, in the TLS phase, and verifies what the peer presents.
///
/// The data for the verification that the options permit to fetch (missing issuers' certificates, CRLs, OCSP responses)
/// is fetched after the handshake and before the verdict, with the `options` of the test, in separate phases.
///
/// # Errors
///
/// `SSL` with the verify code, the alert or the error in the peer's data; `CONNRESET` when the peer ends the
/// connection inside the handshake. A rejected chain takes precedence over any later error. If the server refuses without
/// a reason, one more connection may find out what it would have chosen; see [`Trace::passes_with`].
pub async fn handshake<S: AsyncRead + AsyncWrite + Unpin>(
    vantage: &Vantage,
    stream: S,
    host: &Host,
    client: &TlsClient,
    options: &ClientOptions,
    trace: &mut Trace,
) -> Result<Session<S>, Fault> {
    handshake_on(vantage, (stream, None), host, client, options, trace).await
}

/// The same on a stream that was opened in this way, unless it was by TCP.
async fn handshake_on<S: AsyncRead + AsyncWrite + Unpin>(
    vantage: &Vantage,
    (stream, way): (S, Option<&dyn Way>),
    host: &Host,
    client: &TlsClient,
    options: &ClientOptions,
    trace: &mut Trace,
) -> Result<Session<S>, Fault> {
    trace.enter(Phase::Tls);
    let began = Instant::now();
    let names = Names::of(host, client)?;
    let tapped = Tap::arriving(stream, HEAD_BYTES_MAX, Some(trace.arrivals()));
    let Prepared { config, capture, signed } = prepare(vantage, &names, client, tapped.taps());
    trace.capture = Some(Arc::clone(&capture));
    let connected = TlsConnector::from(Arc::new(config)).connect(names.sent, tapped).await;
    let arrived = trace.arrivals().last();
    let took = arrived.map_or_else(|| began.elapsed(), |arrived| arrived.saturating_duration_since(began));
    // A handshake with a proxy is part of a longer phase.
    let is_own_phase = trace.phase() == Phase::Tls;
    if let Some(at) = capture.taps().first_write().filter(|_| is_own_phase) {
        trace.begins_at(at);
    }
    if let Ok(stream) = &connected {
        capture.settle(negotiated(stream));
    }
    // The chain was presented inside the handshake, so its verdict takes precedence over the error of the handshake.
    judge(vantage, client, options, &capture, trace).await?;
    let stream = match connected {
        Ok(stream) => stream,
        Err(error) => {
            let fault = failure::handshake_fault(&error, &capture);
            let failed = Failed { vantage, host, client, options, capture: &capture, way };
            return Err(Box::pin(diagnostic::explain(fault, &failed, trace)).await);
        }
    };
    // What this process computes after the peer's last byte does not count as time of the handshake.
    if let Some(at) = arrived.filter(|_| is_own_phase && trace.phase() == Phase::Tls) {
        trace.leave_at(at);
    }
    let alpn = stream.get_ref().1.alpn_protocol().map(<[u8]>::to_vec);
    warn(&capture, trace);
    let hello = capture.taps().with_head(wire::server_hello);
    if let Some(warning) = hello.and_then(|hello| provider::legacy(&hello, signed.scheme())) {
        trace.warn(warning);
    }
    Ok(Session { stream, alpn, took })
}

/// The same over TCP without a proxy, with one more connection and handshake if the server turns out to have nothing better than
/// DHE.
///
/// # Errors
///
/// Those of [`handshake()`].
pub async fn handshake_over_tcp(
    vantage: &Vantage,
    stream: Stamped,
    host: &Host,
    client: &TlsClient,
    options: &ClientOptions,
    trace: &mut Trace,
) -> Result<Session<Stamped>, Fault> {
    let failed = match handshake(vantage, stream, host, client, options, trace).await {
        Ok(session) => return Ok(session),
        Err(fault) => fault,
    };
    let Some(client) = with_dhe(client, trace) else { return Err(failed) };
    trace.keep(&failed);
    let again = diagnostic::connect_directly(vantage, host, options, trace);
    let again = tokio::time::timeout(diagnostic::WAIT_MAX, again).await.ok().flatten();
    trace.let_go();
    let Some(stream) = again else { return Err(failed) };
    handshake_after(failed, vantage, stream, host, client, options, trace).await
}

/// The same in a tunnel, which is opened once more for that.
pub(crate) async fn handshake_in_tunnel(
    vantage: &Vantage,
    (stream, way): (Box<dyn Wire>, &dyn Way),
    host: &Host,
    client: &TlsClient,
    options: &ClientOptions,
    trace: &mut Trace,
) -> Result<Session<Box<dyn Wire>>, Fault> {
    let failed = match handshake_on(vantage, (stream, Some(way)), host, client, options, trace).await {
        Ok(session) => return Ok(session),
        Err(fault) => fault,
    };
    let Some(client) = with_dhe(client, trace) else { return Err(failed) };
    trace.keep(&failed);
    let again = tokio::time::timeout(diagnostic::WAIT_MAX, way.again(vantage, options)).await;
    trace.let_go();
    let Some(stream) = again.ok().flatten() else { return Err(failed) };
    handshake_after(failed, vantage, stream, host, client, options, trace).await
}

/// The client for one more handshake, which also offers DHE; nothing if the server has something better, or was offered it.
fn with_dhe<'a>(client: &'a TlsClient, trace: &Trace) -> Option<&'a TlsClient> {
    client.with_dhe().filter(|_| trace.notes.has_dhe_only)
}

/// A handshake after one that failed with this fault.
async fn handshake_after<S: AsyncRead + AsyncWrite + Unpin>(
    failed: Fault,
    vantage: &Vantage,
    stream: S,
    host: &Host,
    client: &TlsClient,
    options: &ClientOptions,
    trace: &mut Trace,
) -> Result<Session<S>, Fault> {
    // What the next handshake shows takes precedence over what the diagnostic one has shown, unless it shows nothing.
    let (seen, passes_with) = (trace.capture.take(), trace.notes.passes_with.take());
    let result = Box::pin(handshake(vantage, stream, host, client, options, trace)).await;
    if result.is_err() && !trace.capture.as_ref().is_some_and(|capture| capture.has_chain()) {
        (trace.capture, trace.notes.passes_with) = (seen, passes_with);
        return Err(failed);
    }
    result
}

/// The parts that belong to one handshake.
pub(crate) struct Prepared {
    /// The options' configuration, recording into the capture.
    pub(crate) config: ClientConfig,
    /// Records everything that the peer presents.
    pub(crate) capture: Arc<Capture>,
    /// The scheme of the handshake's signature.
    pub(super) signed: Arc<Signed>,
}

/// The names of one handshake.
#[derive(Clone)]
pub(crate) struct Names {
    /// The name that is sent.
    pub(crate) sent: ServerName<'static>,
    /// The name that the certificate must be issued for.
    reference: ReferenceName,
}

/// Prepares one handshake, on any transport.
pub(crate) fn prepare(vantage: &Vantage, names: &Names, client: &TlsClient, taps: Arc<Taps>) -> Prepared {
    let is_sent = client.options().sni && matches!(names.sent, ServerName::DnsName(_));
    let sni = is_sent.then(|| names.sent.to_str().into_owned());
    let now = vantage.clock().unix_seconds();
    let capture = Capture::new(Arc::clone(&client.judge), names.reference.clone(), sni, now, taps);
    let capture = Arc::new(capture.offering(Arc::clone(&client.offered)));
    let mut config = client.config.clone();
    config.enable_sni = client.options().sni;
    let signed = Arc::new(Signed::default());
    let verifier =
        CapturingVerifier::new(Arc::clone(&capture), Arc::clone(&client.provider), Arc::clone(&signed));
    config.dangerous().set_certificate_verifier(Arc::new(verifier));
    config.client_auth_cert_resolver =
        Arc::new(CapturingIdentity::new(Arc::clone(&capture), client.identity.clone()));
    Prepared { config, capture, signed }
}

fn negotiated<S>(stream: &TlsStream<Tap<S>>) -> Negotiated {
    let session = stream.get_ref().1;
    Negotiated {
        version: session.protocol_version().map(|version| wire::version_name(version.into())),
        cipher_suite: session
            .negotiated_cipher_suite()
            .map(|suite| wire::cipher_suite_name(suite.suite().into())),
        alpn: session.alpn_protocol().map(|name| String::from_utf8_lossy(name).into_owned()),
    }
}

impl Names {
    /// The names of a handshake with a host.
    pub(crate) fn of(host: &Host, client: &TlsClient) -> Result<Self, Fault> {
        let asked = match &client.options().server_name {
            Some(name) => Host::parse(name, "tls.server_name")?,
            None => host.clone(),
        };
        match asked {
            Host::LinkLocal(address, _) => Ok(Self {
                sent: ServerName::from(std::net::IpAddr::V6(address)),
                reference: ReferenceName::Address(address.into()),
            }),
            Host::Address(address) => {
                Ok(Self { sent: ServerName::from(address), reference: ReferenceName::Address(address) })
            }
            Host::Name(name) => {
                let trimmed = name.strip_suffix('.').unwrap_or(&name).to_owned();
                let sent = ServerName::try_from(trimmed.clone()).map_err(|_| {
                    let detail = Detail::definition("ERR_INVALID_URL", "tls.server_name");
                    let message = format!("{trimmed:?} cannot be sent as a server name");
                    Fault::new(Code::InvalidRequest, Phase::Config, detail, message)
                })?;
                Ok(Self { sent, reference: ReferenceName::Dns(trimmed) })
            }
        }
    }
}

/// Shortest time to wait for a rejection that arrives after a handshake over QUIC, which ends without a reply.
#[cfg(feature = "quic")]
pub(crate) const OBJECTION_WAIT_MIN: Duration = Duration::from_millis(50);
/// Longest time to wait for a rejection that arrives after the handshake, see [`confirm`].
pub(crate) const OBJECTION_WAIT_MAX: Duration = Duration::from_secs(1);

/// How long the rest of an alert may take whose first bytes have arrived.
const ALERT_REST_WAIT: Duration = Duration::from_millis(20);

/// Waits for the peer's verdict on the client's certificate, at most until this moment.
///
/// In TLS 1.3 the client's side of the handshake is complete before the peer has checked the client's certificate
/// (RFC 8446 section 4.4.2.4); a rejection is an alert at the first read. Most servers send a session ticket when they have
/// accepted it (section 4.6.1). If the peer requested a certificate, this waits for either, at most 1 s, and warns if
/// neither came. Otherwise it does nothing. Received bytes are dropped: use it only where nothing else is read.
///
/// # Errors
///
/// `SSL` with the alert, or with the error that ended the session.
pub async fn confirm<S: AsyncRead + AsyncWrite + Unpin>(
    session: &mut Session<S>,
    until: Instant,
    trace: &mut Trace,
) -> Result<(), Fault> {
    let asked = trace.capture.as_ref().is_some_and(|capture| capture.asked_for_client_certificate());
    let is_13 = session.stream.get_ref().1.protocol_version() == Some(rustls::ProtocolVersion::TLSv1_3);
    if !asked || !is_13 {
        return Ok(());
    }
    // The target did not cause this time, so it belongs to no phase.
    trace.leave();
    let began = Instant::now();
    let until = until.min(began + OBJECTION_WAIT_MAX);
    let verdict = match tokio::time::timeout_at(until, answered(session)).await {
        // More than the beginning of a record: an alert in it has to show.
        Ok(Ok(())) => tokio::time::timeout(ALERT_REST_WAIT, session.stream.read(&mut [0])).await,
        Ok(Err(error)) => Ok(Err(error)),
        Err(_) => {
            trace.warn(format!(
                "the peer asked for a client certificate and did not say within {} ms whether it accepts the answer: it may still refuse it",
                began.elapsed().as_millis()
            ));
            return Ok(());
        }
    };
    match verdict {
        Err(_) | Ok(Ok(_)) => Ok(()),
        Ok(Err(error)) => Err(failure::session_fault(&error, Phase::Tls)
            .unwrap_or_else(|| crate::transport_fault(&error, Phase::Tls, "complete the TLS handshake"))),
    }
}

/// Waits until the peer sends anything after the handshake, such as a session ticket.
async fn answered<S: AsyncRead + AsyncWrite + Unpin>(session: &mut Session<S>) -> std::io::Result<()> {
    let taps = session.stream.get_ref().0.taps();
    let before = taps.read_bytes();
    std::future::poll_fn(|cx| {
        let mut byte = [0];
        let mut buffer = tokio::io::ReadBuf::new(&mut byte);
        match Pin::new(&mut session.stream).poll_read(cx, &mut buffer) {
            Poll::Pending if taps.read_bytes() > before => Poll::Ready(Ok(())),
            polled => polled,
        }
    })
    .await
}
