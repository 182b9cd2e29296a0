//! Asking a server one question.

use crate::Request;
use faultfinder_net::dns::{Channel, Exchange, Failed, Failure, Query, Server, fitting_hints};
use faultfinder_net::{Deadline, Trace, Vantage};
use faultfinder_taxonomy::word::Transport;
use faultfinder_taxonomy::{Blame, Code, Detail, Errno, Fact, Fault, Phase};
use std::time::Duration;
use tokio::time::Instant;

/// How long before the test's own deadline the waiting ends, so that the fault can say who was waited for.
const BEFORE_DEADLINE: Duration = Duration::from_millis(1);
/// The least time that one of several addresses gets.
const SHARE_MIN: Duration = Duration::from_millis(100);

/// An answer, and the channel over which it came.
pub(crate) struct Answered {
    #[cfg(feature = "dnssec")]
    pub(crate) server: Server,
    pub(crate) channel: Channel,
    pub(crate) exchange: Exchange,
}

/// Asks a server at each of its addresses in turn, until one answers. An address that is silent, refuses or cannot be
/// reached is followed by the next one, and reported by a warning; anything else is the server's answer.
///
/// # Errors
///
/// Of several addresses the fault that says most, with the others in the evidence.
pub(crate) async fn one_of(
    vantage: &Vantage,
    servers: Vec<Server>,
    request: &Request,
    query: &Query,
    deadline: &Deadline,
    trace: &mut Trace,
) -> Result<Answered, Fault> {
    let count = servers.len();
    let mut failed: Vec<(Server, Fault)> = Vec::new();
    for (index, server) in servers.into_iter().enumerate() {
        trace.set_peer(server.address);
        let until = share(deadline, count - index);
        match ask(vantage, &server, request, query, deadline, until, trace).await {
            Ok((channel, exchange)) => {
                for (other, fault) in &failed {
                    trace.warn(format!(
                        "the name server is not reached at {}: {}; {} answered",
                        other.address, fault.message, server.address
                    ));
                }
                return Ok(Answered {
                    #[cfg(feature = "dnssec")]
                    server,
                    channel,
                    exchange,
                });
            }
            Err(fault) if elsewhere(&fault) && index + 1 < count => failed.push((server, fault)),
            Err(fault) if failed.is_empty() => return Err(fault),
            Err(fault) => {
                failed.push((server, fault));
                break;
            }
        }
    }
    Err(most_definite(failed))
}

/// Until when one of the addresses that are left is waited for: an equal part of the time that is left.
fn share(deadline: &Deadline, left: usize) -> Instant {
    let now = Instant::now();
    let all = deadline.instant().checked_sub(BEFORE_DEADLINE).unwrap_or(now);
    match u32::try_from(left) {
        Ok(left @ 2..) => all.min(now + (all.saturating_duration_since(now) / left).max(SHARE_MIN)),
        _ => all,
    }
}

/// Whether another address of the server may answer although this one did not.
fn elsewhere(fault: &Fault) -> bool {
    match fault.code {
        Code::ConnRefused | Code::ConnReset | Code::HostUnreach | Code::NetUnreach | Code::Timeout => true,
        Code::Dns => matches!(
            fault.detail.name(),
            "TIMEOUT" | "CONNECTION_REFUSED" | "CONNECTION_RESET" | "UNREACHABLE"
        ),
        _ => false,
    }
}

/// The first fault that is not mere silence, or else the last one, with what became of every address.
fn most_definite(failed: Vec<(Server, Fault)>) -> Fault {
    let addresses = failed.iter().map(|(server, fault)| {
        Fact::map([
            ("address", server.address.to_string().into()),
            ("detail", fault.detail.name().into()),
            ("message", fault.message.as_str().into()),
        ])
    });
    let addresses = Fact::List(addresses.collect());
    let is_silence = |fault: &Fault| fault.detail.name() == "TIMEOUT" || fault.code == Code::Timeout;
    let mut faults: Vec<Fault> = failed.into_iter().map(|(_, fault)| fault).collect();
    let worst = match faults.iter().position(|fault| !is_silence(fault)) {
        Some(definite) => Some(faults.swap_remove(definite)),
        None => faults.pop(),
    };
    // It is never empty.
    let worst = worst.unwrap_or_else(|| {
        Fault::new(Code::Dns, Phase::Resolve, Detail::dns("TIMEOUT", "ETIMEOUT"), "no name server was asked")
    });
    worst.with("server_addresses", addresses)
}

/// Asks at one address.
async fn ask(
    vantage: &Vantage,
    server: &Server,
    request: &Request,
    query: &Query,
    deadline: &Deadline,
    until: Instant,
    trace: &mut Trace,
) -> Result<(Channel, Exchange), Fault> {
    let began = Instant::now();
    let opening = tokio::time::timeout_at(until, open(vantage, server, request, query, trace)).await;
    let mut channel = match opening {
        Ok(opened) => opened?,
        Err(_) if is_over(deadline) => return Err(trace.timed_out(deadline)),
        Err(_) => return Err(unopened(server, query, began.elapsed())),
    };
    trace.enter(Phase::Resolve);
    match channel.ask_until(query, until).await {
        Ok(exchange) => Ok((channel, exchange)),
        Err(failed) if matches!(failed.failure(), Failure::Timeout) && is_over(deadline) => {
            Err(blamed(late(failed, query, deadline), request))
        }
        Err(failed) => Err(unanswered(failed, query, request)),
    }
}

/// One of several addresses let its time pass before there was a connection or session.
fn unopened(server: &Server, query: &Query, waited: Duration) -> Fault {
    let message = format!("no connection to {} for {query} within {} ms", server.address, waited.as_millis());
    Fault::new(Code::Dns, Phase::Resolve, Detail::dns("TIMEOUT", "ETIMEOUT"), message)
        .with("server", server.address.to_string())
}

/// Whether the test's own time is what ended the waiting.
fn is_over(deadline: &Deadline) -> bool {
    Instant::now() + BEFORE_DEADLINE >= deadline.instant()
}

/// The test's time ran out before the server answered.
fn late(failed: Failed, query: &Query, deadline: &Deadline) -> Fault {
    let budget = deadline.budget();
    let silence = fitting_hints(failed.waiting(budget).into_fault(query));
    let mut fault =
        Fault::new(Code::Timeout, Phase::Resolve, Detail::timeout(deadline.scope()), silence.message);
    fault.evidence = silence.evidence;
    fault.hints = silence.hints;
    fault.with("budget_ms", u64::try_from(budget.as_millis()).unwrap_or(u64::MAX))
}

/// Opens the channel to a server.
pub(crate) async fn open(
    vantage: &Vantage,
    server: &Server,
    request: &Request,
    query: &Query,
    trace: &mut Trace,
) -> Result<Channel, Fault> {
    let opened = Channel::open(vantage, server, &request.client, trace).await;
    opened.map_err(|fault| match fault.code {
        Code::Dns => {
            let mut fault = fault.with("question", query.to_string());
            fault.message = format!("{query}: {}", fault.message);
            blamed(fault, request)
        }
        _ => fault,
    })
}

/// No readable answer arrived.
pub(crate) fn unanswered(failed: Failed, query: &Query, request: &Request) -> Fault {
    if let (Failure::Ended(errno), true) = (failed.failure(), request.transport != Transport::Udp) {
        return reset(*errno, failed, query);
    }
    match failed.into_session_fault(query) {
        Ok(fault) => fault,
        Err(failed) => blamed(failed.into_fault(query), request),
    }
}

/// Who has to act on a failed question: the server or the zone under test, except that silence is the network's. A server
/// that the test does not name is this host's own; that it cannot be asked is our own problem.
pub(crate) fn blamed(fault: Fault, request: &Request) -> Fault {
    if matches!(fault.blame, Blame::Ourselves | Blame::Definition) {
        return fault;
    }
    let own = request.server.is_none() && !request.all_servers;
    let blame = match (fault.code, fault.detail.name()) {
        (Code::Timeout, _) | (Code::Dns, "TIMEOUT" | "UNREACHABLE") if own => Blame::Ourselves,
        (Code::Dns, "CONNECTION_REFUSED") if own => Blame::Ourselves,
        (Code::Timeout, _) | (Code::Dns, "TIMEOUT" | "UNREACHABLE") => Blame::Network,
        (Code::Dns, _) => Blame::Target,
        _ => return fault,
    };
    fault.blamed_on(blame)
}

/// The requested connection ended: `CONNRESET`, as for every protocol.
fn reset(errno: Errno, failed: Failed, query: &Query) -> Fault {
    let failure = failed.into_fault(query);
    // Blame and hints are those of the code.
    let mut fault = Fault::new(Code::ConnReset, Phase::Resolve, Detail::errno(errno), failure.message);
    fault.evidence = failure.evidence;
    fault
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_is_to_blame_for_a_server_depends_on_whose_it_is() {
        let own = Request::new("a.test");
        let other = Request { server: Some("192.0.2.1".to_owned()), ..Request::new("a.test") };
        for (name, of_own, of_other) in [
            ("TIMEOUT", Blame::Ourselves, Blame::Network),
            ("UNREACHABLE", Blame::Ourselves, Blame::Network),
            ("CONNECTION_REFUSED", Blame::Ourselves, Blame::Target),
            ("SERVFAIL", Blame::Target, Blame::Target),
        ] {
            let fault = || Fault::new(Code::Dns, Phase::Resolve, Detail::dns(name, "X"), "");
            let blames = [&own, &other].map(|request| blamed(fault(), request).blame);
            assert_eq!(blames, [of_own, of_other], "{name}");
        }
    }
}
