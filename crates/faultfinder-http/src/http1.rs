//! One exchange over HTTP/1.1 (RFC 9112).

use crate::call::Call;
use crate::exchange::{self, Collected};
use crate::interim::Interims;
use crate::proof::{self, Fresh, Ntlm};
use crate::{Response, Unanswerable, failure};
use bytes::Bytes;
use faultfinder_net::http1::{Connection, Error, Head, Limits, Outgoing, Progress, head_spelled};
use faultfinder_net::{Stream, Trace};
use faultfinder_taxonomy::{Code, Detail, Fault, Phase};
use http::header::{AUTHORIZATION, CONTENT_LENGTH, HOST, HeaderMap, HeaderValue, TRANSFER_ENCODING};
use http::{StatusCode, Version};
use std::io;

/// Sends a request and reads the answer.
///
/// # Errors
///
/// `CONNRESET`, `MALFORMED_RESPONSE`, `HEADER_TOO_LARGE` and `SSL` by what the stream and the bytes on it did.
pub(crate) async fn exchange(call: &Call<'_>, stream: Stream, trace: &mut Trace) -> Result<Response, Fault> {
    trace.enter(Phase::Send);
    let is_tls = stream.is_encrypted();
    let mut connection = Connection::new(stream, Limits::TARGET).arriving(trace.arrivals());
    let mut message = Message::new(call)?;
    if let Some(ntlm) = &call.prepared.ntlm {
        match Box::pin(negotiate(call, &mut connection, ntlm, &message, trace)).await? {
            Negotiated::Settled(response) => return Ok(*response),
            Negotiated::Unneeded => {}
            Negotiated::Proof(header) => {
                message.headers.insert(AUTHORIZATION, header);
            }
        }
        trace.enter(Phase::Send);
    }
    let response = ask(call, &mut connection, &message, trace).await?;
    if is_tls {
        connection.close();
    }
    Ok(response)
}

/// A request in the form of HTTP/1.1.
#[derive(Clone)]
struct Message {
    target: String,
    headers: HeaderMap,
    body: Bytes,
}

impl Message {
    fn new(call: &Call<'_>) -> Result<Self, Fault> {
        let prepared = &call.prepared;
        let mut headers = exchange::request_headers(prepared, call.cookie().as_deref());
        if !headers.contains_key(HOST)
            && let Ok(host) = HeaderValue::from_str(host_header(call))
        {
            headers.insert(HOST, host);
        }
        // Without the fragment.
        let end = url::Position::AfterQuery;
        let target = if call.is_forwarded() {
            exchange::add_proxy_headers(call.request, &mut headers)?;
            &prepared.url[..end]
        } else {
            &prepared.url[url::Position::BeforePath..end]
        };
        let body = frame(&mut headers, prepared.body.bytes.clone(), &prepared.method);
        Ok(Self { target: target.to_owned(), headers, body })
    }
}

/// Says how long the body is, unless the test does, and brings it into that form (RFC 9112 section 6).
fn frame(headers: &mut HeaderMap, body: Bytes, method: &http::Method) -> Bytes {
    let codings =
        headers.get(TRANSFER_ENCODING).map(|codings| codings.to_str().unwrap_or_default().to_owned());
    match codings {
        Some(_) if body.is_empty() => {
            headers.remove(TRANSFER_ENCODING);
            body
        }
        Some(codings) => {
            let is_chunked =
                codings.rsplit(',').next().is_some_and(|last| last.trim().eq_ignore_ascii_case("chunked"));
            if !is_chunked && let Ok(codings) = HeaderValue::try_from(format!("{codings}, chunked")) {
                headers.insert(TRANSFER_ENCODING, codings);
            }
            let size = format!("{:x}\r\n", body.len());
            [size.as_bytes(), &body, b"\r\n0\r\n\r\n"].concat().into()
        }
        None => {
            if !body.is_empty() || matches!(method.as_str(), "POST" | "PUT" | "PATCH") {
                headers.entry(CONTENT_LENGTH).or_insert_with(|| body.len().into());
            }
            body
        }
    }
}

/// The host, with the port unless it is the scheme's own.
fn host_header<'c>(call: &'c Call<'_>) -> &'c str {
    &call.prepared.url[url::Position::BeforeHost..url::Position::AfterPort]
}

/// Sends a message and reads the answer. In the phases of sending, waiting and receiving, or all in the one of
/// authentication when that is where the trace is.
async fn ask(
    call: &Call<'_>,
    connection: &mut Connection<Stream>,
    message: &Message,
    trace: &mut Trace,
) -> Result<Response, Fault> {
    let outgoing = Outgoing {
        head: head_spelled(&call.prepared.method, &message.target, &message.headers, &call.request.headers),
        body: message.body.clone(),
        is_head: call.prepared.method == http::Method::HEAD,
    };
    let mut interims = Interims::default();
    let asked = connection.ask(outgoing, |progress| match progress {
        Progress::Sent(at) => exchange::note_sent_at(Some(at), trace),
        Progress::Interim(head) => {
            call.arrived.interim(head.status);
            interims.note(head.status, &head.headers);
        }
        Progress::Read(notes) => call.arrived.note(notes),
    });
    let head = asked.await.map_err(|error| failure::http1(error, connection.notes(), Phase::Wait))?;
    if head.status == StatusCode::SWITCHING_PROTOCOLS {
        let detail = Detail::http("unexpected-101", Some(101));
        let message = "the peer switched protocols (status 101) without a request to do so";
        return Err(Fault::new(Code::MalformedResponse, Phase::Wait, detail, message));
    }
    if trace.phase() != Phase::Authenticate {
        let notes = connection.notes();
        // An answer may have come before the whole request was sent.
        exchange::note_sent_at(notes.last_write.or(notes.first_read), trace);
        exchange::note_head(notes.first_read, trace);
    }
    call.arrived.begin(version(&head), head.status, &head.headers, &call.prepared.url);
    let collected = receive(call, connection, &head.headers, trace).await?;
    trace.leave_with_arrival();
    let response =
        exchange::respond(version(&head), head.status, &head.headers, collected, &call.prepared, trace)?;
    Ok(Response { interim: interims.take(connection.notes().last_write), ..response })
}

fn version(head: &Head) -> &'static str {
    if head.version == Version::HTTP_10 { "HTTP/1.0" } else { "HTTP/1.1" }
}

async fn receive(
    call: &Call<'_>,
    connection: &mut Connection<Stream>,
    headers: &HeaderMap,
    trace: &mut Trace,
) -> Result<Collected, Fault> {
    let mut collected = Collected::new(call, headers);
    while !collected.is_enough() {
        let Some(piece) = collected.within(connection.data()).await else { break };
        match piece {
            Ok(Some(data)) => {
                call.arrived.take(&data);
                collected.take(&data);
            }
            Ok(None) => break,
            Err(Error::Ended(error))
                if connection.is_delimited_by_close() && error.kind() == io::ErrorKind::UnexpectedEof =>
            {
                // RFC 8446 section 6.1 calls this a possible truncation; every client accepts it all the same.
                trace.warn("the peer ended the TLS session without close_notify: the body may be truncated");
                break;
            }
            Err(error) => return Err(failure::http1(error, connection.notes(), Phase::Receive)),
        }
    }
    if !collected.is_enough() {
        collected.end(&connection.take_trailers());
    }
    Ok(collected)
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
    call: &Call<'_>,
    connection: &mut Connection<Stream>,
    ntlm: &Ntlm,
    message: &Message,
    trace: &mut Trace,
) -> Result<Negotiated, Fault> {
    trace.enter(Phase::Authenticate);
    let mut hello = Message { body: Bytes::new(), ..message.clone() };
    hello.headers.insert(AUTHORIZATION, ntlm.hello());
    hello.headers.remove(TRANSFER_ENCODING);
    let withheld = !call.prepared.body.bytes.is_empty();
    if withheld {
        hello.headers.insert(CONTENT_LENGTH, HeaderValue::from_static("0"));
    }
    // All of it is the phase of authentication, whatever stretch it broke in.
    let answered = ask(call, connection, &hello, trace).await;
    let mut response = answered.map_err(|fault| fault.in_phase(Phase::Authenticate))?;
    if response.status != StatusCode::UNAUTHORIZED.as_u16() {
        return Ok(if withheld { Negotiated::Unneeded } else { Negotiated::Settled(Box::new(response)) });
    }
    let proof = match connection.is_reusable() {
        false => {
            Err("the target closes the connection after its challenge, but NTLM needs the same connection"
                .to_owned())
        }
        true => ntlm.answer(&response, Fresh::at(call.vantage.clock().unix_seconds())),
    };
    match proof {
        Ok(header) => {
            proof::hide(&header, trace);
            trace.enter(Phase::Authenticate);
            Ok(Negotiated::Proof(header))
        }
        Err(why) => {
            response.unanswerable = Some(Unanswerable::by_these(why));
            Ok(Negotiated::Settled(Box::new(response)))
        }
    }
}
