//! One call over a connection.

use crate::Request;
use crate::coding::{self, Coding};
use crate::connection::Connection;
use crate::failure;
use crate::frames::{self, Frames, Violation};
use crate::response::StatusOrigin;
use crate::status::{self, Sent};
use bytes::Bytes;
use faultfinder_net::{Deadline, Trace};
use faultfinder_taxonomy::word::Compression;
use faultfinder_taxonomy::{Fault, GrpcStatus, Phase};
use futures_util::FutureExt as _;
use h2::RecvStream;
use http::header::{CONTENT_TYPE, HeaderMap, HeaderValue, TE, USER_AGENT};
use http::uri::{Authority, PathAndQuery, Scheme};
use http::{HeaderName, Method, Uri};
use std::sync::Arc;
use tokio::time::Instant;

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
enum Broken {
    /// The library says so, in this phase.
    Library(h2::Error, Phase),
    /// The answer breaks a rule of gRPC.
    Rule(Violation),
    /// It cannot be sent.
    Fault(Fault),
}

impl From<Violation> for Broken {
    fn from(violation: Violation) -> Self {
        Self::Rule(violation)
    }
}

impl Connection {
    /// Makes a call. A stream that the server refuses before it did anything is asked for once more.
    ///
    /// # Errors
    ///
    /// `GRPC` for an answer that is broken and for RST_STREAM and GOAWAY; the transport's code when it is lost.
    pub(crate) async fn call(&mut self, call: &Outgoing<'_>, trace: &mut Trace) -> Result<Answer, Fault> {
        let mut result = self.attempt(call, trace).await;
        if let Err(Broken::Library(error, _)) = &result
            && error.is_remote()
            && error.reason() == Some(h2::Reason::REFUSED_STREAM)
        {
            trace.warn("the server refused the stream (REFUSED_STREAM) and was asked once more");
            result = self.attempt(call, trace).await;
        }
        match result {
            Ok(answer) => Ok(answer),
            Err(Broken::Rule(violation)) => Err(status::violation(&violation)),
            Err(Broken::Fault(fault)) => Err(fault),
            Err(Broken::Library(error, phase)) => {
                let taps = Arc::clone(&self.taps);
                let connection = if error.is_reset() { None } else { self.last_word().await };
                Err(failure::broken(&error, connection, &taps, phase))
            }
        }
    }

    async fn attempt(&mut self, call: &Outgoing<'_>, trace: &mut Trace) -> Result<Answer, Broken> {
        call.enter(trace, Phase::Send);
        let request = call.request().map_err(Broken::Fault)?;
        let message = call.framed().map_err(Broken::Fault)?;
        let sender = self.sender.clone();
        let asked = async {
            let mut sender = sender.ready().await?;
            let (answer, mut stream) = sender.send_request(request, false)?;
            // The library sends it as the peer's windows allow. Those that every connection begins with (65,535 bytes,
            // RFC 9113 section 6.9.2) are open before the peer has said a word.
            stream.send_data(message, true)?;
            Ok::<_, h2::Error>((answer, stream))
        };
        let (answer, _stream) =
            self.driver.run(asked, || ()).await.map_err(|error| Broken::Library(error, Phase::Wait))?;
        let (stream, taps) = (answer.stream_id().as_u32(), &self.taps);
        let sent = || call.note_sent(taps.request_ended(stream), trace);
        let answer =
            self.driver.run(answer, sent).await.map_err(|error| Broken::Library(error, Phase::Wait))?;
        // It came before the whole request was sent, maybe.
        call.note_sent(taps.last_write(), trace);
        let (head, body) = answer.into_parts();
        let incoming = Incoming { call, http_status: head.status.as_u16(), head: head.headers, body };
        incoming.read(self, trace).await
    }
}

impl Outgoing<'_> {
    fn enter(&self, trace: &mut Trace, phase: Phase) {
        if self.is_measured {
            trace.enter(phase);
        }
    }

    /// Waiting begins at this moment, if the request was sent at all.
    fn note_sent(&self, at: Option<Instant>, trace: &mut Trace) {
        if self.is_measured
            && trace.phase() == Phase::Send
            && let Some(at) = at
        {
            trace.enter_at(Phase::Wait, at);
        }
    }

    fn request(&self) -> Result<http::Request<()>, Fault> {
        const AGENT: HeaderValue =
            HeaderValue::from_static(concat!("faultfinder/", env!("CARGO_PKG_VERSION")));
        let mut headers = self.metadata.clone();
        headers.insert(TE, HeaderValue::from_static("trailers"));
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/grpc"));
        headers.entry(USER_AGENT).or_insert(AGENT);
        let accepted = HeaderValue::from_static(coding::accepted(self.compression));
        headers.insert(HeaderName::from_static("grpc-accept-encoding"), accepted);
        if let Some(encoding) = coding::encoding(self.compression) {
            headers.insert(HeaderName::from_static("grpc-encoding"), HeaderValue::from_static(encoding));
        }
        let left = self.deadline.instant().saturating_duration_since(Instant::now());
        if let Ok(timeout) = HeaderValue::try_from(timeout(left)) {
            headers.insert(HeaderName::from_static("grpc-timeout"), timeout);
        }
        let uri = self.uri().map_err(|error| {
            crate::schema::invalid("ERR_INVALID_URL", "grpc.method", format!("it cannot be called: {error}"))
        })?;
        let mut request = http::Request::new(());
        *request.method_mut() = Method::POST;
        *request.uri_mut() = uri;
        *request.version_mut() = http::Version::HTTP_2;
        *request.headers_mut() = headers;
        Ok(request)
    }

    fn uri(&self) -> Result<Uri, http::Error> {
        let mut parts = http::uri::Parts::default();
        parts.scheme = Some(if self.is_plaintext { Scheme::HTTP } else { Scheme::HTTPS });
        parts.authority = Some(self.authority.clone());
        parts.path_and_query = Some(PathAndQuery::try_from(self.path)?);
        Ok(Uri::from_parts(parts)?)
    }

    fn framed(&self) -> Result<Bytes, Fault> {
        let encoded = coding::encode(self.compression, self.message).map_err(|error| {
            crate::schema::invalid("compression", "grpc.compression", format!("it fails: {error}"))
        })?;
        Ok(frames::framed(&encoded, coding::encoding(self.compression).is_some()))
    }
}

/// A `grpc-timeout`: at most eight digits and a unit, never shorter than what is left.
fn timeout(left: std::time::Duration) -> String {
    const DIGITS_MAX: u128 = 99_999_999;
    match left.as_micros().saturating_add(1) {
        micros @ ..=DIGITS_MAX => format!("{micros}u"),
        micros => format!("{}m", (micros / 1000 + 1).min(DIGITS_MAX)),
    }
}

/// An answer whose head has come.
struct Incoming<'a> {
    call: &'a Outgoing<'a>,
    http_status: u16,
    head: HeaderMap,
    body: RecvStream,
}

/// Messages as they were taken in.
#[derive(Default)]
struct Taken {
    messages: Vec<Bytes>,
    count: usize,
    bytes: usize,
}

impl Incoming<'_> {
    async fn read(mut self, connection: &mut Connection, trace: &mut Trace) -> Result<Answer, Broken> {
        if !self.is_grpc(trace) && !self.head.contains_key("grpc-status") {
            return Ok(self.of_http());
        }
        if self.body.is_end_stream() {
            self.call.enter(trace, Phase::Trailers);
            // The head is all there is ("Trailers-Only").
            return self.finish(None, Taken::default(), &Frames::new(Coding::Identity, 0));
        }
        self.call.enter(trace, Phase::Receive);
        let encoding = self.head.get("grpc-encoding").and_then(|value| value.to_str().ok());
        let coding = Coding::named(encoding.unwrap_or_default());
        let mut frames = Frames::new(coding, Request::MESSAGE_BYTES_MAX);
        let mut taken = Taken::default();
        let mut phase = Phase::Receive;
        while let Some(data) = connection.driver.run(self.body.data(), || ()).await {
            let data = data.map_err(|error| Broken::Library(error, phase))?;
            let _ = self.body.flow_control().release_capacity(data.len());
            frames.push(&data);
            while let Some(message) = frames.next()? {
                if !taken.take(message, self.call) {
                    return Ok(self.unread(taken));
                }
            }
            if taken.count > 0 && !self.call.is_stream && phase == Phase::Receive {
                // The only message is complete: what is left are the trailers.
                phase = Phase::Trailers;
                self.call.enter(trace, phase);
            }
        }
        if phase == Phase::Receive {
            self.call.enter(trace, Phase::Trailers);
        }
        let trailers = connection
            .driver
            .run(self.body.trailers(), || ())
            .await
            .map_err(|error| Broken::Library(error, Phase::Trailers))?;
        self.finish(trailers, taken, &frames)
    }

    /// Whether the head is one of gRPC ("Response-Headers": status 200, and a content-type of gRPC's).
    fn is_grpc(&self, trace: &mut Trace) -> bool {
        let content_type = self.head.get(CONTENT_TYPE).map(HeaderValue::as_bytes).unwrap_or_default();
        if content_type.starts_with(b"application/grpc-web") {
            trace.warn("the answer's content-type is one of gRPC-Web, which strict clients refuse");
        }
        self.http_status == 200 && content_type.starts_with(b"application/grpc")
    }

    /// Whatever answered does not speak gRPC.
    fn of_http(mut self) -> Answer {
        let status = status::of_http(self.http_status);
        // What has come with the head; nothing is waited for.
        let first = self.body.data().now_or_never().flatten().and_then(Result::ok);
        let excerpt = first.map(|data| faultfinder_net::excerpt(&data)).unwrap_or_default();
        let sent = Sent { status, message: String::new() };
        let mut answer = self.answer(HeaderMap::new(), sent, StatusOrigin::HttpStatus, Taken::default());
        answer.excerpt = excerpt;
        answer
    }

    /// There are more messages than are read.
    fn unread(self, taken: Taken) -> Answer {
        let sent = Sent { status: GrpcStatus::Ok, message: String::new() };
        let mut answer = self.answer(HeaderMap::new(), sent, StatusOrigin::Unread, taken);
        answer.complete = false;
        answer
    }

    fn finish(self, trailers: Option<HeaderMap>, taken: Taken, frames: &Frames) -> Result<Answer, Broken> {
        // Without trailers the head stands for them: it is all there is, or a proxy ended it with an empty frame.
        let trailers = trailers.unwrap_or_else(|| {
            if self.head.contains_key("grpc-status") { self.head.clone() } else { HeaderMap::new() }
        });
        let sent = status::of_trailers(&trailers).unwrap_or_else(missing);
        if sent.status == GrpcStatus::Ok {
            if let Some(violation) = frames.left_over() {
                return Err(violation.into());
            }
            if !self.call.is_stream && taken.count != 1 {
                let what = match taken.count {
                    0 => "its status is OK, but there is no message".to_owned(),
                    count => format!("it has {count} messages where one is allowed"),
                };
                return Err(Violation { status: GrpcStatus::Unimplemented, what }.into());
            }
        }
        Ok(self.answer(trailers, sent, StatusOrigin::Trailers, taken))
    }

    fn answer(self, trailers: HeaderMap, sent: Sent, status_from: StatusOrigin, taken: Taken) -> Answer {
        Answer {
            http_status: self.http_status,
            head: self.head,
            trailers,
            sent,
            status_from,
            messages: taken.messages,
            count: taken.count,
            complete: true,
            excerpt: String::new(),
        }
    }
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
        if self.count > call.messages_max || self.bytes > Request::MESSAGE_BYTES_MAX {
            self.count -= 1;
            return false;
        }
        self.messages.push(message);
        true
    }
}

/// Trailers without a status.
fn missing() -> Sent {
    Sent { status: GrpcStatus::Unknown, message: "the trailers have no grpc-status".to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn a_deadline_is_told_in_at_most_eight_digits() {
        assert_eq!(timeout(Duration::from_millis(500)), "500001u");
        assert_eq!(timeout(Duration::from_secs(99)), "99000001u");
        assert_eq!(timeout(Duration::from_secs(3600)), "3600001m");
        assert_eq!(timeout(Duration::from_secs(1_000_000)), "99999999m");
        assert_eq!(timeout(Duration::ZERO), "1u");
    }
}
