//! From a peer to a scenario.

use crate::{Expect, Lab, LabError, Peer, Scenario};
use faultfinder_taxonomy::{Code, Phase, Protocol};
use serde_json::{Value, json};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use tokio::net::UdpSocket;

/// A datagram, and where it came from.
pub(super) struct Heard {
    pub(super) socket: Arc<UdpSocket>,
    pub(super) from: SocketAddr,
    pub(super) payload: Vec<u8>,
}

/// As long as a datagram can be, in bytes.
const DATAGRAM_BYTES_MAX: usize = 65_535;

/// A scenario whose test has the peer's address as host and port, the fields of `fields` besides, and these assertions.
pub(super) fn scenario(
    case: &str,
    shows: &'static str,
    expect: Expect,
    fields: Value,
    assert: &'static [&'static str],
    serve: impl Fn(&Lab) -> Result<SocketAddr, LabError> + Send + Sync + 'static,
) -> Scenario {
    Scenario::new(Protocol::Udp, format!("udp/{case}"), shows, expect, move |lab| {
        let address = serve(lab)?;
        Ok(asking(address, &fields, assert))
    })
}

/// The test against an address, with further fields of the `udp` block (which may replace `host` and `port`).
pub(super) fn asking(address: SocketAddr, fields: &Value, assert: &[&str]) -> Peer {
    let mut udp = json!({ "host": address.ip().to_string(), "port": address.port() });
    if let (Some(udp), Some(fields)) = (udp.as_object_mut(), fields.as_object()) {
        udp.extend(fields.iter().map(|(name, value)| (name.clone(), value.clone())));
    }
    let mut test = json!({ "udp": udp });
    if let Some(test) = test.as_object_mut().filter(|_| !assert.is_empty()) {
        test.insert("assert".to_owned(), json!(assert));
    }
    Peer::new(address.to_string(), test)
}

/// Serves every datagram with `serve`, one after the other.
pub(super) fn serve<F, Fut>(lab: &Lab, serve: F) -> Result<SocketAddr, LabError>
where
    F: Fn(Heard) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = ()> + Send + 'static,
{
    let (socket, address) = lab.bind_udp()?;
    lab.spawn(async move {
        let socket = Arc::new(socket);
        let mut buffer = vec![0_u8; DATAGRAM_BYTES_MAX];
        loop {
            // An error is one about an answer that could not be delivered; the next datagram is another matter.
            let Ok((length, from)) = socket.recv_from(&mut buffer).await else { continue };
            let payload = buffer.get(..length).unwrap_or_default().to_vec();
            serve(Heard { socket: Arc::clone(&socket), from, payload }).await;
        }
    });
    Ok(address)
}

/// A peer that hears everything and says nothing.
pub(super) fn silent(lab: &Lab) -> Result<SocketAddr, LabError> {
    serve(lab, |_| async {})
}

impl Heard {
    /// Answers with a datagram.
    pub(super) async fn answer(&self, payload: &[u8]) {
        let _ = self.socket.send_to(payload, self.from).await;
    }
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
    std::net::UdpSocket::bind((Ipv6Addr::LOCALHOST, 0)).is_ok()
}

/// A port from which every datagram comes back as "port unreachable": its socket is connected to itself.
pub(super) fn closed(lab: &Lab, address: SocketAddr) -> Result<SocketAddr, LabError> {
    let socket = std::net::UdpSocket::bind(address)?;
    let bound = socket.local_addr()?;
    socket.connect(bound)?;
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
