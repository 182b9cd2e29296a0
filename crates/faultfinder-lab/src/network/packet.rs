//! Bytes <-> packets.

use pnet_packet::ip::{IpNextHeaderProtocol, IpNextHeaderProtocols};
use pnet_packet::ipv4::{Ipv4Flags, Ipv4Packet, MutableIpv4Packet};
use pnet_packet::ipv6::{Ipv6Packet, MutableIpv6Packet};
use pnet_packet::tcp::{MutableTcpPacket, TcpFlags, TcpPacket};
use pnet_packet::{Packet as _, util};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// The TTL of answers.
const TTL: u8 = 64;
/// Length of an IPv4 header without options, in bytes.
const V4_HEADER_BYTES: usize = 20;
/// Length of an IPv6 header, in bytes.
const V6_HEADER_BYTES: usize = 40;
/// Length of a TCP header without options, in bytes.
const TCP_HEADER_BYTES: usize = 20;

/// A packet that was read.
#[derive(Debug, Clone, Copy)]
pub(super) struct Packet<'a> {
    pub(super) source: IpAddr,
    pub(super) destination: IpAddr,
    /// Of ICMP, ICMPv6, TCP, UDP ..
    pub(super) protocol: IpNextHeaderProtocol,
    /// TTL, or hop limit.
    pub(super) ttl: u8,
    /// Whether it is a part of a longer one.
    pub(super) is_fragment: bool,
    /// What is after the header.
    pub(super) payload: &'a [u8],
    /// All of it.
    pub(super) bytes: &'a [u8],
}

impl<'a> Packet<'a> {
    /// A packet, if the bytes are one of IPv4, or of IPv6 without extension headers.
    pub(super) fn read(bytes: &'a [u8]) -> Option<Self> {
        match bytes.first()? >> 4 {
            4 => Self::read_v4(bytes),
            6 => Self::read_v6(bytes),
            _ => None,
        }
    }

    fn read_v4(bytes: &'a [u8]) -> Option<Self> {
        let header = Ipv4Packet::new(bytes)?;
        let header_bytes = usize::from(header.get_header_length()) * 4;
        let bytes = bytes.get(..usize::from(header.get_total_length()))?;
        Some(Self {
            source: header.get_source().into(),
            destination: header.get_destination().into(),
            protocol: header.get_next_level_protocol(),
            ttl: header.get_ttl(),
            is_fragment: header.get_fragment_offset() != 0
                || header.get_flags() & Ipv4Flags::MoreFragments != 0,
            payload: bytes.get(header_bytes..)?,
            bytes,
        })
    }

    fn read_v6(bytes: &'a [u8]) -> Option<Self> {
        let header = Ipv6Packet::new(bytes)?;
        let end = V6_HEADER_BYTES + usize::from(header.get_payload_length());
        let protocol = header.get_next_header();
        Some(Self {
            source: header.get_source().into(),
            destination: header.get_destination().into(),
            protocol,
            ttl: header.get_hop_limit(),
            is_fragment: protocol == IpNextHeaderProtocols::Ipv6Frag,
            payload: bytes.get(V6_HEADER_BYTES..end)?,
            bytes: bytes.get(..end)?,
        })
    }

    /// The TCP segment in it.
    pub(super) fn tcp(&self) -> Option<TcpPacket<'a>> {
        (self.protocol == IpNextHeaderProtocols::Tcp && !self.is_fragment)
            .then(|| TcpPacket::new(self.payload))
            .flatten()
    }

    /// The echo request in it: everything from the ICMP header on.
    pub(super) fn echo_request(&self) -> Option<&'a [u8]> {
        let asked = match (self.protocol, self.payload.first()?) {
            (IpNextHeaderProtocols::Icmp, 8) | (IpNextHeaderProtocols::Icmpv6, 128) => !self.is_fragment,
            _ => false,
        };
        asked.then_some(self.payload)
    }
}

/// A packet of IPv4 or IPv6, as its addresses are; nothing when they are of both.
pub(super) fn ip(
    source: IpAddr,
    destination: IpAddr,
    protocol: IpNextHeaderProtocol,
    ttl: u8,
    payload: &[u8],
) -> Option<Vec<u8>> {
    match (source, destination) {
        (IpAddr::V4(source), IpAddr::V4(destination)) => ipv4(source, destination, protocol, ttl, payload),
        (IpAddr::V6(source), IpAddr::V6(destination)) => ipv6(source, destination, protocol, ttl, payload),
        _ => None,
    }
}

fn ipv4(
    source: Ipv4Addr,
    destination: Ipv4Addr,
    protocol: IpNextHeaderProtocol,
    ttl: u8,
    payload: &[u8],
) -> Option<Vec<u8>> {
    let total = u16::try_from(V4_HEADER_BYTES + payload.len()).ok()?;
    let mut bytes = [&[0; V4_HEADER_BYTES], payload].concat();
    let mut header = MutableIpv4Packet::new(&mut bytes)?;
    header.set_version(4);
    header.set_header_length(5);
    header.set_total_length(total);
    header.set_ttl(ttl);
    header.set_next_level_protocol(protocol);
    header.set_source(source);
    header.set_destination(destination);
    let checksum = pnet_packet::ipv4::checksum(&header.to_immutable());
    header.set_checksum(checksum);
    Some(bytes)
}

fn ipv6(
    source: Ipv6Addr,
    destination: Ipv6Addr,
    protocol: IpNextHeaderProtocol,
    hop_limit: u8,
    payload: &[u8],
) -> Option<Vec<u8>> {
    let length = u16::try_from(payload.len()).ok()?;
    let mut bytes = [&[0; V6_HEADER_BYTES], payload].concat();
    let mut header = MutableIpv6Packet::new(&mut bytes)?;
    header.set_version(6);
    header.set_payload_length(length);
    header.set_next_header(protocol);
    header.set_hop_limit(hop_limit);
    header.set_source(source);
    header.set_destination(destination);
    Some(bytes)
}

/// A TCP segment without data.
pub(super) struct Segment {
    pub(super) flags: u8,
    pub(super) sequence: u32,
    pub(super) acknowledged: u32,
}

/// The segment as a packet that answers another one.
pub(super) fn tcp(to: &Packet<'_>, segment: &Segment) -> Option<Vec<u8>> {
    let asked = to.tcp()?;
    let mut bytes = [0; TCP_HEADER_BYTES];
    let mut answer = MutableTcpPacket::new(&mut bytes)?;
    answer.set_source(asked.get_destination());
    answer.set_destination(asked.get_source());
    answer.set_sequence(segment.sequence);
    answer.set_acknowledgement(segment.acknowledged);
    answer.set_data_offset(5);
    answer.set_flags(segment.flags);
    answer.set_window(u16::MAX);
    let (from, destination) = (to.destination, to.source);
    seal(from, destination, IpNextHeaderProtocols::Tcp, &mut bytes);
    ip(from, destination, IpNextHeaderProtocols::Tcp, TTL, &bytes)
}

/// A TCP segment's data.
pub(super) fn data_bytes(segment: &TcpPacket<'_>) -> u32 {
    let header = usize::from(segment.get_data_offset()) * 4;
    let data = segment.packet().len().saturating_sub(header);
    u32::try_from(data).unwrap_or(u32::MAX)
}

/// Whether a TCP segment asks for a connection.
pub(super) fn is_syn(segment: &TcpPacket<'_>) -> bool {
    segment.get_flags() & (TcpFlags::SYN | TcpFlags::ACK) == TcpFlags::SYN
}

/// An ICMP packet from an address, of the family of `to`'s addresses: the message with its right checksum.
pub(super) fn icmp(from: IpAddr, to: &Packet<'_>, message: &mut [u8]) -> Option<Vec<u8>> {
    let protocol = if from.is_ipv4() { IpNextHeaderProtocols::Icmp } else { IpNextHeaderProtocols::Icmpv6 };
    seal(from, to.source, protocol, message);
    ip(from, to.source, protocol, TTL, message)
}

/// Writes the right checksum into the message of a protocol above IP. Those without one are left alone.
pub(super) fn seal(source: IpAddr, destination: IpAddr, protocol: IpNextHeaderProtocol, message: &mut [u8]) {
    let word = match protocol {
        IpNextHeaderProtocols::Tcp => 8,
        IpNextHeaderProtocols::Udp => 3,
        IpNextHeaderProtocols::Icmp | IpNextHeaderProtocols::Icmpv6 => 1,
        _ => return,
    };
    let sum = match (source, destination) {
        _ if protocol == IpNextHeaderProtocols::Icmp => util::checksum(message, word),
        (IpAddr::V4(source), IpAddr::V4(destination)) => {
            util::ipv4_checksum(message, word, &[], &source, &destination, protocol)
        }
        (IpAddr::V6(source), IpAddr::V6(destination)) => {
            util::ipv6_checksum(message, word, &[], &source, &destination, protocol)
        }
        _ => return,
    };
    // A checksum of zero means that there is none (RFC 768).
    let sum = if protocol == IpNextHeaderProtocols::Udp && sum == 0 { u16::MAX } else { sum };
    if let Some(place) = message.get_mut(word * 2..word * 2 + 2) {
        place.copy_from_slice(&sum.to_be_bytes());
    }
}
