//! Nothing comes back, or nothing that counts.

use super::case::{serve, silent};
use crate::Scenario;
use crate::protocol::expectations::{overall_timeout, timeout};
use crate::protocol::transport::UDP;
use faultfinder_taxonomy::Phase;
use serde_json::json;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;
use tokio::net::UdpSocket;

pub(super) fn scenarios() -> Vec<Scenario> {
    let brief = || json!({ "message": "ping", "timeout": "1500ms" });
    let mut scenarios = vec![
        UDP.scenario(
            "silent",
            "nothing comes back",
            timeout(Phase::Wait).saying("no datagram").omitting("has the request"),
            brief(),
            &[],
            silent,
        ),
        UDP.scenario(
            "silent-overall",
            "nothing comes back, and the attempt has less time than the request",
            overall_timeout(Phase::Wait),
            json!({ "message": "ping", "overall_timeout": "1500ms" }),
            &[],
            silent,
        ),
        UDP.scenario(
            "late",
            "the answer comes when the test's time has run out",
            timeout(Phase::Wait),
            brief(),
            &[],
            |lab| {
                serve(lab, |heard| async move {
                    tokio::time::sleep(Duration::from_secs(2)).await;
                    heard.answer(b"sorry").await;
                })
            },
        ),
        UDP.scenario(
            "other-port",
            "an answer from another port than the one that was asked",
            timeout(Phase::Wait).saying("another port, and does not count as the answer"),
            brief(),
            &[],
            |lab| serve(lab, |heard| async move { elsewhere(heard.from).await }),
        ),
    ];
    scenarios.extend(UDP.names(silent));
    scenarios
}

/// Answers from a port of its own.
async fn elsewhere(to: SocketAddr) {
    if let Ok(socket) = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).await {
        let _ = socket.send_to(b"from elsewhere", to).await;
    }
}
