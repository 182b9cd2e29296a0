//! After a request: the time that is left, and what is reported.

use super::route::Route;
use super::search::search;
use super::{TIME_MAX, Way, echo, names, tcp};
use crate::{ClientOptions, Trace, Vantage};
use faultfinder_taxonomy::word::TrackHops;
use std::time::Duration;
use tokio::time::Instant;

/// Which route is traced, and for how long.
#[derive(Debug, Clone, Copy)]
#[expect(clippy::exhaustive_structs, reason = "closed: made by the probes")]
pub struct Follow {
    /// The request for a trace.
    pub track: TrackHops,
    /// What is sent.
    pub way: Way,
    /// The target's response time, if known: hops get a multiple of it.
    pub round_trip: Option<Duration>,
    /// When the attempt's time runs out.
    pub until: Instant,
}

/// A packet counts as lost when it is not answered within this time, or within 3 round trips and [`PATIENCE_MORE`] if
/// the target's round trip is known.
const PATIENCE_MAX: Duration = Duration::from_secs(1);
/// Routers give their answers a low priority.
const PATIENCE_MORE: Duration = Duration::from_millis(250);
/// The part of the attempt's time that is reserved for its assertions.
const MARGIN: Duration = Duration::from_millis(50);

/// Traces a route if requested, within the time that is left of the attempt and [`TIME_MAX`]. The hops, or a warning
/// that says why there are none, are in the trace's report; the time does not count for any phase.
pub async fn follow(vantage: &Vantage, follow: &Follow, options: &ClientOptions, trace: &mut Trace) {
    if follow.track == TrackHops::Off {
        return;
    }
    trace.leave();
    if let Err(fault) = vantage.admit(&[follow.way.target()], "host", &mut Trace::start()) {
        trace.warn(format!("the route cannot be traced: {}", fault.message));
        return;
    }
    let now = Instant::now();
    let until = follow.until.checked_sub(MARGIN).unwrap_or(now).min(now + TIME_MAX);
    if until <= now {
        trace.warn("no time was left to trace the route: track_hops uses the time that remains of the test's timeout");
        return;
    }
    let patience = follow
        .round_trip
        .map_or(PATIENCE_MAX, |round_trip| (3 * round_trip).saturating_add(PATIENCE_MORE).min(PATIENCE_MAX));
    let mut route = Route::default();
    let source = options.source_address;
    let searched = match follow.way {
        // Boxed: nearly no probe traces a route.
        Way::Tcp(peer) => {
            Box::pin(search(|hops| tcp::probe(peer, hops, source), patience, until, &mut route)).await
        }
        Way::Icmp(target) => {
            Box::pin(search(|hops| echo::probe(target, hops, source), patience, until, &mut route)).await
        }
    };
    if let Err(error) = searched {
        trace.warn(format!("the route to {} cannot be traced: {}", follow.way.target(), why(&error)));
    }
    let mut hops = route.into_hops();
    if follow.track == TrackHops::Names {
        names::add(vantage, options, until, &mut hops).await;
    }
    trace.facts.hops = hops;
}

/// Why no packet can be sent, and how to fix it.
fn why(error: &std::io::Error) -> String {
    match error.raw_os_error() {
        Some(libc::EPERM | libc::EACCES) => {
            format!("{error}; ICMP needs this process's group in net.ipv4.ping_group_range, or CAP_NET_RAW")
        }
        _ => error.to_string(),
    }
}
