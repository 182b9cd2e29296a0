//! One call over a connection, by tonic.

use crate::channel::{Channel, Seen, Shared};
use crate::prefixes::{self, Violation};
use crate::response::StatusOrigin;
use crate::status::{self, Sent};
use crate::{Compression, Request, failure};
use bytes::{Buf as _, BufMut as _, Bytes};
use faultfinder_net::http2::Broken;
use faultfinder_net::{Deadline, Trace};
use faultfinder_taxonomy::{Fault, GrpcStatus, Phase};
use http::header::{CONTENT_TYPE, HeaderMap, HeaderValue, USER_AGENT};
use http::uri::{Authority, PathAndQuery, Scheme};
use http::{Extensions, Uri};
use std::future::poll_fn;
use std::pin::pin;
use std::sync::Arc;
use tokio::time::Instant;
use tonic::codec::{Codec, CompressionEncoding, DecodeBuf, Decoder, EncodeBuf, Encoder};
use tonic::metadata::MetadataMap;

/// A call that is about to be made.
#[derive(Debug)]
pub(crate) struct Outgoing<'a> {
    /// `/shop.v1.Cart/Total`
    pub(crate) path: &'a str,
    pub(crate) message: &'a [u8],
    pub(crate) metadata: &'a HeaderMap,
    pub(crate) authority: &'a Authority,
    pub(crate) is_plaintext: bool,
    pub(crate) compression: Compression,
    pub(crate) deadline: &'a Deadline,
    /// How many messages are read.
    pub(crate) messages_max: usize,
    /// Longest message of the answer, and most bytes of all messages of a stream.
    pub(crate) message_bytes_max: usize,
    /// Whether the server sends a stream of them.
    pub(crate) is_stream: bool,
    /// Whether its phases are those of the test; otherwise the trace stays in the phase in which it is.
    pub(crate) is_measured: bool,
}

/// What a call yields.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) http_status: u16,
    pub(crate) head: HeaderMap,
    pub(crate) trailers: HeaderMap,
    pub(crate) sent: Sent,
    pub(crate) status_from: StatusOrigin,
    pub(crate) messages: Vec<Bytes>,
    /// How many messages came, those included that were not kept.
    pub(crate) count: usize,
    /// Whether the stream was read to its end.
    pub(crate) complete: bool,
    /// The first bytes of an answer that is none of gRPC.
    pub(crate) excerpt: String,
}

/// Why there is no answer.
enum Unanswered {
    /// The exchange was broken off, in this phase.
    Broken(Broken, Phase),
    /// The answer breaks a rule of gRPC.
    Rule(Violation),
    /// It cannot be sent.
    Fault(Fault),
}

/// Makes a call. A stream that the server refuses before it did anything is asked for once more.
///
/// # Errors
///
/// `GRPC` for an answer that is broken and for RST_STREAM and GOAWAY; the transport's code when it is lost.
pub(crate) async fn call(
    connection: &Shared,
    call: &Outgoing<'_>,
    trace: &mut Trace,
) -> Result<Answer, Fault> {
    let mut result = attempt(connection, call, trace).await;
    if let Err(Unanswered::Broken(Broken::Library(error), _)) = &result
        && error.is_remote()
        && error.reason() == Some(h2::Reason::REFUSED_STREAM)
    {
        trace.warn("the server refused the stream (REFUSED_STREAM), and the call was sent once more");
        result = attempt(connection, call, trace).await;
    }
    match result {
        Ok(answer) => Ok(answer),
        Err(Unanswered::Rule(violation)) => Err(status::violation(&violation)),
        Err(Unanswered::Fault(fault)) => Err(fault),
        Err(Unanswered::Broken(broken, phase)) => {
            let end = connection.lock().await.end(broken, phase).await;
            Err(failure::broken(end, phase))
        }
    }
}

/// Makes a call once.
async fn attempt(connection: &Shared, call: &Outgoing<'_>, trace: &mut Trace) -> Result<Answer, Unanswered> {
    call.enter(trace, Phase::Send);
    let (origin, path) = call.target().map_err(Unanswered::Fault)?;
    let channel = Channel {
        connection: Arc::clone(connection),
        compression: call.compression,
        message_bytes_max: call.message_bytes_max,
        seen: Arc::default(),
    };
    let mut client = call.client(channel.clone(), origin);
    let asked = client.server_streaming(call.request(), path, Raw);
    let asked = call.watched(asked, &channel, trace).await;
    let ended = |phase| channel.seen(|seen| seen.ended(phase));
    let mut stream = match asked {
        Ok(answer) => answer.into_inner(),
        Err(status) => {
            if let Some(answer) = channel.seen(|seen| call.foreign(seen, trace)) {
                return Ok(answer);
            }
            // A head without more ("Trailers-Only") has a status, which is not a failure here.
            return match ended(Phase::Wait) {
                Err(unanswered) => Err(unanswered),
                Ok(()) if channel.seen(|seen| seen.head.is_some()) => {
                    call.enter(trace, Phase::Trailers);
                    channel.seen(|seen| call.finish(seen, Taken::default()))
                }
                Ok(()) => Err(unsendable(&status)),
            };
        }
    };
    call.warn_of_grpc_web(&channel, trace);
    if channel.seen(|seen| seen.is_head_only) {
        call.enter(trace, Phase::Trailers);
        return channel.seen(|seen| call.finish(seen, Taken::default()));
    }
    call.enter(trace, Phase::Receive);
    let mut taken = Taken::default();
    let outcome = loop {
        let next = call.watched(stream.message(), &channel, trace).await;
        match next {
            Ok(Some(message)) => {
                if !taken.take(message, call) {
                    return Ok(channel.seen(|seen| call.unread(seen, taken)));
                }
            }
            Ok(None) => break Ok(()),
            Err(status) => break Err(status),
        }
    };
    let is_at_end = taken.count > 0 && !call.is_stream;
    ended(if is_at_end { Phase::Trailers } else { Phase::Receive })?;
    if let Err(status) = outcome
        && !channel.seen(|seen| seen.is_complete)
    {
        // Neither the peer's word, nor a broken prefix, nor the end: a message does not decompress.
        let rule = channel.seen(|seen| undecoded(&status, seen.coding(), call.message_bytes_max));
        return Err(Unanswered::Rule(rule));
    }
    if !is_at_end {
        call.enter(trace, Phase::Trailers);
    }
    channel.seen(|seen| call.finish(seen, taken))
}

impl Seen {
    /// The coding that the head names.
    fn coding(&self) -> &str {
        let named = self.head.as_ref().and_then(|(_, headers)| headers.get("grpc-encoding"));
        named.and_then(|name| name.to_str().ok()).unwrap_or("the coding in grpc-encoding")
    }

    /// What ended the call other than the answer's end.
    fn ended(&mut self, phase: Phase) -> Result<(), Unanswered> {
        if let Some(violation) = self.violation.take() {
            return Err(Unanswered::Rule(violation));
        }
        match self.broken.take() {
            Some(broken) => Err(Unanswered::Broken(broken, phase)),
            None => Ok(()),
        }
    }
}

/// tonic does not send what it cannot encode.
fn unsendable(status: &tonic::Status) -> Unanswered {
    let message = format!("the message cannot be sent: {}", status.message());
    Unanswered::Fault(crate::schema::invalid("compression", "grpc.message", message))
}

/// A message that is compressed, and whose coding does not come off.
fn undecoded(status: &tonic::Status, coding: &str, message_bytes_max: usize) -> Violation {
    if status.code() == tonic::Code::ResourceExhausted {
        return prefixes::too_long("is longer after decompression", message_bytes_max);
    }
    let what = format!("a message says that it is compressed with {coding}, which it is not");
    Violation { status: GrpcStatus::Internal, what }
}

impl Outgoing<'_> {
    fn enter(&self, trace: &mut Trace, phase: Phase) {
        if self.is_measured {
            trace.enter(phase);
        }
    }

    /// Waits for something while the phases follow what passes.
    async fn watched<T>(&self, work: impl Future<Output = T>, channel: &Channel, trace: &mut Trace) -> T {
        let mut work = pin!(work);
        poll_fn(|cx| {
            let polled = work.as_mut().poll(cx);
            let (sent, complete) = channel
                .seen(|seen| (seen.sent, seen.messages.as_ref().map_or(0, prefixes::Prefixes::complete)));
            if !self.is_measured {
                return polled;
            }
            match (trace.phase(), sent) {
                (Phase::Send, Some(at)) => trace.enter_at(Phase::Wait, at),
                // The only message is complete: what is left are the trailers.
                (Phase::Receive, _) if complete > 0 && !self.is_stream => trace.enter(Phase::Trailers),
                _ => {}
            }
            polled
        })
        .await
    }

    /// The scheme and authority, and the path.
    fn target(&self) -> Result<(Uri, PathAndQuery), Fault> {
        let unusable = |error: http::Error| {
            crate::schema::invalid(
                "ERR_INVALID_URL",
                "grpc.method",
                format!("the call is not possible: {error}"),
            )
        };
        let path = PathAndQuery::try_from(self.path).map_err(|error| unusable(error.into()))?;
        let mut parts = http::uri::Parts::default();
        parts.scheme = Some(if self.is_plaintext { Scheme::HTTP } else { Scheme::HTTPS });
        parts.authority = Some(self.authority.clone());
        parts.path_and_query = Some(PathAndQuery::from_static("/"));
        Ok((Uri::from_parts(parts).map_err(|error| unusable(error.into()))?, path))
    }

    fn client(&self, channel: Channel, origin: Uri) -> tonic::client::Grpc<Channel> {
        let client = tonic::client::Grpc::with_origin(channel, origin)
            .max_decoding_message_size(self.message_bytes_max)
            .max_encoding_message_size(Request::MESSAGE_BYTES_MAX)
            .accept_compressed(CompressionEncoding::Gzip)
            .accept_compressed(CompressionEncoding::Deflate)
            .accept_compressed(CompressionEncoding::Zstd);
        match self.compression {
            Compression::Answers | Compression::Off => client,
            Compression::Gzip => client.send_compressed(CompressionEncoding::Gzip),
            Compression::Zstd => client.send_compressed(CompressionEncoding::Zstd),
        }
    }

    fn request(&self) -> tonic::Request<Bytes> {
        let mut metadata = self.metadata.clone();
        metadata.entry(USER_AGENT).or_insert(HeaderValue::from_static(faultfinder_net::USER_AGENT));
        let message = Bytes::copy_from_slice(self.message);
        let metadata = MetadataMap::from_headers(metadata);
        let mut request = tonic::Request::from_parts(metadata, Extensions::default(), message);
        request.set_timeout(self.deadline.instant().saturating_duration_since(Instant::now()));
        request
    }

    fn warn_of_grpc_web(&self, channel: &Channel, trace: &mut Trace) {
        let is_web = channel.seen(|seen| seen.head.as_ref().is_some_and(|(_, head)| is_grpc_web(head)));
        if is_web {
            trace.warn("the response's content-type is that of gRPC-Web, which strict clients refuse");
        }
    }

    /// Whatever answered does not speak gRPC.
    fn foreign(&self, seen: &mut Seen, trace: &mut Trace) -> Option<Answer> {
        let excerpt = seen.foreign.take()?;
        if seen.head.as_ref().is_some_and(|(_, head)| is_grpc_web(head)) {
            trace.warn("the response's content-type is that of gRPC-Web, which strict clients refuse");
        }
        let status = status::of_http(seen.head.as_ref().map_or(0, |(status, _)| *status));
        let sent = Sent { status, message: String::new() };
        let answer = answer(seen, HeaderMap::new(), sent, StatusOrigin::HttpStatus, Taken::default());
        Some(Answer { excerpt, ..answer })
    }

    /// There are more messages than are read.
    fn unread(&self, seen: &mut Seen, taken: Taken) -> Answer {
        let sent = Sent { status: GrpcStatus::Ok, message: String::new() };
        Answer { complete: false, ..answer(seen, HeaderMap::new(), sent, StatusOrigin::Unread, taken) }
    }

    fn finish(&self, seen: &mut Seen, taken: Taken) -> Result<Answer, Unanswered> {
        // Without trailers and messages the head stands for them: it is all there is, or a proxy ended it with an empty
        // frame.
        let trailers = seen.trailers.take().unwrap_or_else(|| {
            let head = seen.head.as_ref().map(|(_, head)| head).filter(|_| taken.count == 0);
            head.filter(|head| head.contains_key("grpc-status")).cloned().unwrap_or_default()
        });
        let (sent, origin) = match status::of_trailers(&trailers) {
            Some(sent) => (sent, StatusOrigin::Trailers),
            None => (missing(), StatusOrigin::Missing),
        };
        if sent.status == GrpcStatus::Ok {
            if let Some(violation) = seen.messages.as_ref().and_then(prefixes::Prefixes::left_over) {
                return Err(Unanswered::Rule(violation));
            }
            if !self.is_stream && taken.count != 1 {
                let what = match taken.count {
                    0 => "its status is OK, but there is no message".to_owned(),
                    count => format!("it has {count} messages, but one is allowed"),
                };
                return Err(Unanswered::Rule(Violation { status: GrpcStatus::Unimplemented, what }));
            }
        }
        Ok(answer(seen, trailers, sent, origin, taken))
    }
}

fn is_grpc_web(head: &HeaderMap) -> bool {
    let content_type = head.get(CONTENT_TYPE).map(HeaderValue::as_bytes).unwrap_or_default();
    content_type.starts_with(b"application/grpc-web")
}

fn answer(
    seen: &mut Seen,
    trailers: HeaderMap,
    sent: Sent,
    status_from: StatusOrigin,
    taken: Taken,
) -> Answer {
    let (http_status, head) = seen.head.take().unwrap_or_default();
    Answer {
        http_status,
        head,
        trailers,
        sent,
        status_from,
        messages: taken.messages,
        count: taken.count,
        complete: true,
        excerpt: String::new(),
    }
}

/// Messages as they were taken in.
#[derive(Default)]
struct Taken {
    messages: Vec<Bytes>,
    count: usize,
    bytes: usize,
}

impl Taken {
    /// Takes a message in; no when there is no room for it in a stream. What a unary answer has too much is counted and
    /// dropped.
    fn take(&mut self, message: Bytes, call: &Outgoing<'_>) -> bool {
        self.count += 1;
        if !call.is_stream {
            if self.count == 1 {
                self.messages.push(message);
            }
            return true;
        }
        self.bytes = self.bytes.saturating_add(message.len());
        if self.count > call.messages_max || self.bytes > call.message_bytes_max {
            self.count -= 1;
            return false;
        }
        self.messages.push(message);
        true
    }
}

/// Trailers without a status.
const fn missing() -> Sent {
    Sent { status: GrpcStatus::Unknown, message: String::new() }
}

/// Messages as bytes: they are decoded when the status is known.
struct Raw;

impl Codec for Raw {
    type Encode = Bytes;
    type Decode = Bytes;
    type Encoder = Self;
    type Decoder = Self;

    fn encoder(&mut self) -> Self {
        Self
    }

    fn decoder(&mut self) -> Self {
        Self
    }
}

impl Encoder for Raw {
    type Item = Bytes;
    type Error = tonic::Status;

    fn encode(&mut self, message: Bytes, buffer: &mut EncodeBuf<'_>) -> Result<(), tonic::Status> {
        buffer.put(message);
        Ok(())
    }
}

impl Decoder for Raw {
    type Item = Bytes;
    type Error = tonic::Status;

    fn decode(&mut self, buffer: &mut DecodeBuf<'_>) -> Result<Option<Bytes>, tonic::Status> {
        Ok(Some(buffer.copy_to_bytes(buffer.remaining())))
    }
}
