//! From answers to hops.

use super::answer::{Answer, Reached};
use faultfinder_taxonomy::{HopFacts, HopHost};
use std::time::Duration;

/// What is known about a route.
#[derive(Debug, Default)]
pub(super) struct Route {
    hops: Vec<HopFacts>,
    /// For each hop whether its first packet went unanswered; nothing until that is known.
    silent: Vec<Option<bool>>,
    /// The hop that gave a final answer.
    end: Option<u8>,
}

/// Maximum number of addresses that are kept for one hop: the number of packets that it gets.
const HOSTS_MAX: usize = super::PROBES_PER_HOP as usize;

impl Route {
    /// A packet was sent.
    pub(super) fn sent(&mut self, hop: u8) {
        while self.hops.len() < usize::from(hop) {
            let number = u8::try_from(self.hops.len()).unwrap_or(u8::MAX).saturating_add(1);
            self.hops.push(HopFacts::new(number));
            self.silent.push(None);
        }
        if let Some(facts) = self.facts(hop) {
            facts.sent += 1;
        }
    }

    /// It was answered.
    pub(super) fn answered(&mut self, hop: u8, answer: &Answer) {
        self.settle(hop, false);
        let Some(facts) = self.facts(hop) else { return };
        facts.answered += 1;
        facts.round_trips_ms.push(millis(answer.round_trip));
        facts.target |= answer.reached == Reached::Target;
        let known = facts.hosts.iter().any(|host| host.address == answer.from && host.answer == answer.text);
        if !known && facts.hosts.len() < HOSTS_MAX {
            facts.hosts.push(HopHost::new(answer.from, answer.text));
        }
    }

    /// The first packet to a hop was not answered.
    pub(super) fn was_silent(&mut self, hop: u8) {
        self.settle(hop, true);
    }

    /// A final answer arrived: the route does not continue.
    pub(super) fn ends_at(&mut self, hop: u8) {
        self.end = Some(self.end.map_or(hop, |end| end.min(hop)));
    }

    /// Whether the end of the route is known.
    pub(super) const fn has_end(&self) -> bool {
        self.end.is_some()
    }

    /// How many hops the route has, as far as known.
    pub(super) fn length(&self) -> u8 {
        self.end.unwrap_or_else(|| u8::try_from(self.hops.len()).unwrap_or(u8::MAX))
    }

    /// How many hops directly before this one have not answered, including those that may still answer.
    pub(super) fn silent_hops_before(&self, hop: u8) -> u8 {
        let before = self.silent.iter().take(usize::from(hop.saturating_sub(1))).rev();
        let silent = before.take_while(|silent| **silent != Some(false)).count();
        u8::try_from(silent).unwrap_or(u8::MAX)
    }

    /// The hops up to the end of the route.
    pub(super) fn into_hops(mut self) -> Vec<HopFacts> {
        self.hops.truncate(usize::from(self.length()));
        for hop in &mut self.hops {
            hop.loss = loss(hop.sent, hop.answered);
        }
        self.hops
    }

    fn facts(&mut self, hop: u8) -> Option<&mut HopFacts> {
        self.hops.get_mut(usize::from(hop.checked_sub(1)?))
    }

    fn settle(&mut self, hop: u8, silent: bool) {
        if let Some(known) = usize::from(hop).checked_sub(1).and_then(|index| self.silent.get_mut(index)) {
            *known = Some(silent);
        }
    }
}

/// Milliseconds with three decimals, as results show them.
fn millis(duration: Duration) -> f64 {
    let micros = u32::try_from(duration.as_micros()).unwrap_or(u32::MAX);
    f64::from(micros) / 1000.0
}

/// The percentage of lost packets, with one decimal.
fn loss(sent: u32, answered: u32) -> f64 {
    if sent == 0 {
        return 0.0;
    }
    let lost = f64::from(sent.saturating_sub(answered));
    (lost / f64::from(sent) * 1000.0).round() / 10.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packets_may_go_different_ways() {
        let mut route = Route::default();
        for (address, millis) in [("10.0.0.1", 1), ("10.0.0.2", 2), ("10.0.0.1", 3)] {
            route.sent(1);
            let (from, round_trip) = (address.parse().unwrap(), Duration::from_millis(millis));
            route.answered(1, &Answer { from, text: "gone", reached: Reached::Router, round_trip });
        }
        route.sent(1);
        let hops = route.into_hops();
        assert_eq!(
            hops[0].hosts.iter().map(|host| host.address.to_string()).collect::<Vec<_>>(),
            ["10.0.0.1", "10.0.0.2"]
        );
        assert_eq!(hops[0].round_trips_ms, [1.0, 2.0, 3.0]);
        assert_eq!((hops[0].sent, hops[0].answered, hops[0].loss), (4, 3, 25.0));
    }
}
