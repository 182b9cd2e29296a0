//! Name servers for the scenarios of other protocols.

use super::server;
use super::wire::{A, AAAA, Asked, record};
use crate::{Lab, LabError};
use std::net::{Ipv6Addr, SocketAddr};

/// A name server for which every name has 127.0.0.1 and ::1.
pub(crate) fn dual_stack(lab: &Lab) -> Result<SocketAddr, LabError> {
    server::udp(lab, |asked| {
        vec![match asked.record_type() {
            A => asked.answer(&[record(A, 60, &[127, 0, 0, 1])]),
            AAAA => asked.answer(&[record(AAAA, 60, &Ipv6Addr::LOCALHOST.octets())]),
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
