//! Networks that are denied, protocol by protocol.

use super::*;
use faultfinder_net::DeniedNetworks;

/// One request of each protocol to a port of this host, under its address and under a name that leads there.
fn tests(port: u16) -> String {
    let own = "resolve: { a.test: 127.0.0.1 }";
    [
        format!("http: {{ url: 'http://127.0.0.1:{port}/' }}"),
        format!("http: {{ url: 'https://a.test:{port}/', {own} }}"),
        format!("http: {{ url: 'https://localhost:{port}/', version: 3 }}"),
        format!("http: {{ url: 'http://192.0.2.1/', proxy: {{ url: 'http://127.0.0.1:{port}' }} }}"),
        format!("http: {{ url: 'http://b.test/', resolver: {{ server: 127.0.0.1, port: {port} }} }}"),
        format!("http: {{ url: 'http://localhost:{port}/', address: all }}"),
        format!("ssl: {{ host: localhost, port: {port} }}"),
        format!("dns: {{ name: a.test, server: 127.0.0.1, port: {port} }}"),
        format!("tcp: {{ host: a.test, port: {port}, {own} }}"),
        format!("tcp: {{ host: 127.0.0.1, port: {port}, track_hops: on }}"),
        format!("udp: {{ host: a.test, port: {port}, message: ping, {own} }}"),
        "icmp: { host: localhost }".to_owned(),
        format!("grpc: {{ host: 127.0.0.1, port: {port}, health: true, plaintext: true }}"),
        format!("ws: {{ url: 'ws://localhost:{port}/' }}"),
    ]
    .iter()
    .enumerate()
    .map(|(number, request)| {
        format!("  - name: t{number}\n    retry: {{ count: 1, interval: 1ms }}\n    {request}\n")
    })
    .collect()
}

#[tokio::test]
async fn no_protocol_reaches_a_denied_network() {
    let tcp = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    tcp.set_nonblocking(true).unwrap();
    let suite = suite(&format!("tests:\n{}", tests(tcp.local_addr().unwrap().port())));
    let vantage = Vantage::system().denying(DeniedNetworks::internal());
    for test in suite.tests() {
        let result = run(&vantage, test, &RunOptions::default()).await;
        let fault = result.fault.unwrap();
        assert_eq!(
            (fault.code, fault.phase, fault.detail.name(), fault.blame),
            (Code::Denied, Phase::Connect, "ERR_NETWORK_DENIED", Blame::Definition),
            "{}: {fault}",
            result.name
        );
        assert!(
            fault.evidence.fact("network").is_some() && fault.evidence.fact("place").is_some(),
            "{fault:?}"
        );
        // Asking again does not help.
        assert_eq!((result.status, result.attempts.len()), (Status::Failed, 0), "{}", result.name);
    }
    assert!(tcp.accept().is_err(), "somebody came");
}
