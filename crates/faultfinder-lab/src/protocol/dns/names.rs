//! Name servers for the scenarios of other protocols.

use super::server;
use super::wire::{A, AAAA, Asked, record};
use crate::{Lab, LabError};
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};

/// A name server for which every name has 127.0.0.1 and ::1.
pub(crate) fn dual_stack(lab: &Lab) -> Result<SocketAddr, LabError> {
    addresses(lab, Ipv4Addr::LOCALHOST, Ipv6Addr::LOCALHOST)
}

/// A name server for which every name has these addresses.
pub(crate) fn addresses(lab: &Lab, v4: Ipv4Addr, v6: Ipv6Addr) -> Result<SocketAddr, LabError> {
    server::udp(lab, move |asked| {
        vec![match asked.record_type() {
            A => asked.answer(&[record(A, 60, &v4.octets())]),
            AAAA => asked.answer(&[record(AAAA, 60, &v6.octets())]),
            _ => asked.answer(&[]),
        }]
    })
}

/// A name server for which no name exists.
pub(crate) fn missing(lab: &Lab) -> Result<SocketAddr, LabError> {
    server::udp(lab, |asked: &Asked<'_>| vec![asked.rcode(3)])
}

/// A name server that never answers.
pub(crate) fn silent(lab: &Lab) -> Result<SocketAddr, LabError> {
    server::udp(lab, |_| Vec::new())
}
