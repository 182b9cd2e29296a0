//! Questions over HTTP (DoH, RFC 8484), on a connection of their own: HTTP/2 or HTTP/1.1, as ALPN settled.
//!
//! This is no HTTP client: one POST after the other to one server, its answer whole, no redirects, no content codings.

use super::decode::decode;
use super::failure::Notes;
use super::{Answer, Failure, HttpFailure, Query, Server};
use crate::{Host, Stream};
use bytes::{Bytes, BytesMut};
use faultfinder_taxonomy::Errno;
use futures_util::future::{Either, select};
use std::io;
use std::pin::{Pin, pin};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::time::Instant;

/// What a message of DNS is to HTTP (RFC 8484 section 6).
const MEDIA: &str = "application/dns-message";
/// Longest head of an HTTP/1.1 answer, in bytes.
const HEAD_BYTES_MAX: usize = 16 << 10;
/// Most header lines of an answer.
const HEADERS_MAX: usize = 64;
/// Longest body: no message of DNS is longer (RFC 1035 section 4.2.2); and room for the frame of chunks.
const BODY_BYTES_MAX: usize = 65_535;
/// Longest body of HTTP/1.1 with the lengths of its chunks, in bytes.
const FRAMED_BYTES_MAX: usize = BODY_BYTES_MAX + (64 << 10);
/// How much of a body that is no answer is shown, in bytes.
const EXCERPT_BYTES_MAX: usize = 200;

/// A connection to a DoH server.
pub(super) struct Conversation {
    authority: String,
    path: String,
    wire: Wire,
}

enum Wire {
    Http1(Stream),
    /// Not yet begun.
    Http2(Option<Stream>),
    Begun(h2::client::SendRequest<Bytes>, Connection),
    /// Used up.
    Over,
}

type Connection = Pin<Box<dyn Future<Output = Result<(), h2::Error>> + Send>>;

/// An answer of HTTP.
struct Reply {
    status: u16,
    content_type: Option<String>,
    body: Vec<u8>,
}

impl Conversation {
    pub(super) fn new(stream: Stream, alpn: Option<&[u8]>, server: &Server) -> Self {
        let host = match &server.host {
            Host::Address(std::net::IpAddr::V6(address)) => format!("[{address}]"),
            other => other.to_text(),
        };
        let authority =
            if server.address.port() == 443 { host } else { format!("{host}:{}", server.address.port()) };
        let wire = if alpn == Some(b"h2") { Wire::Http2(Some(stream)) } else { Wire::Http1(stream) };
        Self { authority, path: server.path.clone(), wire }
    }

    /// Asks, until time to give up.
    pub(super) async fn ask(
        &mut self,
        query: &Query,
        give_up: Instant,
        notes: &mut Notes,
    ) -> Result<Answer, Failure> {
        // RFC 8484 section 4.1: an id of 0, so that caches of HTTP see one question.
        let query = query.without_id();
        let reply = tokio::time::timeout_at(give_up, self.exchange(&query)).await;
        let reply = reply.map_err(|_| Failure::Timeout)??;
        let bytes = judge(reply)?;
        let answer = decode(&bytes, &query).map_err(|malformed| Failure::malformed(malformed, &bytes))?;
        match answer.mismatch {
            Some(mismatch) => {
                notes.ignore(mismatch, &bytes);
                Err(Failure::Timeout)
            }
            None => Ok(answer),
        }
    }

    async fn exchange(&mut self, query: &Query) -> Result<Reply, Failure> {
        // Whatever goes wrong, or is cut off by a deadline, leaves nothing that could be used again.
        match std::mem::replace(&mut self.wire, Wire::Over) {
            Wire::Http1(mut stream) => {
                let (reply, reusable) =
                    http1(&mut stream, &self.authority, &self.path, query.bytes()).await?;
                if reusable {
                    self.wire = Wire::Http1(stream);
                }
                Ok(reply)
            }
            Wire::Http2(stream) => {
                let Some(stream) = stream else { return Err(Failure::Ended(Errno::PrematureClose)) };
                let (send, connection) = h2::client::handshake(stream).await.map_err(from_h2)?;
                self.http2(send, Box::pin(connection), query).await
            }
            Wire::Begun(send, connection) => self.http2(send, connection, query).await,
            Wire::Over => Err(Failure::Ended(Errno::PrematureClose)),
        }
    }

    async fn http2(
        &mut self,
        send: h2::client::SendRequest<Bytes>,
        mut connection: Connection,
        query: &Query,
    ) -> Result<Reply, Failure> {
        let uri = format!("https://{}{}", self.authority, self.path);
        let outcome = {
            let asking = pin!(http2(send.clone(), &uri, query.bytes()));
            // The answer first: it may be complete although the connection has ended behind it.
            match select(asking, &mut connection).await {
                Either::Left((reply, _)) => reply,
                Either::Right((Ok(()), asking)) => match futures_util::FutureExt::now_or_never(asking) {
                    Some(reply) => reply,
                    None => Err(Failure::Ended(Errno::PrematureClose)),
                },
                Either::Right((Err(error), _)) => Err(from_h2(error)),
            }
        };
        let reply = outcome?;
        self.wire = Wire::Begun(send, connection);
        Ok(reply)
    }
}

impl std::fmt::Debug for Conversation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Conversation")
            .field("authority", &self.authority)
            .field("path", &self.path)
            .finish_non_exhaustive()
    }
}

/// The message in an answer.
fn judge(reply: Reply) -> Result<Vec<u8>, Failure> {
    let essence = reply.content_type.as_deref().map(|value| value.split(';').next().unwrap_or(value).trim());
    let (name, why) = if reply.status != 200 {
        ("HTTP_STATUS", format!("answered with HTTP status {}", reply.status))
    } else if essence.is_none_or(|media| !media.eq_ignore_ascii_case(MEDIA)) {
        let found =
            reply.content_type.as_deref().map_or_else(|| "none".to_owned(), |media| format!("{media:?}"));
        ("CONTENT_TYPE", format!("answered with the content type {found}, not {MEDIA}"))
    } else {
        return Ok(reply.body);
    };
    Err(http_failure(name, why, Some(reply.status), reply.content_type, &reply.body))
}

fn http_failure(
    name: &'static str,
    why: String,
    status: Option<u16>,
    content_type: Option<String>,
    bytes: &[u8],
) -> Failure {
    let head = bytes.get(..EXCERPT_BYTES_MAX).unwrap_or(bytes);
    let excerpt = String::from_utf8_lossy(head).into_owned();
    Failure::Http(Box::new(HttpFailure { name, why, status, content_type, excerpt }))
}

fn not_http(why: &str, bytes: &[u8]) -> Failure {
    http_failure("MALFORMED", format!("sent an answer that is not HTTP: {why}"), None, None, bytes)
}

async fn http2(send: h2::client::SendRequest<Bytes>, uri: &str, question: &[u8]) -> Result<Reply, Failure> {
    let request = http::Request::post(uri)
        .header("accept", MEDIA)
        .header("content-type", MEDIA)
        .header("content-length", question.len())
        .header("user-agent", concat!("faultfinder/", env!("CARGO_PKG_VERSION")))
        .body(())
        .map_err(|error| Failure::Local(io::Error::other(error)))?;
    let mut send = send.ready().await.map_err(from_h2)?;
    let (answer, mut body) = send.send_request(request, false).map_err(from_h2)?;
    body.send_data(Bytes::copy_from_slice(question), true).map_err(from_h2)?;
    let (head, mut stream) = answer.await.map_err(from_h2)?.into_parts();
    let content_type =
        head.headers.get("content-type").map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
    let mut received = Vec::new();
    while let Some(chunk) = stream.data().await {
        let chunk = chunk.map_err(from_h2)?;
        let _ = stream.flow_control().release_capacity(chunk.len());
        received.extend_from_slice(&chunk);
        if received.len() > BODY_BYTES_MAX {
            return Err(too_long(head.status.as_u16(), content_type, &received));
        }
    }
    Ok(Reply { status: head.status.as_u16(), content_type, body: received })
}

fn too_long(status: u16, content_type: Option<String>, body: &[u8]) -> Failure {
    let why = format!("answered with more than {BODY_BYTES_MAX} bytes, which no message of DNS has");
    http_failure("MALFORMED", why, Some(status), content_type, body)
}

fn from_h2(error: h2::Error) -> Failure {
    if error.is_io() {
        let text = error.to_string();
        return Failure::from_stream(error.into_io().unwrap_or_else(|| io::Error::other(text)));
    }
    let why = format!("broke off the exchange over HTTP/2: {error}");
    http_failure("MALFORMED", why, None, None, &[])
}

/// One question over HTTP/1.1 (RFC 9112), and whether the connection can be used again.
async fn http1(
    stream: &mut Stream,
    authority: &str,
    path: &str,
    question: &[u8],
) -> Result<(Reply, bool), Failure> {
    let mut request = format!(
        "POST {path} HTTP/1.1\r\nhost: {authority}\r\naccept: {MEDIA}\r\ncontent-type: {MEDIA}\r\n\
         content-length: {}\r\nuser-agent: faultfinder/{}\r\n\r\n",
        question.len(),
        env!("CARGO_PKG_VERSION")
    )
    .into_bytes();
    request.extend_from_slice(question);
    stream.write_all(&request).await.map_err(Failure::from_stream)?;
    stream.flush().await.map_err(Failure::from_stream)?;
    let mut received = BytesMut::new();
    let head = loop {
        if stream.read_buf(&mut received).await.map_err(Failure::from_stream)? == 0 {
            return Err(if received.is_empty() || received.starts_with(b"HTTP/") {
                Failure::Ended(Errno::PrematureClose)
            } else {
                not_http("it ends inside its head", &received)
            });
        }
        match head(&received)? {
            Some(head) if (100..200).contains(&head.status) => {
                let _ = received.split_to(head.length);
            }
            Some(head) => break head,
            None if received.len() > HEAD_BYTES_MAX => {
                return Err(not_http("its head is too long", &received));
            }
            None => {}
        }
    };
    let mut body = received.split_off(head.length);
    loop {
        let done = match head.framing {
            Framing::Length(length) => {
                (body.len() >= length).then(|| body.get(..length).map(<[u8]>::to_vec)).flatten()
            }
            Framing::Chunked => chunks(&body)?,
            Framing::Close => None,
        };
        if let Some(body) = done {
            let reusable = matches!(head.framing, Framing::Length(_)) && !head.closes;
            return Ok((Reply { status: head.status, content_type: head.content_type, body }, reusable));
        }
        if body.len() > FRAMED_BYTES_MAX {
            return Err(too_long(head.status, head.content_type, &body));
        }
        if stream.read_buf(&mut body).await.map_err(Failure::from_stream)? == 0 {
            return match head.framing {
                Framing::Close => {
                    let body = body.to_vec();
                    Ok((Reply { status: head.status, content_type: head.content_type, body }, false))
                }
                _ => Err(Failure::Ended(Errno::PrematureClose)),
            };
        }
    }
}

/// What the head of an HTTP/1.1 answer says.
struct Head {
    length: usize,
    status: u16,
    content_type: Option<String>,
    framing: Framing,
    closes: bool,
}

#[derive(Clone, Copy)]
enum Framing {
    Length(usize),
    Chunked,
    Close,
}

/// The head, when it is complete.
fn head(bytes: &[u8]) -> Result<Option<Head>, Failure> {
    let mut headers = [httparse::EMPTY_HEADER; HEADERS_MAX];
    let mut response = httparse::Response::new(&mut headers);
    let length = match response.parse(bytes) {
        Ok(httparse::Status::Complete(length)) => length,
        Ok(httparse::Status::Partial) => return Ok(None),
        Err(error) => return Err(not_http(&error.to_string(), bytes)),
    };
    let find = |name: &str| {
        let found = response.headers.iter().find(|header| header.name.eq_ignore_ascii_case(name))?;
        Some(String::from_utf8_lossy(found.value).trim().to_owned())
    };
    let framing = match (find("transfer-encoding"), find("content-length")) {
        (Some(coding), _) if coding.eq_ignore_ascii_case("chunked") => Framing::Chunked,
        (Some(_), _) => return Err(not_http("its transfer coding is unknown", bytes)),
        (None, Some(length)) => {
            Framing::Length(length.parse().map_err(|_| not_http("its content-length is no number", bytes))?)
        }
        (None, None) => Framing::Close,
    };
    let closes = find("connection").is_some_and(|value| value.eq_ignore_ascii_case("close"));
    let status = response.code.unwrap_or_default();
    Ok(Some(Head { length, status, content_type: find("content-type"), framing, closes }))
}

/// The body in these chunks, when the last one is there.
fn chunks(mut bytes: &[u8]) -> Result<Option<Vec<u8>>, Failure> {
    let mut body = Vec::new();
    loop {
        let (start, length) = match httparse::parse_chunk_size(bytes) {
            Ok(httparse::Status::Complete((start, length))) => {
                (start, usize::try_from(length).unwrap_or(usize::MAX))
            }
            Ok(httparse::Status::Partial) => return Ok(None),
            Err(_) => return Err(not_http("a chunk has no length", bytes)),
        };
        if length == 0 {
            return Ok(Some(body));
        }
        let end = start.saturating_add(length);
        let (Some(chunk), Some(rest)) = (bytes.get(start..end), bytes.get(end.saturating_add(2)..)) else {
            return Ok(None);
        };
        body.extend_from_slice(chunk);
        bytes = rest;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_status_and_the_media_type_decide_whether_a_body_is_an_answer() {
        let rows = [
            (200, Some("application/dns-message"), None),
            (200, Some("Application/DNS-Message; charset=x"), None),
            (200, Some("application/dns-json"), Some("CONTENT_TYPE")),
            (200, None, Some("CONTENT_TYPE")),
            (204, Some(MEDIA), Some("HTTP_STATUS")),
            (404, Some("text/html"), Some("HTTP_STATUS")),
        ];
        for (status, media, expected) in rows {
            let reply = Reply { status, content_type: media.map(str::to_owned), body: vec![1, 2] };
            let name = match judge(reply) {
                Ok(_) => None,
                Err(Failure::Http(failure)) => Some(failure.name),
                Err(other) => panic!("{other:?}"),
            };
            assert_eq!(name, expected, "{status} {media:?}");
        }
    }

    #[test]
    fn chunks_are_put_together_when_the_last_one_is_there() {
        let whole = b"2\r\nab\r\n1;x=y\r\nc\r\n0\r\n\r\n";
        assert_eq!(chunks(whole).ok().flatten(), Some(b"abc".to_vec()));
        for length in 0..whole.len() - 4 {
            assert!(chunks(&whole[..length]).is_ok_and(|body| body.is_none()), "{length}");
        }
        assert!(chunks(b"zz\r\n").is_err());
    }
}
