//! What came of one packet.

use crate::IcmpError;
use std::io;
use std::net::IpAddr;
use std::time::Duration;

/// What came of one packet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Answer {
    /// Who answered.
    pub(super) from: IpAddr,
    /// What.
    pub(super) text: &'static str,
    /// How far it got.
    pub(super) reached: Reached,
    /// How long it took.
    pub(super) round_trip: Duration,
}

/// How far a packet got.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reached {
    /// A router on the way, which gave it up because it had passed as many as it may.
    Router,
    /// Its end: a router that knows no way, or that forbids it.
    Barrier,
    /// The target.
    Target,
}

impl Answer {
    /// The answer that an ICMP error about a packet to `target` is.
    ///
    /// # Errors
    ///
    /// The system error, when it is one of this host's own.
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
