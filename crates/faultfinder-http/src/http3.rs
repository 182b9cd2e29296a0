//! One exchange over HTTP/3 (RFC 9114), by h3.

mod broken; // why there is no answer
mod upload; // the body of a request, sent while the response is read
mod watched; // a connection whose response is watched
mod rule; // the rules that a response breaks, in words

use crate::alternative::Alternative;
use crate::call::Call;
use crate::exchange::{self, Collected};
use crate::{Interim, Response, response};
use broken::Broken;
use bytes::{Buf, Bytes};
use faultfinder_net::http2::{FLOOD_BYTES_MAX, HEADER_BLOCK_BYTES_MAX};
use faultfinder_net::quic::QuicConnection;
use faultfinder_net::{Driver, Host, Taps, Trace, connect as connect_tcp, connect_quic};
use faultfinder_taxonomy::word::HttpVersion;
use faultfinder_taxonomy::{Code, Detail, Fault, Phase, QuicErrorCode};
use h3::client::{RequestStream, SendRequest};
use h3::error::{ConnectionError, LocalError, StreamError};
use http::header::{CONTENT_LENGTH, HeaderMap, HeaderValue};
use http::{HeaderName, Method};
use rule::MESSAGE_ERROR;
use std::convert::Infallible;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;
use tokio::time::Instant;
use upload::Upload;
use watched::{Received, Watched, WatchedConnection, WatchedOpener, WatchedReceiver};

/// Its name in ALPN (RFC 9114 section 3.1).
const ALPN_H3: &str = "h3";
/// Most bytes of packets between two pieces of a body, more than fits into the connection's window.
const FLOOD_IN_BODY_BYTES_MAX: u64 = 32 << 20;
/// `H3_NO_ERROR` and `H3_EXCESSIVE_LOAD` (RFC 9114 section 8.1).
const NO_ERROR: u64 = 0x100;
const EXCESSIVE_LOAD: u64 = 0x107;

/// The header that names the alternative that is used (RFC 7838 section 5).
const ALT_USED: HeaderName = HeaderName::from_static("alt-used");

type ReceiveStream = RequestStream<WatchedReceiver, Bytes>;
type Sender = SendRequest<WatchedOpener, Bytes>;

/// Opens a QUIC connection, to the alternative if one is given, sends a request and reads the answer.
///
/// # Errors
///
/// Those of [`connect_quic`]; `CONNRESET` when the peer ends the connection or the stream, `MALFORMED_RESPONSE` when
/// it breaks the protocol, both with the error code; `HEADER_TOO_LARGE`.
pub(crate) async fn exchange(
    call: &Call<'_>,
    alternative: Option<&Alternative>,
    trace: &mut Trace,
) -> Result<Response, Fault> {
    let mut message = exchange::message(call)?;
    *message.version_mut() = http::Version::HTTP_3;
    if let Some(named) = alternative.and_then(|it| HeaderValue::try_from(it.authority(&call.prepared)).ok()) {
        message.headers_mut().insert(ALT_USED, named);
    }
    call.arrived.over_udp();
    let quic = connect(call, alternative, trace).await?;
    trace.enter(Phase::Send);
    quic.taps().forget();
    let outcome = converse(call, &quic, message, trace).await;
    let answered = outcome.and_then(|(status, headers, collected, interim)| {
        let response = exchange::respond("HTTP/3", status, &headers, collected, &call.prepared, trace)?;
        Ok(Response { interim, ..response })
    });
    quic.close(QuicErrorCode::Http3(NO_ERROR)).await;
    answered.map_err(|fault| trace.late_objection(fault))
}

async fn connect(
    call: &Call<'_>,
    alternative: Option<&Alternative>,
    trace: &mut Trace,
) -> Result<QuicConnection, Fault> {
    let prepared = &call.prepared;
    let mut options = call.tls_options();
    if options.alpn.is_empty() || call.request.version == HttpVersion::Discover {
        options.alpn = vec![ALPN_H3.to_owned()];
    }
    let (host, port) = match alternative {
        None => (prepared.host.clone(), prepared.port),
        Some(alternative) => {
            // Wherever it is, its certificate must be valid for the origin (RFC 7838 section 2.1).
            options.server_name.get_or_insert_with(|| prepared.host.to_text());
            (alternative.host.clone().unwrap_or_else(|| prepared.host.clone()), alternative.port)
        }
    };
    let client = call.vantage.tls_client(&options, "http.tls")?;
    let options = &call.request.client;
    let connecting = Box::pin(connect_quic(call.vantage, &host, port, &client, options, trace));
    let connected = tokio::select! {
        biased;
        connected = connecting => connected,
        never = ask_over_tcp_if_silent(call, &host, port) => match never {},
    };
    if let Err(fault) = &connected
        && (fault.code, fault.phase) == (Code::ConnRefused, Phase::Connect)
        && matches!(fault.detail, Detail::Errno { .. })
    {
        // The target did not cause this time, and nothing that it brings changes what is known.
        trace.leave();
        trace.keep(fault);
        ask_over_tcp(call, &host, port).await;
        trace.let_go();
    }
    connected
}

/// Most time that a connection over TCP may take which only shows whether there is one.
const TCP_WAIT: Duration = Duration::from_secs(1);

/// Finds out whether the same port answers over TCP, once half of the time has passed in which it should over UDP.
async fn ask_over_tcp_if_silent(call: &Call<'_>, host: &Host, port: u16) -> Infallible {
    tokio::time::sleep(call.request.client.timeout / 2).await;
    ask_over_tcp(call, host, port).await;
    std::future::pending().await
}

/// Finds out whether the same port answers over TCP. The connection is closed at once.
async fn ask_over_tcp(call: &Call<'_>, host: &Host, port: u16) {
    let mut apart = Trace::start();
    let connecting = connect_tcp(call.vantage, host, port, &call.request.client, &mut apart);
    let connected = tokio::time::timeout(TCP_WAIT, connecting).await;
    call.arrived.answers_over_tcp(connected.is_ok_and(|connected| connected.is_ok()));
}

type Answer = (u16, HeaderMap, Collected, Vec<Interim>);

async fn converse(
    call: &Call<'_>,
    quic: &QuicConnection,
    message: http::Request<()>,
    trace: &mut Trace,
) -> Result<Answer, Fault> {
    let received = Received::default();
    let watched: WatchedConnection =
        Watched::new(h3_quinn::Connection::new(quic.connection().clone()), &received);
    let header_list_max = u64::try_from(HEADER_BLOCK_BYTES_MAX).unwrap_or(u64::MAX);
    let built = h3::client::builder()
        .max_field_section_size(header_list_max)
        .send_grease(false)
        .build::<_, _, Bytes>(watched)
        .await;
    let (mut connection, sender) =
        built.map_err(|error| connection_fault(&error, (quic, &received), Phase::Send))?;
    let closed = async move { Err(std::future::poll_fn(|cx| connection.poll_close(cx)).await) };
    let mut session = Session { sender, driver: Driver::new(closed), taps: quic.taps() };
    match session.ask(call, message, trace).await {
        Ok(answer) => Ok(answer),
        Err(Broken::Rule(fault)) => Err(fault),
        Err(Broken::Library(error, phase)) => {
            if is_connection_wide(&error) {
                // The connection knows better what it ended with.
                session.driver.finish().await;
            }
            Err(fault(&error, session.driver.error(), (quic, &received), phase))
        }
    }
}

/// Whether the connection is gone, not just the stream.
fn is_connection_wide(error: &StreamError) -> bool {
    let is_of_the_stream = matches!(
        error,
        StreamError::RemoteTerminate { .. }
            | StreamError::StreamError { .. }
            | StreamError::HeaderTooBig { .. }
    );
    !is_of_the_stream && !is_shutting_down(error)
}

/// Whether a request came too late: after GOAWAY.
fn is_shutting_down(error: &StreamError) -> bool {
    matches!(error, StreamError::RemoteClosing { .. })
}

/// A connection that speaks HTTP/3. As long as the sender lives, the connection does.
struct Session<C> {
    sender: Sender,
    driver: Driver<C, ConnectionError>,
    taps: Arc<Taps>,
}

impl<C: Future<Output = Result<(), ConnectionError>>> Session<C> {
    /// Sends a request and reads the answer.
    async fn ask(
        &mut self,
        call: &Call<'_>,
        message: http::Request<()>,
        trace: &mut Trace,
    ) -> Result<Answer, Broken> {
        let asked = self.driver.run(self.sender.send_request(message)).await;
        let (sending, mut stream) = asked.map_err(Broken::in_phase(Phase::Send))?.split();
        let mut upload = Upload::new(sending, call.prepared.body.bytes.clone());
        let mut early = {
            let head = unless_flooded(stream.recv_response(), &self.taps, FLOOD_BYTES_MAX, Phase::Send);
            self.driver.run(upload.until_sent_or(head)).await?
        };
        trace.enter(Phase::Wait);
        let sent = Instant::now();
        let mut interim = Vec::new();
        let answer = loop {
            let head = match early.take() {
                Some(head) => head,
                None => {
                    let head =
                        unless_flooded(stream.recv_response(), &self.taps, FLOOD_BYTES_MAX, Phase::Wait);
                    self.driver.run(upload.beside(head)).await?
                }
            };
            if interim.is_empty() {
                // The first of the answer; packets may have come before that only acknowledge.
                trace.enter_at(Phase::Receive, self.arrived());
            }
            match head.status().as_u16() {
                101 => return Err(Broken::Rule(unasked_upgrade())),
                status @ 100..=199 if interim.len() < Interim::KEPT_MAX => {
                    let headers = response::pairs(head.headers());
                    call.arrived.interim(status);
                    interim.push(Interim { status, headers, after: sent.elapsed() });
                }
                100..=199 => {}
                _ => break head,
            }
        };
        let (parts, ()) = answer.into_parts();
        check_fields(&parts.headers).map_err(Broken::Rule)?;
        call.arrived.begin("HTTP/3", parts.status.as_u16(), &parts.headers, &call.prepared.url);
        let collected = self.receive(call, &parts.headers, &mut stream, &mut upload).await?;
        if !collected.is_enough() {
            check_length(&parts.headers, parts.status.as_u16(), &call.prepared.method, collected.received())
                .map_err(Broken::Rule)?;
        }
        trace.leave_with(self.arrived());
        Ok((parts.status.as_u16(), parts.headers, collected, interim))
    }

    /// When what was read last arrived.
    fn arrived(&self) -> Instant {
        self.taps.arrived().unwrap_or_else(Instant::now)
    }

    /// Reads the body and the trailers.
    async fn receive(
        &mut self,
        call: &Call<'_>,
        headers: &HeaderMap,
        stream: &mut ReceiveStream,
        upload: &mut Upload,
    ) -> Result<Collected, Broken> {
        let mut collected = Collected::new(call, headers);
        while !collected.is_enough() {
            let piece =
                unless_flooded(stream.recv_data(), &self.taps, FLOOD_IN_BODY_BYTES_MAX, Phase::Receive);
            let Some(piece) = collected.within(self.driver.run(upload.beside(piece))).await else { break };
            let Some(mut data) = piece? else { break };
            while data.has_remaining() {
                let chunk = data.chunk();
                call.arrived.take(chunk);
                collected.take(chunk);
                let length = chunk.len();
                data.advance(length);
            }
        }
        if collected.is_enough() {
            return Ok(collected);
        }
        let trailers =
            unless_flooded(stream.recv_trailers(), &self.taps, FLOOD_IN_BODY_BYTES_MAX, Phase::Receive);
        if let Some(trailers) = self.driver.run(upload.beside(trailers)).await? {
            collected.end(&trailers);
        }
        Ok(collected)
    }
}

/// What the peer sends, unless it sends packet after packet without it.
async fn unless_flooded<T>(
    awaited: impl Future<Output = Result<T, StreamError>>,
    taps: &Taps,
    bytes_max: u64,
    phase: Phase,
) -> Result<T, Broken> {
    let mut awaited = std::pin::pin!(awaited);
    let before = taps.read_bytes();
    std::future::poll_fn(|cx| {
        let polled = awaited.as_mut().poll(cx).map_err(Broken::in_phase(phase));
        if polled.is_pending() && taps.read_bytes().saturating_sub(before) > bytes_max {
            return Poll::Ready(Err(Broken::Rule(flood(bytes_max, phase))));
        }
        polled
    })
    .await
}

/// The fault of a peer that sends packet after packet without an answer.
fn flood(bytes: u64, phase: Phase) -> Fault {
    violation(EXCESSIVE_LOAD, phase, &format!("{bytes} bytes of packets arrived without a response"))
}

/// `101` has no meaning in HTTP/3 (RFC 9114 section 4.5).
fn unasked_upgrade() -> Fault {
    let message =
        "the response is 101 Switching Protocols, which HTTP/3 does not allow (RFC 9114 section 4.5)";
    Fault::new(Code::MalformedResponse, Phase::Wait, Detail::http("unexpected-101", Some(101)), message)
}

/// Refuses fields of a connection (RFC 9114 section 4.2).
fn check_fields(headers: &HeaderMap) -> Result<(), Fault> {
    match exchange::CONNECTION_SPECIFIC.iter().find(|name| headers.contains_key(*name)) {
        None => Ok(()),
        Some(name) => {
            let what = format!(
                "it has the field {name}, which belongs to HTTP/1.1 connections, against RFC 9114 section 4.2"
            );
            Err(violation(MESSAGE_ERROR, Phase::Wait, &what))
        }
    }
}

/// Refuses a body of another length than announced (RFC 9114 section 4.1.2).
fn check_length(headers: &HeaderMap, status: u16, method: &Method, received: u64) -> Result<(), Fault> {
    let bodiless = *method == Method::HEAD || matches!(status, 204 | 304);
    let Some(announced) = headers.get(CONTENT_LENGTH).filter(|_| !bodiless) else { return Ok(()) };
    let announced = announced.to_str().ok().and_then(|text| text.parse::<u64>().ok());
    if announced == Some(received) {
        return Ok(());
    }
    let said =
        announced.map_or_else(|| "something that is not a number".to_owned(), |length| length.to_string());
    let what = format!(
        "content-length is {said}, but the body has {received} bytes, against RFC 9114 section 4.1.2"
    );
    Err(violation(MESSAGE_ERROR, Phase::Receive, &what))
}

/// The peer broke a rule of HTTP/3.
fn violation(code: u64, phase: Phase, what: &str) -> Fault {
    let code = QuicErrorCode::Http3(code);
    let message = format!("the response is not valid HTTP/3: {what} ({})", code.name());
    Fault::new(Code::MalformedResponse, phase, Detail::quic(code, "local"), message)
}

/// What cannot be done in a phase.
const fn aim(phase: Phase) -> &'static str {
    match phase {
        Phase::Receive => "receive the complete response",
        Phase::Send => "send the request",
        _ => "receive a response",
    }
}

/// The fault of an exchange that ended with this error; `connection` is what the connection ended with.
fn fault(
    error: &StreamError,
    connection: Option<&ConnectionError>,
    (quic, received): (&QuicConnection, &Received),
    phase: Phase,
) -> Fault {
    match error {
        StreamError::RemoteTerminate { code, .. } => {
            let code = QuicErrorCode::Http3(code.value());
            let meaning = code.text().unwrap_or("an unknown code");
            let message =
                format!("cannot {}: the peer reset the stream with {}: {meaning}", aim(phase), code.name());
            Fault::new(Code::ConnReset, phase, Detail::quic(code, "RESET_STREAM"), message)
        }
        StreamError::StreamError { code, reason, .. } => {
            violation(code.value(), phase, &rule::broken(code.value(), reason, received))
        }
        StreamError::HeaderTooBig { actual_size, max_size, .. } if phase == Phase::Send => {
            let detail = Detail::definition("ERR_HTTP3_HEADER_TOO_LARGE", "http.headers");
            let message =
                format!("the headers have {actual_size} bytes, but the peer accepts at most {max_size}");
            Fault::new(Code::InvalidRequest, phase, detail, message)
        }
        StreamError::HeaderTooBig { .. } => {
            exchange::header_too_large(&format!("more than {HEADER_BLOCK_BYTES_MAX} bytes")).in_phase(phase)
        }
        error if is_shutting_down(error) => {
            let message = "the peer is shutting down: it sent GOAWAY before the request";
            let detail = Detail::quic(QuicErrorCode::Http3(NO_ERROR), "GOAWAY");
            Fault::new(Code::ConnReset, phase, detail, message)
        }
        error => match connection {
            Some(ended) => connection_fault(ended, (quic, received), phase),
            None => unknown(error, quic, phase),
        },
    }
}

/// The fault of a connection that ended with this error.
fn connection_fault(
    error: &ConnectionError,
    (quic, received): (&QuicConnection, &Received),
    phase: Phase,
) -> Fault {
    if let Some(fault) = by_peer(quic, phase) {
        return fault;
    }
    match error {
        ConnectionError::Local { error: LocalError::Application { code, reason, .. }, .. } => {
            violation(code.value(), phase, &rule::broken(code.value(), reason, received))
        }
        other => unknown(other, quic, phase),
    }
}

/// The fault of what the transport ended with, if it was not us who ended it.
fn by_peer(quic: &QuicConnection, phase: Phase) -> Option<Fault> {
    let reason = quic.connection().close_reason()?;
    if matches!(reason, quinn::ConnectionError::LocallyClosed) {
        return None;
    }
    Some(quic.fault(&reason, phase, aim(phase), QuicErrorCode::Http3))
}

fn unknown(error: &dyn std::error::Error, quic: &QuicConnection, phase: Phase) -> Fault {
    by_peer(quic, phase).unwrap_or_else(|| {
        let message = format!("the exchange failed: {error}");
        Fault::new(Code::Unknown, phase, Detail::http("h3_error", None), message)
    })
}
