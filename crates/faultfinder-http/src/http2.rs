//! One exchange over HTTP/2 (RFC 9113), by h2.

use crate::exchange::{self, Collected, HEADER_BLOCK_BYTES_MAX};
use crate::failure;
use crate::frames;
use crate::interim::Interims;
use crate::prepare::Prepared;
use crate::{Request, Response};
use bytes::Bytes;
use faultfinder_net::{Driver, Stream, Tap, Taps, Trace};
use faultfinder_taxonomy::{Code, Detail, Fault, Phase};
use h2::client::{self, ResponseFuture};
use h2::{RecvStream, SendStream};
use http::header::{CONNECTION, HOST, TRANSFER_ENCODING, UPGRADE};
use http::uri::{Authority, PathAndQuery, Scheme};
use http::{HeaderName, Uri};
use std::pin::Pin;
use std::sync::Arc;
use std::task::Poll;
use tokio::time::Instant;

/// Windows as wide as browsers open them, so that a body is not slowed by round trips.
const STREAM_WINDOW_BYTES: u32 = 6 << 20;
const CONNECTION_WINDOW_BYTES: u32 = 15 << 20;

/// Fields that HTTP/2 has no place for (RFC 9113 section 8.2.2).
const CONNECTION_SPECIFIC: [HeaderName; 5] = [
    CONNECTION,
    TRANSFER_ENCODING,
    UPGRADE,
    HeaderName::from_static("keep-alive"),
    HeaderName::from_static("proxy-connection"),
];

/// Sends a request and reads the answer.
///
/// # Errors
///
/// `HTTP2` with the error code when the protocol fails, `CONNRESET` when the connection is lost.
pub(crate) async fn exchange(
    stream: Stream,
    request: &Request,
    prepared: &Prepared,
    cookies: Option<String>,
    trace: &mut Trace,
) -> Result<Response, Fault> {
    trace.enter(Phase::Send);
    let stream = Tap::of_http2(stream, HEADER_BLOCK_BYTES_MAX);
    let taps = stream.taps();
    let message = message(prepared, cookies)?;
    let header_list_max = u32::try_from(HEADER_BLOCK_BYTES_MAX).unwrap_or(u32::MAX);
    let (sender, connection) = client::Builder::new()
        .initial_window_size(STREAM_WINDOW_BYTES)
        .initial_connection_window_size(CONNECTION_WINDOW_BYTES)
        .max_header_list_size(header_list_max)
        .enable_push(false)
        .handshake::<_, Bytes>(stream)
        .await
        .map_err(|error| failure::http2(&error, None, &taps, Phase::Send))?;
    let mut driver = Driver::new(connection);
    let interims = Interims::default();
    let told = (prepared, request.body_bytes_max, &interims);
    let outcome = converse(sender, message, &mut driver, &taps, told, trace).await;
    match outcome {
        Ok(response) => Ok(response),
        Err(Broken::Rule(fault)) => Err(fault),
        Err(Broken::Library(error, phase)) => {
            if failure::is_connection_wide(&error) {
                // What ended the connection says more than what it did to the stream.
                driver.finish().await;
            }
            Err(failure::http2(&error, driver.error(), &taps, phase))
        }
    }
    .and_then(|(head, collected, sent)| {
        let status = head.status.as_u16();
        let response = exchange::respond("HTTP/2", status, &head.headers, collected, prepared, trace)?;
        Ok(Response { interim: interims.take(sent), ..response })
    })
}

/// The head, the body, and when the last byte of the request was sent.
type Answer = (http::response::Parts, Collected, Option<Instant>);

/// Why there is no answer.
enum Broken {
    /// The library says so, in this phase.
    Library(h2::Error, Phase),
    /// The peer broke a rule that the library does not insist on.
    Rule(Fault),
}

/// Most bytes of frames before an answer. A peer that sends more floods us (nghttp2 gives up after 1,000 SETTINGS).
const FLOOD_BYTES_MAX: u64 = 1 << 20;

async fn converse<C>(
    sender: client::SendRequest<Bytes>,
    message: http::Request<()>,
    driver: &mut Driver<C, h2::Error>,
    taps: &Arc<Taps>,
    (prepared, body_bytes_max, interims): (&Prepared, usize, &Interims),
    trace: &mut Trace,
) -> Result<Answer, Broken>
where
    C: Future<Output = Result<(), h2::Error>>,
{
    let body = prepared.body.bytes.clone();
    let asked = async {
        let mut sender = sender.ready().await?;
        let (answer, mut stream) = sender.send_request(message, body.is_empty())?;
        send(&mut stream, body)?;
        Ok::<(ResponseFuture, SendStream<Bytes>), h2::Error>((answer, stream))
    };
    let (answer, _stream) =
        driver.run(asked, || ()).await.map_err(|error| Broken::Library(error, Phase::Wait))?;
    let stream = answer.stream_id().as_u32();
    let sent = || exchange::note_sent_at(taps.request_ended(stream), trace);
    let answer = driver.run(unless_flooded(answer, taps, interims), sent).await?;
    if let Some(fault) = taps.with_head(frames::check_preface) {
        return Err(Broken::Rule(fault));
    }
    // Whatever else came before is the connection's own, such as SETTINGS.
    exchange::note_head(taps.answer_began(stream), taps, trace);
    let (parts, mut body) = answer.into_parts();
    let collected = receive(&mut body, body_bytes_max, driver)
        .await
        .map_err(|error| Broken::Library(error, Phase::Receive))?;
    trace.leave();
    Ok((parts, collected, taps.request_ended(stream)))
}

/// The answer, with the interim ones before it noted, unless the peer sends frame after frame without one.
async fn unless_flooded(
    mut answer: ResponseFuture,
    taps: &Taps,
    interims: &Interims,
) -> Result<http::Response<RecvStream>, Broken> {
    std::future::poll_fn(|cx| {
        if taps.read_bytes() > FLOOD_BYTES_MAX {
            return Poll::Ready(Err(Broken::Rule(frames::flood(FLOOD_BYTES_MAX))));
        }
        // What is wrong with the stream shows at the answer too.
        while let Poll::Ready(Some(Ok(interim))) = answer.poll_informational(cx) {
            interims.note(interim.status(), interim.headers());
        }
        Pin::new(&mut answer).poll(cx).map_err(|error| Broken::Library(error, Phase::Wait))
    })
    .await
}

/// Most bytes of a body that the library takes at once: no window is wider (RFC 9113 section 6.9.1).
const CHUNK_BYTES_MAX: usize = (1 << 31) - 1;

/// Hands a body over to the library, which sends it as the peer's windows allow. Those that every connection begins with
/// are open before the peer has said a word.
fn send(stream: &mut SendStream<Bytes>, mut body: Bytes) -> Result<(), h2::Error> {
    while !body.is_empty() {
        let chunk = body.split_to(CHUNK_BYTES_MAX.min(body.len()));
        stream.send_data(chunk, body.is_empty())?;
    }
    Ok(())
}

async fn receive<C>(
    body: &mut RecvStream,
    body_bytes_max: usize,
    driver: &mut Driver<C, h2::Error>,
) -> Result<Collected, h2::Error>
where
    C: Future<Output = Result<(), h2::Error>>,
{
    let mut collected = Collected::new(body_bytes_max);
    while let Some(data) = driver.run(body.data(), || ()).await {
        let data = data?;
        let _ = body.flow_control().release_capacity(data.len());
        collected.take(&data);
    }
    if let Some(trailers) = driver.run(body.trailers(), || ()).await? {
        collected.end(&trailers);
    }
    Ok(collected)
}

/// The head of a request as HTTP/2 and HTTP/3 have it.
pub(crate) fn message(prepared: &Prepared, cookies: Option<String>) -> Result<http::Request<()>, Fault> {
    let mut headers = exchange::request_headers(prepared, cookies);
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
