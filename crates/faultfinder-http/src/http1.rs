//! One exchange over HTTP/1.1 (RFC 9112), by hyper.

use crate::auth::{self, Fresh, Ntlm};
use crate::exchange::{self, Collected, HEADER_BLOCK_BYTES_MAX, HEADER_LINES_MAX};
use crate::failure;
use crate::interim::Interims;
use crate::prepare::Prepared;
use crate::{Request, Response};
use bytes::Bytes;
use faultfinder_net::{Driver, Stream, Tap, Taps, Trace, Vantage, grammar};
use faultfinder_taxonomy::{Code, Detail, Fault, Phase};
use http::header::{AUTHORIZATION, CONNECTION, CONTENT_LENGTH, HOST, HeaderValue, TRANSFER_ENCODING};
use http::{StatusCode, Uri};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper::client::conn::http1;
use std::sync::Arc;

/// The connection as the library drives it.
type Conversation = Driver<http1::Connection<failure::Io<Tap<Stream>>, Full<Bytes>>, hyper::Error>;

/// One connection and what was seen on it.
struct Line {
    sender: http1::SendRequest<Full<Bytes>>,
    driver: Conversation,
    taps: Arc<Taps>,
    is_tls: bool,
}

/// Sends a request and reads the answer.
///
/// # Errors
///
/// `CONNRESET`, `MALFORMED_RESPONSE`, `HEADER_TOO_LARGE` and `SSL` by what the stream and the bytes on it did.
pub(crate) async fn exchange(
    vantage: &Vantage,
    stream: Stream,
    request: &Request,
    prepared: &Prepared,
    cookies: Option<String>,
    absolute_form: bool,
    trace: &mut Trace,
) -> Result<Response, Fault> {
    trace.enter(Phase::Send);
    let is_tls = !matches!(stream, Stream::Plain(_));
    let stream = Tap::new(stream, HEADER_BLOCK_BYTES_MAX);
    let taps = stream.taps();
    let mut message = message(request, prepared, cookies, absolute_form)?;
    let (sender, connection) = http1::Builder::new()
        .max_buf_size(HEADER_BLOCK_BYTES_MAX)
        .max_headers(HEADER_LINES_MAX)
        .handshake::<_, Full<Bytes>>(failure::Io { stream, says_goodbye: is_tls })
        .await
        .map_err(|error| failure::http1(&error, &taps, Phase::Send))?;
    let mut line = Line { sender, driver: Driver::new(connection), taps, is_tls };
    if let Some(ntlm) = &prepared.ntlm {
        match Box::pin(negotiate(vantage, &mut line, ntlm, &message, request, prepared, trace)).await? {
            Negotiated::Settled(response) => return Ok(*response),
            Negotiated::Unneeded => {}
            Negotiated::Proof(header) => {
                message.headers_mut().insert(AUTHORIZATION, header);
            }
        }
        line.taps.forget();
        trace.enter(Phase::Send);
    }
    let interims = Interims::default();
    let noted = interims.clone();
    hyper::ext::on_informational(&mut message, move |answer| noted.note(answer.status(), answer.headers()));
    let mut response = line.ask(message, request, prepared, trace).await?;
    response.interim = interims.take(line.taps.last_write());
    Ok(response)
}

/// What came of the first round trip of NTLM.
enum Negotiated {
    /// The target wants no credentials, and the request has not been sent as a whole.
    Unneeded,
    /// This answer is final: the target wants no credentials, or its challenge cannot be answered.
    Settled(Box<Response>),
    /// The header that answers the challenge.
    Proof(HeaderValue),
}

/// The first round trip of NTLM (MS-NTHT section 3): an offer without the body, and the target's challenge.
async fn negotiate(
    vantage: &Vantage,
    line: &mut Line,
    ntlm: &Ntlm,
    message: &http::Request<Full<Bytes>>,
    request: &Request,
    prepared: &Prepared,
    trace: &mut Trace,
) -> Result<Negotiated, Fault> {
    trace.enter(Phase::Authenticate);
    let mut hello = http::Request::new(Full::new(Bytes::new()));
    *hello.method_mut() = message.method().clone();
    *hello.uri_mut() = message.uri().clone();
    *hello.headers_mut() = message.headers().clone();
    hello.headers_mut().insert(AUTHORIZATION, ntlm.hello());
    hello.headers_mut().remove(TRANSFER_ENCODING);
    let withheld = !prepared.body.bytes.is_empty();
    if withheld {
        hello.headers_mut().insert(CONTENT_LENGTH, HeaderValue::from_static("0"));
    }
    // All of it is the phase of authentication, whatever stretch it broke in.
    let answered = line.ask(hello, request, prepared, trace).await;
    let mut response = answered.map_err(|fault| fault.in_phase(Phase::Authenticate))?;
    if response.status != StatusCode::UNAUTHORIZED.as_u16() {
        return Ok(if withheld { Negotiated::Unneeded } else { Negotiated::Settled(Box::new(response)) });
    }
    let proof = match ends_connection(&response) {
        true => Err("the target closes the connection after its challenge, and NTLM needs it".to_owned()),
        false => ntlm.answer(&response, Fresh::at(vantage.clock().unix_seconds())),
    };
    match proof {
        Ok(header) => {
            auth::hide(&header, trace);
            trace.enter(Phase::Authenticate);
            Ok(Negotiated::Proof(header))
        }
        Err(why) => {
            response.unanswerable = Some(why);
            Ok(Negotiated::Settled(Box::new(response)))
        }
    }
}

/// Whether no other request can follow on the connection (RFC 9112 section 9.3).
fn ends_connection(response: &Response) -> bool {
    let says_close = response
        .headers
        .iter()
        .filter(|(name, _)| name == CONNECTION.as_str())
        .any(|(_, value)| String::from_utf8_lossy(value).to_ascii_lowercase().contains("close"));
    says_close || response.version == "HTTP/1.0"
}

impl Line {
    /// Sends a message and reads the answer. In the phases of sending, waiting and receiving, or all in the one of
    /// authentication when that is where the trace is.
    async fn ask(
        &mut self,
        message: http::Request<Full<Bytes>>,
        request: &Request,
        prepared: &Prepared,
        trace: &mut Trace,
    ) -> Result<Response, Fault> {
        let sender = &mut self.sender;
        let asked = async {
            // A connection that has been used must have come to rest first.
            sender.ready().await?;
            sender.send_request(message).await
        };
        let answered = self.driver.run(asked, || exchange::note_sent(&self.taps, trace)).await;
        let answer = match answered {
            Ok(answer) => answer,
            Err(error) => {
                // The connection's own error says more than the request's "canceled".
                let cause = self.driver.error().filter(|_| error.is_canceled() || error.is_closed());
                return Err(failure::http1(cause.unwrap_or(&error), &self.taps, Phase::Wait));
            }
        };
        check_head(&answer, &self.taps)?;
        if trace.phase() != Phase::Authenticate {
            exchange::note_head(self.taps.first_read(), &self.taps, trace);
        }
        receive(answer, &mut self.driver, &self.taps, self.is_tls, request, prepared, trace).await
    }
}

/// The message to send.
fn message(
    request: &Request,
    prepared: &Prepared,
    cookies: Option<String>,
    absolute_form: bool,
) -> Result<http::Request<Full<Bytes>>, Fault> {
    let mut headers = exchange::request_headers(prepared, cookies);
    if !headers.contains_key(HOST)
        && let Ok(host) = HeaderValue::try_from(host_header(prepared))
    {
        headers.insert(HOST, host);
    }
    if absolute_form {
        exchange::add_proxy_headers(request, &mut headers)?;
    }
    let mut url = prepared.url.clone();
    url.set_fragment(None);
    let target = if absolute_form { url.as_str() } else { &url[url::Position::BeforePath..] };
    let uri = Uri::try_from(target).map_err(|error| {
        let detail = Detail::definition("ERR_INVALID_URL", "http.url");
        Fault::new(Code::InvalidRequest, Phase::Config, detail, format!("the URL cannot be sent: {error}"))
    })?;
    let mut message = http::Request::new(Full::new(prepared.body.bytes.clone()));
    *message.method_mut() = prepared.method.clone();
    *message.uri_mut() = uri;
    let expects_body = matches!(prepared.method.as_str(), "POST" | "PUT" | "PATCH");
    if prepared.body.bytes.is_empty() && expects_body && !headers.contains_key(TRANSFER_ENCODING) {
        headers.entry(CONTENT_LENGTH).or_insert(HeaderValue::from_static("0"));
    }
    *message.headers_mut() = headers;
    Ok(message)
}

/// The host, with the port unless it is the scheme's own.
fn host_header(prepared: &Prepared) -> String {
    let host = prepared.url.host_str().unwrap_or_default();
    prepared.url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}

/// Reads the head as strictly as the grammar is, which is stricter than the library.
fn check_head(answer: &http::Response<Incoming>, taps: &Arc<Taps>) -> Result<(), Fault> {
    if answer.status() == StatusCode::SWITCHING_PROTOCOLS {
        let detail = Detail::http("unexpected-101", Some(101));
        let message = "the peer switches protocols although nobody asked for it";
        return Err(Fault::new(Code::MalformedResponse, Phase::Wait, detail, message));
    }
    if let Some(fault) = taps.with_head(failure::long_line) {
        return Err(fault);
    }
    match taps.with_head(grammar::check) {
        None => Ok(()),
        Some(violation) => Err(failure::violation(&violation, taps)),
    }
}

async fn receive<C>(
    answer: http::Response<Incoming>,
    driver: &mut Driver<C, hyper::Error>,
    taps: &Arc<Taps>,
    is_tls: bool,
    request: &Request,
    prepared: &Prepared,
    trace: &mut Trace,
) -> Result<Response, Fault>
where
    C: Future<Output = Result<(), hyper::Error>>,
{
    let (parts, mut body) = answer.into_parts();
    let delimited_by_close =
        !parts.headers.contains_key(CONTENT_LENGTH) && !parts.headers.contains_key(TRANSFER_ENCODING);
    let mut collected = Collected::new(request.body_bytes_max);
    while let Some(frame) = driver.run(body.frame(), || ()).await {
        match frame {
            Ok(frame) => {
                if let Some(data) = frame.data_ref() {
                    collected.take(data);
                } else if let Some(trailers) = frame.trailers_ref() {
                    collected.end(trailers);
                }
            }
            Err(error) if is_tls && delimited_by_close && failure::is_eof(&error) => {
                // RFC 8446 section 6.1 calls this a possible truncation; every client accepts it all the same.
                trace.warn("the peer ended the TLS session without close_notify: the body may be truncated");
                break;
            }
            Err(error) => return Err(failure::http1(&error, taps, Phase::Receive)),
        }
    }
    trace.leave();
    let version = if parts.version == http::Version::HTTP_10 { "HTTP/1.0" } else { "HTTP/1.1" };
    exchange::respond(version, parts.status.as_u16(), &parts.headers, collected, prepared, trace)
}
