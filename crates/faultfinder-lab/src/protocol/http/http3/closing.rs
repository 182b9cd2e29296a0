//! CONNECTION_CLOSE, silence, and nobody there.

use super::script::Script;
use super::server::{row, site};
use super::streams::half;
use crate::peer;
use crate::protocol::http::expectations::{definition, quic, refused, timeout};
use crate::protocol::http::http1;
use crate::protocol::http::row::{Row, Site};
use crate::{Expect, Lab, LabError};
use faultfinder_taxonomy::{Code, Phase};
use serde_json::json;
use std::net::SocketAddr;

/// Longest datagram of a handshake that is looked at.
const DATAGRAM_BYTES_MAX: usize = 2048;

pub(super) fn rows() -> Vec<Row> {
    [closed(), unreachable(), impossible()].into_iter().flatten().collect()
}

/// The server ends the connection.
fn closed() -> Vec<Row> {
    let close = |phase, name| quic(Code::ConnReset, phase, name, "CONNECTION_CLOSE");
    vec![
        row(
            "close-no-error",
            "CONNECTION_CLOSE(H3_NO_ERROR) instead of an answer",
            close(Phase::Wait, "H3_NO_ERROR"),
            || Script::new().close(0x100),
        ),
        row(
            "close-internal-error",
            "CONNECTION_CLOSE(H3_INTERNAL_ERROR) instead of an answer",
            close(Phase::Wait, "H3_INTERNAL_ERROR"),
            || Script::new().close(0x102),
        ),
        row(
            "close-excessive-load",
            "CONNECTION_CLOSE(H3_EXCESSIVE_LOAD) instead of an answer",
            close(Phase::Wait, "H3_EXCESSIVE_LOAD"),
            || Script::new().close(0x107),
        ),
        row(
            "close-mid-body",
            "CONNECTION_CLOSE inside the body",
            close(Phase::Receive, "H3_INTERNAL_ERROR"),
            || half().flush().close(0x102),
        ),
        Row::new(
            "http3/connection-refused",
            "a server that accepts no new connections",
            quic(Code::ConnRefused, Phase::Connect, "CONNECTION_REFUSED", "CONNECTION_CLOSE")
                .omitting("listens on this UDP port"),
            |lab| Ok(site(lab, refusing(lab)?)),
        ),
    ]
}

/// Nobody answers over UDP, and the fault says that this is what HTTP/3 needs, and that TCP works.
fn over_udp() -> Expect {
    refused()
        .saying("HTTP/3 uses QUIC, over UDP; over TCP, the same port answers")
        .showing("firewalls let UDP through")
}

/// Nobody answers over UDP or TCP.
fn nobody(expect: Expect) -> Expect {
    expect
        .saying("over TCP, the same port does not answer either")
        .showing("answers neither over UDP nor over TCP")
        .omitting("firewalls let UDP through")
}

/// Nobody there, or nobody who speaks QUIC.
fn unreachable() -> Vec<Row> {
    vec![
        Row::new("http3/refused", "nobody listens on the port", nobody(refused()), |lab| {
            Ok(site(lab, both(lab, peer::closed_udp, peer::closed_tcp_at)?))
        }),
        Row::new("http3/tcp-only", "a server over TCP alone", over_udp(), |lab| {
            Ok(site(lab, both(lab, peer::closed_udp, holding)?))
        }),
        Row::new(
            "http3/refused-tcp-silent",
            "nobody listens on the UDP port, and nobody answers over TCP in the time of the test",
            refused().saying("HTTP/3 uses QUIC, over UDP").omitting("over TCP"),
            |lab| Ok(site(lab, both(lab, peer::closed_udp, peer::full_tcp_at)?)),
        )
        .with(json!({ "timeout": "500ms" })),
        Row::new(
            "http3/silent",
            "a UDP port that swallows everything",
            nobody(timeout(Phase::Connect)),
            |lab| Ok(site(lab, both(lab, |lab| answering(lab, |_| None), peer::closed_tcp_at)?)),
        )
        .impatient(),
        Row::new("http3/not-quic", "a UDP port that answers something else", timeout(Phase::Tls), |lab| {
            Ok(site(lab, answering(lab, |_| Some(b"\x16\xfe\xfd hello, this is not QUIC".to_vec()))?))
        })
        .impatient(),
        Row::new(
            "http3/version-negotiation",
            "a server that speaks other versions of QUIC only",
            quic(Code::Ssl, Phase::Tls, "VERSION_NEGOTIATION_ERROR", "local"),
            |lab| Ok(site(lab, answering(lab, version_negotiation)?)),
        ),
    ]
}

/// Requests that cannot be made over HTTP/3.
fn impossible() -> Vec<Row> {
    let refused = |name| definition(Code::InvalidRequest, name);
    vec![
        Row::new("http3/without-tls", "HTTP/3 for an http URL", refused("ERR_INVALID_PROTOCOL"), |lab| {
            Ok(Site::at(http1::serve(lab, |_| http1::ok())?).with(json!({ "version": "3" })))
        }),
        Row::new(
            "http3/through-a-proxy",
            "HTTP/3 through a proxy, which carries TCP only",
            refused("ERR_INVALID_PROTOCOL"),
            |lab| {
                let proxy = format!("http://{}", peer::closed_tcp(lab)?);
                let fields = json!({ "version": "3", "proxy": { "url": proxy } });
                Ok(Site::new("https://127.0.0.1:9/").with(fields))
            },
        ),
        Row::new(
            "http3/tls-1.2-only",
            "HTTP/3 with TLS 1.2 as the newest version",
            refused("ERR_SSL_NO_PROTOCOLS_AVAILABLE"),
            |lab| {
                let fields = json!({ "version": "3", "tls": { "max_version": "1.2" } });
                Ok(Site::new(format!("https://{}/", peer::closed_udp(lab)?)).with(fields))
            },
        ),
    ]
}

/// A QUIC server that refuses every connection.
fn refusing(lab: &Lab) -> Result<SocketAddr, LabError> {
    let (endpoint, address) = peer::quic_endpoint(lab, lab.pki().server_config(super::server::ALPN)?)?;
    lab.spawn(async move {
        while let Some(incoming) = endpoint.accept().await {
            incoming.refuse();
        }
    });
    Ok(address)
}

/// A UDP port, and the TCP port of that number: no other server of the lab can have it.
fn both(
    lab: &Lab,
    udp: impl Fn(&Lab) -> Result<SocketAddr, LabError>,
    tcp: impl Fn(&Lab, SocketAddr) -> Result<SocketAddr, LabError>,
) -> Result<SocketAddr, LabError> {
    /// How many ports are tried for one that is free for both.
    const TRIES: usize = 16;
    for _ in 0..TRIES {
        let address = udp(lab)?;
        if tcp(lab, address).is_ok() {
            return Ok(address);
        }
    }
    Err(LabError::Socket(std::io::ErrorKind::AddrInUse.into()))
}

/// A TCP server that keeps clients waiting: this shows which clients use only UDP.
fn holding(lab: &Lab, address: SocketAddr) -> Result<SocketAddr, LabError> {
    let listener = std::net::TcpListener::bind(address)?;
    listener.set_nonblocking(true)?;
    let listener = tokio::net::TcpListener::from_std(listener)?;
    lab.spawn(async move {
        let mut kept = Vec::new();
        while let Ok((stream, _)) = listener.accept().await {
            kept.push(stream);
        }
    });
    Ok(address)
}

/// A UDP port that answers each datagram with another, or with nothing.
fn answering(lab: &Lab, answer: fn(&[u8]) -> Option<Vec<u8>>) -> Result<SocketAddr, LabError> {
    let (socket, address) = lab.bind_udp()?;
    lab.spawn(async move {
        let mut buffer = vec![0_u8; DATAGRAM_BYTES_MAX];
        while let Ok((length, from)) = socket.recv_from(&mut buffer).await {
            if let Some(answer) = answer(buffer.get(..length).unwrap_or_default()) {
                let _ = socket.send_to(&answer, from).await;
            }
        }
    });
    Ok(address)
}

/// A Version Negotiation packet that answers this one (RFC 9000 section 17.2.1).
fn version_negotiation(packet: &[u8]) -> Option<Vec<u8>> {
    /// A version that is reserved to be unknown (section 15).
    const UNKNOWN_VERSION: [u8; 4] = [0x1a, 0x2a, 0x3a, 0x4a];
    let (length, rest) = packet.get(5..)?.split_first()?;
    let (destination, rest) = rest.split_at_checked(usize::from(*length))?;
    let (length, rest) = rest.split_first()?;
    let source = rest.get(..usize::from(*length))?;
    let mut answer = vec![0x80, 0, 0, 0, 0];
    for id in [source, destination] {
        answer.push(u8::try_from(id.len()).ok()?);
        answer.extend_from_slice(id);
    }
    answer.extend_from_slice(&UNKNOWN_VERSION);
    Some(answer)
}
