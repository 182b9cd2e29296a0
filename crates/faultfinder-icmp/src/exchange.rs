//! Sending to one address, and waiting.

use crate::Request;
use crate::channel::Lease;
use crate::tally::Tally;
use faultfinder_net::{Deadline, Trace, transport_fault};
use faultfinder_taxonomy::{Code, Detail, Fault, Phase};
use std::time::Duration;
use tokio::time::Instant;

/// How long before the deadline the waiting ends, so that what is known by then is the answer, rather than `TIMEOUT`.
const BEFORE_DEADLINE: Duration = Duration::from_millis(5);

/// Sends all requests at their interval and waits for what comes of them.
///
/// After the last request, replies are awaited as [`Request::wait`] says, as long as the deadline allows; less if nothing
/// is left to wait for.
///
/// # Errors
///
/// What this host refuses a request with; `TIMEOUT` when time ran out before all of them were sent.
pub(crate) async fn exchange(
    lease: &Lease,
    request: &Request,
    deadline: &Deadline,
    trace: &mut Trace,
) -> Result<(), Fault> {
    trace.enter(Phase::Send);
    let begun = Instant::now();
    for index in 0..request.packets {
        if index > 0 {
            let due = begun + request.interval.saturating_mul(u32::from(index));
            let waited = deadline.limit(tokio::time::sleep_until(due)).await;
            waited.ok_or_else(|| late(lease, request, deadline))?;
        }
        let sent = deadline.limit(lease.send(index)).await;
        let sent = sent.ok_or_else(|| late(lease, request, deadline))?;
        sent.map_err(|error| refused(&error, lease, request))?;
        if index == 0 {
            trace.enter(Phase::Wait);
        }
    }
    await_replies(&lease.tally, request, deadline, trace).await;
    let seen = lease.tally.snapshot();
    if let Some(first) = seen.first {
        trace.enter_at(Phase::Receive, first);
    }
    match seen.last.filter(|_| seen.unanswered() == 0) {
        // The last answer ended it, and not our look at it.
        Some(last) => trace.leave_at(last),
        None => trace.leave(),
    }
    Ok(())
}

/// Waits until everything is answered, or long enough.
async fn await_replies(tally: &Tally, request: &Request, deadline: &Deadline, trace: &mut Trace) {
    let sent = Instant::now();
    let last_moment = deadline.instant().checked_sub(BEFORE_DEADLINE).unwrap_or(sent);
    while !tally.is_settled() {
        // Each reply may make the wait for the others longer or shorter.
        let longest = tally.longest();
        let enough = sent + request.patience(longest);
        if tokio::time::timeout_at(enough.min(last_moment), tally.news()).await.is_ok() {
            continue;
        }
        let needed = request.wait.unwrap_or_else(|| request.patience(Some(longest.unwrap_or_default())));
        if last_moment < sent + needed {
            let waited = last_moment.saturating_duration_since(sent).as_millis();
            trace.warn(format!(
                "the test's time ended {waited} ms after the last request; requests without a reply count as lost"
            ));
        }
        return;
    }
}

/// Time ran out before everything was sent.
fn late(lease: &Lease, request: &Request, deadline: &Deadline) -> Fault {
    let seen = lease.tally.snapshot();
    let budget = deadline.budget().as_millis();
    let message =
        format!("only {} of {} requests were sent within {budget} ms", seen.sent(), request.packets);
    Fault::new(Code::Timeout, Phase::Send, Detail::timeout(deadline.scope()), message)
        .with("sent", seen.sent())
        .with("received", seen.received())
        .with("budget_ms", u64::try_from(budget).unwrap_or(u64::MAX))
        .with_hint("allow more time, or send fewer requests: icmp.packets, icmp.interval")
}

/// This host cannot send a request.
fn refused(error: &std::io::Error, lease: &Lease, request: &Request) -> Fault {
    let target = lease.target();
    if error.raw_os_error() == Some(libc::EMSGSIZE) {
        let what = format!("send {} bytes of payload to {target} without fragmentation", request.size);
        return transport_fault(error, Phase::Send, &what)
            .with("size", request.size)
            .with_hint("reduce icmp.size to the MTU of this host's link, or allow fragments");
    }
    transport_fault(error, Phase::Connect, &format!("send an echo request to {target}"))
}
