//! The outcome of one packet.

use crate::IcmpError;
use std::io;
use std::net::IpAddr;
use std::time::Duration;

/// The outcome of one packet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Answer {
    /// The sender of the answer.
    pub(super) from: IpAddr,
    /// The kind of answer.
    pub(super) text: &'static str,
    /// How far the packet got.
    pub(super) reached: Reached,
    /// The round-trip time.
    pub(super) round_trip: Duration,
}

/// How far a packet got.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reached {
    /// A router on the route, which dropped the packet because its hop limit was reached.
    Router,
    /// The end of the route: a router that has no route or forbids the packet.
    Barrier,
    /// The target.
    Target,
}

impl Answer {
    /// The answer that corresponds to an ICMP error about a packet to `target`.
    ///
    /// # Errors
    ///
    /// The system error, if it comes from this host itself.
    pub(super) fn from_icmp(icmp: &IcmpError, target: IpAddr, round_trip: Duration) -> io::Result<Self> {
        let from = match icmp.offender {
            Some(offender) if icmp.says.is_some() => offender,
            _ => return Err(io::Error::from_raw_os_error(icmp.errno)),
        };
        let reached = if icmp.is_time_exceeded() {
            Reached::Router
        } else if from == target {
            Reached::Target
        } else {
            Reached::Barrier
        };
        Ok(Self { from, text: icmp.text(), reached, round_trip })
    }
}
