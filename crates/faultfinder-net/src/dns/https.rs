//! Questions over HTTP (DoH, RFC 8484), on their own connection: HTTP/2 or HTTP/1.1, as negotiated by ALPN.
//!
//! This is not a general HTTP client: it sends one POST after the other to one server and reads complete responses,
//! without redirects or content codings.

use super::decode::decode;
use super::failure::Notes;
use super::server::Server;
use super::{Answer, Failure, HttpFailure, Query};
use crate::Stream;
use crate::http1::{self, Limits, Outgoing};
use crate::http2;
use bytes::Bytes;
use faultfinder_taxonomy::{Errno, Phase};
use http::header::{ACCEPT, CONTENT_LENGTH, CONTENT_TYPE, HOST, USER_AGENT};
use http::{HeaderMap, HeaderValue, Method};
use std::io;
use tokio::time::Instant;

/// The media type of a DNS message (RFC 8484 section 6).
const MEDIA: &str = "application/dns-message";
/// Longest body: a DNS message cannot be longer (RFC 1035 section 4.2.2).
const BODY_BYTES_MAX: usize = 65_535;
/// How much of a body that is not a DNS message is shown, in bytes.
const EXCERPT_BYTES_MAX: usize = 200;

/// A connection to a DoH server.
pub(super) struct Conversation {
    authority: String,
    path: String,
    wire: Wire,
}

enum Wire {
    Http1(Box<http1::Connection<Stream>>),
    /// Not started.
    NewHttp2(Stream),
    Http2(Box<http2::Connection>),
    /// Not usable any more.
    Over,
}

/// An HTTP response.
struct Reply {
    status: u16,
    content_type: Option<String>,
    body: Vec<u8>,
}

impl Conversation {
    pub(super) fn new(stream: Stream, alpn: Option<&[u8]>, server: &Server) -> Self {
        let host = server.host.before_port();
        let authority =
            if server.address.port() == 443 { host } else { format!("{host}:{}", server.address.port()) };
        let wire = if alpn == Some(b"h2") {
            Wire::NewHttp2(stream)
        } else {
            Wire::Http1(Box::new(http1::Connection::new(stream, Limits::ASIDE)))
        };
        Self { authority, path: server.path.clone(), wire }
    }

    /// Asks, until time runs out.
    pub(super) async fn ask(
        &mut self,
        query: &Query,
        give_up: Instant,
        notes: &mut Notes,
    ) -> Result<Answer, Failure> {
        // RFC 8484 section 4.1: an id of 0, so that HTTP caches see one question.
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
        // After a failure, or when the deadline interrupts it, nothing is left that could be used again.
        match std::mem::replace(&mut self.wire, Wire::Over) {
            Wire::Http1(mut connection) => {
                let reply = http1(&mut connection, &self.authority, &self.path, query.bytes()).await?;
                if connection.is_reusable() {
                    self.wire = Wire::Http1(connection);
                }
                Ok(reply)
            }
            Wire::NewHttp2(stream) => {
                let connection = http2::Connection::open(stream, None).await.map_err(from_http2)?;
                self.http2(Box::new(connection), query).await
            }
            Wire::Http2(connection) => self.http2(connection, query).await,
            Wire::Over => Err(Failure::Ended(Errno::PrematureClose)),
        }
    }

    async fn http2(
        &mut self,
        mut connection: Box<http2::Connection>,
        query: &Query,
    ) -> Result<Reply, Failure> {
        let uri = format!("https://{}{}", self.authority, self.path);
        match http2(&mut connection, &uri, query.bytes()).await {
            Ok(reply) => {
                self.wire = Wire::Http2(connection);
                Ok(reply)
            }
            Err(Unanswered::Failure(failure)) => Err(failure),
            Err(Unanswered::Broken(broken)) => Err(from_http2(connection.end(broken, Phase::Tls).await)),
        }
    }
}

/// Why a question over HTTP/2 has no reply.
enum Unanswered {
    Failure(Failure),
    Broken(http2::Broken),
}

impl From<Failure> for Unanswered {
    fn from(failure: Failure) -> Self {
        Self::Failure(failure)
    }
}

impl From<http2::Broken> for Unanswered {
    fn from(broken: http2::Broken) -> Self {
        Self::Broken(broken)
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

/// The message in a response.
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
    http_failure("MALFORMED", format!("sent a response that is not HTTP: {why}"), None, None, bytes)
}

/// The header fields of a question.
fn headers(question: &[u8]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert(ACCEPT, HeaderValue::from_static(MEDIA));
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(MEDIA));
    headers.insert(CONTENT_LENGTH, question.len().into());
    headers.insert(USER_AGENT, HeaderValue::from_static(crate::USER_AGENT));
    headers
}

fn content_type(headers: &HeaderMap) -> Option<String> {
    headers.get(CONTENT_TYPE).map(|value| String::from_utf8_lossy(value.as_bytes()).trim().to_owned())
}

/// One question over HTTP/2.
async fn http2(connection: &mut http2::Connection, uri: &str, question: &[u8]) -> Result<Reply, Unanswered> {
    let mut request = http::Request::new(());
    *request.method_mut() = Method::POST;
    *request.uri_mut() = uri.parse().map_err(|error| Failure::Local(io::Error::other(error)))?;
    *request.headers_mut() = headers(question);
    let mut answer = connection.ask(request, Bytes::copy_from_slice(question), |_| {}).await?;
    let status = answer.head.status.as_u16();
    let content_type = content_type(&answer.head.headers);
    let mut body = Vec::new();
    while let Some(data) = connection.data(&mut answer).await? {
        body.extend_from_slice(&data);
        if body.len() > BODY_BYTES_MAX {
            return Err(too_long(status, content_type, &body).into());
        }
    }
    Ok(Reply { status, content_type, body })
}

fn too_long(status: u16, content_type: Option<String>, body: &[u8]) -> Failure {
    let why = format!("answered with more than {BODY_BYTES_MAX} bytes, too long for a DNS message");
    http_failure("MALFORMED", why, Some(status), content_type, body)
}

fn from_http2(end: http2::End) -> Failure {
    let why = match end.cause {
        http2::Cause::Lost { error, .. } => return Failure::from_stream(error),
        http2::Cause::Tls(fault) => return Failure::Session(Box::new(fault)),
        http2::Cause::Rule(rule) => rule.what,
        http2::Cause::Said { text, .. } | http2::Cause::Unknown(text) => text,
    };
    http_failure("MALFORMED", format!("aborted the exchange over HTTP/2: {why}"), None, None, &[])
}

/// One question over HTTP/1.1.
async fn http1(
    connection: &mut http1::Connection<Stream>,
    authority: &str,
    path: &str,
    question: &[u8],
) -> Result<Reply, Failure> {
    let host = HeaderValue::try_from(authority).map_err(|error| Failure::Local(io::Error::other(error)))?;
    let mut headers = headers(question);
    headers.insert(HOST, host);
    let head = http1::head_of(&Method::POST, path, &headers);
    let request = Outgoing { head, body: Bytes::copy_from_slice(question), is_head: false };
    let head = connection.ask(request, |_| {}).await.map_err(|error| from_http1(error, connection))?;
    let content_type = content_type(&head.headers);
    let mut body = Vec::new();
    while let Some(data) = connection.data().await.map_err(|error| from_http1(error, connection))? {
        body.extend_from_slice(&data);
        if body.len() > BODY_BYTES_MAX {
            return Err(too_long(head.status, content_type, &body));
        }
    }
    Ok(Reply { status: head.status, content_type, body })
}

fn from_http1(error: http1::Error, connection: &http1::Connection<Stream>) -> Failure {
    let first_bytes = &connection.notes().first_bytes;
    match error {
        http1::Error::Broken(violation) => not_http(violation.what, first_bytes),
        http1::Error::TooLarge(what) => not_http(&format!("its head is too large, {what}"), first_bytes),
        http1::Error::Ended(error) => Failure::from_stream(error),
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
}
