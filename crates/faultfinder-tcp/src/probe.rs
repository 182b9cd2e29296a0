//! The probe: connect, TLS where it is asked for, and the conversation.

#[cfg(feature = "tls")]
use crate::Step;
#[cfg(feature = "tls")]
use crate::conversation::Upgrade;
use crate::conversation::{Conversation, connection_of};
use crate::{Connection, Request, Response};
use faultfinder_net::hops::{Follow, Way, follow};
use faultfinder_net::{Checks, Deadline, Host, Stream, Trace, Vantage, connect, first_of};
#[cfg(feature = "tls")]
use faultfinder_net::{connect_unix, starttls::start_tls, tls, tls::TlsOptions};
use faultfinder_taxonomy::{Code, Detail, Fault, Phase, Report};
use std::time::Duration;

/// Connects, and sends and receives what the request says.
///
/// After the last step, unless it awaited something, the connection is watched for a moment (200 ms, or half
/// of the time that is left): a peer that accepts and resets at once is `CONNRESET`. That time counts for no phase.
///
/// # Errors
///
/// In the report's outcome: `INVALID_REQUEST` for an invalid host or port; `DNS`; the code of the
/// errno that the connection ended with; `SSL`; `CONNRESET` when the peer resets or closes before the expected data
/// arrived; `BODY_TOO_LARGE` when it did not arrive within 1 MiB; `TIMEOUT`. With
/// [`connection_as_value`](Request::connection_as_value), a refused connection and one without an answer are not faults.
///
/// # Cancel safety
///
/// Dropping it closes the connection; nothing else remains.
pub async fn probe(vantage: &Vantage, request: &Request) -> Report<Response> {
    let deadline = request.client.deadline();
    let mut trace = Trace::start();
    let mut conversation = None;
    let outcome = deadline.limit(work(vantage, request, &deadline, &mut conversation, &mut trace)).await;
    let outcome = outcome.unwrap_or_else(|| {
        let fault = trace.timed_out(&deadline);
        Err(match &conversation {
            Some(conversation) => conversation.timed_out(fault, deadline.budget()),
            None => fault,
        })
    });
    let outcome = outcome.map(|()| {
        let received = conversation.map(Conversation::into_received).unwrap_or_default();
        Response::new(Connection::Established, received)
    });
    let outcome = outcome.or_else(|fault| as_value(fault, request));
    trace_route(vantage, request, &deadline, outcome.is_ok(), &mut trace).await;
    trace.into_report(outcome)
}

/// Traces the route to the address that answered, or that was tried first.
///
/// A passed test uses the rest of its own time for it. A failed test uses the rest of the attempt's time: if the target is
/// silent, nothing is left of the request's time, and then the route matters most.
async fn trace_route(
    vantage: &Vantage,
    request: &Request,
    deadline: &Deadline,
    passed: bool,
    trace: &mut Trace,
) {
    let Some(peer) = trace.tried() else { return };
    let client = &request.client;
    let more = if passed { Duration::ZERO } else { client.overall_timeout.saturating_sub(client.timeout) };
    let round_trip = trace.timings().duration(Phase::Connect).filter(|_| trace.peer().is_some());
    let until = deadline.instant() + more;
    let route = Follow { track: request.track_hops, way: Way::Tcp(peer), round_trip, until };
    follow(vantage, &route, client, trace).await;
}

/// Everything that is wrong with a request, as far as it shows before anything is sent; its TLS settings are checked by
/// `faultfinder_net::tls::TlsClient::check`.
#[must_use]
pub fn check(request: &Request) -> Vec<Fault> {
    checked(request).err().unwrap_or_default()
}

fn checked(request: &Request) -> Result<Host, Vec<Fault>> {
    let mut checks = Checks::default();
    let host = checks.take(Host::parse(&request.host, "tcp.host"));
    #[cfg(feature = "tls")]
    let needs_port = request.client.unix_socket.is_none();
    #[cfg(not(feature = "tls"))]
    let needs_port = true;
    if request.port == 0 && needs_port {
        let detail = Detail::definition("ERR_SOCKET_BAD_PORT", "tcp.port");
        let fault = Fault::new(Code::InvalidRequest, Phase::Config, detail, "port 0 is not a valid port");
        checks.take::<()>(Err(fault));
    }
    checks.end(host)
}

/// Connects and holds the conversation, which stays in the slot whatever ends it.
async fn work(
    vantage: &Vantage,
    request: &Request,
    deadline: &Deadline,
    slot: &mut Option<Conversation>,
    trace: &mut Trace,
) -> Result<(), Fault> {
    let host = checked(request).map_err(first_of)?;
    // Prepared before connecting, so that reading certificates does not count as the target's time.
    #[cfg(feature = "tls")]
    let is_later = request.steps.contains(&Step::StartTls);
    #[cfg(feature = "tls")]
    let client = match &request.tls {
        Some(options) => Some(vantage.tls_client(options, "tcp.tls")?),
        None if is_later => Some(vantage.tls_client(&TlsOptions::default(), "tcp.tls")?),
        None => None,
    };
    let stream = reached(vantage, &host, request, trace).await?;
    trace.leave();
    let peer = trace.peer().map_or_else(|| shown(request, &host), |peer| peer.to_string());
    #[cfg(feature = "tls")]
    let stream = match client.as_ref().filter(|_| !is_later) {
        // Boxed: a connection without TLS needs no room for it.
        Some(client) => Box::pin(secured(vantage, stream, &host, client, request, trace)).await?,
        None => stream,
    };
    #[cfg(feature = "tls")]
    let upgrade = Upgrade { vantage, host: &host, client: client.as_deref(), options: &request.client };
    let conversation = slot.insert(Conversation::new(stream, peer));
    #[cfg(feature = "tls")]
    conversation.hold(&request.steps, upgrade, deadline, trace).await?;
    #[cfg(not(feature = "tls"))]
    conversation.hold(&request.steps, deadline, trace).await?;
    trace.leave();
    Ok(())
}

/// A connection to the target.
async fn reached(
    vantage: &Vantage,
    host: &Host,
    request: &Request,
    trace: &mut Trace,
) -> Result<Stream, Fault> {
    #[cfg(feature = "tls")]
    if let Some(socket) = &request.client.unix_socket {
        return connect_unix(socket, trace).await;
    }
    connect(vantage, host, request.port, &request.client, trace).await.map(Stream::Plain)
}

/// What messages call a target without an address: its socket, or its host.
fn shown(request: &Request, host: &Host) -> String {
    #[cfg(feature = "tls")]
    if let Some(socket) = &request.client.unix_socket {
        return socket.display().to_string();
    }
    let _ = request;
    host.to_text()
}

/// A TLS session on the connection, asked for in another protocol where the request says so.
#[cfg(feature = "tls")]
async fn secured(
    vantage: &Vantage,
    stream: Stream,
    host: &Host,
    client: &tls::TlsClient,
    request: &Request,
    trace: &mut Trace,
) -> Result<Stream, Fault> {
    let stream = match (stream, request.starttls) {
        (Stream::Plain(mut stream), Some(protocol)) => {
            start_tls(&mut stream, protocol, host, trace).await?;
            Stream::Plain(stream)
        }
        (stream, _) => stream,
    };
    stream.secure(vantage, host, client, &request.client, trace).await.map(|(stream, _)| stream)
}

/// The outcome of a connection as a value, where an assertion reads it.
fn as_value(fault: Fault, request: &Request) -> Result<Response, Fault> {
    match connection_of(&fault) {
        Some(connection) if request.connection_as_value => Ok(Response::new(connection, Vec::new())),
        _ => Err(fault),
    }
}
