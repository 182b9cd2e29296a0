//! Networks of a scenario's own: no route, a firewall, a router that answers with ICMP errors, a long way.
//!
//! What loopback cannot show needs other routes, rules and neighbors than this host has. A [`Network`] describes them;
//! [`run`] makes a network namespace with nothing else in it, on a thread of its own, and runs some work in it: the
//! scenario's peer *and* the test against it, as every socket that is made on that thread lives there. The namespace goes
//! away with the thread, so scenarios cannot disturb each other or the host.
//!
//! ```text
//!     test ──┐                         ┌── [`DISTANT_V4`], [`DISTANT_V6`], ..  each with its `Reaction`
//!   peers on │  near ═══ veth ═══ far  │
//!  loopback ─┘        (kernel)       router: a thread that reads packets from `far` and writes answers
//! ```
//!
//! It needs Linux, the right to make namespaces (root), and the programs `ip` and `nft`; [`Facilities::look`] says what of
//! it there is, and [`Network::lacks`] why a scenario cannot be run here.

mod plan; // Network: what it is like
mod reaction; // Reaction, Message, Echo: what distant addresses do with packets
mod address; // the addresses of every network
mod facilities; // Facilities: what this host can make
#[cfg(target_os = "linux")]
mod namespace; // run: the thread, its namespace and its runtime
#[cfg(target_os = "linux")]
mod look; // Facilities::look: what this host can make, found by making it
#[cfg(target_os = "linux")]
mod setup; // devices, addresses, routes and rules, by `ip` and `nft`
#[cfg(target_os = "linux")]
mod router; // the thread behind `far`
#[cfg(target_os = "linux")]
mod wire; // packets from and to `far`
#[cfg(target_os = "linux")]
mod packet; // bytes <-> packets
#[cfg(target_os = "linux")]
mod answer; // what comes back for a packet; pure
#[cfg(all(test, target_os = "linux"))]
mod tests;
#[cfg(not(target_os = "linux"))]
mod elsewhere; // the same, where there are no namespaces

pub use address::{
    DISTANT_V4, DISTANT_V6, HOME_V4, HOME_V6, NOWHERE_V4, NOWHERE_V6, ROUTER_V4, ROUTER_V6, distant, hop_v4,
    hop_v6, other_v4,
};
#[cfg(not(target_os = "linux"))]
pub use elsewhere::run;
pub use facilities::Facilities;
#[cfg(target_os = "linux")]
pub use namespace::run;
pub use plan::{Chain, Hop, Network, NetworkError};
pub use reaction::{Echo, Message, Quirk, Reaction};
