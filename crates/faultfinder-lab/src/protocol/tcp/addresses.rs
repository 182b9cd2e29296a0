//! Names with several addresses, all of which are asked.

use crate::protocol::expectations::refused;
use crate::protocol::transport::TCP;
use crate::{Expect, Lab, LabError, Scenario, peer};
use serde_json::json;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use tokio::net::TcpListener;

/// Another address of this host.
const SECOND: IpAddr = IpAddr::V4(Ipv4Addr::new(127, 0, 0, 2));

pub(super) fn scenarios() -> Vec<Scenario> {
    let refused = |says| refused().saying(says);
    vec![
        all("address-all", "both addresses of a name answer, and both are asked", Expect::pass(), |lab| {
            let address = peer::silent_tcp(lab)?;
            let second = std::net::TcpListener::bind((SECOND, address.port()))?;
            second.set_nonblocking(true)?;
            let second = TcpListener::from_std(second)?;
            lab.spawn(async move {
                while let Ok((stream, _)) = second.accept().await {
                    drop(stream);
                }
            });
            Ok(address)
        }),
        all(
            "address-all-one-refused",
            "one of two addresses refuses, which `address: any` would never tell",
            refused("1 of 2 addresses failed; cannot connect to 127.0.0.2"),
            peer::silent_tcp,
        ),
        all(
            "address-all-refused",
            "both addresses refuse",
            refused("2 of 2 addresses failed; cannot connect to 127.0.0.1"),
            peer::closed_tcp,
        ),
    ]
}

/// A scenario whose host has two addresses: where `serve` listens, and [`SECOND`] with the same port.
fn all(
    case: &str,
    shows: &'static str,
    expect: Expect,
    serve: fn(&Lab) -> Result<SocketAddr, LabError>,
) -> Scenario {
    TCP.by(case, shows, expect, move |lab| {
        let address = serve(lab)?;
        let resolve = json!({ "both.test": [address.ip().to_string(), SECOND.to_string()] });
        Ok(TCP.test(address, &json!({ "host": "both.test", "address": "all", "resolve": resolve }), &[]))
    })
}
