//! Nothing comes back, or nothing that counts.

use super::super::dns;
use super::case::{asking, scenario, serve, silent, timeout};
use crate::{Expect, Lab, LabError, Scenario};
use faultfinder_taxonomy::{Code, Phase, Protocol};
use serde_json::{Value, json};
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;
use tokio::net::UdpSocket;

pub(super) fn scenarios() -> Vec<Scenario> {
    let brief = || json!({ "message": "ping", "timeout": "400ms" });
    let nxdomain = json!({"kind": "dns", "name": "NXDOMAIN", "alias": "ENOTFOUND"});
    vec![
        scenario(
            "silent",
            "nothing comes back",
            timeout(Phase::Wait).saying("no datagram"),
            brief(),
            &[],
            silent,
        ),
        scenario(
            "silent-overall",
            "nothing comes back, and the attempt has less time than the request",
            Expect::fault(Code::Timeout, Phase::Wait, json!({"kind": "timeout", "name": "overall"})),
            json!({ "message": "ping", "overall_timeout": "400ms" }),
            &[],
            silent,
        ),
        scenario(
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
        scenario(
            "other-port",
            "an answer from another port than the one that was asked",
            timeout(Phase::Wait),
            brief(),
            &[],
            |lab| serve(lab, |heard| async move { elsewhere(heard.from).await }),
        ),
        by_name(
            "name-missing",
            "a host name that does not exist",
            Expect::fault(Code::Dns, Phase::Resolve, nxdomain),
            dns::missing,
        ),
        by_name(
            "name-server-silent",
            "a name server that does not answer in the test's budget",
            timeout(Phase::Resolve),
            dns::silent,
        ),
    ]
}

/// Answers from a port of its own.
async fn elsewhere(to: SocketAddr) {
    if let Ok(socket) = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).await {
        let _ = socket.send_to(b"from elsewhere", to).await;
    }
}

/// A good peer behind a name, and the name server that is asked for it.
fn by_name(
    case: &str,
    shows: &'static str,
    expect: Expect,
    names: fn(&Lab) -> Result<SocketAddr, LabError>,
) -> Scenario {
    Scenario::new(Protocol::Udp, format!("udp/{case}"), shows, expect, move |lab| {
        let names = names(lab)?;
        let resolver = json!({ "server": names.ip().to_string(), "port": names.port() });
        let fields: Value = json!({ "host": "host.zone.test", "resolver": resolver, "timeout": "2s" });
        Ok(asking(silent(lab)?, &fields, &[]))
    })
}
