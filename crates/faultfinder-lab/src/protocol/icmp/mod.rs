//! Scenarios for the `icmp` probe.

mod case; // from an address to a scenario
mod loopback; // this host, asked by itself
mod reply; // what can be wrong with replies
mod notice; // ICMP errors and redirects
mod hops; // the routers on the way
mod route; // requests that this host does not let go
mod definition; // tests that cannot be run, names that do not resolve, assertions that fail

use crate::Scenario;

/// All scenarios of this protocol.
pub(super) fn scenarios() -> Vec<Scenario> {
    [
        loopback::scenarios(),
        reply::scenarios(),
        notice::scenarios(),
        route::scenarios(),
        hops::scenarios(),
        definition::scenarios(),
    ]
    .into_iter()
    .flatten()
    .collect()
}
