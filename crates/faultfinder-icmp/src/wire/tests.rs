//! Messages built and read back, and whatever else may come.

use super::*;
use proptest::prelude::*;

const PAYLOAD: Payload = Payload::new(0x0011_2233_4455_6677, 24);

/// An IPv4 packet around an ICMP message, with a checksum that is right.
fn around_v4(icmp: &[u8], from: [u8; 4], to: [u8; 4]) -> Vec<u8> {
    let length = u16::try_from(20 + icmp.len()).unwrap().to_be_bytes();
    let mut packet = vec![0x45, 0, length[0], length[1], 0, 0, 0, 0, 61, 1, 0, 0];
    packet.extend(from);
    packet.extend(to);
    packet.extend(icmp);
    packet
}

fn summed(mut icmp: Vec<u8>) -> Vec<u8> {
    icmp[2..4].fill(0);
    let sum = pnet_packet::icmp::checksum(&IcmpPacket::new(&icmp).unwrap());
    icmp[2..4].copy_from_slice(&sum.to_be_bytes());
    icmp
}

/// The reply to a request.
fn reply(mut request: Vec<u8>) -> Vec<u8> {
    request[0] = 0;
    summed(request)
}

#[test]
fn a_reply_is_read_with_its_hops_and_a_damaged_one_is_not() {
    let icmp = reply(request(Family::V4, 0x1234, 0xfffe, PAYLOAD));
    let packet = around_v4(&icmp, [127, 0, 0, 1], [127, 0, 0, 1]);
    let payload: Vec<u8> = PAYLOAD.bytes().collect();
    let expected = Message::Reply { id: 0x1234, sequence: 0xfffe, payload: &payload };
    assert_eq!(raw_v4(&packet), Some((expected, 61)));
    for at in 20..packet.len() {
        let mut damaged = packet.clone();
        damaged[at] ^= 0x10;
        assert_eq!(raw_v4(&damaged), None, "byte {at}");
    }
}

#[test]
fn our_own_requests_are_no_answers() {
    let icmp = request(Family::V4, 1, 1, PAYLOAD);
    assert_eq!(raw_v4(&around_v4(&icmp, [127, 0, 0, 1], [127, 0, 0, 1])), None);
    assert_eq!(v6(&request(Family::V6, 1, 1, PAYLOAD)), None);
}

#[test]
fn errors_tell_which_request_they_are_about() {
    let quoted = around_v4(&request(Family::V4, 7, 9, PAYLOAD), [10, 0, 0, 1], [192, 0, 2, 1]);
    let request = Quoted { to: "192.0.2.1".parse().unwrap(), id: 7, sequence: 9 };
    for (kind, code, word, mtu, advice) in [
        (3, 1, 0, None, false),
        (3, 4, 1400, Some(1400), false),
        (3, 4, 0, None, false),
        (4, 0, 0, None, true),
        (5, 1, 0x0a00_0002, None, true),
        (11, 0, 0, None, false),
        (12, 0, 0x1400_0000, None, false),
    ] {
        let what = Notice { kind, code, mtu };
        assert_eq!(what.is_advice(Family::V4), advice, "{kind}");
        // Routers quote the header and eight bytes more at the least (RFC 792).
        for length in [28, quoted.len()] {
            let mut icmp = vec![kind, code, 0, 0];
            icmp.extend(u32::to_be_bytes(word));
            icmp.extend(&quoted[..length]);
            let packet = around_v4(&summed(icmp), [10, 0, 0, 254], [10, 0, 0, 1]);
            let found = raw_v4(&packet).map(|(message, _)| message);
            assert_eq!(found, Some(Message::About { what, request }), "{kind}/{code}, {length} bytes");
        }
        let mut short = vec![kind, code, 0, 0, 0, 0, 0, 0];
        short.extend(&quoted[..27]);
        assert_eq!(v4(&short), None, "seven bytes tell no sequence number");
    }
}

#[test]
fn errors_about_other_protocols_are_not_for_us() {
    let mut quoted = around_v4(&request(Family::V4, 7, 9, PAYLOAD), [10, 0, 0, 1], [192, 0, 2, 1]);
    quoted[9] = 17;
    let icmp = [&[3, 3, 0, 0, 0, 0, 0, 0], quoted.as_slice()].concat();
    assert_eq!(v4(&icmp), None);
}

#[test]
fn errors_of_icmpv6_quote_fragments_too() {
    let icmp = request(Family::V6, 7, 9, PAYLOAD);
    let to = "2001:db8::1".parse::<std::net::Ipv6Addr>().unwrap();
    for fragment in [false, true] {
        let mut error = vec![2, 0, 0, 0, 0, 0, 5, 0];
        error.extend([0x60, 0, 0, 0, 0, 0, if fragment { 44 } else { 58 }, 64]);
        error.extend([0; 16]);
        error.extend(to.octets());
        if fragment {
            error.extend([58, 0, 0, 1, 0, 0, 0, 1]);
        }
        error.extend(&icmp);
        let what = Notice { kind: 2, code: 0, mtu: Some(1280) };
        let request = Quoted { to: to.into(), id: 7, sequence: 9 };
        assert_eq!(v6(&error), Some(Message::About { what, request }), "fragment: {fragment}");
    }
}

proptest! {
    #[test]
    fn no_bytes_are_too_strange_to_be_read(mut bytes in prop::collection::vec(any::<u8>(), 0..120)) {
        let _ = (v4(&bytes), v6(&bytes), raw_v4(&bytes));
        for family in [Family::V4, Family::V6] {
            let _ = quoted_request(family, &bytes);
        }
        // Once more with headers that lead further in.
        for (kind, version) in [(3, 0x4f), (11, 0x45), (1, 0x60)] {
            if let [first, .., last] = bytes.as_mut_slice() {
                (*first, *last) = (kind, version);
            }
            if let Some(inner) = bytes.get_mut(8) {
                *inner = version;
            }
            let _ = (v4(&bytes), v6(&bytes), raw_v4(&bytes));
        }
    }
}
