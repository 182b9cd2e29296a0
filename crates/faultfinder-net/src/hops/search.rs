//! The order in which packets are sent.

use super::answer::Reached;
use super::route::Route;
use super::{Answer, HOPS_MAX, PROBES_PER_HOP, SILENT_HOPS_MAX};
use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;
use std::io;
use std::time::Duration;
use tokio::time::Instant;

/// How many hops are probed concurrently while the end of the route is not known. Up to this many packets minus one may
/// reach a target unnecessarily.
const AHEAD: usize = 4;
/// How many packets are in flight once the end is known.
const AT_ONCE: usize = 12;

/// Sends packets until the route is known or time runs out; the results so far are in `route`.
///
/// `probe` sends one packet with this hop limit. A packet that is not answered within `patience` is lost.
///
/// # Errors
///
/// When a packet cannot be sent.
pub(super) async fn search<F>(
    probe: impl Fn(u8) -> F,
    patience: Duration,
    until: Instant,
    route: &mut Route,
) -> io::Result<()>
where
    F: Future<Output = io::Result<Answer>>,
{
    let one = |hop: u8| {
        let probe = probe(hop);
        async move { (hop, tokio::time::timeout(patience, probe).await.ok().transpose()) }
    };
    let work = async {
        forth(&one, route).await?;
        let again = (1..PROBES_PER_HOP).flat_map(|_| 1..=route.length());
        let mut waiting = again.collect::<Vec<_>>().into_iter();
        let mut open = FuturesUnordered::new();
        loop {
            while open.len() < AT_ONCE
                && let Some(hop) = waiting.next()
            {
                route.sent(hop);
                open.push(one(hop));
            }
            let Some((hop, answer)) = open.next().await else { return Ok(()) };
            if let Some(answer) = answer? {
                route.answered(hop, &answer);
            }
        }
    };
    tokio::time::timeout_at(until, work).await.unwrap_or(Ok(()))
}

/// One packet per hop, until the route's end is known.
async fn forth<F>(one: &impl Fn(u8) -> F, route: &mut Route) -> io::Result<()>
where
    F: Future<Output = (u8, io::Result<Option<Answer>>)>,
{
    let mut open = FuturesUnordered::new();
    let mut next = 1;
    loop {
        while open.len() < AHEAD
            && next <= HOPS_MAX
            && !route.has_end()
            && route.silent_hops_before(next) < SILENT_HOPS_MAX
        {
            route.sent(next);
            open.push(one(next));
            next += 1;
        }
        let Some((hop, answer)) = open.next().await else { return Ok(()) };
        match answer? {
            Some(answer) => {
                route.answered(hop, &answer);
                if answer.reached != Reached::Router {
                    route.ends_at(hop);
                }
            }
            None => route.was_silent(hop),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::Cell;
    use std::net::IpAddr;

    const PATIENCE: Duration = Duration::from_secs(1);

    /// The result for a route with a router at each hop and the target at the last; hops in `silent` do not answer.
    async fn packet(hop: u8, last: u8, silent: &[u8]) -> io::Result<Answer> {
        if silent.contains(&hop) {
            std::future::pending::<()>().await;
        }
        let round_trip = Duration::from_millis(u64::from(hop));
        tokio::time::sleep(round_trip).await;
        let reached = if hop >= last { Reached::Target } else { Reached::Router };
        let from = IpAddr::from([10, 0, 0, hop.min(last)]);
        Ok(Answer { from, text: "an answer", reached, round_trip })
    }

    async fn route(last: u8, silent: &[u8], until: Duration) -> (Route, u32) {
        let (mut route, packets) = (Route::default(), Cell::new(0));
        let probe = |hop| {
            packets.set(packets.get() + 1);
            packet(hop, last, silent)
        };
        search(probe, PATIENCE, Instant::now() + until, &mut route).await.unwrap();
        (route, packets.get())
    }

    #[tokio::test(start_paused = true)]
    async fn every_hop_up_to_the_target_gets_three_packets() {
        let (route, packets) = route(5, &[], Duration::from_secs(5)).await;
        let hops = route.into_hops();
        assert_eq!(hops.len(), 5);
        assert!(hops.iter().all(|hop| (hop.sent, hop.answered) == (3, 3)), "{hops:?}");
        assert_eq!(hops.iter().map(|hop| hop.target).collect::<Vec<_>>(), [false, false, false, false, true]);
        // Only the packets ahead of the target's hop, sent before it answered, were unnecessary.
        assert!(packets < 15 + 4, "{packets}");
    }

    #[tokio::test(start_paused = true)]
    async fn a_silent_hop_is_kept_and_the_search_goes_on_behind_it() {
        let hops = route(3, &[2], Duration::from_secs(5)).await.0.into_hops();
        assert_eq!(hops.len(), 3);
        assert_eq!((hops[1].sent, hops[1].answered, hops[1].loss), (3, 0, 100.0));
        assert!(hops[1].hosts.is_empty() && hops[2].target);
    }

    #[tokio::test(start_paused = true)]
    async fn silence_without_end_is_given_up() {
        let silent: Vec<u8> = (3..=30).collect();
        let (route, packets) = route(31, &silent, Duration::from_secs(60)).await;
        let hops = route.into_hops();
        assert_eq!(hops.len(), 2 + usize::from(SILENT_HOPS_MAX), "{hops:?}");
        assert!(packets <= 3 * 10 + 3, "{packets}");
        assert!(hops.iter().all(|hop| !hop.target));
    }

    #[tokio::test(start_paused = true)]
    async fn a_route_of_more_hops_than_are_looked_for_ends_there() {
        let hops = route(40, &[], Duration::from_secs(60)).await.0.into_hops();
        assert_eq!(hops.len(), usize::from(HOPS_MAX));
        assert!(hops.iter().all(|hop| !hop.target && hop.answered == 3));
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_known_when_time_runs_out_is_told() {
        let began = Instant::now();
        let hops = route(30, &[2, 3, 4, 5, 6, 7, 8], Duration::from_millis(500)).await.0.into_hops();
        assert_eq!(began.elapsed(), Duration::from_millis(500));
        assert_eq!((hops[0].answered, hops[1].answered), (1, 0));
    }

    #[tokio::test(start_paused = true)]
    async fn a_packet_that_cannot_be_sent_ends_the_search() {
        let probe = |_| std::future::ready(Err(io::Error::from_raw_os_error(libc::ENETUNREACH)));
        let until = Instant::now() + PATIENCE;
        let error = search(probe, PATIENCE, until, &mut Route::default()).await.unwrap_err();
        assert_eq!(error.raw_os_error(), Some(libc::ENETUNREACH));
    }
}
