//! What is known of each request of one probe. The prober writes when it sent, the reader of the socket what came.

use crate::payload::Payload;
use crate::{IcmpError, Latency, Outcome, Packet};
use std::net::IpAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::Notify;
use tokio::time::Instant;

/// Most routers whose redirects are remembered.
const REDIRECTS_MAX: usize = 4;

/// What is known of the requests of one probe.
#[derive(Debug)]
pub(crate) struct Tally {
    pub(crate) payload: Payload,
    /// How long after its request a reply counts, if there is a limit.
    wait: Option<Duration>,
    seen: Mutex<Seen>,
    /// Woken by everything that comes.
    news: Notify,
}

/// What came, and when.
#[derive(Debug, Clone, Default)]
pub(crate) struct Seen {
    requests: Vec<Sent>,
    pub(crate) duplicates: u32,
    /// Replies that were ours, but with another payload.
    pub(crate) altered: u32,
    /// Replies that came later than the test waits.
    pub(crate) late: u32,
    /// Who advised to use another route.
    pub(crate) redirects: Vec<IpAddr>,
    /// When the first reply or error came.
    pub(crate) first: Option<Instant>,
    /// When the last one came that says something new.
    pub(crate) last: Option<Instant>,
}

#[derive(Debug, Clone)]
struct Sent {
    at: Option<Instant>,
    outcome: Outcome,
}

/// What came for one request.
#[derive(Debug)]
pub(crate) enum Answer<'p> {
    Reply { payload: &'p [u8], ttl: Option<u8> },
    Error(IcmpError),
    Redirect(Option<IpAddr>),
}

impl Tally {
    pub(crate) fn new(packets: u16, payload: Payload, wait: Option<Duration>) -> Self {
        let requests = (0..packets).map(|_| Sent { at: None, outcome: Outcome::Silence }).collect();
        let seen = Seen { requests, ..Seen::default() };
        Self { payload, wait, seen: Mutex::new(seen), news: Notify::new() }
    }

    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A request goes out now. Noted before it does: on loopback the reply is there before the call returns.
    pub(crate) fn sending(&self, index: u16, now: Instant) {
        if let Some(request) = self.seen().requests.get_mut(usize::from(index)) {
            request.at = Some(now);
        }
    }

    /// A request did not go out after all.
    pub(crate) fn not_sent(&self, index: u16) {
        if let Some(request) = self.seen().requests.get_mut(usize::from(index)) {
            request.at = None;
        }
    }

    /// Something came for a request.
    pub(crate) fn answer(&self, index: u16, answer: Answer<'_>, arrival: Instant) {
        self.seen().take(index, answer, arrival, self);
        // Kept for a prober that does not wait at this moment, so that nothing is missed.
        self.news.notify_one();
    }

    /// Whether every request has been sent and answered.
    pub(crate) fn is_settled(&self) -> bool {
        self.seen().is_settled()
    }

    /// Comes back when something has come since the last call.
    pub(crate) async fn news(&self) {
        self.news.notified().await;
    }

    /// The longest round trip so far.
    pub(crate) fn longest(&self) -> Option<Duration> {
        self.seen().round_trips().max()
    }

    /// Everything that is known.
    pub(crate) fn snapshot(&self) -> Seen {
        self.seen().clone()
    }
}

impl Seen {
    fn take(&mut self, index: u16, answer: Answer<'_>, arrival: Instant, rules: &Tally) {
        let Some(request) = self.requests.get_mut(usize::from(index)) else { return };
        // A number that was not sent yet: nothing can answer it.
        let Some(sent) = request.at else { return };
        // The clocks of a stamp and of a request are read apart; a reply never comes before its request.
        let arrival = arrival.max(sent);
        match answer {
            Answer::Reply { payload: found, .. } if !rules.payload.is(found) => {
                self.altered = self.altered.saturating_add(1);
                return;
            }
            Answer::Reply { .. } if matches!(request.outcome, Outcome::Reply { .. }) => {
                self.duplicates = self.duplicates.saturating_add(1);
                return;
            }
            Answer::Reply { .. } if rules.wait.is_some_and(|wait| arrival - sent > wait) => {
                self.late = self.late.saturating_add(1);
                return;
            }
            // A reply beats an error: the request did arrive.
            Answer::Reply { ttl, .. } => {
                request.outcome = Outcome::Reply { round_trip: arrival - sent, ttl };
            }
            Answer::Error(error) if request.outcome == Outcome::Silence => {
                request.outcome = Outcome::Error(IcmpError { after: arrival - sent, ..error });
            }
            Answer::Error(_) => return,
            Answer::Redirect(from) => {
                if let Some(from) = from.filter(|from| !self.redirects.contains(from))
                    && self.redirects.len() < REDIRECTS_MAX
                {
                    self.redirects.push(from);
                }
                return;
            }
        }
        self.first = self.first.or(Some(arrival));
        self.last = self.last.max(Some(arrival));
    }

    fn is_settled(&self) -> bool {
        self.requests.iter().all(|request| request.at.is_some() && request.outcome != Outcome::Silence)
    }

    fn round_trips(&self) -> impl Iterator<Item = Duration> {
        self.requests.iter().filter_map(|request| match request.outcome {
            Outcome::Reply { round_trip, .. } => Some(round_trip),
            _ => None,
        })
    }

    /// How many requests were sent.
    pub(crate) fn sent(&self) -> u16 {
        count(self.requests.iter().filter(|request| request.at.is_some()).count())
    }

    /// How many were answered by a reply.
    pub(crate) fn received(&self) -> u16 {
        count(self.round_trips().count())
    }

    /// How many are still unanswered.
    pub(crate) fn unanswered(&self) -> u16 {
        let open = |request: &&Sent| request.at.is_some() && request.outcome == Outcome::Silence;
        count(self.requests.iter().filter(open).count())
    }

    pub(crate) fn latency(&self) -> Option<Latency> {
        Latency::of(&self.round_trips().collect::<Vec<_>>())
    }

    /// Every request that was sent.
    pub(crate) fn packets(&self) -> Vec<Packet> {
        let sent = (1..).zip(&self.requests).filter(|(_, request)| request.at.is_some());
        sent.map(|(sequence, request)| Packet { sequence, outcome: request.outcome.clone() }).collect()
    }
}

/// A probe has a handful of requests.
fn count(count: usize) -> u16 {
    u16::try_from(count).unwrap_or(u16::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAYLOAD: Payload = Payload::new(7, 16);

    fn sent(packets: u16) -> (Tally, Instant) {
        let (tally, now) = (Tally::new(packets, PAYLOAD, None), Instant::now());
        (0..packets).for_each(|index| tally.sending(index, now));
        (tally, now)
    }

    fn reply(tally: &Tally, index: u16, at: Instant) {
        let payload: Vec<u8> = PAYLOAD.bytes().collect();
        tally.answer(index, Answer::Reply { payload: &payload, ttl: Some(64) }, at);
    }

    fn error() -> Answer<'static> {
        Answer::Error(IcmpError { kind: 3, code: 1, v6: false, from: None, mtu: None, after: Duration::ZERO })
    }

    #[test]
    fn a_second_reply_is_a_duplicate_and_a_changed_one_counts_for_nothing() {
        let (tally, now) = sent(2);
        reply(&tally, 0, now + Duration::from_millis(3));
        reply(&tally, 0, now + Duration::from_millis(9));
        tally.answer(1, Answer::Reply { payload: b"0123456789abcdef", ttl: None }, now);
        let seen = tally.snapshot();
        assert_eq!((seen.sent(), seen.received(), seen.duplicates, seen.altered), (2, 1, 1, 1));
        assert_eq!(seen.latency().unwrap().max, Duration::from_millis(3));
        assert_eq!(seen.unanswered(), 1);
    }

    #[test]
    fn a_reply_beats_an_error_whichever_comes_first() {
        let (tally, now) = sent(2);
        tally.answer(0, error(), now);
        reply(&tally, 0, now);
        reply(&tally, 1, now);
        tally.answer(1, error(), now);
        assert_eq!(tally.snapshot().received(), 2);
    }

    #[test]
    fn a_stamp_before_the_request_counts_as_no_time_at_all() {
        let (tally, now) = sent(1);
        reply(&tally, 0, now - Duration::from_millis(5));
        assert_eq!(tally.snapshot().latency().unwrap().max, Duration::ZERO);
    }

    #[test]
    fn what_was_not_sent_cannot_be_answered() {
        let (tally, now) = (Tally::new(1, PAYLOAD, None), Instant::now());
        reply(&tally, 0, now);
        assert_eq!((tally.snapshot().sent(), tally.snapshot().received()), (0, 0));
        assert_eq!(tally.snapshot().packets(), []);
    }

    #[tokio::test]
    async fn it_settles_when_the_last_request_is_answered() {
        let (tally, now) = sent(2);
        reply(&tally, 0, now);
        tally.news().await;
        assert!(!tally.is_settled());
        tokio::join!(tally.news(), async {
            tokio::task::yield_now().await;
            tally.answer(1, error(), now);
        });
        let seen = tally.snapshot();
        assert!(tally.is_settled());
        assert_eq!((seen.received(), seen.unanswered()), (1, 0));
    }

    #[test]
    fn a_reply_counts_within_the_wait_after_its_own_request() {
        let wait = Duration::from_millis(100);
        let (tally, now) = (Tally::new(2, PAYLOAD, Some(wait)), Instant::now());
        tally.sending(0, now);
        tally.sending(1, now + Duration::from_secs(1));
        reply(&tally, 0, now + wait + Duration::from_millis(1));
        reply(&tally, 1, now + Duration::from_secs(1) + wait);
        let seen = tally.snapshot();
        assert_eq!((seen.received(), seen.unanswered(), seen.late), (1, 1, 1));
    }
}
