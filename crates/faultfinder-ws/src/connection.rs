//! An open WebSocket.

use crate::accept;
use crate::failure;
use crate::opening::{self, Asked};
use crate::prepare::{self, Prepared};
use crate::reader::Item;
use crate::redirect;
use crate::socket::{Broken, Socket};
use crate::{Close, Message, Opening, Request};
use bytes::Bytes;
use faultfinder_net::{
    Reach, Stream, Trace, Vantage, first_of, session_fault, suspect_tls, too_many_redirects,
};
use faultfinder_taxonomy::{Fault, Phase};
use std::time::Duration;
use tokio::time::Instant;
use tungstenite::protocol::CloseFrame;
use tungstenite::protocol::frame::Frame;
use tungstenite::protocol::frame::coding::{CloseCode, Data, OpCode};

/// How long to wait for the reason of a peer that closed while we were sending.
const LAST_WORDS_WAIT: Duration = Duration::from_millis(50);
/// The name of HTTP/1.1 in ALPN (RFC 7301 section 6): an upgrade is one of HTTP/1.1.
const ALPN_HTTP11: &str = "http/1.1";

/// An open WebSocket.
///
/// Dropping it ends the connection without a closing handshake; see [`close`](Self::close).
#[derive(Debug)]
pub struct Connection {
    socket: Socket,
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
    /// The end, orderly or not. Nothing comes after it.
    Close(Close),
}

/// A response that does not open a WebSocket, and its fault, unless an assertion reads its status.
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
        let prepared = prepare::prepare(request).map_err(first_of)?;
        let mut hops = Vec::new();
        let reached = Self::reach(vantage, request, &prepared, &mut hops, trace).await;
        let opened = reached.and_then(|answered| answered.map_err(|refusal| refusal.fault));
        opened.map_err(|fault| redirect::after(fault, &hops))
    }

    /// Connects and requests the upgrade, there and where redirects lead; a response other than 101 is distinguished from other
    /// failures. `hops` gets the responses that were followed.
    pub(crate) async fn reach(
        vantage: &Vantage,
        request: &Request,
        prepared: &Prepared,
        hops: &mut Vec<(String, u16)>,
        trace: &mut Trace,
    ) -> Result<Result<Self, Refusal>, Fault> {
        let mut followed: Option<(Request, Prepared)> = None;
        loop {
            let (request, prepared) = match &followed {
                Some((request, prepared)) => (request, prepared),
                None => (request, prepared),
            };
            let refusal = match Box::pin(Self::ask(vantage, request, prepared, trace)).await? {
                Err(refusal) if request.follow_redirects => refusal,
                answered => return Ok(answered),
            };
            let Some(next) = redirect::next(request, &prepared.url, &refusal.opening)? else {
                return Ok(Err(refusal));
            };
            if hops.len() >= usize::try_from(request.max_redirects).unwrap_or(usize::MAX) {
                return Err(too_many_redirects(request.max_redirects, &prepared.url, Phase::Open));
            }
            hops.push((prepared.url.to_string(), refusal.opening.status));
            trace.next_hop();
            let prepared = prepare::prepare(&next).map_err(first_of)?;
            followed = Some((next, prepared));
        }
    }

    /// Connects and requests the upgrade.
    async fn ask(
        vantage: &Vantage,
        request: &Request,
        prepared: &Prepared,
        trace: &mut Trace,
    ) -> Result<Result<Self, Refusal>, Fault> {
        let stream = connect(vantage, request, prepared, trace).await?;
        let asked = opening::ask(stream, prepared, trace).await;
        let Asked { mut connection, mut opening } =
            asked.map_err(|fault| suspicious(trace.late_objection(fault), prepared))?;
        trace.leave();
        if opening.status != 101 {
            let body = opening::read_body(&mut connection).await;
            let fault = accept::unexpected(&opening, &body, prepared.has_credentials);
            return Ok(Err(Refusal { opening, fault }));
        }
        accept::check(&mut opening, prepared)?;
        let (stream, early) = connection.into_parts();
        let message_bytes_max = request.max_message_bytes;
        let socket = Socket::new(stream, &early, message_bytes_max);
        Ok(Ok(Self { socket, opening, message_bytes_max, delivered: 0, ended: false }))
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
        let (bytes, kind) = match message {
            Message::Text(text) => (text.as_bytes(), Data::Text),
            Message::Binary(bytes) => (bytes.as_slice(), Data::Binary),
        };
        let frame = Frame::message(Bytes::copy_from_slice(bytes), OpCode::Data(kind), true);
        self.send_frame(frame, trace).await
    }

    /// Sends a ping, in the send phase; otherwise like [`send`](Self::send). At most 125 bytes go along.
    ///
    /// # Errors
    ///
    /// Those of [`send`](Self::send).
    pub async fn ping(&mut self, payload: &[u8], trace: &mut Trace) -> Result<Option<Close>, Fault> {
        self.send_frame(Frame::ping(Bytes::copy_from_slice(payload)), trace).await
    }

    async fn send_frame(&mut self, frame: Frame, trace: &mut Trace) -> Result<Option<Close>, Fault> {
        trace.enter(Phase::Send);
        let Err(error) = self.socket.send(frame).await else { return Ok(None) };
        // The peer may have said why it closed.
        self.socket.drain(Instant::now() + LAST_WORDS_WAIT).await;
        let broken = match self.socket.reader().violation() {
            Some(violation) => Broken::Rule(violation.clone()),
            None => Broken::Stream(error),
        };
        self.broken(&broken).map(Some)
    }

    /// The next message, pong or end: in the wait phase until a message begins, then in the receive phase. Pings are
    /// answered on the way.
    ///
    /// # Errors
    ///
    /// `WEBSOCKET` when the peer's frames break a rule or a message is too long; `SSL` when TLS failed.
    pub async fn receive(&mut self, trace: &mut Trace) -> Result<Event, Fault> {
        let number = self.delivered.saturating_add(1);
        self.socket.await_message(number);
        trace.enter(Phase::Wait);
        let next = self.socket.next(|began| {
            if trace.phase() == Phase::Wait {
                trace.enter_at(Phase::Receive, began);
            }
        });
        let received = match next.await {
            Ok(Item::Pong(payload) | Item::Ping(payload)) => return Ok(Event::Pong(payload)),
            Ok(Item::Message(message)) => Ok(Event::Message(message)),
            Ok(Item::Close(close)) => Ok(Event::Close(close)),
            Err(broken) => self.broken(&broken).map(Event::Close),
        };
        self.delivered = number;
        self.ended = matches!(received, Ok(Event::Close(_)));
        received
    }

    /// How the peer ended it.
    fn end(&self) -> Close {
        let close = self.socket.reader().close();
        close.cloned().unwrap_or(Close { code: Close::ABNORMAL, reason: String::new() })
    }

    /// How many pings the peer has sent.
    pub(crate) const fn pings(&self) -> u64 {
        self.socket.reader().pings()
    }

    /// What has come of a frame or a message that is not complete, as a sentence fragment.
    pub(crate) fn unfinished(&self) -> Option<String> {
        self.socket.reader().unfinished()
    }

    /// Why nothing more can be read or sent: a violated rule, TLS, or the end of the connection.
    fn broken(&self, broken: &Broken) -> Result<Close, Fault> {
        match broken {
            Broken::Rule(violation) => Err(failure::violation(violation, self.message_bytes_max)),
            Broken::Stream(error) => match session_fault(error, Phase::Receive) {
                Some(fault) => Err(fault),
                None => Ok(self.end()),
            },
        }
    }

    /// The fault of an end that came before `what`: "a message arrived".
    #[must_use]
    pub fn closed(&self, close: &Close, what: &str) -> Fault {
        let fault = failure::closed(close, self.socket.ended(), what);
        match self.unfinished() {
            Some(unfinished) => failure::unfinished(fault, &unfinished),
            None => fault,
        }
    }

    /// Ends the WebSocket as RFC 6455 section 7.1.2 says, and answers with the peer's close frame when it comes in time.
    ///
    /// A peer whose frames violated a rule gets the close code for that rule; any other peer gets 1000, or its own code back.
    pub async fn close(self, until: Instant) -> Option<Close> {
        self.finish(until).await.frame
    }

    /// The same, and whether the peer ended the connection without a close frame.
    pub(crate) async fn finish(mut self, until: Instant) -> Closing {
        if self.ended && self.socket.reader().close().is_none() {
            return Closing { frame: None, is_cut: true };
        }
        let mut is_cut = false;
        let closing = async {
            let code = match (self.socket.reader().violation(), self.socket.reader().close()) {
                (Some(violation), _) => violation.answer,
                (None, Some(close)) => close.code,
                (None, None) => NORMAL,
            };
            let close = CloseFrame { code: CloseCode::from(code), reason: "".into() };
            // A close frame without a code is answered by one without a code (RFC 6455 section 7.1.5).
            let close = Some(close).filter(|_| code != Close::NO_CODE);
            if self.socket.send(Frame::close(close)).await.is_err() {
                is_cut = true;
                return;
            }
            while self.socket.reader().violation().is_none() && self.socket.reader().close().is_none() {
                if self.socket.next(|_| {}).await.is_err() {
                    is_cut = true;
                    return;
                }
            }
        };
        let _ = tokio::time::timeout_at(until, closing).await;
        Closing { frame: self.socket.reader().close().cloned(), is_cut }
    }
}

/// The peer's part of the closing handshake.
pub(crate) struct Closing {
    /// Its close frame, if that came in time.
    pub(crate) frame: Option<Close>,
    /// Whether it ended the connection instead.
    pub(crate) is_cut: bool,
}

/// A fault before the answer; without TLS, that may be what is missing.
fn suspicious(fault: Fault, prepared: &Prepared) -> Fault {
    if prepared.is_secure() { fault } else { suspect_tls(fault, "use a wss:// URL") }
}

/// The close code of an end that was expected (RFC 6455 section 7.4.1).
const NORMAL: u16 = 1000;

/// Connects, and makes a TLS session of the connection for a `wss` URL.
async fn connect(
    vantage: &Vantage,
    request: &Request,
    prepared: &Prepared,
    trace: &mut Trace,
) -> Result<Stream, Fault> {
    let client = if prepared.is_secure() {
        let mut options = request.tls.clone();
        if options.alpn.is_empty() {
            options.alpn = vec![ALPN_HTTP11.to_owned()];
        }
        // Prepared before connecting, so that reading certificates does not count as the target's time.
        Some(vantage.tls_client(&options, "ws.tls")?)
    } else {
        None
    };
    let reach = Reach {
        host: &prepared.host,
        port: prepared.port,
        proxy: request.proxy.as_ref(),
        is_forwarded: false,
        tls: &request.tls,
        protocol: "ws",
        target_field: "ws.url",
    };
    let stream = reach.connect(vantage, &request.client, trace).await?;
    match client {
        None => Ok(stream),
        Some(client) => {
            let secured = stream.secure(vantage, &prepared.host, &client, &request.client, trace);
            Box::pin(secured).await.map(|(stream, _)| stream)
        }
    }
}
