//! The probe: connect, TLS where the URL says so, the opening handshake, the conversation, and the closing handshake.

use crate::connection::Closing;
use crate::conversation::{self, Record};
use crate::prepare::{self, Prepared};
use crate::redirect;
use crate::{Close, Connection, Request, Response, failure};
use faultfinder_net::{Deadline, Trace, Vantage, first_of};
use faultfinder_taxonomy::{Code, Fault, Phase, Report};
use std::time::Duration;
use tokio::time::Instant;

/// How long the peer may take for its part of the closing handshake; less when the test's own time ends before.
const CLOSE_WAIT_MAX: Duration = Duration::from_millis(500);

/// Opens a WebSocket, takes the steps of the request, and closes it.
///
/// The closing handshake belongs to no phase: it waits for the peer's close frame for at most 500 ms, and at most half of
/// the time that is left.
///
/// # Errors
///
/// In the report's outcome: `INVALID_REQUEST` and `INVALID_CHAR_IN_HEADER` for what cannot be sent; `DNS`, the code of an
/// errno, `SSL` and `CONNRESET` up to the answer to the opening handshake, `MALFORMED_RESPONSE` and `HEADER_TOO_LARGE`
/// about it; `AUTHENTICATION_ERROR` when it refuses the configured credentials; `WEBSOCKET` when it opens nothing, and for
/// everything that the peer does wrong after it; `TIMEOUT`. With [`status_as_value`](Request::status_as_value), a response
/// other than 101 is not a fault; with [`close_as_value`](Request::close_as_value), a close by the peer is not a fault.
///
/// # Cancel safety
///
/// Dropping it closes the connection; nothing else remains.
pub async fn probe(vantage: &Vantage, request: &Request) -> Report<Response> {
    let deadline = request.client.deadline();
    let mut trace = Trace::start();
    let prepared = match prepare::prepare(request) {
        Ok(prepared) => prepared,
        Err(objections) => return trace.into_report(Err(first_of(objections))),
    };
    let mut record = Record::default();
    let mut connection = None;
    // Boxed: a future of this size must not be moved around.
    let work = Box::pin(work(vantage, request, &prepared, &mut connection, &mut record, &mut trace));
    let outcome = deadline.limit(work).await;
    let mut outcome = outcome.unwrap_or_else(|| Err(timed_out(&mut trace, &deadline, connection.as_ref())));
    trace.leave();
    if let Some(connection) = connection {
        let closing = connection.finish(close_by(&deadline)).await;
        if request.steps.is_empty() && !request.close_as_value && outcome.is_ok() {
            outcome = only_opened(&closing, &mut trace).map_or(outcome, Err);
        }
        record.close = record.close.or(closing.frame);
    }
    let outcome = match outcome {
        Ok(refused) => Ok(response(record, refused)),
        Err(fault) => Err(redirect::after(failure::with_messages(fault, &record.messages), &record.hops)),
    };
    trace.into_report(outcome)
}

/// Opens, and talks; whether the configured credentials were refused.
async fn work(
    vantage: &Vantage,
    request: &Request,
    prepared: &Prepared,
    slot: &mut Option<Connection>,
    record: &mut Record,
    trace: &mut Trace,
) -> Result<bool, Fault> {
    match Connection::reach(vantage, request, prepared, &mut record.hops, trace).await? {
        Err(refusal) if request.status_as_value => {
            record.opening = Some(refusal.opening);
            Ok(refusal.fault.code == Code::AuthenticationError)
        }
        Err(refusal) => Err(refusal.fault),
        Ok(connection) => {
            record.opening = Some(connection.opening().clone());
            conversation::hold(slot.insert(connection), request, record, trace).await?;
            Ok(false)
        }
    }
}

/// The fault of time that ran out; after the opening handshake it is one of the receive phase, as all faults are.
fn timed_out(trace: &mut Trace, deadline: &Deadline, open: Option<&Connection>) -> Fault {
    let phase = trace.phase();
    let mut fault = trace.timed_out(deadline);
    if let Some(connection) = open
        && fault.code == Code::Timeout
    {
        let budget = deadline.budget().as_millis();
        match phase {
            Phase::Wait => {
                let only = match connection.pings() {
                    0 => String::new(),
                    1 => ", only a ping".to_owned(),
                    pings => format!(", only {pings} pings"),
                };
                fault.message = format!("no message from the peer within {budget} ms{only}");
                // Those of the phase are about a request, which a WebSocket does not have.
                fault.hints = vec!["the WebSocket is open and the peer sends nothing that the test waits for: check the message that the test sends, and the log of the server".to_owned()];
            }
            Phase::Receive => fault.message = format!("the peer's message did not end within {budget} ms"),
            _ => return fault,
        }
        fault.phase = Phase::Receive;
        if let Some(unfinished) = connection.unfinished() {
            return failure::unfinished(fault, &unfinished);
        }
    }
    fault
}

/// The fault of a WebSocket that opened, only to be closed by the peer because of an error.
fn only_opened(closing: &Closing, trace: &mut Trace) -> Option<Fault> {
    /// Close codes of an end without an error (RFC 6455 section 7.4.1).
    const ORDERLY: [u16; 3] = [1000, 1001, Close::NO_CODE];
    match &closing.frame {
        Some(close) if !ORDERLY.contains(&close.code) => {
            Some(failure::closed(close, None, "the test had ended"))
        }
        None if closing.is_cut => {
            trace.warn(
                "the peer ended the connection without a close frame, which RFC 6455 section 7.1.2 demands",
            );
            None
        }
        Some(_) | None => None,
    }
}

/// Until when the closing handshake may last.
fn close_by(deadline: &Deadline) -> Instant {
    let now = Instant::now();
    let left = deadline.instant().saturating_duration_since(now);
    now + CLOSE_WAIT_MAX.min(left / 2)
}

fn response(record: Record, credentials_refused: bool) -> Response {
    let opening = record.opening.unwrap_or_default();
    Response {
        url: opening.url.clone(),
        opening,
        messages: record.messages,
        answer: record.answer,
        round_trips: record.round_trips,
        close: record.close,
        credentials_refused,
    }
}
