//! One exchange after the other on a connection.

use super::end::{Asked, Broken, End, is_connection_wide};
use super::{frames, message};
use crate::{Arrivals, Driver, Stream, Tap, Taps};
use bytes::Bytes;
use faultfinder_taxonomy::Phase;
use h2::client::{self, ResponseFuture, SendRequest};
use h2::{RecvStream, SendStream};
use http::{HeaderMap, Method, StatusCode};
use std::pin::Pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;
use tokio::time::Instant;

/// Longest header block of a response, in bytes.
pub const HEADER_BLOCK_BYTES_MAX: usize = message::FIELD_LIST_BYTES_MAX;
/// Windows as large as those of browsers, so that a body is not slowed by round trips.
const STREAM_WINDOW_BYTES: u32 = 6 << 20;
const CONNECTION_WINDOW_BYTES: u32 = 15 << 20;
/// Maximum number of bytes in frames before a response. A peer that sends more is flooding (nghttp2 gives up after
/// 1,000 SETTINGS).
pub const FLOOD_BYTES_MAX: u64 = 1 << 20;
/// Maximum number of body bytes that the library accepts at once: no window is larger (RFC 9113 section 6.9.1).
const CHUNK_BYTES_MAX: usize = (1 << 31) - 1;
/// How long to wait for the reason when a connection has failed.
const LAST_WORD_WAIT: Duration = Duration::from_millis(100);

/// A connection that speaks HTTP/2.
#[derive(Debug)]
pub struct Connection {
    sender: SendRequest<Bytes>,
    driver: Driver<client::Connection<Tap<Stream>>, h2::Error>,
    taps: Arc<Taps>,
    /// Whether the latest request is a HEAD.
    is_head: bool,
}

/// A response whose head has arrived.
#[derive(Debug)]
#[non_exhaustive]
pub struct Answer {
    /// Its head.
    pub head: http::response::Parts,
    body: RecvStream,
    stream: u32,
    /// The rest of the request is sent while this is alive.
    _request: SendStream<Bytes>,
}

/// An event before the final response.
#[derive(Debug)]
#[expect(clippy::exhaustive_enums, reason = "closed: the events before a final response")]
pub enum Progress<'a> {
    /// The last byte of the request was written at this moment.
    Sent(Instant),
    /// An interim response arrived.
    Interim(StatusCode, &'a HeaderMap),
}

impl Connection {
    /// Starts HTTP/2 on a stream, whose data arrives when these say so.
    ///
    /// # Errors
    ///
    /// How the stream ended.
    pub async fn open(stream: Stream, arrivals: Option<&Arc<Arrivals>>) -> Result<Self, End> {
        let stream = Tap::of_http2(stream, HEADER_BLOCK_BYTES_MAX, arrivals);
        let taps = stream.taps();
        let header_list_max = u32::try_from(HEADER_BLOCK_BYTES_MAX).unwrap_or(u32::MAX);
        let opened = client::Builder::new()
            .initial_window_size(STREAM_WINDOW_BYTES)
            .initial_connection_window_size(CONNECTION_WINDOW_BYTES)
            .max_header_list_size(header_list_max)
            .enable_push(false)
            .handshake::<_, Bytes>(stream)
            .await;
        let (sender, connection) = opened.map_err(|error| {
            End::of(&error, None, Asked { taps: &taps, is_head: false, phase: Phase::Send })
        })?;
        Ok(Self { sender, driver: Driver::new(connection), taps, is_head: false })
    }

    /// The data that was transferred.
    pub const fn taps(&self) -> &Arc<Taps> {
        &self.taps
    }

    /// Sends a request, and reads until the head of its final response has arrived.
    ///
    /// # Errors
    ///
    /// Why there is none; [`end`](Self::end) gives the underlying reason.
    pub async fn ask(
        &mut self,
        message: http::Request<()>,
        body: Bytes,
        mut progress: impl FnMut(Progress<'_>),
    ) -> Result<Answer, Broken> {
        self.is_head = message.method() == Method::HEAD;
        let sender = self.sender.clone();
        let asked = async {
            let mut sender = sender.ready().await?;
            let (answer, mut stream) = sender.send_request(message, body.is_empty())?;
            send(&mut stream, body)?;
            Ok::<_, h2::Error>((answer, stream))
        };
        let (answer, request) = self.driver.run(asked).await?;
        let stream = answer.stream_id().as_u32();
        let answer = self.driver.run(head(answer, &self.taps, &mut progress)).await?;
        let stray = || self.taps.with_sections(|kept| message::stray_in_head(kept, self.is_head));
        if let Some(rule) = self.taps.with_head(frames::check_preface).or_else(stray) {
            return Err(Broken::Rule(rule));
        }
        let (head, body) = answer.into_parts();
        Ok(Answer { head, body, stream, _request: request })
    }

    /// The next bytes of a body; nothing at its end.
    ///
    /// # Errors
    ///
    /// Why the body is incomplete.
    pub async fn data(&mut self, answer: &mut Answer) -> Result<Option<Bytes>, Broken> {
        let Some(data) = self.driver.run(answer.body.data()).await else { return Ok(None) };
        let data = data?;
        let _ = answer.body.flow_control().release_capacity(data.len());
        Ok(Some(data))
    }

    /// The trailers after a body that was read to its end.
    ///
    /// # Errors
    ///
    /// Why there are none.
    pub async fn trailers(&mut self, answer: &mut Answer) -> Result<Option<HeaderMap>, Broken> {
        let trailers = self.driver.run(answer.body.trailers()).await?;
        if trailers.is_some()
            && let Some(rule) = self.taps.with_sections(|kept| message::stray_in_trailers(kept, self.is_head))
        {
            return Err(Broken::Rule(rule));
        }
        Ok(trailers)
    }

    /// The underlying reason of a failed exchange. The end of the connection says more than its effect on the stream: a
    /// failed connection is given a moment to end.
    pub async fn end(&mut self, broken: Broken, phase: Phase) -> End {
        match broken {
            Broken::Rule(rule) => End::of_rule(rule, &self.taps),
            Broken::Library(error) => {
                if is_connection_wide(&error) {
                    // If this times out, nothing more is known.
                    let _ = tokio::time::timeout(LAST_WORD_WAIT, self.driver.finish()).await;
                }
                let asked = Asked { taps: &self.taps, is_head: self.is_head, phase };
                End::of(&error, self.driver.error(), asked)
            }
        }
    }
}

impl Answer {
    /// The number of its stream.
    #[must_use]
    pub const fn stream(&self) -> u32 {
        self.stream
    }

    /// Whether the body is empty.
    #[must_use]
    pub fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }
}

/// The response, unless the peer sends frame after frame without one.
async fn head(
    mut answer: ResponseFuture,
    taps: &Taps,
    progress: &mut impl FnMut(Progress<'_>),
) -> Result<http::Response<RecvStream>, Broken> {
    let stream = answer.stream_id().as_u32();
    let read_before = taps.read_bytes();
    let mut is_sent = false;
    std::future::poll_fn(|cx| {
        if let Some(at) = taps.request_ended(stream).filter(|_| !is_sent) {
            is_sent = true;
            progress(Progress::Sent(at));
        }
        // A problem with the stream shows in the response too.
        while let Poll::Ready(Some(Ok(interim))) = answer.poll_informational(cx) {
            if interim.status() == StatusCode::SWITCHING_PROTOCOLS {
                return Poll::Ready(Err(Broken::Rule(frames::switching_protocols())));
            }
            progress(Progress::Interim(interim.status(), interim.headers()));
        }
        let polled = Pin::new(&mut answer).poll(cx).map_err(Broken::Library);
        // A response may have arrived with much of its body: only frames without a response are a flood.
        if polled.is_pending() && taps.read_bytes().saturating_sub(read_before) > FLOOD_BYTES_MAX {
            return Poll::Ready(Err(Broken::Rule(frames::flood(FLOOD_BYTES_MAX))));
        }
        polled
    })
    .await
}

/// Passes a body to the library, which sends it as the peer's windows allow. A connection's initial windows are open
/// before the peer has sent anything.
fn send(stream: &mut SendStream<Bytes>, mut body: Bytes) -> Result<(), h2::Error> {
    while !body.is_empty() {
        let chunk = body.split_to(CHUNK_BYTES_MAX.min(body.len()));
        stream.send_data(chunk, body.is_empty())?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::net::{TcpListener, TcpStream};

    /// A server that answers each request with this many bytes.
    async fn serve(listener: TcpListener, body_bytes: usize) {
        let (stream, _) = listener.accept().await.unwrap();
        let mut connection = h2::server::handshake(stream).await.unwrap();
        while let Some(Ok((_, mut respond))) = connection.accept().await {
            let mut body = respond.send_response(http::Response::new(()), false).unwrap();
            body.send_data(Bytes::from(vec![b'x'; body_bytes]), true).unwrap();
        }
    }

    #[tokio::test]
    async fn bytes_of_earlier_answers_are_not_a_flood_before_the_next() {
        let body_bytes = usize::try_from(FLOOD_BYTES_MAX).unwrap() + 1;
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let stream = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        tokio::spawn(serve(listener, body_bytes));
        let mut connection = Connection::open(Stream::Plain(stream.into()), None).await.unwrap();
        for _ in 0..2 {
            let request = http::Request::get("http://a.test/").body(()).unwrap();
            let mut answer = connection.ask(request, Bytes::new(), |_| {}).await.unwrap();
            let mut received = 0;
            while let Some(data) = connection.data(&mut answer).await.unwrap() {
                received += data.len();
            }
            assert_eq!(received, body_bytes);
        }
    }
}
