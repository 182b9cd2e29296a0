//! Which addresses are denied, and the errors for invalid networks.

use super::*;
use crate::dns::{Channel, Server, check_transport};
use crate::hops::{Follow, Way, follow};
use crate::{ClientOptions, Datagrams, Host, Trace, Vantage, resolve};
use faultfinder_taxonomy::Blame;
use faultfinder_taxonomy::word::{TrackHops, Transport};
use std::net::SocketAddr;

#[track_caller]
fn denying(networks: &DeniedNetworks, address: &str) -> Option<String> {
    networks.denying(address.parse().unwrap()).map(|denial| denial.network.to_string())
}

#[test]
fn internal_addresses_are_denied_by_the_network_that_they_are_in() {
    let internal = DeniedNetworks::internal();
    for (address, network) in [
        ("0.0.0.0", "0.0.0.0/8"),
        ("10.255.255.255", "10.0.0.0/8"),
        ("100.64.0.1", "100.64.0.0/10"),
        ("100.127.255.255", "100.64.0.0/10"),
        ("127.0.0.1", "127.0.0.0/8"),
        ("127.255.255.254", "127.0.0.0/8"),
        ("168.63.129.16", "168.63.129.16/32"),
        ("169.254.169.254", "169.254.0.0/16"),
        ("172.16.0.0", "172.16.0.0/12"),
        ("172.31.255.255", "172.16.0.0/12"),
        ("192.0.0.192", "192.0.0.0/24"),
        ("192.168.1.1", "192.168.0.0/16"),
        ("198.19.0.1", "198.18.0.0/15"),
        ("224.0.0.1", "224.0.0.0/4"),
        ("255.255.255.255", "240.0.0.0/4"),
        ("::", "::/127"),
        ("::1", "::/127"),
        ("fc00::1", "fc00::/7"),
        ("fd00:ec2::254", "fc00::/7"),
        ("fe80::1", "fe80::/10"),
        ("febf::1", "fe80::/10"),
        ("fec0::1", "fec0::/10"),
        ("ff02::1", "ff00::/8"),
        ("64:ff9b:1::a00:1", "64:ff9b:1::/48"),
    ] {
        assert_eq!(denying(&internal, address).as_deref(), Some(network), "{address}");
    }
}

#[test]
fn an_address_that_stands_for_a_denied_one_is_denied_with_it() {
    let internal = DeniedNetworks::internal();
    for (address, meant) in [
        ("::ffff:127.0.0.1", "127.0.0.1"),
        ("::127.0.0.1", "127.0.0.1"),
        ("::ffff:0:10.0.0.1", "10.0.0.1"),
        ("64:ff9b::169.254.169.254", "169.254.169.254"),
        ("2002:7f00:1::1", "127.0.0.1"),
        ("2002:c0a8:101:5::9", "192.168.1.1"),
        // The client's address has its bits inverted: 80ff:fffe is 127.0.0.1.
        ("2001:0:808:808::80ff:fffe", "127.0.0.1"),
        ("2001:0:a00:1::f7f7:f7f7", "10.0.0.1"),
        ("2001:4860::5efe:192.168.0.1", "192.168.0.1"),
        ("2001:4860::200:5efe:192.168.0.1", "192.168.0.1"),
    ] {
        let denial = internal.denying(address.parse().unwrap());
        assert_eq!(denial.map(|denial| denial.meant.to_string()).as_deref(), Some(meant), "{address}");
    }
    let fault = internal.denying("64:ff9b::7f00:1".parse().unwrap()).unwrap().fault("host");
    assert_eq!(
        fault.message,
        "64:ff9b::7f00:1 stands for 127.0.0.1, which is in 127.0.0.0/8, a network that tests may not reach from here"
    );
}

#[test]
fn public_and_documented_addresses_are_admitted() {
    let internal = DeniedNetworks::internal();
    for address in [
        "1.1.1.1",
        "9.255.255.255",
        "11.0.0.0",
        "100.63.255.255",
        "100.128.0.0",
        "126.255.255.255",
        "128.0.0.0",
        "169.253.255.255",
        "172.15.255.255",
        "172.32.0.0",
        "192.0.2.1",
        "198.17.255.255",
        "198.51.100.1",
        "203.0.113.1",
        "223.255.255.255",
        "2001:db8::1",
        "2606:4700::1111",
        "::ffff:1.1.1.1",
        "64:ff9b::1.1.1.1",
        "2002:101:101::1",
        "2001:0:101:101::fefe:fefe",
    ] {
        assert_eq!(denying(&internal, address), None, "{address}");
    }
    assert_eq!(denying(&DeniedNetworks::none(), "127.0.0.1"), None);
}

#[test]
fn networks_are_read_and_written_alike() {
    let texts = ["10.0.0.0/8", "0.0.0.0/0", "192.0.2.7/32", "::/0", "fd00::/8", "2001:db8::1/128"];
    let networks = DeniedNetworks::parse(texts).unwrap();
    assert_eq!(networks.iter().map(ToString::to_string).collect::<Vec<_>>(), texts);
    for (text, meant) in [
        (" 192.0.2.7 ", "192.0.2.7/32"),
        ("::1", "::1/128"),
        ("::ffff:10.0.0.0/104", "10.0.0.0/8"),
        ("::ffff:10.0.0.1", "10.0.0.1/32"),
        ("::ffff:0:0/96", "0.0.0.0/0"),
    ] {
        assert_eq!(text.parse::<Network>().unwrap().to_string(), meant, "{text}");
    }
    let all = DeniedNetworks::parse(["0.0.0.0/0"]).unwrap();
    assert_eq!(denying(&all, "8.8.8.8").as_deref(), Some("0.0.0.0/0"));
    assert_eq!(denying(&all, "2606:4700::1111"), None);
}

#[test]
fn a_text_that_is_no_network_is_told_with_what_is_wrong() {
    for (text, message) in [
        (
            "10.0.0/8",
            "\"10.0.0/8\" is not a network: \"10.0.0\" is not an address; networks are written 10.0.0.0/8 or fd00::/8",
        ),
        ("", "\"\" is not a network: \"\" is not an address; networks are written 10.0.0.0/8 or fd00::/8"),
        ("10.0.0.0/33", "\"10.0.0.0/33\" is not a network: the prefix must be a number from 0 to 32"),
        ("10.0.0.0/", "\"10.0.0.0/\" is not a network: the prefix must be a number from 0 to 32"),
        ("10.0.0.0/+8", "\"10.0.0.0/+8\" is not a network: the prefix must be a number from 0 to 32"),
        ("::/129", "\"::/129\" is not a network: the prefix must be a number from 0 to 128"),
        (
            "10.1.2.3/8",
            "\"10.1.2.3/8\" is not a network: bits after the prefix are set; 10.0.0.0/8 is the network of this address",
        ),
    ] {
        assert_eq!(text.parse::<Network>().unwrap_err().to_string(), message);
    }
}

#[test]
fn a_list_has_as_many_networks_as_it_may_and_not_one_more() {
    let texts: Vec<String> =
        (0..=DeniedNetworks::COUNT_MAX).map(|n| format!("10.{}.{}.0/24", n / 256, n % 256)).collect();
    let most = texts.iter().map(String::as_str).take(DeniedNetworks::COUNT_MAX);
    assert_eq!(DeniedNetworks::parse(most).unwrap().iter().count(), DeniedNetworks::COUNT_MAX);
    let error = DeniedNetworks::parse(texts.iter().map(String::as_str)).unwrap_err();
    assert_eq!(error.to_string(), "more than 1024 networks");
}

#[test]
fn a_list_with_others_has_each_network_once() {
    let own = DeniedNetworks::parse(["8.8.8.0/24", "10.0.0.0/8"]).unwrap();
    let both = DeniedNetworks::internal().and(&own);
    assert_eq!(both.iter().count(), DeniedNetworks::internal().iter().count() + 1);
    assert_eq!(denying(&both, "8.8.8.8").as_deref(), Some("8.8.8.0/24"));
}

/// Sockets on one loopback port that must not be reached.
struct Bystander {
    tcp: std::net::TcpListener,
    udp: std::net::UdpSocket,
    address: SocketAddr,
}

impl Bystander {
    fn new() -> Self {
        loop {
            let tcp = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
            let address = tcp.local_addr().unwrap();
            // Another test may have the same port over UDP.
            if let Ok(udp) = std::net::UdpSocket::bind(address) {
                tcp.set_nonblocking(true).unwrap();
                udp.set_nonblocking(true).unwrap();
                return Self { tcp, udp, address };
            }
        }
    }

    #[track_caller]
    fn was_left_alone(&self) {
        assert_eq!(self.tcp.accept().unwrap_err().kind(), std::io::ErrorKind::WouldBlock);
        assert_eq!(self.udp.recv(&mut [0; 9]).unwrap_err().kind(), std::io::ErrorKind::WouldBlock);
    }
}

#[track_caller]
fn denied<T>(outcome: Result<T, Fault>) {
    let fault = outcome.err().unwrap();
    let found = (fault.code, fault.phase, fault.detail.name(), fault.blame);
    assert_eq!(found, (Code::Denied, Phase::Connect, Denial::NAME, Blame::Definition), "{fault}");
}

#[tokio::test]
async fn no_way_leads_to_a_denied_address() {
    let bystander = Bystander::new();
    let (ip, port) = (bystander.address.ip(), bystander.address.port());
    let vantage = Vantage::system().denying(DeniedNetworks::internal());
    let way = ClientOptions { resolve: vec![("a.test".to_owned(), ip)], ..ClientOptions::default() };
    let trace = &mut Trace::start();
    for host in ["127.0.0.1", "localhost", "a.test", "::ffff:127.0.0.1", "0.0.0.0"] {
        let host = Host::parse(host, "host").unwrap();
        denied(resolve(&vantage, &host, &way, trace).await);
        denied(crate::connect(&vantage, &host, port, &way, trace).await);
    }
    denied(crate::dial(&vantage, &[ip], port, &way, trace).await);
    denied(Datagrams::open(&vantage, bystander.address, &way, trace).await);
    #[cfg(feature = "quic")]
    {
        let tls = crate::tls::TlsOptions { alpn: vec!["h3".to_owned()], ..Default::default() };
        let client = vantage.tls_client(&tls, "tls").unwrap();
        let host = Host::Name("a.test".to_owned());
        denied(crate::connect_quic(&vantage, &host, port, &client, &way, trace).await);
    }
    let all = [Transport::Udp, Transport::Tcp, Transport::Dot, Transport::Doh, Transport::Doq];
    for transport in all.into_iter().filter(|it| check_transport(*it, "transport").is_ok()) {
        let server = Server::plain(bystander.address, transport);
        denied(Channel::open(&vantage, &server, &way, trace).await);
    }
    bystander.was_left_alone();
}

#[tokio::test]
async fn one_denied_address_denies_those_beside_it() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let vantage = Vantage::system().denying(DeniedNetworks::parse(["127.0.0.2"]).unwrap());
    let (way, trace) = (ClientOptions::default(), &mut Trace::start());
    let addresses: Vec<IpAddr> = ["127.0.0.1", "127.0.0.2"].map(|text| text.parse().unwrap()).to_vec();
    denied(crate::dial(&vantage, &addresses, port, &way, trace).await);
    crate::dial(&vantage, &addresses[..1], port, &way, trace).await.unwrap();
}

#[tokio::test]
async fn a_route_to_a_denied_address_is_not_traced() {
    let bystander = Bystander::new();
    let vantage = Vantage::system().denying(DeniedNetworks::internal());
    let until = tokio::time::Instant::now() + std::time::Duration::from_secs(5);
    let route = Follow { track: TrackHops::On, way: Way::Tcp(bystander.address), round_trip: None, until };
    let mut trace = Trace::start();
    follow(&vantage, &route, &ClientOptions::default(), &mut trace).await;
    let report = trace.into_report(Ok(()));
    assert!(report.facts.hops.is_empty());
    assert!(report.facts.warnings[0].contains("127.0.0.1 is in 127.0.0.0/8"), "{:?}", report.facts.warnings);
    bystander.was_left_alone();
}
