//! What the connection and the layers tell each other of the request that is being answered.

use axum::body::Body;
use axum::extract::Request;
use bytes::Bytes;
use hyper::body::{Body as HttpBody, Frame, Incoming, SizeHint};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, ready};

/// Longest body that is read to its end without a word when nobody wants it, in bytes; the connection lives on.
const UNWANTED_BYTES_MAX: u64 = 64 * 1024;

/// The request of a connection that is being answered. There is one at a time.
#[derive(Debug, Default)]
pub(super) struct Exchange {
    /// Whether a request is being answered.
    is_busy: AtomicBool,
    /// Whether the client may still be sending the body of the last request.
    is_unread: AtomicBool,
}

impl Exchange {
    pub(super) fn is_busy(&self) -> bool {
        self.is_busy.load(Ordering::Relaxed)
    }

    pub(super) fn is_unread(&self) -> bool {
        self.is_unread.load(Ordering::Relaxed)
    }

    /// Takes up a request; it is being answered until what is returned beside it is dropped.
    pub(super) fn begin(self: &Arc<Self>, request: http::Request<Incoming>) -> (Request, Busy) {
        let is_unread = !request.body().is_end_stream();
        self.is_unread.store(is_unread, Ordering::Relaxed);
        self.is_busy.store(true, Ordering::Relaxed);
        let mut request = request.map(|body| Body::new(Watched { body, exchange: Arc::clone(self) }));
        request.extensions_mut().insert(Arc::clone(self));
        (request, Busy(Arc::clone(self)))
    }

    /// Whether the connection ends with the answer to a request whose body has this size: what is left of the body is too
    /// much to be read for nothing.
    pub(super) fn ends(&self, size: &SizeHint) -> bool {
        self.is_unread() && size.upper().is_none_or(|bytes| bytes > UNWANTED_BYTES_MAX)
    }
}

/// A request that is being answered.
#[derive(Debug)]
pub(super) struct Busy(Arc<Exchange>);

impl Drop for Busy {
    fn drop(&mut self) {
        self.0.is_busy.store(false, Ordering::Relaxed);
    }
}

/// A body that notes when it has been read to its end.
#[derive(Debug)]
struct Watched {
    body: Incoming,
    exchange: Arc<Exchange>,
}

impl HttpBody for Watched {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        let frame = ready!(Pin::new(&mut self.body).poll_frame(cx));
        if frame.is_none() || self.body.is_end_stream() {
            self.exchange.is_unread.store(false, Ordering::Relaxed);
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
