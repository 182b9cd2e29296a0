//! The sequence of a probe.

use crate::exchange::exchange;
use crate::{Request, Response};
use faultfinder_net::{Checks, Host, Trace, Vantage, candidates, first_of, no_address, resolve, vagueness};
use faultfinder_taxonomy::{AttemptOutcome, Blame, Code, ConnectAttempt, Detail, Fault, Phase, Report};
use std::net::SocketAddr;
use tokio::time::Instant;

/// Sends one datagram, and waits for the first that comes back.
///
/// The socket is connected: only the target's datagrams count, and ICMP errors are visible. A datagram from another address
/// or port is named when there is no answer. An address that definitely cannot
/// be reached (refused, unreachable) is followed by the next one; silence is not, because the peer may have received
/// the message. Nothing is sent twice to the same address, unless a router reports that it was too long for the path.
///
/// # Errors
///
/// In the report's outcome: `INVALID_REQUEST` for an invalid host, port or message; `DNS`; `CONNREFUSED` when the
/// port is closed; `HOSTUNREACH` and `NETUNREACH` when a router or this host says so; `CONNRESET` when this host closes
/// the socket underneath; `TIMEOUT` when nothing comes back.
///
/// # Cancel safety
///
/// Dropping it closes the socket; nothing else remains.
pub async fn probe(vantage: &Vantage, request: &Request) -> Report<Response> {
    let deadline = request.client.deadline();
    let mut trace = Trace::start();
    let mut waiting = Waiting::default();
    let outcome = deadline.limit(work(vantage, request, &mut trace, &mut waiting)).await;
    let outcome = outcome.unwrap_or_else(|| Err(silence(trace.timed_out(&deadline), &waiting, request)));
    trace.into_report(outcome)
}

/// Who is waited for, kept outside the work so that it survives its cancellation.
#[derive(Debug, Default)]
struct Waiting {
    /// The address that was asked.
    peer: Option<SocketAddr>,
    /// The first other sender.
    stray: Option<SocketAddr>,
}

async fn work(
    vantage: &Vantage,
    request: &Request,
    trace: &mut Trace,
    waiting: &mut Waiting,
) -> Result<Response, Fault> {
    let host = checked(request).map_err(first_of)?;
    let addresses = resolve(vantage, &host, &request.client, trace).await?;
    let began = Instant::now();
    let mut worst: Option<Fault> = None;
    for address in candidates(&addresses, &request.client) {
        let peer = trace.place(address, request.port);
        *waiting = Waiting { peer: Some(peer), stray: None };
        let started = began.elapsed();
        match exchange(vantage, peer, request, trace, &mut waiting.stray).await {
            Ok(response) => {
                trace.set_peer(peer);
                return Ok(response);
            }
            Err(fault) if fault.blame == Blame::Definition => return Err(fault),
            Err(fault) => {
                let [started, ended] = [started, began.elapsed()].map(micros);
                let outcome = AttemptOutcome::Failed(fault.detail.name().to_owned());
                trace.add_attempt(ConnectAttempt::new(peer, started, ended.saturating_sub(started), outcome));
                // The first of equally definite ones stays.
                if worst.as_ref().is_none_or(|known| vagueness(fault.code) < vagueness(known.code)) {
                    worst = Some(fault);
                }
            }
        }
    }
    trace.leave();
    Err(worst.unwrap_or_else(|| no_address(&addresses)))
}

fn micros(duration: std::time::Duration) -> u64 {
    u64::try_from(duration.as_micros()).unwrap_or(u64::MAX)
}

/// Everything that is wrong with a request, as far as it shows before anything is sent.
#[must_use]
pub fn check(request: &Request) -> Vec<Fault> {
    checked(request).err().unwrap_or_default()
}

fn checked(request: &Request) -> Result<Host, Vec<Fault>> {
    let mut checks = Checks::default();
    let host = checks.take(Host::parse(&request.host, "udp.host"));
    let invalid = |name, field, message: String| {
        Fault::new(Code::InvalidRequest, Phase::Config, Detail::definition(name, field), message)
    };
    if request.port == 0 {
        let message = "port 0 is not a valid port".to_owned();
        checks.take::<()>(Err(invalid("ERR_SOCKET_BAD_PORT", "udp.port", message)));
    }
    let (length, most) = (request.message.len(), Request::MESSAGE_BYTES_MAX);
    if length > most {
        let message = format!("the message has {length} bytes, but a datagram has at most {most}");
        let fault = invalid("EMSGSIZE", "udp.message", message);
        checks.take::<()>(Err(fault.with("message_bytes", length).with("message_bytes_max", most)));
    }
    checks.end(host)
}

/// The fault of a deadline that passed, with whom was asked.
fn silence(fault: Fault, waiting: &Waiting, request: &Request) -> Fault {
    let (Some(peer), Phase::Wait) = (waiting.peer, fault.phase) else { return fault };
    let budget = request.client.timeout.min(request.client.overall_timeout).as_millis();
    let mut fault = fault.with("sent_to", peer.to_string()).with("sent_bytes", request.message.len());
    fault.message = format!("no datagram from {peer} within {budget} ms");
    // Those of the phase are about a server that has the request, which is not known here.
    fault.hints = vec!["allow more `timeout` if the service may take longer".to_owned()];
    let Some(stray) = waiting.stray else {
        return fault.with_hint("the datagram or its response was lost or dropped by a firewall, or the service does not answer this message: UDP cannot distinguish these");
    };
    let other = if stray.ip() == peer.ip() { "port" } else { "address" };
    fault.message.push_str(&format!(
        "; a datagram came from {stray}, another {other}, and does not count as the answer"
    ));
    fault.with("answered_by", stray.to_string()).with_hint(
        "the service answers from another address or port than the one that was asked, which connected sockets, firewalls and address translation drop: bind the service to the address that it is asked at",
    )
}
