//! Packets in, packets out; and what a network needs.

#![expect(
    clippy::unwrap_used,
    reason = "a test fails by a panic; what several tests share is not a `#[test]` itself"
)]

use super::answer::Answers;
use super::packet::{self, Packet};
use super::plan::Chain;
use super::{
    DISTANT_V4, DISTANT_V6, Echo, Facilities, HOME_V4, HOME_V6, Hop, Message, Network, Quirk, ROUTER_V4,
    Reaction, hop_v4,
};
use pnet_packet::ip::{IpNextHeaderProtocol, IpNextHeaderProtocols};
use pnet_packet::util;
use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;

const DELAY: Duration = Duration::from_millis(10);

/// A message of a protocol above IP, from here to there.
fn sent(from: IpAddr, to: IpAddr, protocol: IpNextHeaderProtocol, ttl: u8, message: &[u8]) -> Vec<u8> {
    let mut message = message.to_vec();
    packet::seal(from, to, protocol, &mut message);
    packet::ip(from, to, protocol, ttl, &message).unwrap()
}

/// An echo request: identifier 0x0102, sequence number 0x0003, payload "payload!".
fn echo_request(ttl: u8) -> Vec<u8> {
    let message = b"\x08\x00\x00\x00\x01\x02\x00\x03payload!";
    sent(HOME_V4.into(), DISTANT_V4.into(), IpNextHeaderProtocols::Icmp, ttl, message)
}

/// A SYN from port 1000 to port 9 with the sequence number 7.
fn syn(from: IpAddr, to: IpAddr) -> Vec<u8> {
    let message = b"\x03\xe8\x00\x09\x00\x00\x00\x07\x00\x00\x00\x00\x50\x02\xff\xff\x00\x00\x00\x00";
    sent(from, to, IpNextHeaderProtocols::Tcp, 64, message)
}

fn answers(network: Network) -> Answers {
    Answers::new(network.distant)
}

/// What comes back, which must be one packet.
fn one(answers: &mut Answers, bytes: &[u8]) -> (Duration, Vec<u8>) {
    let mut back = answers.to(&Packet::read(bytes).unwrap());
    assert_eq!(back.len(), 1);
    back.remove(0)
}

/// Whether the ICMP message of a packet has the right checksum.
fn is_sound(packet: &Packet<'_>) -> bool {
    util::checksum(packet.payload, usize::MAX) == 0
}

#[test]
fn an_icmp_error_comes_from_the_router_and_quotes_the_packet() {
    let mut answers =
        answers(Network::new().distant(DISTANT_V4, Reaction::Message(Message::NET_UNREACHABLE)));
    let request = echo_request(64);
    let (_, answer) = one(&mut answers, &request);
    let answer = Packet::read(&answer).unwrap();
    assert_eq!((answer.source, answer.destination), (ROUTER_V4.into(), HOME_V4.into()));
    assert_eq!(&answer.payload[..2], [3, 0]);
    assert_eq!(&answer.payload[8..], request);
    assert!(is_sound(&answer));
}

#[test]
fn a_closed_port_is_told_by_the_host_itself_and_the_mtu_is_in_its_place() {
    let rows = [
        (Message::PORT_UNREACHABLE, IpAddr::from(DISTANT_V4), 0),
        (Message::fragmentation_needed(1280), ROUTER_V4.into(), 1280),
    ];
    for (message, source, rest) in rows {
        let mut answers = answers(Network::new().distant(DISTANT_V4, Reaction::Message(message)));
        let (_, answer) = one(&mut answers, &echo_request(64));
        let answer = Packet::read(&answer).unwrap();
        assert_eq!(answer.source, source);
        assert_eq!(answer.payload[4..8], u32::to_be_bytes(rest));
    }
}

#[test]
fn a_ttl_ends_at_the_router_of_its_place_and_what_is_beyond_reaches_the_host() {
    let path = vec![Hop::at(hop_v4(1)), Hop::silent(), Hop::at(hop_v4(3)).after(DELAY)];
    let network = Network::new().distant_behind(DISTANT_V4, path, Reaction::Echo(Echo::default()));
    let mut answers = answers(network);
    let rows: [(u8, Option<(IpAddr, u8)>); 4] = [
        (1, Some((hop_v4(1).into(), 11))),
        (2, None),
        (3, Some((hop_v4(3).into(), 11))),
        (4, Some((DISTANT_V4.into(), 0))),
    ];
    for (ttl, expected) in rows {
        let request = echo_request(ttl);
        let back = answers.to(&Packet::read(&request).unwrap());
        let found = back.first().map(|(delay, bytes)| {
            assert_eq!(*delay, if ttl == 3 { DELAY } else { *delay });
            let packet = Packet::read(bytes).unwrap();
            (packet.source, packet.payload[0])
        });
        assert_eq!(found, expected, "TTL {ttl}");
    }
}

#[test]
fn every_quirk_of_an_echo_shows_and_no_other() {
    let reply = |quirk| {
        let mut answers = answers(Network::new().distant(DISTANT_V4, Reaction::Echo(Echo::with(quirk))));
        let (_, bytes) = one(&mut answers, &echo_request(64));
        let packet = Packet::read(&bytes).unwrap();
        (packet.source, packet.payload.to_vec(), is_sound(&packet))
    };
    let (source, good, sound) = reply(Quirk::None);
    assert_eq!((source, sound), (DISTANT_V4.into(), true));
    assert_eq!(good[4..], *b"\x01\x02\x00\x03payload!");
    assert_ne!(reply(Quirk::WrongIdentifier).1[4..6], good[4..6]);
    assert_ne!(reply(Quirk::WrongSequence).1[6..8], good[6..8]);
    assert_ne!(reply(Quirk::WrongPayload).1[8..], good[8..]);
    assert_eq!(reply(Quirk::ShortPayload).1[8..], *b"payl");
    assert_ne!(reply(Quirk::OtherSource).0, source);
    assert!(!reply(Quirk::BadChecksum).2);
    for quirk in [Quirk::WrongIdentifier, Quirk::WrongSequence, Quirk::WrongPayload, Quirk::ShortPayload] {
        assert!(reply(quirk).2, "{quirk:?}");
    }
}

#[test]
fn echoes_are_doubled_swapped_and_lost() {
    let counts = |quirk| {
        let mut answers = answers(Network::new().distant(DISTANT_V4, Reaction::Echo(Echo::with(quirk))));
        let request = echo_request(64);
        (0..4).map(|_| answers.to(&Packet::read(&request).unwrap()).len()).collect::<Vec<_>>()
    };
    assert_eq!(counts(Quirk::EverySecondTwice), [2, 1, 2, 1]);
    assert_eq!(counts(Quirk::Reordered), [0, 2, 0, 2]);
    assert_eq!(counts(Quirk::EverySecondLost), [1, 0, 1, 0]);
    assert_eq!(counts(Quirk::Redirected), [2, 2, 2, 2]);
}

#[test]
fn connections_are_refused_challenged_or_reset_as_told() {
    /// RST, SYN and ACK.
    const FLAGS: [u8; 3] = [0x04, 0x02, 0x10];
    let rows = [
        (Reaction::Reset, Some((FLAGS[0] | FLAGS[2], 8))),
        (Reaction::ResetOnData, Some((FLAGS[1] | FLAGS[2], 8))),
        (Reaction::ChallengeAck, Some((FLAGS[2], 7_u32.wrapping_sub(100_000)))),
        (Reaction::Silence, None),
    ];
    for (reaction, expected) in rows {
        let mut answers = answers(Network::new().distant(DISTANT_V6, reaction));
        let request = syn(HOME_V6.into(), DISTANT_V6.into());
        let back = answers.to(&Packet::read(&request).unwrap());
        let found = back.first().map(|(_, bytes)| {
            let segment = Packet::read(bytes).unwrap().tcp().unwrap();
            (segment.get_flags(), segment.get_acknowledgement())
        });
        assert_eq!(found, expected, "{reaction:?}");
    }
}

#[test]
fn what_is_forwarded_reaches_loopback_and_its_answer_the_client() {
    let mut answers = answers(Network::new().distant(DISTANT_V4, Reaction::Forward(DELAY)));
    let there = one(&mut answers, &syn(HOME_V4.into(), DISTANT_V4.into()));
    let here = one(&mut answers, &syn(Ipv4Addr::LOCALHOST.into(), DISTANT_V4.into()));
    for ((delay, bytes), destination) in [(there, Ipv4Addr::LOCALHOST), (here, HOME_V4)] {
        assert_eq!(delay, DELAY);
        let packet = Packet::read(&bytes).unwrap();
        assert_eq!((packet.source, packet.destination), (DISTANT_V4.into(), destination.into()));
        let segment = packet.tcp().unwrap();
        assert_eq!(
            segment.get_checksum(),
            pnet_packet::tcp::ipv4_checksum(&segment, &DISTANT_V4, &destination)
        );
    }
}

#[test]
fn bytes_that_are_no_packet_are_none() {
    for bytes in
        [&b""[..], b"\x45", b"\x60\x00", &[0x45; 19], &[0xff; 64], b"\x4f\x00\x00\x14aaaaaaaaaaaaaaaa"]
    {
        assert!(Packet::read(bytes).is_none(), "{bytes:02x?}");
    }
}

#[test]
fn a_network_lacks_what_it_needs_and_the_host_has_not() {
    let facilities =
        Facilities { namespace: Ok(()), firewall: Err("no nft".to_owned()), ipv6: Err("no IPv6".to_owned()) };
    let rows = [
        (Network::new(), None),
        (Network::new().rule(Chain::Input, "drop"), Some("no nft")),
        (Network::new().over_ipv6(), Some("no IPv6")),
        (Network::new().distant(DISTANT_V6, Reaction::Silence), Some("no IPv6")),
        (Network::new().distant(DISTANT_V4, Reaction::Silence), None),
    ];
    for (network, why) in rows {
        assert_eq!(network.lacks(&facilities).as_deref(), why, "{network:?}");
    }
    assert_eq!(Network::new().lacks(&Facilities::none("no root")).as_deref(), Some("no root"));
}

#[tokio::test]
async fn a_network_that_cannot_be_made_says_why() {
    let network = Network::new().route("nonsense 192.0.2.200");
    if network.lacks(&Facilities::look().await).is_none() {
        let error = super::run(&network, || async {}).await.unwrap_err().to_string();
        assert!(error.starts_with("cannot make its network: `ip` said: "), "{error}");
    }
}

#[tokio::test]
async fn networks_do_not_see_each_other_and_what_is_dropped_ends() {
    let network = Network::new();
    if network.lacks(&Facilities::look().await).is_some() {
        return;
    }
    let listen = || async { std::net::TcpListener::bind((HOME_V4, 9)).map(|_| ()) };
    let both = tokio::join!(super::run(&network, listen), super::run(&network, listen));
    assert!(both.0.unwrap().is_ok() && both.1.unwrap().is_ok());
    let (ended, mut end) = tokio::sync::oneshot::channel::<()>();
    let hang = super::run(&network, move || async move {
        let _ended = ended;
        std::future::pending::<()>().await;
    });
    assert!(tokio::time::timeout(Duration::from_millis(200), hang).await.is_err());
    // The sender goes when the work is dropped.
    assert!((&mut end).await.is_err());
}
