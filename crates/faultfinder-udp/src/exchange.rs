//! One address: send, and wait for what comes back.

use crate::{Request, Response};
use faultfinder_net::{DatagramError, Datagrams, IcmpError, Trace, Vantage, transport_fault};
use faultfinder_taxonomy::{Fault, Phase};
use std::net::SocketAddr;

/// How often a datagram is sent again in smaller pieces. A router on the way says that it is too long for the next
/// link, and this host remembers; each link may be narrower than the one before.
const FRAGMENTED_AGAIN_MAX: u32 = 4;

/// Sends the message to one address, and waits until something comes back. `stray` is the first sender of a datagram that
/// was not asked: what it sends does not count.
pub(crate) async fn exchange(
    vantage: &Vantage,
    peer: SocketAddr,
    request: &Request,
    trace: &mut Trace,
    stray: &mut Option<SocketAddr>,
) -> Result<Response, Fault> {
    trace.enter(Phase::Connect);
    let datagrams = Datagrams::open(vantage, peer, &request.client, trace).await?;
    trace.enter(Phase::Send);
    send(&datagrams, request).await?;
    trace.enter(Phase::Wait);
    let mut received = Vec::new();
    let mut sent_again = 0;
    let arrived = loop {
        match datagrams.receive(&mut received, stray).await {
            Ok(arrived) => break arrived,
            Err(failed) if is_too_long_for_the_way(&failed) && sent_again < FRAGMENTED_AGAIN_MAX => {
                sent_again += 1;
                send(&datagrams, request).await?;
            }
            Err(failed) => return Err(fault(&failed, Phase::Wait, peer, request)),
        }
    };
    trace.leave_with(arrived);
    Ok(Response::new(peer, received))
}

async fn send(datagrams: &Datagrams, request: &Request) -> Result<(), Fault> {
    let sent = datagrams.send(&request.message).await;
    sent.map_err(|failed| fault(&failed, Phase::Send, datagrams.peer(), request))
}

/// Whether a router says that the datagram does not fit into the next link.
fn is_too_long_for_the_way(failed: &DatagramError) -> bool {
    failed.icmp.as_ref().is_some_and(IcmpError::is_too_big)
}

/// The fault of an error, with who sent it.
fn fault(failed: &DatagramError, phase: Phase, peer: SocketAddr, request: &Request) -> Fault {
    let what = match phase {
        Phase::Send => format!("send to {peer}"),
        _ => format!("receive a response from {peer}"),
    };
    let fault = transport_fault(&failed.error, phase, &what).with("sent_bytes", request.message.len());
    let Some(icmp) = &failed.icmp else { return fault };
    let mut fault = icmp.told_in(fault);
    if let Some(offender) = icmp.offender {
        fault.message = if offender == peer.ip() {
            format!("{peer} answered the datagram with ICMP {}", icmp.text())
        } else {
            format!("{offender} answered the datagram to {peer} with ICMP {}", icmp.text())
        };
    }
    fault
}
