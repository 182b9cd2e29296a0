#![doc = include_str!("../README.md")]
//!
//! # How to use it
//!
//! Start with a [`Request`]; [`probe()`] sends its echo requests and returns a [`Report`] with a [`Response`], or with
//! the [`Fault`](taxonomy::Fault) that says what broke. Loss is a value, not a fault, even when nothing comes back:
//! [`Response::packets`] shows for every request whether there was a reply, an ICMP error, or no answer.
//!
//! All probes of one [`Vantage`] share their sockets: one per family, and one more for each set of options that a
//! socket has as a whole (TTL, don't fragment, source address). A socket is of the unprivileged datagram kind where
//! `net.ipv4.ping_group_range` permits that, otherwise a raw one. Round trips end at the kernel's timestamp of the
//! reply, so reading it late does not count as the target's delay.
//!
//! Linux only: on other systems error queues, socket filters and timestamps differ. Traceroute, assertions, retries and
//! schedules are not in this crate.

mod request; // Request: the target, how many requests, and their payload
mod response; // Response: the outcome of each request
mod unreachable; // IcmpError: type and code in words
mod probe; // the sequence of a probe
mod exchange; // sending to one address, and waiting
mod tally; // what is known about each request of one probe
mod payload; // the payload of requests, and how changed replies are detected
mod pinger; // Pinger: the sockets that probes share
mod channel; // one socket: sending, reading, and the receiver of each message
mod registry; // which sequence numbers belong to which probe
mod socket; // opening a socket of a permitted kind
mod receive; // one packet and the kernel's data about it
mod wire; // bytes <-> messages

pub use faultfinder_net::{ClientOptions, DeniedNetworks, Shared, Vantage};
pub use faultfinder_taxonomy as taxonomy;
pub use faultfinder_taxonomy::Report;
pub use faultfinder_taxonomy::word::TrackHops;
pub use probe::probe;
pub use request::{Request, check};
pub use response::{Access, Latency, Outcome, Packet, Response};
pub use socket::access;
pub use unreachable::IcmpError;
