//! The probe: connect, TLS where it is asked for, and the conversation.

use crate::conversation::{Conversation, connection_of};
use crate::{Connection, Request, Response};
use faultfinder_net::{Host, Stream, Trace, Vantage, connect, tls};
use faultfinder_taxonomy::{Code, Detail, Fault, Phase, Report};

/// Connects, and sends and awaits what the request says.
///
/// After the last step, unless it awaited something, the connection is watched for a moment (20 ms, or twice as long as
/// connecting took, at most 200 ms): a peer that accepts and resets at once is `CONNRESET`. That time counts for no
/// phase.
///
/// # Errors
///
/// In the report's outcome: `INVALID_REQUEST` for a host or port that nobody can connect to; `DNS`; the code of the
/// errno that the connection ended with; `SSL`; `CONNRESET` when the peer resets or closes before what is awaited has
/// come; `BODY_TOO_LARGE` when it has not come within 1 MiB; `TIMEOUT`. With
/// [`connection_as_value`](Request::connection_as_value) a refused connection, and one that nobody answers, is no fault.
///
/// # Cancel safety
///
/// Dropping it closes the connection; nothing else remains.
pub async fn probe(vantage: &Vantage, request: &Request) -> Report<Response> {
    let deadline = request.client.deadline();
    let mut trace = Trace::start();
    let outcome = deadline.limit(work(vantage, request, &mut trace)).await;
    let outcome = outcome.unwrap_or_else(|| Err(trace.timed_out(&deadline)));
    trace.into_report(outcome.or_else(|fault| as_value(fault, request)))
}

async fn work(vantage: &Vantage, request: &Request, trace: &mut Trace) -> Result<Response, Fault> {
    let host = Host::parse(&request.host, "tcp.host")?;
    if request.port == 0 {
        let detail = Detail::definition("ERR_SOCKET_BAD_PORT", "tcp.port");
        return Err(Fault::new(Code::InvalidRequest, Phase::Config, detail, "nobody can listen on port 0"));
    }
    // Made ready before the connection, so that reading certificates is not sold as the target's time.
    let client = request.tls.as_ref().map(|options| vantage.tls_client(options)).transpose()?;
    let stream = connect(vantage, &host, request.port, &request.client, trace).await?;
    trace.leave();
    let round_trip = trace.timings().duration(Phase::Connect).unwrap_or_default();
    let peer = trace.peer().map_or_else(|| host.to_text(), |peer| peer.to_string());
    let stream = match client {
        Some(client) => Stream::Tls(Box::new(
            tls::handshake(vantage, stream, &host, &client, &request.client, trace).await?.stream,
        )),
        None => Stream::Plain(stream),
    };
    let mut conversation = Conversation::new(stream, peer);
    conversation.hold(&request.steps, round_trip, trace).await?;
    trace.leave();
    Ok(Response::new(Connection::Established, conversation.into_received()))
}

/// The outcome of a connection as a value, where an assertion reads it.
fn as_value(fault: Fault, request: &Request) -> Result<Response, Fault> {
    match connection_of(&fault) {
        Some(connection) if request.connection_as_value => Ok(Response::new(connection, Vec::new())),
        _ => Err(fault),
    }
}
