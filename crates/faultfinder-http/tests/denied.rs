//! Networks that are denied: behind redirects, overrides and proxies too.

#![expect(
    clippy::unwrap_used,
    reason = "a test fails by a panic; what several tests share is not a `#[test]` itself"
)]

use faultfinder_http::taxonomy::{Code, Phase};
use faultfinder_http::{HttpVersion, Request, Vantage, probe};
use faultfinder_net::{DeniedNetworks, Proxy};
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener};

/// A listener that nobody may have reached in the end.
fn bystander(address: &str) -> (TcpListener, SocketAddr) {
    let listener = TcpListener::bind(address).unwrap();
    listener.set_nonblocking(true).unwrap();
    let address = listener.local_addr().unwrap();
    (listener, address)
}

/// The same place without a way to 127.0.0.2.
fn guarded() -> Vantage {
    Vantage::system().denying(DeniedNetworks::parse(["127.0.0.2"]).unwrap())
}

async fn denied(vantage: &Vantage, request: &Request) {
    let report = probe(vantage, request).await;
    let fault = report.outcome.unwrap_err();
    assert_eq!(
        (fault.code, fault.phase, fault.detail.name()),
        (Code::Denied, Phase::Connect, "ERR_NETWORK_DENIED"),
        "{}: {fault}",
        request.url
    );
}

#[tokio::test]
async fn a_denied_network_is_not_connected_to_in_any_version() {
    let (listener, address) = bystander("127.0.0.1:0");
    let vantage = Vantage::system().denying(DeniedNetworks::internal());
    let port = address.port();
    for host in ["127.0.0.1", "localhost", "[::ffff:127.0.0.1]", "2130706433", "0x7f.1", "a.test"] {
        for (scheme, version) in [
            ("http", HttpVersion::Auto),
            ("https", HttpVersion::Auto),
            ("http", HttpVersion::H2c),
            ("https", HttpVersion::Http3),
            ("https", HttpVersion::Discover),
        ] {
            let mut request = Request::new(format!("{scheme}://{host}:{port}/"));
            request.version = version;
            request.client.resolve = vec![("a.test".to_owned(), address.ip())];
            denied(&vantage, &request).await;
        }
    }
    assert!(listener.accept().is_err(), "somebody came");
}

#[tokio::test]
async fn a_redirect_into_a_denied_network_is_not_followed() {
    let (hidden, target) = bystander("127.0.0.2:0");
    let open = TcpListener::bind("127.0.0.1:0").unwrap();
    let first = open.local_addr().unwrap();
    let server = std::thread::spawn(move || {
        let (mut stream, _) = open.accept().unwrap();
        let _ = stream.read(&mut [0; 4096]).unwrap();
        let head =
            format!("HTTP/1.1 302 Found\r\nlocation: http://{target}/secret\r\ncontent-length: 0\r\n\r\n");
        stream.write_all(head.as_bytes()).unwrap();
    });
    let mut request = Request::new(format!("http://{first}/"));
    request.follow_redirects = true;
    denied(&guarded(), &request).await;
    server.join().unwrap();
    assert!(hidden.accept().is_err(), "the redirect was followed");
}

#[tokio::test]
async fn a_proxy_in_a_denied_network_and_a_denied_address_behind_a_proxy_are_refused() {
    let (hidden, inside) = bystander("127.0.0.2:0");
    let (admitted, outside) = bystander("127.0.0.1:0");
    for scheme in ["http", "https", "socks5", "socks5h"] {
        for (proxy, target) in
            [(inside, "http://192.0.2.1/"), (outside, "http://127.0.0.2/"), (outside, "https://127.0.0.2/")]
        {
            let mut request = Request::new(target);
            let url = format!("{scheme}://{proxy}").parse().unwrap();
            request.proxy = Some(Proxy { url, headers: Vec::new() }.into());
            denied(&guarded(), &request).await;
        }
    }
    assert!(hidden.accept().is_err() && admitted.accept().is_err(), "somebody came");
}
