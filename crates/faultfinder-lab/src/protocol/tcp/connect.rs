//! Connections that are refused, reset or established.

use super::super::dns;
use super::case::{ANY_V4, ANY_V6, errno, has_ipv6, peer as test_of, refusing, scenario};
use crate::{Expect, Lab, LabError, Scenario, peer};
use faultfinder_taxonomy::{Code, Phase, Protocol};
use serde_json::json;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};

pub(super) fn scenarios() -> Vec<Scenario> {
    let mut scenarios = single();
    if has_ipv6() {
        scenarios.extend(dual());
    }
    scenarios
}

fn single() -> Vec<Scenario> {
    let refused = || errno(Code::ConnRefused, Phase::Connect, "ECONNREFUSED");
    vec![
        scenario("refused-v4", "nobody listens on the port", refused(), json!({}), &[], |lab| {
            refusing(lab, ANY_V4)
        }),
        scenario(
            "refused-asserted",
            "a port that must be closed",
            Expect::pass(),
            json!({}),
            &["connection is refused"],
            |lab| refusing(lab, ANY_V4),
        ),
        scenario(
            "established-asserted",
            "a port that must be open",
            Expect::pass(),
            json!({}),
            &["connection is established"],
            |lab| peer::tcp(lab, |mut stream| async move { peer::drain(&mut stream).await }),
        ),
        scenario(
            "accept-rst",
            "the connection is established, and reset at once",
            errno(Code::ConnReset, Phase::Connect, "ECONNRESET"),
            json!({}),
            &[],
            |lab| peer::tcp(lab, |stream| async move { peer::reset(stream) }),
        ),
        scenario(
            "accept-silent",
            "the connection is established, and nothing is said",
            Expect::pass(),
            json!({}),
            &[],
            |lab| peer::tcp(lab, |mut stream| async move { peer::drain(&mut stream).await }),
        ),
        scenario(
            "accept-fin",
            "the connection is established, and closed in order",
            Expect::pass(),
            json!({}),
            &[],
            |lab| peer::tcp(lab, |stream| async move { drop(stream) }),
        ),
    ]
}

/// Peers with an address of each family.
fn dual() -> Vec<Scenario> {
    let refused = || errno(Code::ConnRefused, Phase::Connect, "ECONNREFUSED");
    vec![
        scenario("refused-v6", "nobody listens on the port, over IPv6", refused(), json!({}), &[], |lab| {
            refusing(lab, ANY_V6)
        }),
        by_name("dual-v4-only", "::1 refuses, 127.0.0.1 answers", Expect::pass(), |lab| {
            let address = peer::tcp(lab, |mut stream| async move { peer::drain(&mut stream).await })?;
            beside(lab, address)?;
            Ok(address)
        }),
        by_name("dual-refused", "both families refuse", refused(), |lab| {
            let address = refusing(lab, ANY_V4)?;
            beside(lab, address)?;
            Ok(address)
        }),
    ]
}

/// Lets ::1 refuse on the same port; an error when somebody else has it there.
fn beside(lab: &Lab, address: SocketAddr) -> Result<(), LabError> {
    refusing(lab, SocketAddr::new(IpAddr::V6(Ipv6Addr::LOCALHOST), address.port())).map(|_| ())
}

/// A scenario whose host is a name that a name server of its own gives both addresses.
fn by_name(
    case: &str,
    shows: &'static str,
    expect: Expect,
    serve: fn(&Lab) -> Result<SocketAddr, LabError>,
) -> Scenario {
    Scenario::new(Protocol::Tcp, format!("tcp/{case}"), shows, expect, move |lab| {
        let address =
            (0..PORT_TRIES_MAX).map(|_| serve(lab)).find(Result::is_ok).unwrap_or_else(|| serve(lab))?;
        let names = dns::dual_stack(lab)?;
        let resolver = json!({ "server": names.ip().to_string(), "port": names.port() });
        Ok(test_of(address, &json!({ "host": "dual.zone.test", "resolver": resolver }), &[]))
    })
}

/// How often a port is looked for that is free in both families.
const PORT_TRIES_MAX: u32 = 16;
