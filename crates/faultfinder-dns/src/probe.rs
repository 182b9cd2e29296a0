//! The probe: whom to ask, asking, and what the answer means.

use crate::{Request, Response, question::question};
use faultfinder_net::dns::{self, Exchange, Failed, Failure, Query};
use faultfinder_net::{Host, ResolverTransport, Trace, Vantage, resolve};
use faultfinder_taxonomy::{Blame, Code, Detail, Errno, Fault, Phase, Report};
use std::net::{IpAddr, SocketAddr};

/// Asks the question.
///
/// Everything is the resolve phase; over TCP the connection before it is the connect phase.
///
/// # Errors
///
/// In the report's outcome: `INVALID_REQUEST` for a name, type or server that cannot be asked for; `DNS` for a response
/// code, an answer without a record of the type, one that cannot be read, none within 5 s, a closed port; `CONNRESET`
/// when a connection that was asked for is ended; `TIMEOUT` when the request's own time runs out first.
///
/// # Cancel safety
///
/// Dropping it closes its sockets; nothing else remains.
pub async fn probe(vantage: &Vantage, request: &Request) -> Report<Response> {
    let deadline = request.client.deadline();
    let mut trace = Trace::start();
    let outcome = deadline.limit(ask(vantage, request, &mut trace)).await;
    let outcome = outcome.unwrap_or_else(|| Err(trace.timed_out(&deadline)));
    trace.into_report(outcome)
}

async fn ask(vantage: &Vantage, request: &Request, trace: &mut Trace) -> Result<Response, Fault> {
    let query = question(request)?;
    let server = server(vantage, request, trace).await?;
    trace.set_peer(server);
    let exchange = match request.transport {
        ResolverTransport::Tcp => over_tcp(server, &query, request, trace).await?,
        transport => {
            trace.enter(Phase::Resolve);
            let exchange = dns::exchange(server, transport, &query, request.client.source_address).await;
            exchange.map_err(|failed| unanswered(failed, &query, request))?
        }
    };
    trace.leave();
    if exchange.ignored > 0 {
        trace.warn(format!("{} messages that did not answer the question were ignored", exchange.ignored));
    }
    match dns::answer_fault(&exchange.answer, &query, server) {
        Some(fault) if !request.failure_as_value => Err(fault),
        _ => Ok(Response::new(exchange)),
    }
}

/// The server to ask: the one that is named, or the system's first one.
async fn server(vantage: &Vantage, request: &Request, trace: &mut Trace) -> Result<SocketAddr, Fault> {
    if request.port == 0 {
        return Err(invalid("ERR_SOCKET_BAD_PORT", "dns.port", "no server listens on port 0".to_owned()));
    }
    let Some(name) = &request.server else {
        trace.enter(Phase::Resolve);
        let first = vantage.resolver().first_server()?;
        let port = if request.port == Request::PORT { first.port() } else { request.port };
        return Ok(SocketAddr::new(first.ip(), port));
    };
    let host = Host::parse(name, "dns.server")?;
    let addresses = resolve(vantage, &host, &request.client, trace).await?;
    let admitted = |address: &&IpAddr| request.client.ip.admits(**address);
    match addresses.iter().find(admitted) {
        Some(address) => Ok(SocketAddr::new(*address, request.port)),
        None => Err(invalid(
            "ERR_INVALID_URL",
            "dns.server",
            format!("{name} has no address of the family that is asked for"),
        )),
    }
}

async fn over_tcp(
    server: SocketAddr,
    query: &Query,
    request: &Request,
    trace: &mut Trace,
) -> Result<Exchange, Fault> {
    let connected = faultfinder_net::dial(&[server.ip()], server.port(), &request.client, trace).await;
    let stream = connected.map_err(|fault| match fault.code {
        // A name server that refuses is a verdict about names, whatever it is asked over.
        Code::ConnRefused => {
            let message = format!("{query}: {server} refuses the connection");
            Fault::new(Code::Dns, Phase::Connect, Detail::dns("CONNECTION_REFUSED", "ECONNREFUSED"), message)
                .with("server", server.to_string())
                .with("question", query.to_string())
        }
        _ => fault,
    })?;
    trace.enter(Phase::Resolve);
    dns::exchange_over(stream, server, query).await.map_err(|failed| match *failed.failure() {
        Failure::Ended(errno) => reset(errno, failed, query),
        _ => unanswered(failed, query, request),
    })
}

/// No answer that can be read. A server that the test does not name is this host's own, and so is the blame for it.
fn unanswered(failed: Failed, query: &Query, request: &Request) -> Fault {
    let fault = failed.into_fault(query);
    match (&request.server, fault.detail.name()) {
        (None, "TIMEOUT" | "CONNECTION_REFUSED" | "UNREACHABLE") => fault.blamed_on(Blame::Ourselves),
        _ => fault,
    }
}

/// The connection that was asked for is ended: `CONNRESET`, as for every protocol.
fn reset(errno: Errno, failed: Failed, query: &Query) -> Fault {
    let told = failed.into_fault(query);
    let mut fault = Fault::new(Code::ConnReset, Phase::Resolve, Detail::errno(errno), told.message);
    fault.evidence = told.evidence;
    fault
}

fn invalid(name: &str, field: &str, message: String) -> Fault {
    Fault::new(Code::InvalidRequest, Phase::Config, Detail::definition(name, field), message)
}
