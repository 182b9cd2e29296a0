//! A QUIC connection whose response is watched: the library says that it is malformed, and not in what.

use bytes::Bytes;
use faultfinder_net::http3::KEPT_BYTES_MAX;
use h3::error::Code;
use h3::quic::{
    BidiStream, Connection, ConnectionErrorIncoming, OpenStreams, RecvStream, SendStream,
    StreamErrorIncoming, StreamId, WriteBuf,
};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

/// The first bytes that came on the stream of the request.
#[derive(Debug, Clone, Default)]
pub(super) struct Received(Arc<Mutex<Vec<u8>>>);

impl Received {
    /// A copy of them.
    pub(super) fn bytes(&self) -> Vec<u8> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn take(&self, data: &[u8]) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let room = KEPT_BYTES_MAX.saturating_sub(kept.len()).min(data.len());
        kept.extend_from_slice(data.get(..room).unwrap_or_default());
    }
}

/// What opens streams: the connection itself, or its part that does only that.
pub(super) struct Watched<C> {
    opens: C,
    received: Received,
}

/// The connection, and the opener of its streams.
pub(super) type WatchedConnection = Watched<h3_quinn::Connection>;
pub(super) type WatchedOpener = Watched<h3_quinn::OpenStreams>;

impl<C> Watched<C> {
    pub(super) fn new(opens: C, received: &Received) -> Self {
        Self { opens, received: received.clone() }
    }

    fn watch(&self, stream: h3_quinn::BidiStream<Bytes>) -> WatchedStream {
        WatchedPart { stream, received: self.received.clone() }
    }
}

impl Clone for WatchedOpener {
    fn clone(&self) -> Self {
        Self { opens: self.opens.clone(), received: self.received.clone() }
    }
}

impl<C> OpenStreams<Bytes> for Watched<C>
where
    C: OpenStreams<Bytes, BidiStream = h3_quinn::BidiStream<Bytes>, SendStream = h3_quinn::SendStream<Bytes>>,
{
    type BidiStream = WatchedStream;
    type SendStream = h3_quinn::SendStream<Bytes>;

    fn poll_open_bidi(
        &mut self,
        cx: &mut Context<'_>,
    ) -> Poll<Result<Self::BidiStream, StreamErrorIncoming>> {
        self.opens.poll_open_bidi(cx).map_ok(|stream| self.watch(stream))
    }

    fn poll_open_send(
        &mut self,
        cx: &mut Context<'_>,
    ) -> Poll<Result<Self::SendStream, StreamErrorIncoming>> {
        self.opens.poll_open_send(cx)
    }

    fn close(&mut self, code: Code, reason: &[u8]) {
        self.opens.close(code, reason);
    }
}

impl Connection<Bytes> for WatchedConnection {
    type RecvStream = h3_quinn::RecvStream;
    type OpenStreams = WatchedOpener;

    fn poll_accept_recv(
        &mut self,
        cx: &mut Context<'_>,
    ) -> Poll<Result<Self::RecvStream, ConnectionErrorIncoming>> {
        Connection::<Bytes>::poll_accept_recv(&mut self.opens, cx)
    }

    fn poll_accept_bidi(
        &mut self,
        cx: &mut Context<'_>,
    ) -> Poll<Result<Self::BidiStream, ConnectionErrorIncoming>> {
        Connection::<Bytes>::poll_accept_bidi(&mut self.opens, cx).map_ok(|stream| self.watch(stream))
    }

    fn opener(&self) -> Self::OpenStreams {
        Watched::new(Connection::<Bytes>::opener(&self.opens), &self.received)
    }
}

/// What comes on the stream of a request: all of the stream, or its half that receives.
pub(super) struct WatchedPart<S> {
    stream: S,
    received: Received,
}

/// The stream of a request.
pub(super) type WatchedStream = WatchedPart<h3_quinn::BidiStream<Bytes>>;
pub(super) type WatchedReceiver = WatchedPart<h3_quinn::RecvStream>;

impl BidiStream<Bytes> for WatchedStream {
    type SendStream = h3_quinn::SendStream<Bytes>;
    type RecvStream = WatchedReceiver;

    fn split(self) -> (Self::SendStream, Self::RecvStream) {
        let (send, stream) = self.stream.split();
        (send, WatchedPart { stream, received: self.received })
    }
}

impl<S: RecvStream<Buf = Bytes>> RecvStream for WatchedPart<S> {
    type Buf = Bytes;

    fn poll_data(&mut self, cx: &mut Context<'_>) -> Poll<Result<Option<Self::Buf>, StreamErrorIncoming>> {
        let polled = self.stream.poll_data(cx);
        if let Poll::Ready(Ok(Some(data))) = &polled {
            self.received.take(data);
        }
        polled
    }

    fn stop_sending(&mut self, error_code: u64) {
        self.stream.stop_sending(error_code);
    }

    fn recv_id(&self) -> StreamId {
        self.stream.recv_id()
    }
}

impl SendStream<Bytes> for WatchedStream {
    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), StreamErrorIncoming>> {
        self.stream.poll_ready(cx)
    }

    fn send_data<T: Into<WriteBuf<Bytes>>>(&mut self, data: T) -> Result<(), StreamErrorIncoming> {
        self.stream.send_data(data)
    }

    fn poll_finish(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), StreamErrorIncoming>> {
        self.stream.poll_finish(cx)
    }

    fn reset(&mut self, reset_code: u64) {
        self.stream.reset(reset_code);
    }

    fn send_id(&self) -> StreamId {
        self.stream.send_id()
    }
}
