//! From a peer to a scenario.

use crate::{Expect, Lab, LabError, Peer, Scenario};
use faultfinder_taxonomy::{Code, Phase, Protocol};
use serde_json::{Value, json};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

/// A scenario whose test has the peer's address as host and port, the fields of `fields` besides, and these assertions.
pub(super) fn scenario(
    case: &str,
    shows: &'static str,
    expect: Expect,
    fields: Value,
    assert: &'static [&'static str],
    serve: impl Fn(&Lab) -> Result<SocketAddr, LabError> + Send + Sync + 'static,
) -> Scenario {
    Scenario::new(Protocol::Tcp, format!("tcp/{case}"), shows, expect, move |lab| {
        let address = serve(lab)?;
        Ok(peer(address, &fields, assert))
    })
}

/// The test against an address, with further fields of the `tcp` block (which may replace `host` and `port`).
pub(super) fn peer(address: SocketAddr, fields: &Value, assert: &[&str]) -> Peer {
    let mut tcp = json!({ "host": address.ip().to_string(), "port": address.port() });
    if let (Some(tcp), Some(fields)) = (tcp.as_object_mut(), fields.as_object()) {
        tcp.extend(fields.iter().map(|(name, value)| (name.clone(), value.clone())));
    }
    let mut test = json!({ "tcp": tcp });
    if let Some(test) = test.as_object_mut().filter(|_| !assert.is_empty()) {
        test.insert("assert".to_owned(), json!(assert));
    }
    Peer::new(address.to_string(), test)
}

/// This code with a system error as its detail.
pub(super) fn errno(code: Code, phase: Phase, name: &str) -> Expect {
    Expect::fault(code, phase, json!({"kind": "errno", "name": name}))
}

/// The request's time ran out in this phase.
pub(super) fn timeout(phase: Phase) -> Expect {
    Expect::fault(Code::Timeout, phase, json!({"kind": "timeout", "name": "request"}))
}

/// Whether this machine has an IPv6 loopback address; without one, scenarios that need it are not served.
pub(super) fn has_ipv6() -> bool {
    std::net::TcpListener::bind((Ipv6Addr::LOCALHOST, 0)).is_ok()
}

/// A port that refuses connections and stays so: bound, so that nobody else gets it, and never listening.
pub(super) fn refusing(lab: &Lab, address: SocketAddr) -> Result<SocketAddr, LabError> {
    let domain = socket2::Domain::for_address(address);
    let socket = socket2::Socket::new(domain, socket2::Type::STREAM, None)?;
    if address.is_ipv6() {
        socket.set_only_v6(true)?;
    }
    socket.bind(&address.into())?;
    let bound = socket.local_addr()?.as_socket().unwrap_or(address);
    lab.spawn(async move {
        let _bound = socket;
        std::future::pending::<()>().await;
    });
    Ok(bound)
}

/// Any port on 127.0.0.1.
pub(super) const ANY_V4: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0);
/// Any port on ::1.
pub(super) const ANY_V6: SocketAddr = SocketAddr::new(IpAddr::V6(Ipv6Addr::LOCALHOST), 0);
