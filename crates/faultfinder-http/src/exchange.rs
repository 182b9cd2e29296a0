//! What all versions of an exchange share.

use crate::call::Call;
use crate::enough::Watch;
use crate::hashing::Hashing;
use crate::prepared::Prepared;
use crate::{Request, Response, Stopped, coding, response};
use faultfinder_net::Trace;
use faultfinder_taxonomy::{Code, Detail, Fault, Phase};
use http::header::{
    ACCEPT, ACCEPT_ENCODING, AUTHORIZATION, CONNECTION, CONTENT_TYPE, COOKIE, HOST, HeaderMap, HeaderValue,
    PROXY_AUTHORIZATION, RANGE, TRANSFER_ENCODING, UPGRADE, USER_AGENT,
};
use http::uri::{Authority, PathAndQuery, Scheme};
use http::{HeaderName, Uri};
use std::time::Duration;
use tokio::time::Instant;

/// Fields that HTTP/2 and HTTP/3 forbid (RFC 9113 section 8.2.2, RFC 9114 section 4.2).
pub(crate) const CONNECTION_SPECIFIC: [HeaderName; 5] = [
    CONNECTION,
    TRANSFER_ENCODING,
    UPGRADE,
    HeaderName::from_static("keep-alive"),
    HeaderName::from_static("proxy-connection"),
];

/// The headers of a request: the test's own, and the default ones.
pub(crate) fn request_headers(prepared: &Prepared, cookies: Option<&str>) -> HeaderMap {
    let mut headers = HeaderMap::with_capacity(prepared.headers.len() + 6);
    for (name, value) in &prepared.headers {
        headers.append(name.clone(), value.clone());
    }
    if let Some(authorization) = &prepared.authorization {
        headers.entry(AUTHORIZATION).or_insert_with(|| authorization.clone());
    }
    for (name, value) in &prepared.signed {
        headers.insert(name.clone(), value.clone());
    }
    if let Some(mut value) = cookies.and_then(|text| HeaderValue::try_from(text).ok()) {
        value.set_sensitive(true);
        headers.entry(COOKIE).or_insert(value);
    }
    if let Some(content_type) = &prepared.body.content_type
        && let Ok(value) = HeaderValue::try_from(content_type)
    {
        headers.entry(CONTENT_TYPE).or_insert(value);
    }
    const AGENT: HeaderValue = HeaderValue::from_static(faultfinder_net::USER_AGENT);
    const CODINGS: HeaderValue = HeaderValue::from_static("gzip, deflate, br, zstd");
    /// A part of an encoded body cannot be decoded.
    const UNCODED: HeaderValue = HeaderValue::from_static("identity");
    headers.entry(USER_AGENT).or_insert(AGENT);
    headers.entry(ACCEPT).or_insert(HeaderValue::from_static("*/*"));
    let codings = if headers.contains_key(RANGE) { UNCODED } else { CODINGS };
    headers.entry(ACCEPT_ENCODING).or_insert(codings);
    headers
}

/// The head of a request as HTTP/2 and HTTP/3 have it.
pub(crate) fn message(call: &Call<'_>) -> Result<http::Request<()>, Fault> {
    let prepared = &call.prepared;
    let mut headers = request_headers(prepared, call.cookie().as_deref());
    for name in &CONNECTION_SPECIFIC {
        headers.remove(name);
    }
    let host = headers.remove(HOST);
    let named = host.as_ref().and_then(|host| host.to_str().ok());
    let own = &prepared.url[url::Position::BeforeHost..url::Position::AfterPort];
    let uri = uri(prepared, named.unwrap_or(own)).map_err(|error| {
        let detail = Detail::definition("ERR_INVALID_URL", "http.url");
        Fault::new(Code::InvalidRequest, Phase::Config, detail, format!("the URL cannot be sent: {error}"))
    })?;
    let mut message = http::Request::new(());
    *message.method_mut() = prepared.method.clone();
    *message.uri_mut() = uri;
    *message.version_mut() = http::Version::HTTP_2;
    *message.headers_mut() = headers;
    Ok(message)
}

fn uri(prepared: &Prepared, authority: &str) -> Result<Uri, http::Error> {
    let path = &prepared.url[url::Position::BeforePath..url::Position::AfterQuery];
    let mut parts = http::uri::Parts::default();
    parts.scheme = Some(if prepared.is_https() { Scheme::HTTPS } else { Scheme::HTTP });
    parts.authority = Some(Authority::try_from(authority)?);
    parts.path_and_query = Some(PathAndQuery::try_from(path)?);
    Ok(Uri::from_parts(parts)?)
}

/// The value of `proxy-authorization` for a request that a proxy forwards.
pub(crate) fn add_proxy_headers(request: &Request, headers: &mut HeaderMap) -> Result<(), Fault> {
    let Some(proxy) = &request.proxy else { return Ok(()) };
    if let Some(credentials) = proxy.authorization() {
        let (_, mut value) = crate::headers::header("proxy-authorization", &credentials)?;
        value.set_sensitive(true);
        headers.insert(PROXY_AUTHORIZATION, value);
    }
    for (name, value) in &proxy.headers {
        let (name, value) = crate::headers::header(name, value)?;
        headers.append(name, value);
    }
    Ok(())
}

/// How long before the time of a request runs out a stream of events is enough: what has come still has to be judged.
const STREAM_GRACE: Duration = Duration::from_millis(20);

/// A body that is read to its end, or until enough has come, and kept up to a limit.
#[derive(Debug, Default)]
pub(crate) struct Collected {
    bytes: Vec<u8>,
    received: u64,
    /// How long it will be, as its head says: it has that room from its first piece on, and is not copied as it grows.
    announced: usize,
    limit: usize,
    hashing: Hashing,
    watch: Watch,
    /// When it is enough whatever has come, and why.
    until: Option<(Instant, Stopped)>,
    stopped: Option<Stopped>,
    /// The trailer section after it.
    trailers: Vec<(String, Vec<u8>)>,
}

impl Collected {
    /// The body of an answer whose head has just come.
    pub(crate) fn new(call: &Call<'_>, headers: &HeaderMap) -> Self {
        let request = call.request;
        let is_stream = headers
            .get(CONTENT_TYPE)
            .is_some_and(|value| value.as_bytes().to_ascii_lowercase().starts_with(b"text/event-stream"));
        let until = match request.enough.time {
            Some(time) => Some((Instant::now() + time, Stopped::Time)),
            // A stream of events need not end, so one that does not is not a fault.
            None if is_stream => {
                let end = call.deadline.instant();
                Some((end.checked_sub(STREAM_GRACE).unwrap_or(end), Stopped::Timeout))
            }
            None => None,
        };
        Self {
            announced: usize::try_from(response::announced_length(headers).unwrap_or(0))
                .unwrap_or(usize::MAX),
            limit: request.body_bytes_max,
            hashing: Hashing::with(&request.hashes),
            watch: Watch::of(&request.enough),
            until,
            ..Self::default()
        }
    }

    /// The next piece; nothing once it is time to stop.
    pub(crate) async fn within<T>(&mut self, next: impl Future<Output = T>) -> Option<T> {
        let Some((at, why)) = self.until else { return Some(next.await) };
        match tokio::time::timeout_at(at, next).await {
            Ok(piece) => Some(piece),
            Err(_) => {
                self.stopped = Some(why);
                None
            }
        }
    }

    /// Whether enough has come.
    pub(crate) const fn is_enough(&self) -> bool {
        self.stopped.is_some()
    }

    pub(crate) fn take(&mut self, data: &[u8]) {
        self.hashing.update(data);
        self.received = self.received.saturating_add(data.len() as u64);
        if self.bytes.is_empty() {
            self.bytes.reserve_exact(self.announced.min(self.limit));
        }
        let room = self.limit.saturating_sub(self.bytes.len()).min(data.len());
        self.bytes.extend_from_slice(data.get(..room).unwrap_or_default());
        self.stopped = self.stopped.or_else(|| self.watch.look(data, self.received));
    }

    /// Takes the trailer section.
    pub(crate) fn end(&mut self, trailers: &HeaderMap) {
        self.trailers = response::pairs(trailers);
    }

    /// How many bytes came.
    pub(crate) const fn received(&self) -> u64 {
        self.received
    }

    fn is_cut(&self) -> bool {
        self.received > self.bytes.len() as u64
    }
}

/// The complete answer, its body decoded.
///
/// # Errors
///
/// `MALFORMED_RESPONSE` when a content coding does not decode.
pub(crate) fn respond(
    version: &'static str,
    status: u16,
    headers: &HeaderMap,
    collected: Collected,
    prepared: &Prepared,
    trace: &mut Trace,
) -> Result<Response, Fault> {
    let received = collected.received;
    let (stopped, is_whole) = (collected.stopped, !collected.is_cut());
    // A coding that is not complete, because it was enough, is not an error.
    let cut = !is_whole || stopped.is_some();
    let mut decoded = coding::decode(status, headers, collected.bytes, (cut, collected.limit), trace)?;
    if stopped.is_some() && is_whole {
        decoded.truncated = decoded.bytes.len() >= collected.limit;
    }
    if stopped == Some(Stopped::Timeout) {
        trace.warn("the stream of events had not ended when the time of the request ran out: what had come is judged");
    }
    // Of a body with a coding, only the decoded form counts: its size and hashes are known if it is kept.
    let is_coded = coding::is_coded(headers);
    let body_bytes = match (decoded.truncated, is_coded) {
        (false, _) => u64::try_from(decoded.bytes.len()).ok(),
        (true, false) => Some(received),
        (true, true) => None,
    };
    let body_hashes = if is_coded { Vec::new() } else { collected.hashing.finish() };
    Ok(Response {
        version,
        status,
        headers: response::pairs(headers),
        body: decoded.bytes,
        body_truncated: decoded.truncated,
        body_bytes_received: received,
        body_bytes,
        body_hashes,
        stopped,
        url: prepared.url.to_string(),
        hops: Vec::new(),
        trailers: collected.trailers,
        interim: Vec::new(),
        credentials_refused: false,
        unanswerable: None,
    })
}

/// The fault of a header block that is too large.
pub(crate) fn header_too_large(what: &str) -> Fault {
    let detail = Detail::http("HPE_HEADER_OVERFLOW", None);
    Fault::new(
        Code::HeaderTooLarge,
        Phase::Wait,
        detail,
        format!("the response's header block is too large: {what}"),
    )
}

/// Waiting begins at this moment, if the request was sent at all.
pub(crate) fn note_sent_at(at: Option<Instant>, trace: &mut Trace) {
    if trace.phase() == Phase::Send
        && let Some(at) = at
    {
        trace.enter_at(Phase::Wait, at);
    }
}

/// The head is complete: waiting ended with its first byte, which was read at this moment.
pub(crate) fn note_head(began: Option<Instant>, trace: &mut Trace) {
    trace.enter_at(Phase::Receive, began.unwrap_or_else(Instant::now));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_has_the_room_that_its_head_announces_and_no_more_than_is_kept() {
        for (announced, room) in [(3_000, 3_000), (usize::MAX, 5_000), (0, 8)] {
            let mut collected = Collected { announced, limit: 5_000, ..Collected::default() };
            collected.take(b"begun");
            assert_eq!(collected.bytes.capacity(), room, "{announced}");
            collected.take(&[b'x'; 6_000]);
            assert_eq!((collected.bytes.len(), collected.received), (5_000, 6_005));
        }
    }
}
