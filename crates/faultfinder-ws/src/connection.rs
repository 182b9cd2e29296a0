//! An open WebSocket.

use crate::accept;
use crate::failure;
use crate::guard::{Guard, violation_of};
use crate::opening::{self, Answer};
use crate::prepare::{self, Prepared};
use crate::{Close, Message, Opening, Request};
use bytes::Bytes;
use faultfinder_net::tls::{self, TlsOptions};
use faultfinder_net::{Stream, Trace, Vantage};
use faultfinder_taxonomy::{Fault, Phase};
use futures_util::{SinkExt as _, StreamExt as _};
use std::future::poll_fn;
use std::time::Duration;
use tokio::io::AsyncReadExt as _;
use tokio::time::Instant;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::tungstenite::protocol::{CloseFrame, Role, WebSocketConfig};
use tokio_tungstenite::tungstenite::{Error, Message as Raw};

/// What is read at once; it is allocated once per connection.
const READ_BUFFER_BYTES: usize = 16 << 10;
/// How long a peer that broke off while we were sending may take to say why.
const LAST_WORDS_WAIT: Duration = Duration::from_millis(50);
/// The name of HTTP/1.1 in ALPN (RFC 7301 section 6): an upgrade is one of HTTP/1.1.
const ALPN_HTTP11: &str = "http/1.1";

/// An open WebSocket.
///
/// Dropping it ends the connection without a closing handshake; see [`close`](Self::close).
#[derive(Debug)]
pub struct Connection {
    socket: WebSocketStream<Guard>,
    opening: Opening,
    message_bytes_max: usize,
    /// How many messages, and close frames, were handed out.
    delivered: u64,
    /// Whether the peer's end was handed out.
    ended: bool,
}

/// What came from the peer.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(
    clippy::exhaustive_enums,
    reason = "closed: messages, and the control frames that are not answered by themselves"
)]
pub enum Event {
    /// A message.
    Message(Message),
    /// The answer to a ping, with its payload.
    Pong(Vec<u8>),
    /// The end, in order or not. Nothing comes after it.
    Close(Close),
}

/// An answer that opens no WebSocket, and the fault that it is unless its status is asked for.
#[derive(Debug)]
pub(crate) struct Refusal {
    pub(crate) opening: Opening,
    pub(crate) fault: Fault,
}

impl Connection {
    /// Connects and opens a WebSocket; the steps of the request are not taken.
    ///
    /// # Errors
    ///
    /// Those of [`probe`](crate::probe()) up to the opening handshake.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future closes the connection.
    pub async fn open(vantage: &Vantage, request: &Request, trace: &mut Trace) -> Result<Self, Fault> {
        let prepared = prepare::prepare(request).map_err(faultfinder_net::first_of)?;
        Self::reach(vantage, request, &prepared, trace).await?.map_err(|refusal| refusal.fault)
    }

    /// Connects and asks for the upgrade; an answer other than 101 is told apart from what is worse.
    pub(crate) async fn reach(
        vantage: &Vantage,
        request: &Request,
        prepared: &Prepared,
        trace: &mut Trace,
    ) -> Result<Result<Self, Refusal>, Fault> {
        let mut stream = connect(vantage, request, prepared, trace).await?;
        let asked = opening::ask(&mut stream, prepared, trace).await;
        let mut answer = asked.map_err(|fault| trace.late_objection(fault))?;
        trace.leave();
        if answer.opening.status != 101 {
            opening::read_body(&mut stream, &mut answer).await;
            let fault = accept::unexpected(&answer, prepared.has_credentials);
            return Ok(Err(Refusal { opening: answer.opening, fault }));
        }
        accept::check(&mut answer, prepared)?;
        Ok(Ok(Self::new(stream, answer, request.max_message_bytes).await))
    }

    async fn new(stream: Stream, answer: Answer, message_bytes_max: usize) -> Self {
        let guard = Guard::new(stream, answer.rest, message_bytes_max);
        let config = WebSocketConfig::default()
            .read_buffer_size(READ_BUFFER_BYTES)
            .write_buffer_size(0)
            .max_message_size(Some(message_bytes_max))
            .max_frame_size(Some(message_bytes_max.max(READ_BUFFER_BYTES)));
        let socket = WebSocketStream::from_raw_socket(guard, Role::Client, Some(config)).await;
        Self { socket, opening: answer.opening, message_bytes_max, delivered: 0, ended: false }
    }

    /// The answer to the opening handshake.
    #[must_use]
    pub const fn opening(&self) -> &Opening {
        &self.opening
    }

    /// Sends a message, in the send phase. The end of the WebSocket, when the peer ended it before.
    ///
    /// # Errors
    ///
    /// `WEBSOCKET` when the peer's last frames break a rule; `SSL` when TLS failed.
    pub async fn send(&mut self, message: &Message, trace: &mut Trace) -> Result<Option<Close>, Fault> {
        let raw = match message {
            Message::Text(text) => Raw::text(text.as_str()),
            Message::Binary(bytes) => Raw::Binary(Bytes::copy_from_slice(bytes)),
        };
        self.send_raw(raw, trace).await
    }

    /// Sends a ping, in the send phase; otherwise like [`send`](Self::send). At most 125 bytes go along.
    ///
    /// # Errors
    ///
    /// Those of [`send`](Self::send).
    pub async fn ping(&mut self, payload: &[u8], trace: &mut Trace) -> Result<Option<Close>, Fault> {
        self.send_raw(Raw::Ping(Bytes::copy_from_slice(payload)), trace).await
    }

    async fn send_raw(&mut self, raw: Raw, trace: &mut Trace) -> Result<Option<Close>, Fault> {
        trace.enter(Phase::Send);
        match self.socket.send(raw).await {
            Ok(()) => Ok(None),
            Err(error) => self.last_words(&error).await.map(Some),
        }
    }

    /// The next message, pong or end: in the wait phase until a message begins, then in the receive phase. Pings are
    /// answered on the way.
    ///
    /// # Errors
    ///
    /// `WEBSOCKET` when the peer's frames break a rule or a message is too long; `SSL` when TLS failed.
    pub async fn receive(&mut self, trace: &mut Trace) -> Result<Event, Fault> {
        let number = self.delivered.saturating_add(1);
        self.socket.get_mut().await_message(number);
        trace.enter(Phase::Wait);
        let received = loop {
            let next = poll_fn(|cx| {
                let polled = self.socket.poll_next_unpin(cx);
                if trace.phase() == Phase::Wait
                    && let Some(at) = self.socket.get_ref().message_began()
                {
                    trace.enter_at(Phase::Receive, at);
                }
                polled
            });
            match next.await {
                Some(Ok(Raw::Ping(_) | Raw::Frame(_))) => {}
                Some(Ok(Raw::Pong(payload))) => return Ok(Event::Pong(payload.to_vec())),
                Some(Ok(Raw::Text(text))) => {
                    break Ok(Event::Message(Message::Text(text.as_str().to_owned())));
                }
                Some(Ok(Raw::Binary(bytes))) => break Ok(Event::Message(Message::Binary(bytes.to_vec()))),
                Some(Ok(Raw::Close(_))) | None => break Ok(Event::Close(self.end())),
                Some(Err(error)) => break self.broken(&error).map(Event::Close),
            }
        };
        self.delivered = number;
        self.ended = matches!(received, Ok(Event::Close(_)));
        received
    }

    /// How the peer ended it.
    fn end(&self) -> Close {
        let close = self.socket.get_ref().inspector().close();
        close.cloned().unwrap_or(Close { code: Close::ABNORMAL, reason: String::new() })
    }

    /// What an error is about: a rule, TLS, or nothing but the end of the connection.
    fn broken(&self, error: &Error) -> Result<Close, Fault> {
        if let Some(violation) = self.socket.get_ref().inspector().violation() {
            return Err(failure::violation(violation, self.message_bytes_max));
        }
        match error {
            Error::Io(error) if violation_of(error).is_none() => {
                match tls::session_fault(error, Phase::Receive) {
                    Some(fault) => Err(fault),
                    None => Ok(self.end()),
                }
            }
            _ if self.socket.get_ref().ended().is_some()
                || self.socket.get_ref().inspector().close().is_some() =>
            {
                Ok(self.end())
            }
            error => Err(failure::library(error)),
        }
    }

    /// Reads what is left after a write failed: the peer may have said why it broke off.
    async fn last_words(&mut self, error: &Error) -> Result<Close, Fault> {
        let until = Instant::now() + LAST_WORDS_WAIT;
        let mut chunk = [0_u8; 1024];
        while let Ok(Ok(1..)) = tokio::time::timeout_at(until, self.socket.get_mut().read(&mut chunk)).await {
        }
        if let Error::Io(error) = error {
            self.socket.get_mut().note_error(error);
        }
        self.broken(error)
    }

    /// The fault of an end that came before `what`: "a message came".
    #[must_use]
    pub fn closed(&self, close: &Close, what: &str) -> Fault {
        let guard = self.socket.get_ref();
        let fault = failure::closed(close, guard.ended(), what);
        if guard.inspector().is_inside_frame() { fault.with("ended_inside_a_frame", true) } else { fault }
    }

    /// Ends the WebSocket as RFC 6455 section 7.1.2 says, and answers with the peer's close frame when it comes in time.
    ///
    /// A peer whose frames broke a rule is told which kind of rule; any other one gets 1000, or the echo of its own.
    pub async fn close(mut self, until: Instant) -> Option<Close> {
        let closing = async {
            let guard = self.socket.get_ref();
            if let Some(violation) = guard.inspector().violation() {
                let code = CloseCode::from(violation.answer);
                let _ = self.socket.send(Raw::Close(Some(CloseFrame { code, reason: "".into() }))).await;
                return;
            }
            if self.ended {
                // The echo was made when the peer's close frame was read.
                let _ = self.socket.flush().await;
                return;
            }
            let normal = CloseFrame { code: CloseCode::Normal, reason: "".into() };
            if self.socket.send(Raw::Close(Some(normal))).await.is_ok() {
                while let Some(Ok(message)) = self.socket.next().await {
                    if message.is_close() {
                        break;
                    }
                }
            }
        };
        let _ = tokio::time::timeout_at(until, closing).await;
        self.socket.get_ref().inspector().close().cloned()
    }
}

/// Connects, and makes a TLS session of the connection for a `wss` URL.
async fn connect(
    vantage: &Vantage,
    request: &Request,
    prepared: &Prepared,
    trace: &mut Trace,
) -> Result<Stream, Fault> {
    let client = if prepared.is_secure() {
        let mut options: TlsOptions = request.tls.clone();
        if options.alpn.is_empty() {
            options.alpn = vec![ALPN_HTTP11.to_owned()];
        }
        // Made ready before the connection, so that reading certificates is not sold as the target's time.
        Some(vantage.tls_client(&options, "ws.tls")?)
    } else {
        None
    };
    let tcp =
        faultfinder_net::connect(vantage, &prepared.host, prepared.port, &request.client, trace).await?;
    let stream = Stream::Plain(tcp);
    match client {
        None => Ok(stream),
        Some(client) => {
            let secured = stream.secure(vantage, &prepared.host, &client, &request.client, trace);
            Box::pin(secured).await.map(|(stream, _)| stream)
        }
    }
}
