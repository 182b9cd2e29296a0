//! The opening handshake: the request for an upgrade, and the answer to it (RFC 6455 section 4).

use crate::Opening;
use crate::prepare::Prepared;
use faultfinder_net::http1::{Connection, Error, Limits, Notes, Outgoing, Progress};
use faultfinder_net::{Spoken, Stream, Trace, excerpt, session_fault, transport_fault};
use faultfinder_taxonomy::{Code, Detail, Fault, Phase};
use std::time::Duration;
use tokio::time::Instant;

/// Most bytes of the body of a refusing response, for the evidence, and how long to wait for them.
const BODY_BYTES_MAX: usize = 4 << 10;
const BODY_WAIT: Duration = Duration::from_millis(100);

/// A connection on which the upgrade was asked for, and the head of the answer.
#[derive(Debug)]
pub(crate) struct Asked {
    pub(crate) connection: Connection<Stream>,
    pub(crate) opening: Opening,
}

/// Asks for the upgrade and reads the head of the answer, in the open phase.
///
/// # Errors
///
/// `CONNRESET`, `SSL`, `MALFORMED_RESPONSE` and `HEADER_TOO_LARGE` by what the stream and the bytes on it did.
pub(crate) async fn ask(stream: Stream, prepared: &Prepared, trace: &mut Trace) -> Result<Asked, Fault> {
    trace.enter(Phase::Open);
    let mut connection = Connection::new(stream, Limits::TARGET).arriving(trace.arrivals());
    let request = Outgoing { head: prepared.head.clone(), body: [].as_slice().into(), is_head: false };
    let head = connection.ask(request, |progress| {
        if let Progress::Read(notes) = progress {
            trace.note_head(notes);
        }
    });
    let head = head.await;
    let head = head.map_err(|error| broken(error, connection.notes()))?;
    let headers = head.headers.iter();
    let headers =
        headers.map(|(name, value)| (name.as_str().to_owned(), value.as_bytes().to_vec())).collect();
    Ok(Asked {
        connection,
        opening: Opening { url: prepared.url.to_string(), status: head.status, headers, subprotocol: None },
    })
}

/// Reads part of the body of a refusing response: what has already arrived, or arrives shortly.
pub(crate) async fn read_body(connection: &mut Connection<Stream>) -> Vec<u8> {
    let until = Instant::now() + BODY_WAIT;
    let mut body = Vec::new();
    while body.len() < BODY_BYTES_MAX {
        match tokio::time::timeout_at(until, connection.data()).await {
            Ok(Ok(Some(data))) => body.extend_from_slice(&data),
            _ => break,
        }
    }
    body.truncate(BODY_BYTES_MAX);
    body
}

/// There is no answer, or none that can be read.
fn broken(error: Error, notes: &Notes) -> Fault {
    match error {
        Error::Broken(violation) => {
            let (name, offset) = (violation.name, violation.offset);
            let message = format!("the response is not valid HTTP/1.1 at byte {offset}: {violation}");
            let fault = Fault::new(Code::MalformedResponse, Phase::Open, Detail::http(name, None), message)
                .with("offset", offset)
                .with("line", excerpt(&violation.line))
                .with("first_bytes", excerpt(&notes.first_bytes));
            match Spoken::of(&notes.first_bytes) {
                None | Some(Spoken::Http1) => fault,
                Some(Spoken::Tls) => {
                    Spoken::Tls.explain(fault, Some("use a wss:// URL: this port expects TLS"))
                }
                Some(spoken) => spoken.explain(fault, None),
            }
        }
        Error::TooLarge(what) => {
            let detail = Detail::http("HPE_HEADER_OVERFLOW", None);
            let message = format!("the response's header block is too large: {what}");
            Fault::new(Code::HeaderTooLarge, Phase::Open, detail, message)
        }
        Error::Ended(error) => {
            if let Some(fault) = session_fault(&error, Phase::Open) {
                return fault;
            }
            let what = match notes.read_bytes {
                0 => "receive a response to the upgrade request",
                _ => "receive the complete response to the upgrade request",
            };
            let fault = transport_fault(&error, Phase::Open, what).with("bytes_received", notes.read_bytes);
            match notes.read_bytes {
                0 => fault,
                _ => fault.with("first_bytes", excerpt(&notes.first_bytes)),
            }
        }
    }
}
