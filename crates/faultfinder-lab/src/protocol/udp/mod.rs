//! Peers for the `udp` probe.

mod case; // peers that hear datagrams
mod answers; // datagrams that come back
mod refusals; // ICMP errors, and sockets that this host closes
mod silence; // nothing comes back
mod names; // name servers that answer in odd ways
mod network; // routes, firewalls and ICMP errors, in networks of their own
mod definition; // tests that cannot be run
mod destroy; // closes sockets of others

use crate::Scenario;

/// All scenarios of this protocol.
pub(super) fn scenarios() -> Vec<Scenario> {
    [
        answers::scenarios(),
        refusals::scenarios(),
        silence::scenarios(),
        names::scenarios(),
        network::scenarios(),
        definition::scenarios(),
    ]
    .into_iter()
    .flatten()
    .collect()
}
