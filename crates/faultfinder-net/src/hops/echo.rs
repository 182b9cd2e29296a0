//! Echo requests, over datagram sockets of the ICMP protocol or, where those are not permitted, raw ones.

use super::Answer;
use super::answer::Reached;
use crate::readiness::{answered, is_not_yet};
use crate::{report_icmp_errors, take_icmp_error};
use socket2::{Domain, Protocol, SockRef, Socket, Type};
use std::hash::{BuildHasher as _, Hasher as _};
use std::io::{self, Read as _};
use std::net::{IpAddr, SocketAddr};
use tokio::io::Interest;
use tokio::net::UdpSocket;
use tokio::time::Instant;

/// Length of an ICMP header, in bytes (RFC 792, RFC 4443 section 4.1).
const HEADER_BYTES: usize = 8;
/// Space for an answer with the longest IPv4 header, in bytes.
const ANSWER_BYTES_MAX: usize = 256;

/// A socket that echo requests can be sent over.
struct Echo {
    socket: Socket,
    /// Whether received messages include the IP header and may belong to other processes.
    raw: bool,
}

/// Sends one echo request with this hop limit, and waits for the outcome.
pub(super) async fn probe(peer: SocketAddr, hops: u8, source: Option<IpAddr>) -> io::Result<Answer> {
    let target = peer.ip();
    let Echo { socket, raw } = open(peer, source)?;
    super::options::limit_hops(&socket, target, hops)?;
    // No two requests are alike, so an answer can be matched to its request.
    let token = std::hash::RandomState::new().build_hasher().finish();
    let request = request(target, token);
    let began = Instant::now();
    socket.send(&request)?;
    // To tokio, a UDP socket is anything that sends and receives datagrams.
    let socket = UdpSocket::from_std(socket.into())?;
    let interest = Interest::READABLE.add(Interest::ERROR);
    loop {
        let ready = socket.ready(interest).await?;
        let round_trip = began.elapsed();
        // The error itself is in the queue, and must not be reported again by a read.
        let _ = socket.take_error()?;
        while let Some(icmp) = take_icmp_error(&socket) {
            if is_about(&icmp.packet, &request, raw) || icmp.offender.is_none() {
                return Answer::from_icmp(&icmp, target, round_trip);
            }
        }
        let mut answer = [0_u8; ANSWER_BYTES_MAX];
        let read = socket
            .try_io(answered(ready, Interest::READABLE), || (&*SockRef::from(&socket)).read(&mut answer));
        if is_not_yet(&read) {
            continue;
        }
        let answer = answer.get(..read?).unwrap_or_default();
        if is_reply(without_ip_header(answer, raw && target.is_ipv4()), &request, raw) {
            return Ok(Answer { from: target, text: "echo reply", reached: Reached::Target, round_trip });
        }
    }
}

/// A socket that is connected to the target: a raw one then receives only the target's messages.
fn open(mut address: SocketAddr, source: Option<IpAddr>) -> io::Result<Echo> {
    address.set_port(0);
    let target = address.ip();
    let protocol = if target.is_ipv4() { Protocol::ICMPV4 } else { Protocol::ICMPV6 };
    let domain = Domain::for_address(address);
    let (socket, raw) = match Socket::new(domain, Type::DGRAM, Some(protocol)) {
        Ok(socket) => (socket, false),
        Err(_) => (Socket::new(domain, Type::RAW, Some(protocol))?, true),
    };
    socket.set_nonblocking(true)?;
    report_icmp_errors(&socket, target)?;
    if let Some(source) = source.filter(|source| source.is_ipv4() == target.is_ipv4()) {
        socket.bind(&SocketAddr::new(source, 0).into())?;
    }
    socket.connect(&address.into())?;
    Ok(Echo { socket, raw })
}

/// An echo request. The token becomes its identifier, sequence number and data; the system replaces the identifier of a
/// datagram socket and computes the checksums, except for a raw IPv4 socket.
fn request(target: IpAddr, token: u64) -> Vec<u8> {
    let kind = if target.is_ipv4() { 8 } else { 128 };
    let token = token.to_be_bytes();
    let mut bytes = vec![kind, 0, 0, 0];
    bytes.extend(token.iter().take(4));
    bytes.extend(token);
    let sum = checksum(&bytes).to_be_bytes();
    for (byte, sum) in bytes.iter_mut().skip(2).zip(sum) {
        *byte = sum;
    }
    bytes
}

/// The Internet checksum of bytes whose checksum field is 0 (RFC 1071).
fn checksum(bytes: &[u8]) -> u16 {
    let word = |pair: &[u8]| match pair {
        [high, low] => u32::from(u16::from_be_bytes([*high, *low])),
        [high] => u32::from(*high) << 8,
        _ => 0,
    };
    let mut sum: u32 = bytes.chunks(2).map(word).fold(0, u32::wrapping_add);
    while sum > 0xffff {
        sum = (sum & 0xffff) + (sum >> 16);
    }
    !u16::try_from(sum).unwrap_or(u16::MAX)
}

/// The message after an IPv4 header, whose length is in its first byte.
fn without_ip_header(packet: &[u8], has_one: bool) -> &[u8] {
    let length = match packet.first() {
        Some(first) if has_one => usize::from(first & 0x0f) * 4,
        _ => 0,
    };
    packet.get(length..).unwrap_or_default()
}

/// Whether a returned message is our request.
fn is_about(message: &[u8], request: &[u8], raw: bool) -> bool {
    let kind = |message: &[u8]| message.first().copied();
    kind(message) == kind(request) && is_same(message, request, raw, false)
}

/// Whether a message answers our request.
fn is_reply(message: &[u8], request: &[u8], raw: bool) -> bool {
    let expected = match request.first() {
        Some(8) => 0,
        _ => 129,
    };
    message.first() == Some(&expected) && is_same(message, request, raw, true)
}

/// Whether identifier (of a raw socket), sequence number and data are the same. An ICMP error is certain to return only
/// the header (RFC 792).
fn is_same(message: &[u8], request: &[u8], raw: bool, whole: bool) -> bool {
    let compared = if whole { request.len() } else { HEADER_BYTES };
    let begin = if raw { 4 } else { 6 };
    message.len() >= compared && message.get(begin..compared) == request.get(begin..compared)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checksum_of_a_message_with_its_checksum_is_0() {
        for token in [0, 1, u64::MAX, 0x0123_4567_89ab_cdef] {
            assert_eq!(checksum(&request("127.0.0.1".parse().unwrap(), token)), 0, "{token:x}");
        }
        // RFC 1071 section 3, and an odd count.
        assert_eq!(checksum(&[0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7]), !0xddf2);
        assert_eq!(checksum(&[0x01]), !0x0100);
    }

    #[test]
    fn a_reply_has_the_sequence_number_and_the_data_of_the_request() {
        let request = request("127.0.0.1".parse().unwrap(), 0x0102_0304_0506_0708);
        let mut reply = request.clone();
        reply[0] = 0;
        assert!(is_reply(&reply, &request, true));
        assert!(!is_reply(&request, &request, true), "our own request is not a reply");
        assert!(is_about(&request[..8], &request, true));
        assert!(!is_reply(&reply[..8], &request, true), "the data is missing");
        // A datagram socket has the identifier replaced.
        reply[4] = 0xff;
        assert!(is_reply(&reply, &request, false) && !is_reply(&reply, &request, true));
        reply[7] = 0xff;
        assert!(!is_reply(&reply, &request, false), "another sequence number");
    }

    #[test]
    fn a_header_of_ip_is_as_long_as_it_says() {
        let packet = [&[0x46][..], &[0; 23], b"message"].concat();
        assert_eq!(without_ip_header(&packet, true), b"message");
        assert_eq!(without_ip_header(b"message", false), b"message");
        assert_eq!(without_ip_header(&[0x4f], true), b"");
    }
}
