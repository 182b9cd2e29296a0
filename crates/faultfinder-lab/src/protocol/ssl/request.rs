//! No handshake at all: nothing listens, the name does not exist, the definition is wrong.

use super::endpoint::{NAME, ssl_peer, trusting};
use crate::{Expect, Lab, LabError, Peer, Scenario};
use faultfinder_taxonomy::{Code, Detail, Errno, Phase, Protocol, ResponseCode};
use serde_json::{Value, json};
use std::net::{Ipv4Addr, SocketAddr};

/// Longest UDP message that the name server reads.
const QUERY_BYTES_MAX: usize = 4096;

pub(super) fn scenarios() -> Vec<Scenario> {
    vec![
        Scenario::new(
            Protocol::Ssl,
            "ssl/refused",
            "nothing listens on the port",
            Expect::fault(Code::ConnRefused, Phase::Connect, value(&Detail::errno(Errno::ConnRefused))),
            |lab| Ok(ssl_peer(closed_port(lab)?, trusting(&[lab.pki().ca_pem()]), &[])),
        ),
        Scenario::new(
            Protocol::Ssl,
            "ssl/dns-nxdomain",
            "the name does not exist",
            Expect::fault(Code::Dns, Phase::Resolve, value(&Detail::rcode(ResponseCode::new(3)))),
            |lab| {
                let server = name_server(lab)?;
                let resolver = json!({ "server": server.ip(), "port": server.port() });
                Ok(definition(json!({ "host": "missing.lab.test", "port": 443, "resolver": resolver })))
            },
        ),
        Scenario::new(
            Protocol::Ssl,
            "ssl/invalid-host",
            "a label of the name has 64 bytes, one more than a query can carry",
            Expect::fault(
                Code::InvalidRequest,
                Phase::Config,
                json!({ "kind": "definition", "name": "EBADNAME", "field": "ssl.host" }),
            ),
            |_| Ok(definition(json!({ "host": format!("{}.lab.test", "a".repeat(64)), "port": 443 }))),
        ),
        Scenario::new(
            Protocol::Ssl,
            "ssl/client-key-mismatch",
            "the client's certificate and key do not belong together",
            Expect::fault(
                Code::InvalidRequest,
                Phase::Config,
                json!({ "kind": "definition", "name": "ERR_OSSL_X509_KEY_VALUES_MISMATCH" }),
            ),
            |lab| {
                let (one, other) = (lab.pki().client()?, lab.pki().client()?);
                let mut fields = trusting(&[lab.pki().ca_pem()]);
                fields.insert("client_cert".to_owned(), json!(one.certificate_pem()));
                fields.insert("client_key".to_owned(), json!(other.key_pem()));
                Ok(ssl_peer(closed_port(lab)?, fields, &[]))
            },
        ),
    ]
}

/// A test that does not get as far as a peer of ours.
fn definition(mut fields: Value) -> Peer {
    if let Some(fields) = fields.as_object_mut() {
        fields.entry("server_name").or_insert_with(|| json!(NAME));
    }
    let target = format!("{}:443", fields.get("host").and_then(Value::as_str).unwrap_or_default());
    Peer::new(target, json!({ "ssl": fields }))
}

/// A port on which nothing listens, and which nobody else gets while the lab lives.
fn closed_port(lab: &Lab) -> Result<SocketAddr, LabError> {
    let socket = socket2::Socket::new(socket2::Domain::IPV4, socket2::Type::STREAM, None)?;
    socket.bind(&SocketAddr::from((Ipv4Addr::LOCALHOST, 0)).into())?;
    let address = socket.local_addr()?.as_socket().ok_or_else(|| std::io::Error::other("no address"))?;
    lab.spawn(async move {
        let _held = socket;
        std::future::pending::<()>().await;
    });
    Ok(address)
}

/// A name server that knows no name: every question comes back as an answer with NXDOMAIN.
fn name_server(lab: &Lab) -> Result<SocketAddr, LabError> {
    let (socket, address) = lab.bind_udp()?;
    lab.spawn(async move {
        let mut message = [0; QUERY_BYTES_MAX];
        // An error is an ICMP answer to an earlier datagram, not the end.
        loop {
            let Ok((count, client)) = socket.recv_from(&mut message).await else { continue };
            let Some(message) = message.get_mut(..count) else { continue };
            let [_, _, flags, rcode, ..] = message else { continue };
            // A response (QR) that keeps opcode and RD, with RA and NXDOMAIN.
            *flags |= 0x80;
            *rcode = 0x83;
            let _ = socket.send_to(message, client).await;
        }
    });
    Ok(address)
}

fn value(detail: &Detail) -> Value {
    serde_json::to_value(detail).unwrap_or_default()
}
