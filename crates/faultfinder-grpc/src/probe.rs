//! The probe: the order of things.

use crate::channel::Shared;
use crate::exchange::{self, Answer, Outgoing};
use crate::message::{self, Typed};
use crate::prefixes::Violation;
use crate::prepare::{self, Prepared, PreparedCall};
use crate::response::StatusOrigin;
use crate::{Request, Response, connection, health, reflection, status};
use faultfinder_net::http2::{SENT_AGAIN, is_unprocessed};
use faultfinder_net::{Deadline, Trace, Vantage, suspect_tls};
use faultfinder_taxonomy::word::Compression;
use faultfinder_taxonomy::{Detail, Fault, GrpcStatus, Phase, Report};
use http::HeaderMap;
use http::header::CONTENT_TYPE;
use std::time::Duration;
use tokio::time::Instant;

/// How close to our own deadline the server's counts as the same: the clocks' grain and the way back.
const DEADLINE_GRACE: Duration = Duration::from_millis(20);

/// Makes one call, and reports what came of it.
///
/// Dropping the future closes the connection. Time runs out by [`Request::client`]'s budgets, which are sent to the server
/// (`grpc-timeout`), and ends in a report with the phases that were complete.
pub async fn probe(vantage: &Vantage, request: &Request) -> Report<Response> {
    let deadline = request.client.deadline();
    let mut trace = Trace::start();
    // Boxed: a future of this size must not be moved about.
    let outcome = deadline.limit(Box::pin(work(vantage, request, &deadline, &mut trace))).await;
    let outcome = outcome.unwrap_or_else(|| Err(trace.timed_out(&deadline)));
    trace.into_report(outcome)
}

async fn work(
    vantage: &Vantage,
    request: &Request,
    deadline: &Deadline,
    trace: &mut Trace,
) -> Result<Response, Fault> {
    let prepared = prepare::prepare(request).map_err(faultfinder_net::first_of)?;
    let answered = match Box::pin(call(vantage, request, &prepared, deadline, trace)).await? {
        Err(fault) if is_unprocessed(&fault) => {
            trace.warn(SENT_AGAIN);
            Box::pin(call(vantage, request, &prepared, deadline, trace)).await?
        }
        answered => answered,
    };
    let ended = match &answered {
        Ok(response) => Some(response.status),
        Err(fault) => status_of(fault),
    };
    if matches!(ended, Some(GrpcStatus::DeadlineExceeded | GrpcStatus::Cancelled))
        && deadline.instant().saturating_duration_since(Instant::now()) < DEADLINE_GRACE
    {
        // The server obeyed the deadline that we sent: the test's time ran out.
        if matches!(&answered, Ok(response) if response.messages == 0) {
            trace.enter(Phase::Wait);
        }
        std::future::pending::<()>().await;
    }
    let response = answered.map_err(|fault| trace.late_objection(fault))?;
    match response.fault() {
        Some(fault) if !request.status_as_value => Err(fault),
        _ => Ok(response),
    }
}

/// One call over a new connection: the outer error is that of the connection.
async fn call(
    vantage: &Vantage,
    request: &Request,
    prepared: &Prepared<'_>,
    deadline: &Deadline,
    trace: &mut Trace,
) -> Result<Result<Response, Fault>, Fault> {
    let connection = Box::pin(connection::open(vantage, request, prepared, trace)).await?;
    let answered = Box::pin(converse(&connection, request, prepared, deadline, trace)).await;
    Ok(answered.map_err(|fault| match request.plaintext {
        true => suspect_tls(fault, "remove `plaintext`, or use a grpcs:// URL"),
        false => fault,
    }))
}

/// The status that a fault has.
fn status_of(fault: &Fault) -> Option<GrpcStatus> {
    match fault.detail {
        Detail::Grpc { name, .. } => Some(name),
        _ => None,
    }
}

async fn converse(
    connection: &Shared,
    request: &Request,
    prepared: &Prepared<'_>,
    deadline: &Deadline,
    trace: &mut Trace,
) -> Result<Response, Fault> {
    let outgoing = |typed: Option<&'_ Typed>| Outgoing {
        path: "",
        message: &[],
        metadata: &prepared.metadata,
        authority: &prepared.authority,
        is_plaintext: request.plaintext,
        compression: request.compression,
        deadline,
        messages_max: request.max_messages,
        message_bytes_max: request.max_message_bytes,
        is_stream: typed.is_some_and(|typed| typed.method.is_server_streaming()),
        is_measured: true,
    };
    let reflected;
    let typed = match &prepared.call {
        PreparedCall::Typed(typed) => typed,
        PreparedCall::Untyped(method) => {
            let descriptors =
                Box::pin(reflection::ask(connection, &method.service, outgoing(None), trace)).await?;
            reflected = message::typed(&descriptors, method)?;
            &reflected
        }
    };
    let call = Outgoing { path: &typed.path, message: &typed.message, ..outgoing(Some(typed)) };
    let answer = exchange::call(connection, &call, trace).await?;
    respond(answer, typed, prepared.is_health, request, trace)
}

/// The answer with its messages decoded.
fn respond(
    answer: Answer,
    typed: &Typed,
    is_health: bool,
    request: &Request,
    trace: &mut Trace,
) -> Result<Response, Fault> {
    let is_stream = typed.method.is_server_streaming();
    // Messages before a status that is not OK are not part of an answer, and may be anything.
    let messages = if answer.sent.status == GrpcStatus::Ok { answer.messages.as_slice() } else { &[] };
    let decoded = message::decode(&typed.method, messages).map_err(|why| {
        let what = format!("the message cannot be decoded: {why}");
        status::violation(&Violation { status: GrpcStatus::Internal, what })
    })?;
    let (body, body_truncated) = match message::to_json(&decoded, is_stream) {
        Ok(json) => (json.bytes, json.is_full),
        Err(why) => {
            trace.warn(format!("the response cannot be shown as JSON: {why}"));
            (Vec::new(), false)
        }
    };
    if !answer.complete {
        let most = request.max_messages;
        trace.warn(format!(
            "the stream was not read to its end: {} messages were read; the limits are {most} messages and {} bytes",
            answer.count,
            request.max_message_bytes
        ));
    }
    let text = |name: &str| {
        answer.head.get(name).map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())
    };
    let message_bytes = messages.iter().map(|message| message.len() as u64).sum();
    trace.leave_with_arrival();
    Ok(Response {
        status: answer.sent.status,
        status_from: answer.status_from,
        message: answer.sent.message,
        metadata: if answer.status_from == StatusOrigin::Trailers && answer.head == answer.trailers {
            Vec::new()
        } else {
            fields(&answer.head)
        },
        trailers: fields(&answer.trailers),
        body,
        body_truncated,
        messages: answer.count,
        message_bytes,
        complete: answer.complete,
        health: if is_health { decoded.first().and_then(health::status) } else { None },
        http_status: answer.http_status,
        content_type: text(CONTENT_TYPE.as_str()),
        encoding: text("grpc-encoding"),
        excerpt: answer.excerpt,
        advice: advice(answer.sent.status, is_health, request.compression),
    })
}

/// What to do about a status, by what was called and how.
const fn advice(status: GrpcStatus, is_health: bool, compression: Compression) -> Option<&'static str> {
    match (status, is_health, compression) {
        (GrpcStatus::Unimplemented, _, Compression::Gzip | Compression::Zstd) => {
            Some("the server may not support the compression of the request: try `compression: answers`")
        }
        (GrpcStatus::Unimplemented, true, Compression::Answers | Compression::Off) => Some(
            "the server has no health service (grpc.health.v1.Health): add it to the server, or call a method instead",
        ),
        _ => None,
    }
}

fn fields(headers: &HeaderMap) -> Vec<(String, Vec<u8>)> {
    headers.iter().map(|(name, value)| (name.as_str().to_owned(), value.as_bytes().to_vec())).collect()
}
