//! The routers on the way.

use super::case::Case;
use crate::Scenario;
use crate::network::{DISTANT_V4, DISTANT_V6, Echo, Hop, Network, Reaction, hop_v4, hop_v6};
use crate::protocol::expectations::incorrect;
use serde_json::{Value, json};
use std::net::IpAddr;
use std::time::Duration;

pub(super) fn scenarios() -> Vec<Scenario> {
    let v4 = || path([hop_v4(1).into(), hop_v4(3).into()]);
    let v6 = path([hop_v6(1).into(), hop_v6(3).into()]);
    [
        behind("hops", "three routers on the way, of which the second is silent", DISTANT_V4.into(), v4())
            .asserting(&["network_hops is 4", "packet_loss is 0 %"]),
        behind("hops-v6", "three routers on the way, over IPv6", DISTANT_V6.into(), v6)
            .asserting(&["network_hops is 4"]),
        behind("hops-too-many", "more routers on the way than the test allows", DISTANT_V4.into(), v4())
            .asserting(&["network_hops < 4"])
            .expecting(incorrect("network_hops")),
    ]
    .into_iter()
    .flat_map(Case::scenarios)
    .collect()
}

fn traced() -> Value {
    json!({ "track_hops": "on", "interval": "20ms", "packets": 2 })
}

/// Three routers, of which the second says nothing and the third takes its time.
fn path(routers: [IpAddr; 2]) -> Vec<Hop> {
    let [first, third] = routers;
    vec![Hop::at(first), Hop::silent(), Hop::at(third).after(Duration::from_millis(5))]
}

/// A distant host behind routers, which answers.
fn behind(case: &'static str, shows: &'static str, host: IpAddr, path: Vec<Hop>) -> Case {
    let reaction = Reaction::Echo(Echo::after(Duration::from_millis(2)));
    Case::distant(case, shows, host, reaction, &[])
        .within(Network::new().distant_behind(host, path, reaction))
        .with(traced())
}
