//! What is known of the routers between us and a target.

use serde::{Deserialize, Serialize};
use std::net::IpAddr;

/// One hop of a route: the router that drops packets with this hop limit, or the target.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct HopFacts {
    /// The number of the hop; 1 is the first router, or the target itself if there is no router in between.
    pub hop: u8,
    /// Who answered, in the order of first answers: several if packets took different routes, none if nobody answered.
    pub hosts: Vec<HopHost>,
    /// How many packets were sent.
    pub sent: u32,
    /// How many of them were answered.
    pub answered: u32,
    /// The percentage of them without an answer. Routers limit how often they answer, so loss at one hop means little if
    /// later hops have none.
    pub loss: f64,
    /// How long each answer took, in milliseconds, in the order in which they came.
    pub round_trips_ms: Vec<f64>,
    /// Whether it is the target.
    pub target: bool,
}

/// Who answered at a hop.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct HopHost {
    /// Its address.
    pub address: IpAddr,
    /// Its name, when names were asked for and it has one.
    #[serde(default)]
    pub name: Option<String>,
    /// What it answered: `time to live exceeded in transit`, `port unreachable`, `connection accepted`, `echo reply` ...
    pub answer: String,
}

impl HopFacts {
    /// A hop about which nothing is known yet.
    #[must_use]
    pub fn new(hop: u8) -> Self {
        Self { hop, ..Self::default() }
    }
}

impl HopHost {
    /// A host and its answer.
    #[must_use]
    pub fn new(address: IpAddr, answer: impl Into<String>) -> Self {
        Self { address, name: None, answer: answer.into() }
    }
}
