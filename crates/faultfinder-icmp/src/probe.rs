//! The sequence of a probe: resolve, send, wait.

use crate::exchange::exchange;
use crate::pinger::Pinger;
use crate::request::check_address;
use crate::socket::Options;
use crate::tally::Seen;
use crate::wire::Family;
use crate::{Request, Response};
use faultfinder_net::hops::{Follow, Way, follow};
use faultfinder_net::{Deadline, Host, Trace, Vantage, first_of, resolve};
use faultfinder_taxonomy::word::{AddressChoice, TrackHops};
use faultfinder_taxonomy::{Blame, Code, Detail, Errno, Fault, Phase, Report};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Sends echo requests to one address of the host, and reports the reply or error for each.
///
/// Of several addresses the first one to which this host can send is asked. Phases: `resolve`; `send`, the first request;
/// `wait`, until the first answer came; `receive`, until the last one had come, or was awaited no longer.
///
/// # Errors
///
/// In the report's outcome. Loss is none: a target that is silent, or for which a router answers, has a loss of 100 %.
/// `INVALID_REQUEST` for what cannot be sent, `DNS`, `TIMEOUT` when time runs out before everything is sent,
/// `HOSTUNREACH` and `NETUNREACH` when this host has no route to the target, `INTERNAL_ERROR` (blamed on ourselves) when
/// this process may not use ICMP.
///
/// # Cancel safety
///
/// Dropping it gives its sequence numbers back; the sockets that it shares with others remain.
pub async fn probe(vantage: &Vantage, request: &Request) -> Report<Response> {
    let deadline = request.client.deadline();
    let mut trace = Trace::start();
    let outcome = work(vantage, request, &deadline, &mut trace).await;
    let outcome = outcome.unwrap_or_else(|| Err(trace.timed_out(&deadline)));
    if let (Ok(response), Some(peer), true) = (&outcome, trace.peer(), request.track_hops != TrackHops::Off) {
        let (round_trip, until) = (response.latency.map(|latency| latency.max), deadline.instant());
        let route = Follow { track: request.track_hops, way: Way::Icmp(peer), round_trip, until };
        Box::pin(follow(vantage, &route, &request.client, &mut trace)).await;
    }
    trace.into_report(outcome)
}

/// The outcome, or nothing when time ran out.
async fn work(
    vantage: &Vantage,
    request: &Request,
    deadline: &Deadline,
    trace: &mut Trace,
) -> Option<Result<Response, Fault>> {
    let host = match request.checked() {
        Ok(host) => host,
        Err(objections) => return Some(Err(first_of(objections))),
    };
    // Boxed, here and for the route: thousands of probes wait at a time, and none should hold room for what it does not do.
    let resolved = deadline.limit(Box::pin(resolve(vantage, &host, &request.client, trace))).await?;
    let addresses = match resolved {
        Ok(addresses) => addresses,
        Err(fault) => return Some(Err(fault)),
    };
    trace.leave();
    if request.packets == 0 {
        return Some(Ok(Response::unasked()));
    }
    let mut last = None;
    for address in candidates(&addresses, request) {
        match ask(vantage, address, request, deadline, trace).await {
            Ok(response) => return Some(Ok(response)),
            // Another address does not help against what is wrong with the request or with ourselves.
            Err(fault) if !elsewhere(&fault) => return Some(Err(fault)),
            Err(fault) => last = Some(Box::new(fault)),
        }
    }
    Some(Err(last.map_or_else(|| no_address(&host, &addresses), |fault| *fault)))
}

/// The addresses to ask, in turn.
fn candidates<'a>(addresses: &'a [IpAddr], request: &'a Request) -> impl Iterator<Item = IpAddr> + 'a {
    let count = if request.client.address == AddressChoice::First { 1 } else { addresses.len() };
    let admitted = addresses.iter().copied().filter(|address| request.client.admits(*address));
    admitted.take(count).map(|address| match address {
        // To ask "any address" is to ask this host, and it answers from loopback.
        IpAddr::V4(v4) if v4.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(v6) if v6.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        other => other,
    })
}

/// Whether another address of the host may be reached although this one is not.
fn elsewhere(fault: &Fault) -> bool {
    matches!(fault.code, Code::HostUnreach | Code::NetUnreach)
}

/// Asks one address.
async fn ask(
    vantage: &Vantage,
    address: IpAddr,
    request: &Request,
    deadline: &Deadline,
    trace: &mut Trace,
) -> Result<Response, Fault> {
    check_address(address)?;
    vantage.admit(&[address], "icmp.host", trace)?;
    let family = Family::of(address);
    let source = request.client.source_address.filter(|source| Family::of(*source) == family);
    let options = Options { family, ttl: request.ttl, dont_fragment: request.dont_fragment, source };
    let channel = vantage.shared::<Pinger>().channel(&options)?;
    let lease = channel.lease(trace.place(address, 0), request).ok_or_else(|| too_many(address))?;
    trace.set_peer(trace.place(address, 0));
    exchange(&lease, request, deadline, trace).await?;
    let seen = lease.tally.snapshot();
    warn(&seen, address, trace);
    Ok(Response {
        address: Some(address),
        access: Some(channel.access()),
        sent: seen.sent(),
        received: seen.received(),
        duplicates: seen.duplicates,
        latency: seen.latency(),
        packets: seen.packets(),
    })
}

/// Warnings about the replies.
fn warn(seen: &Seen, address: IpAddr, trace: &mut Trace) {
    let replies = |count: u32| if count == 1 { "1 reply".to_owned() } else { format!("{count} replies") };
    if seen.altered > 0 {
        trace.warn(format!(
            "{} of {address} had a different payload than the request, and did not count as received",
            replies(seen.altered)
        ));
    }
    if seen.late > 0 {
        trace.warn(format!(
            "{} of {address} came later than `wait` allows, and did not count as received",
            replies(seen.late)
        ));
    }
    if seen.duplicates > 0 {
        trace.warn(format!("{} of {address} arrived more than once", replies(seen.duplicates)));
    }
    for router in &seen.redirects {
        trace.warn(format!("{router} redirects requests to {address}: it is not the best first hop"));
    }
}

fn too_many(address: IpAddr) -> Fault {
    let message = format!("too many probes of {address} are in progress: all sequence numbers are in use");
    Fault::new(Code::InternalError, Phase::Config, Detail::errno(Errno::NoBufs), message)
        .blamed_on(Blame::Ourselves)
        .with_hint("run fewer tests of this address at once")
}

/// The name has addresses, but none of the family that is asked for.
fn no_address(host: &Host, addresses: &[IpAddr]) -> Fault {
    let listed: Vec<String> = addresses.iter().map(ToString::to_string).collect();
    let message =
        format!("no address of {host} ({}) has the IP version that the test requires", listed.join(", "));
    Fault::new(Code::Dns, Phase::Resolve, Detail::dns("NODATA", "ENODATA"), message)
}
