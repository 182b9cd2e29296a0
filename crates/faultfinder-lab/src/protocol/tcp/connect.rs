//! Connections that are refused, reset or established.

use crate::peer::{self, ANY_V6};
use crate::protocol::expectations::{refused, reset};
use crate::protocol::transport::TCP;
use crate::{Expect, Scenario};
use faultfinder_taxonomy::Phase;
use serde_json::json;

pub(super) fn scenarios() -> Vec<Scenario> {
    let mut scenarios = single();
    if peer::has_ipv6() {
        let refusing = |lab: &_| peer::closed_tcp_at(lab, ANY_V6);
        let shows = "nobody listens on the port, over IPv6";
        scenarios.push(TCP.scenario("refused-v6", shows, refused(), json!({}), &[], refusing));
        scenarios.extend(TCP.dual(refused(), &json!({}), peer::silent_tcp, peer::closed_tcp_at));
    }
    scenarios
}

fn single() -> Vec<Scenario> {
    vec![
        TCP.scenario("refused-v4", "nobody listens on the port", refused(), json!({}), &[], peer::closed_tcp),
        TCP.scenario(
            "refused-asserted",
            "a port that must be closed",
            Expect::pass(),
            json!({}),
            &["connection is refused"],
            peer::closed_tcp,
        ),
        TCP.scenario(
            "established-asserted",
            "a port that must be open",
            Expect::pass(),
            json!({}),
            &["connection is established"],
            peer::silent_tcp,
        ),
        TCP.scenario(
            "accept-rst",
            "the connection is established, and reset at once",
            reset(Phase::Connect).showing("check for an access list").omitting("crash"),
            json!({}),
            &[],
            |lab| peer::tcp(lab, |stream| async move { peer::reset(stream) }),
        ),
        TCP.scenario(
            "accept-rst-later",
            "the connection is established, and reset while the test still looks at it",
            reset(Phase::Connect),
            json!({}),
            &[],
            |lab| {
                peer::tcp(lab, |stream| async move {
                    tokio::time::sleep(std::time::Duration::from_millis(60)).await;
                    peer::reset(stream);
                })
            },
        ),
        TCP.scenario(
            "accept-silent",
            "the connection is established, and nothing is said",
            Expect::pass(),
            json!({}),
            &[],
            peer::silent_tcp,
        ),
        TCP.scenario(
            "accept-fin",
            "the connection is established, and closed in order",
            Expect::pass(),
            json!({}),
            &[],
            |lab| peer::tcp(lab, |stream| async move { drop(stream) }),
        ),
    ]
}
