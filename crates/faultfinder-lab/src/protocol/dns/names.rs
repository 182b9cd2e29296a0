//! Name servers for the scenarios of other protocols.

use super::server;
use super::wire::{A, AAAA, ANSWER, CNAME, name, record};
use crate::{Lab, LabError};
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};

/// A name server for which every name has 127.0.0.1 and ::1.
pub(crate) fn dual_stack(lab: &Lab) -> Result<SocketAddr, LabError> {
    addresses(lab, Ipv4Addr::LOCALHOST, Ipv6Addr::LOCALHOST)
}

/// A name server for which every name has these addresses.
pub(crate) fn addresses(lab: &Lab, v4: Ipv4Addr, v6: Ipv6Addr) -> Result<SocketAddr, LabError> {
    knowing(lab, v4, Some(v6))
}

/// A name server for which every name has this address, and none of IPv6.
pub(crate) fn address(lab: &Lab, v4: Ipv4Addr) -> Result<SocketAddr, LabError> {
    knowing(lab, v4, None)
}

fn knowing(lab: &Lab, v4: Ipv4Addr, v6: Option<Ipv6Addr>) -> Result<SocketAddr, LabError> {
    server::udp(lab, move |asked| {
        vec![match (asked.record_type(), v6) {
            (A, _) => asked.answer(&[record(A, 60, &v4.octets())]),
            (AAAA, Some(v6)) => asked.answer(&[record(AAAA, 60, &v6.octets())]),
            _ => asked.answer(&[]),
        }]
    })
}

/// A name server from before EDNS, for which every name has 127.0.0.1: it answers questions with EDNS with this response
/// code (1 or 4), or not at all.
pub(crate) fn without_edns(lab: &Lab, rcode: Option<u16>) -> Result<SocketAddr, LabError> {
    server::udp(lab, move |asked| match (asked.has_edns(), rcode, asked.record_type()) {
        (true, None, _) => Vec::new(),
        (true, Some(rcode), _) => vec![asked.rcode(rcode)],
        (false, _, A) => vec![asked.answer(&[record(A, 60, &Ipv4Addr::LOCALHOST.octets())])],
        (false, ..) => vec![asked.answer(&[])],
    })
}

/// A name server for which every name has 127.0.0.1, and which does not answer questions for IPv6 addresses.
pub(crate) fn silent_for_v6(lab: &Lab) -> Result<SocketAddr, LabError> {
    server::udp(lab, |asked| match asked.record_type() {
        A => vec![asked.answer(&[record(A, 60, &Ipv4Addr::LOCALHOST.octets())])],
        _ => Vec::new(),
    })
}

/// A name server that answers with an alias of a name that does not exist.
pub(crate) fn dangling(lab: &Lab) -> Result<SocketAddr, LabError> {
    server::udp(lab, |asked| {
        let alias = record(CNAME, 60, &name("gone.elsewhere.test"));
        vec![asked.reply(ANSWER | 3, [&[alias], &[], &[]])]
    })
}

/// A name server for which no name exists.
pub(crate) fn missing(lab: &Lab) -> Result<SocketAddr, LabError> {
    failing(lab, 3)
}

/// A name server that answers with this response code and no record.
pub(crate) fn failing(lab: &Lab, rcode: u16) -> Result<SocketAddr, LabError> {
    server::udp(lab, move |asked| vec![asked.rcode(rcode)])
}

/// A name server that never answers.
pub(crate) fn silent(lab: &Lab) -> Result<SocketAddr, LabError> {
    server::udp(lab, |_| Vec::new())
}
