//! Faults of the connection that every protocol over TCP can end with, shown once for each.
//!
//! Everything else about routes is among the scenarios of `tcp`, everything else about OCSP among those of `ssl`: what
//! differs between protocols is only how the test is written.

use super::block::test;
use super::expectations::errno;
use crate::network::{NOWHERE_V4, Network};
use crate::{Expect, Lab, LabError, Peer, Scenario, peer};
use faultfinder_taxonomy::{Code, Phase, Protocol};
use serde_json::{Value, json};
use std::net::SocketAddr;

/// A port where nobody listens: discard (RFC 863).
const PORT: u16 = 9;

/// The protocols whose tests meet a host that no route leads to.
const ROUTED: &[Protocol] = &[Protocol::Http, Protocol::Ssl, Protocol::Grpc, Protocol::Ws];
/// The protocols whose tests ask for the OCSP status of a certificate.
const STATUS_ASKED: &[Protocol] = &[Protocol::Http, Protocol::Dns, Protocol::Tcp, Protocol::Ws];

/// The scenarios of this kind for a protocol.
pub(super) fn scenarios(protocol: Protocol) -> Vec<Scenario> {
    let mut all = if ROUTED.contains(&protocol) { routes(protocol) } else { Vec::new() };
    if STATUS_ASKED.contains(&protocol) {
        all.push(ocsp(protocol));
    }
    all
}

/// The fields of a test against an address; with TLS where there are settings of it.
fn fields(protocol: Protocol, address: SocketAddr, tls: Option<Value>) -> Value {
    let secure = if tls.is_some() { "s" } else { "" };
    let mut fields = match protocol {
        Protocol::Http => json!({ "url": format!("http{secure}://{address}/") }),
        Protocol::Ws => json!({ "url": format!("ws{secure}://{address}/") }),
        Protocol::Dns => {
            json!({ "name": "lab.test", "server": address.ip(), "port": address.port(), "transport": "dot" })
        }
        Protocol::Grpc => {
            json!({ "host": address.ip(), "port": address.port(), "health": true, "plaintext": tls.is_none() })
        }
        // Those that need no more than an address.
        _ => json!({ "host": address.ip(), "port": address.port() }),
    };
    if let (Some(fields), Some(tls)) = (fields.as_object_mut(), tls) {
        fields.insert("tls".to_owned(), tls);
    }
    fields
}

fn peer_of(protocol: Protocol, address: SocketAddr, tls: Option<Value>) -> Peer {
    Peer::new(address.to_string(), test(protocol, fields(protocol, address, tls), &[]))
}

fn routes(protocol: Protocol) -> Vec<Scenario> {
    let nowhere = SocketAddr::from((NOWHERE_V4, PORT));
    let scenario = |case: &str, shows, expect, network| {
        let serve = move |_: &Lab| Ok(peer_of(protocol, nowhere, None));
        Scenario::new(protocol, format!("route/{protocol}-{case}"), shows, expect, serve).within(network)
    };
    vec![
        scenario(
            "unreachable",
            "the routing table says that the host is unreachable",
            errno(Code::HostUnreach, Phase::Connect, "EHOSTUNREACH"),
            Network::new().route(format!("unreachable {NOWHERE_V4}")),
        ),
        scenario(
            "none",
            "no route leads to the host",
            errno(Code::NetUnreach, Phase::Connect, "ENETUNREACH"),
            Network::new(),
        ),
    ]
}

fn ocsp(protocol: Protocol) -> Scenario {
    let expect =
        Expect::fault(Code::Ocsp, Phase::Tls, json!({ "kind": "verify", "name": "OCSP_VERIFY_NEEDED" }));
    let serve = move |lab: &Lab| -> Result<Peer, LabError> {
        let config = lab.pki().server_config(&[])?;
        let address = peer::tls(lab, config, |mut stream| async move { peer::drain(&mut stream).await })?;
        let tls = json!({ "roots": "none", "ca": [lab.pki().ca_pem()], "ocsp": "require" });
        Ok(peer_of(protocol, address, Some(tls)))
    };
    let shows = "a server that staples no OCSP answer, which the test demands";
    Scenario::new(protocol, format!("tls-cert/ocsp-required-{protocol}"), shows, expect, serve)
}
