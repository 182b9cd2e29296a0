//! Peers that misbehave on purpose, one scenario per fault.
//!
//! A [`Scenario`] is data (its description, and the code, phase and detail that a probe must report) plus the
//! behavior of one peer on loopback on a port that the kernel chooses. [`Lab::start`] serves all of them in the
//! current tokio runtime and returns one [`Exhibit`] each: the native test definition that runs against it, and the
//! expected result. Point `faultfinder run` at them, or your own monitoring.
//!
//! Faults that loopback cannot show (no route, a firewall, ICMP errors, a long route) use separate networks per
//! scenario: see [`network`]. Such scenarios are run, peer and test together, if the process may create network
//! namespaces.
//!
//! The lab only listens; it never evaluates a probe's result.

mod error; // LabError: why a peer could not be served
mod lab; // Lab: listeners, tasks, the shared PKI
mod scenario; // Scenario, Expect, Peer, Exhibit
mod manifest; // what `faultfinder lab --json` prints
pub mod peer; // building blocks: accept loops, scripts of bytes, RST
pub mod network; // separate networks per scenario: routes, rules, a router
pub mod pki; // certificates made for the lab, good and broken
mod protocol; // one module per protocol: the scenarios

pub use error::LabError;
pub use lab::Lab;
pub use manifest::{Manifest, NotServed};
pub use protocol::scenarios;
pub use scenario::{Exhibit, Expect, Peer, Scenario};
