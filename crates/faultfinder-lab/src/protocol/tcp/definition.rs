//! Tests that cannot be run, names that do not resolve, assertions that fail.

use crate::protocol::expectations::{incorrect, invalid};
use crate::protocol::transport::TCP;
use crate::{Peer, Scenario, peer};
use faultfinder_taxonomy::Protocol;
use serde_json::json;

pub(super) fn scenarios() -> Vec<Scenario> {
    let mut scenarios = vec![negative_port()];
    scenarios.extend(TCP.nowhere(peer::silent_tcp));
    scenarios.extend(TCP.names(peer::silent_tcp));
    scenarios.extend(assertions());
    scenarios
}

/// A port that is refused when the file is read.
fn negative_port() -> Scenario {
    Scenario::new(
        Protocol::Tcp,
        "config/tcp-port-negative",
        "a port below 0, which is refused when the file is read",
        invalid("ERR_SOCKET_BAD_PORT", "tcp.port"),
        |_| Ok(Peer::new("127.0.0.1:-1", json!({ "tcp": { "host": "127.0.0.1", "port": -1 } }))),
    )
}

fn assertions() -> Vec<Scenario> {
    vec![
        TCP.scenario(
            "assert-connection",
            "a port that must be closed, and is open",
            incorrect("connection"),
            json!({}),
            &["connection is refused"],
            peer::silent_tcp,
        ),
        TCP.scenario(
            "assert-received",
            "another greeting than the one that is asserted",
            incorrect("received"),
            json!({ "expect": "220 " }),
            &["received contains Postfix"],
            |lab| {
                peer::tcp(lab, |mut stream| async move {
                    let _ = tokio::io::AsyncWriteExt::write_all(&mut stream, b"220 mx.zone.test\r\n").await;
                    peer::drain(&mut stream).await;
                })
            },
        ),
    ]
}
