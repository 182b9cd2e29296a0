//! Scenarios for the `tcp` probe.

mod addresses; // every address of a name
mod connect; // connections that are refused, reset or established
mod conversation; // what peers say, and how they stop
mod tls; // TLS right after the connection
mod network; // routes, firewalls and ICMP errors, in networks of their own
mod hops; // the routers on the way
mod definition; // tests that cannot be run, names that do not resolve, assertions that fail

use crate::Scenario;

/// All scenarios of this protocol.
pub(super) fn scenarios() -> Vec<Scenario> {
    [
        connect::scenarios(),
        addresses::scenarios(),
        conversation::scenarios(),
        tls::scenarios(),
        network::scenarios(),
        hops::scenarios(),
        definition::scenarios(),
    ]
    .into_iter()
    .flatten()
    .collect()
}
