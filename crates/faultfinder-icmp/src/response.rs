//! What came back of each request.

use crate::IcmpError;
use std::net::IpAddr;
use std::time::Duration;

/// The result of a probe.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Response {
    /// The address that was asked; nothing when nothing was sent.
    pub address: Option<IpAddr>,
    /// The kind of socket that was used.
    pub access: Option<Access>,
    /// How many requests were sent.
    pub sent: u16,
    /// How many of them were answered by an echo reply that is theirs: from that address, with their identifier, sequence
    /// and payload.
    pub received: u16,
    /// How many further replies came to requests that were answered already.
    pub duplicates: u32,
    /// The round trips of those that were answered; nothing when none was.
    pub latency: Option<Latency>,
    /// Every request, in the order of sending.
    pub packets: Vec<Packet>,
}

/// One request and what came back of it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Packet {
    /// Its number in this probe, from 1.
    pub sequence: u16,
    /// What came back.
    pub outcome: Outcome,
}

/// What came back of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Outcome {
    /// An echo reply.
    Reply {
        /// From just before the request was sent until the kernel had the reply.
        round_trip: Duration,
        /// How many hops the reply was still allowed when it arrived.
        ttl: Option<u8>,
    },
    /// An ICMP error, from the target or a router on the path. Counts as loss.
    Error(IcmpError),
    /// Nothing, until the probe ended.
    Silence,
}

/// The round trips of the requests that were answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Latency {
    /// The shortest.
    pub min: Duration,
    /// The mean.
    pub avg: Duration,
    /// The longest.
    pub max: Duration,
    /// The standard deviation of these round trips as a population: what `ping` calls `mdev`.
    pub stddev: Duration,
}

/// The kind of socket that a system allows for ICMP.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "closed: there are two kinds")]
pub enum Access {
    /// A datagram socket, which needs no privilege, but the process's group in `net.ipv4.ping_group_range`.
    Datagram,
    /// A raw socket, which needs `CAP_NET_RAW`.
    Raw,
}

impl Access {
    /// The word for it in results.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Datagram => "datagram",
            Self::Raw => "raw",
        }
    }
}

impl Response {
    /// The response of a probe that sent nothing.
    pub(crate) const fn unasked() -> Self {
        Self {
            address: None,
            access: None,
            sent: 0,
            received: 0,
            duplicates: 0,
            latency: None,
            packets: Vec::new(),
        }
    }

    /// How much of what was sent got no reply, in percent; nothing when nothing was sent.
    #[must_use]
    pub fn loss_percent(&self) -> Option<f64> {
        let lost = self.sent.saturating_sub(self.received);
        (self.sent > 0).then(|| 100.0 * f64::from(lost) / f64::from(self.sent))
    }

    /// The ICMP errors that came back, each with how many requests it answered, in the order in which they came up.
    #[must_use]
    pub fn errors(&self) -> Vec<(IcmpError, u16)> {
        let mut counted: Vec<(IcmpError, u16)> = Vec::new();
        for packet in &self.packets {
            let Outcome::Error(error) = &packet.outcome else { continue };
            match counted.iter_mut().find(|(seen, _)| seen.is_like(error)) {
                Some((_, count)) => *count = count.saturating_add(1),
                None => counted.push((error.clone(), 1)),
            }
        }
        counted
    }
}

impl Latency {
    /// The figures of these round trips; nothing when there is none.
    pub(crate) fn of(round_trips: &[Duration]) -> Option<Self> {
        let (min, max) = (*round_trips.iter().min()?, *round_trips.iter().max()?);
        let seconds = || round_trips.iter().map(Duration::as_secs_f64);
        #[expect(clippy::cast_precision_loss, reason = "a probe has a handful of round trips")]
        let count = round_trips.len() as f64;
        let mean = seconds().sum::<f64>() / count;
        let variance = seconds().map(|value| (value - mean).powi(2)).sum::<f64>() / count;
        let duration = |seconds: f64| Duration::try_from_secs_f64(seconds).unwrap_or_default();
        Some(Self { min, avg: duration(mean), max, stddev: duration(variance.sqrt()) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_deviation_is_that_of_a_population() {
        let millis = |values: &[u64]| values.iter().map(|v| Duration::from_millis(*v)).collect::<Vec<_>>();
        assert_eq!(Latency::of(&[]), None);
        let one = Latency::of(&millis(&[7])).unwrap();
        assert_eq!((one.min, one.avg, one.max, one.stddev), (one.max, one.max, one.min, Duration::ZERO));
        // 2, 4, 4, 4, 5, 5, 7, 9: the textbook's example of a deviation of 2.
        let eight = Latency::of(&millis(&[2, 4, 4, 4, 5, 5, 7, 9])).unwrap();
        assert_eq!((eight.avg.as_micros(), eight.stddev.as_micros()), (5000, 2000));
    }

    #[test]
    fn loss_is_a_share_of_what_was_sent() {
        let with = |sent, received| Response { sent, received, ..Response::unasked() }.loss_percent();
        assert_eq!(
            (with(0, 0), with(4, 4), with(4, 3), with(3, 0)),
            (None, Some(0.0), Some(25.0), Some(100.0))
        );
    }
}
