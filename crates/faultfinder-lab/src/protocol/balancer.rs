//! Servers behind a load balancer: they take a connection only if it begins with the PROXY protocol.

use super::block::test;
use super::expectations::reset;
use super::http::{ok_http1, ok_https};
use super::ssl::rsa_server;
use crate::{Expect, Lab, LabError, Peer, Scenario, peer};
use faultfinder_taxonomy::{Phase, Protocol};
use serde_json::{Value, json};
use std::net::{IpAddr, SocketAddr};
use tokio::io::AsyncReadExt as _;
use tokio::net::TcpStream;

/// What version 2 begins with, up to the command.
const BINARY: &[u8] = b"\r\n\r\n\0\r\nQUIT\n\x21";

/// What a peer must say of a connection.
type Header = fn(SocketAddr, SocketAddr) -> Vec<u8>;

/// Passes connections on to this server that begin with the header, and closes others.
fn behind(lab: &Lab, header: Header, server: SocketAddr) -> Result<SocketAddr, LabError> {
    peer::tcp(lab, move |mut client| async move {
        let (Ok(from), Ok(to)) = (client.peer_addr(), client.local_addr()) else { return };
        let wanted = header(from, to);
        let mut found = vec![0; wanted.len()];
        if client.read_exact(&mut found).await.is_err() || found != wanted {
            return;
        }
        if let Ok(mut server) = TcpStream::connect(server).await {
            let _ = tokio::io::copy_bidirectional(&mut client, &mut server).await;
        }
    })
}

fn line(from: SocketAddr, to: SocketAddr) -> Vec<u8> {
    format!("PROXY TCP4 {} {} {} {}\r\n", from.ip(), to.ip(), from.port(), to.port()).into_bytes()
}

fn binary(from: SocketAddr, to: SocketAddr) -> Vec<u8> {
    let mut header = [BINARY, &[0x11, 0, 12]].concat();
    for end in [from, to] {
        if let IpAddr::V4(address) = end.ip() {
            header.extend(address.octets());
        }
    }
    header.extend([from, to].into_iter().flat_map(|end| end.port().to_be_bytes()));
    header
}

/// A scenario of a server that is behind one, and of a test with these fields and assertions.
fn scenario(
    (protocol, case, shows): (Protocol, &str, &'static str),
    expect: Expect,
    assert: &'static [&'static str],
    header: Header,
    serve: fn(&Lab) -> Result<SocketAddr, LabError>,
    fields: fn(&Lab, SocketAddr) -> Value,
) -> Scenario {
    Scenario::new(protocol, format!("balancer/{case}"), shows, expect, move |lab| {
        let address = behind(lab, header, serve(lab)?)?;
        Ok(Peer::new(address.to_string(), test(protocol, fields(lab, address), assert)))
    })
}

fn tls(lab: &Lab) -> Value {
    json!({ "roots": "none", "ca": [lab.pki().ca_pem()] })
}

pub(super) fn scenarios() -> Vec<Scenario> {
    let pass = Expect::pass;
    vec![
        scenario(
            (Protocol::Http, "http-v1", "a request behind the PROXY protocol, version 1"),
            pass(),
            &[],
            line,
            ok_http1,
            |_, address| json!({ "url": format!("http://{address}/"), "proxy_protocol": "v1" }),
        ),
        scenario(
            (Protocol::Http, "https-v2", "a request over TLS behind the PROXY protocol, version 2"),
            pass(),
            &[],
            binary,
            ok_https,
            |lab, address| json!({ "url": format!("https://{address}/"), "tls": tls(lab), "proxy_protocol": "v2" }),
        ),
        scenario(
            (Protocol::Http, "http-missing", "a server that wants the PROXY protocol, and a test without it"),
            reset(Phase::Wait),
            &[],
            line,
            ok_http1,
            |_, address| json!({ "url": format!("http://{address}/a-path-that-is-as-long-as-a-header-of-the-protocol") }),
        ),
        scenario(
            (
                Protocol::Ssl,
                "ssl-v1",
                "a TLS endpoint behind the PROXY protocol; each handshake begins with it",
            ),
            pass(),
            &["lowest_tls_version is TLSv1.2"],
            line,
            ok_https,
            |lab, address| {
                json!({ "host": address.ip(), "port": address.port(), "roots": "none",
                    "ca": [lab.pki().ca_pem()], "proxy_protocol": "v1" })
            },
        ),
        scenario(
            (
                Protocol::Ssl,
                "ssl-unspoken-v2",
                "behind the PROXY protocol, a server that cannot be spoken to: it is asked once more in the same way",
            ),
            pass().saying("which this client cannot speak"),
            &["certificate expires_in > 14 days"],
            binary,
            rsa_server,
            |lab, address| {
                json!({ "host": address.ip(), "port": address.port(), "roots": "none",
                    "ca": [lab.pki().ca_pem()], "proxy_protocol": "v2", "server_name": "shop.lab.test" })
            },
        ),
        scenario(
            (Protocol::Tcp, "tcp-v2", "a conversation behind the PROXY protocol, version 2"),
            pass(),
            &[],
            binary,
            ok_http1,
            |_, address| {
                json!({ "host": address.ip(), "port": address.port(), "proxy_protocol": "v2",
                    "send": "GET / HTTP/1.1\r\nhost: a\r\n\r\n", "expect": "200 OK" })
            },
        ),
    ]
}
