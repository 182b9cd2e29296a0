//! The routers on the way.

use crate::network::{DISTANT_V4, DISTANT_V6, Hop, Message, Network, Reaction, distant, hop_v4, hop_v6};
use crate::protocol::expectations::{errno, incorrect, timeout};
use crate::protocol::transport::{PORT, TCP};
use crate::{Expect, Scenario, peer};
use faultfinder_taxonomy::{Code, Phase};
use serde_json::{Value, json};
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

pub(super) fn scenarios() -> Vec<Scenario> {
    [arrives(), fails()].into_iter().flatten().collect()
}

fn traced() -> Value {
    json!({ "track_hops": "on", "timeout": "5s" })
}

/// Three routers, of which the second says nothing and the third takes its time.
fn path(routers: [IpAddr; 2]) -> Vec<Hop> {
    let [first, third] = routers;
    vec![Hop::at(first), Hop::silent(), Hop::at(third).after(Duration::from_millis(5))]
}

fn path_v4() -> Vec<Hop> {
    path([hop_v4(1).into(), hop_v4(3).into()])
}

/// A host behind routers.
struct DistantHost {
    address: IpAddr,
    path: Vec<Hop>,
    reaction: Reaction,
}

/// A scenario with a distant host.
fn behind(
    case: &str,
    shows: &'static str,
    expect: Expect,
    host: DistantHost,
    assert: &'static [&'static str],
) -> Scenario {
    let peer = SocketAddr::new(host.address, PORT);
    TCP.by(case, shows, expect, move |_| Ok(TCP.test(peer, &traced(), assert)))
        .within(Network::new().distant_behind(host.address, host.path, host.reaction))
}

fn arrives() -> Vec<Scenario> {
    let path_v6 = path([hop_v6(1).into(), hop_v6(3).into()]);
    let forward = Reaction::Forward(Duration::from_millis(1));
    vec![
        TCP.scenario(
            "hops-loopback",
            "nobody is between us and a peer on this host",
            Expect::pass(),
            traced(),
            &["network_hops is 1"],
            peer::silent_tcp,
        ),
        TCP.by(
            "hops-accepted",
            "three routers on the way to a peer that accepts; the second is silent",
            Expect::pass(),
            |lab| {
                let peer = peer::silent_tcp(lab)?;
                Ok(TCP.test(distant(peer), &traced(), &["network_hops is 4"]))
            },
        )
        .within(Network::new().distant_behind(DISTANT_V4, path_v4(), forward)),
        behind(
            "hops-refused",
            "three routers on the way to a peer that refuses",
            Expect::pass(),
            DistantHost { address: DISTANT_V4.into(), path: path_v4(), reaction: Reaction::Reset },
            &["network_hops is 4", "connection is refused"],
        ),
        behind(
            "hops-v6",
            "three routers on the way, over IPv6",
            Expect::pass(),
            DistantHost { address: DISTANT_V6.into(), path: path_v6, reaction: Reaction::Reset },
            &["network_hops < 5", "connection is refused"],
        ),
    ]
}

fn fails() -> Vec<Scenario> {
    vec![
        behind(
            "hops-too-many",
            "more routers on the way than the test allows",
            incorrect("network_hops"),
            DistantHost { address: DISTANT_V4.into(), path: path_v4(), reaction: Reaction::Reset },
            &["network_hops < 4", "connection is refused"],
        ),
        behind(
            "hops-barrier",
            "the last router on the way says that the host is unreachable",
            errno(Code::HostUnreach, Phase::Connect, "EHOSTUNREACH"),
            DistantHost {
                address: DISTANT_V4.into(),
                path: path_v4(),
                reaction: Reaction::Message(Message::HOST_UNREACHABLE),
            },
            &[],
        ),
        TCP.by(
            "hops-silence",
            "the target is silent; the routers on the path are still reported",
            timeout(Phase::Connect),
            |_| {
                let fields = json!({ "track_hops": "on", "timeout": "300ms" });
                Ok(TCP.test(SocketAddr::new(DISTANT_V4.into(), PORT), &fields, &[]))
            },
        )
        .within(Network::new().distant_behind(DISTANT_V4, path_v4(), Reaction::Silence)),
    ]
}
