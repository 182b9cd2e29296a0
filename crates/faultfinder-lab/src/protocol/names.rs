//! Names that do not resolve, for any protocol whose tests have a host.

use super::block::resolver;
use super::dns;
use super::expectations::{name_missing, timeout};
use crate::{Expect, Lab, LabError, Peer, Scenario};
use faultfinder_taxonomy::{Phase, Protocol};
use serde_json::Value;
use std::net::SocketAddr;

/// The host of these tests.
pub(super) const HOST: &str = "host.zone.test";

/// A name that does not exist, and a name server that is silent. `test` makes the test of [`HOST`] out of its field
/// `resolver`; it must give up before the resolver does.
pub(super) fn unresolved(
    protocol: Protocol,
    test: impl Fn(&Lab, Value) -> Result<Peer, LabError> + Copy + Send + Sync + 'static,
) -> [Scenario; 2] {
    let by_name = |case, shows, expect: Expect, names: fn(&Lab) -> Result<SocketAddr, LabError>| {
        Scenario::new(protocol, format!("{protocol}/{case}"), shows, expect, move |lab| {
            test(lab, resolver(names(lab)?))
        })
    };
    [
        by_name("name-missing", "a host name that does not exist", name_missing(), dns::missing),
        by_name(
            "name-server-silent",
            "a name server that does not answer in the test's budget",
            timeout(Phase::Resolve),
            dns::silent,
        ),
    ]
}
