//! The connection as tonic calls it, with what passes over it noted.

use crate::Compression;
use crate::metadata::DETAILS_BIN;
use crate::prefixes::{Coding, Prefixes, Violation};
use bytes::Bytes;
use faultfinder_net::http2::{Answer, Broken, Connection, Progress};
use futures_util::future::BoxFuture;
use futures_util::ready;
use http::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use http_body::Frame;
use http_body_util::BodyExt as _;
use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::sync::OwnedMutexGuard;
use tokio::time::Instant;
use tonic::client::GrpcService;

/// How the server compresses its messages, and what it may compress them with.
const GRPC_ENCODING: HeaderName = HeaderName::from_static("grpc-encoding");
const GRPC_ACCEPT_ENCODING: HeaderName = HeaderName::from_static("grpc-accept-encoding");

/// A connection for one call after the other.
pub(crate) type Shared = Arc<tokio::sync::Mutex<Connection>>;

/// How long to wait for the page of a server that does not speak gRPC: it may come behind its head.
const PAGE_WAIT: Duration = Duration::from_millis(500);

/// The connection, for one call.
#[derive(Clone)]
pub(crate) struct Channel {
    pub(crate) connection: Shared,
    pub(crate) compression: Compression,
    /// Longest message of an answer, in bytes.
    pub(crate) message_bytes_max: usize,
    pub(crate) seen: Arc<Mutex<Seen>>,
}

/// What passed in one call.
#[derive(Default)]
pub(crate) struct Seen {
    /// When the last byte of the request was written.
    pub(crate) sent: Option<Instant>,
    /// Since when the answer's head is there.
    pub(crate) head: Option<(u16, HeaderMap)>,
    /// Whether there is nothing but the head.
    pub(crate) is_head_only: bool,
    /// The first bytes of an answer that is not one of gRPC.
    pub(crate) foreign: Option<String>,
    pub(crate) messages: Option<Prefixes>,
    pub(crate) trailers: Option<HeaderMap>,
    /// Whether the answer came to its end, with trailers or without.
    pub(crate) is_complete: bool,
    /// The rule that the answer breaks.
    pub(crate) violation: Option<Violation>,
    /// Why the exchange was broken off.
    pub(crate) broken: Option<Broken>,
}

/// The call has ended: [`Seen`] says how.
#[derive(Debug)]
pub(crate) struct Ended;

impl std::fmt::Display for Ended {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the call has ended")
    }
}

impl std::error::Error for Ended {}

impl Channel {
    /// Looks at what passed so far.
    pub(crate) fn seen<T>(&self, look: impl FnOnce(&mut Seen) -> T) -> T {
        look(&mut self.seen.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Whether a head is one of gRPC ("Response-Headers": status 200, and a content-type of gRPC's).
fn is_grpc(status: u16, headers: &HeaderMap) -> bool {
    let content_type = headers.get(CONTENT_TYPE).map(HeaderValue::as_bytes).unwrap_or_default();
    status == 200 && content_type.starts_with(b"application/grpc")
}

/// Fields without the details of a status: tonic panics where they are not what they should be, and nobody reads them there.
fn readable(mut fields: HeaderMap) -> HeaderMap {
    fields.remove(DETAILS_BIN);
    fields
}

impl GrpcService<tonic::body::Body> for Channel {
    type ResponseBody = Body;
    type Error = Ended;
    type Future = BoxFuture<'static, Result<http::Response<Body>, Ended>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Ended>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: http::Request<tonic::body::Body>) -> Self::Future {
        let channel = self.clone();
        Box::pin(async move {
            let (parts, body) = request.into_parts();
            let mut message = http::Request::from_parts(parts, ());
            if channel.compression == Compression::Off {
                message.headers_mut().insert(GRPC_ACCEPT_ENCODING, HeaderValue::from_static("identity"));
            }
            // It is one message, and in memory.
            let body = body.collect().await.map_err(|_| Ended)?.to_bytes();
            let mut connection = Arc::clone(&channel.connection).lock_owned().await;
            let asked = connection.ask(message, body, |progress| {
                if let Progress::Sent(at) = progress {
                    channel.seen(|seen| seen.sent = Some(at));
                }
            });
            match asked.await {
                Ok(answer) => channel.answered(connection, answer).await,
                Err(broken) => {
                    channel.seen(|seen| seen.broken = Some(broken));
                    Err(Ended)
                }
            }
        })
    }
}

impl Channel {
    async fn answered(
        self,
        mut connection: OwnedMutexGuard<Connection>,
        mut answer: Answer,
    ) -> Result<http::Response<Body>, Ended> {
        let (status, headers) = (answer.head.status.as_u16(), &answer.head.headers);
        let last_write = connection.taps().last_write();
        let encoding = headers.get(GRPC_ENCODING).and_then(|value| value.to_str().ok());
        let coding = Coding::named(encoding.unwrap_or_default());
        let is_known = !matches!(coding, Coding::Unknown(_));
        self.seen(|seen| {
            // It may have come before the whole request was sent.
            seen.sent = seen.sent.or(last_write);
            seen.head = Some((status, headers.clone()));
            seen.is_head_only = answer.is_end_stream();
            seen.messages = Some(Prefixes::new(coding, self.message_bytes_max));
        });
        if !is_grpc(status, headers) && !headers.contains_key("grpc-status") {
            let first = tokio::time::timeout(PAGE_WAIT, connection.data(&mut answer)).await;
            let first = first.ok().and_then(Result::ok).flatten();
            let excerpt = first.map(|data| faultfinder_net::excerpt(&data)).unwrap_or_default();
            self.seen(|seen| seen.foreign = Some(excerpt));
            return Err(Ended);
        }
        let mut response = http::Response::new(());
        *response.status_mut() = answer.head.status;
        *response.headers_mut() = readable(answer.head.headers.clone());
        if !is_known {
            // A message that is compressed by it is refused by us; one that is not can be read.
            response.headers_mut().remove(GRPC_ENCODING);
        }
        Ok(response.map(|()| Body { channel: self, connection, answer, is_at_end: false }))
    }
}

/// The body of an answer. It holds the connection.
pub(crate) struct Body {
    channel: Channel,
    connection: OwnedMutexGuard<Connection>,
    answer: Answer,
    /// Whether all messages have come, and the trailers are next.
    is_at_end: bool,
}

impl http_body::Body for Body {
    type Data = Bytes;
    type Error = Ended;

    fn poll_frame(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Ended>>> {
        let Self { channel, connection, answer, is_at_end } = self.get_mut();
        let broken = |broken| {
            channel.seen(|seen| seen.broken = Some(broken));
            Poll::Ready(Some(Err(Ended)))
        };
        if !*is_at_end {
            match ready!(pin!(connection.data(answer)).poll(cx)) {
                Ok(Some(data)) => {
                    let judged = channel.seen(|seen| {
                        let judged = seen.messages.as_mut().map_or(Ok(()), |messages| messages.take(&data));
                        judged.map_err(|violation| seen.violation = Some(violation))
                    });
                    return Poll::Ready(Some(judged.map(|()| Frame::data(data)).map_err(|()| Ended)));
                }
                Ok(None) => *is_at_end = true,
                Err(error) => return broken(error),
            }
        }
        match ready!(pin!(connection.trailers(answer)).poll(cx)) {
            Ok(trailers) => {
                channel.seen(|seen| {
                    seen.is_complete = true;
                    seen.trailers.clone_from(&trailers);
                });
                Poll::Ready(trailers.map(|trailers| Ok(Frame::trailers(readable(trailers)))))
            }
            Err(error) => broken(error),
        }
    }
}
