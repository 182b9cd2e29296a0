//! Bytes <-> messages.
//!
//! Pure: no socket, no clock. Bytes that do not parse yield nothing, never a panic: all of them come from outside.

use crate::payload::Payload;
use pnet_packet::icmp::{IcmpPacket, IcmpTypes, MutableIcmpPacket, echo_reply, echo_request};
use pnet_packet::icmpv6::{self, Icmpv6Packet, Icmpv6Types};
use pnet_packet::ip::IpNextHeaderProtocols;
use pnet_packet::ipv4::Ipv4Packet;
use pnet_packet::ipv6::Ipv6Packet;
use std::net::IpAddr;

/// Bytes of an ICMP header.
const HEADER_BYTES: usize = 8;

/// A version of IP.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Family {
    V4,
    V6,
}

/// A message that may be an answer to one of our requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Message<'p> {
    /// An echo reply.
    Reply { id: u16, sequence: u16, payload: &'p [u8] },
    /// Something about one of our requests, which it quotes.
    About { what: Notice, request: Quoted },
}

/// What an ICMP error or a redirect says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Notice {
    pub(crate) kind: u8,
    pub(crate) code: u8,
    /// The largest packet that fits through, when it is about that.
    pub(crate) mtu: Option<u32>,
}

/// The request that an error quotes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Quoted {
    pub(crate) to: IpAddr,
    pub(crate) id: u16,
    pub(crate) sequence: u16,
}

impl Family {
    pub(crate) const fn of(address: IpAddr) -> Self {
        match address {
            IpAddr::V4(_) => Self::V4,
            IpAddr::V6(_) => Self::V6,
        }
    }
}

impl Notice {
    /// A notice with the word of its header that may hold an MTU.
    pub(crate) fn new(family: Family, kind: u8, code: u8, word: u32) -> Self {
        let mtu = match (family, kind, code) {
            //= RFC 1191 §4
            //# carry the MTU of that next-hop network in the low-order 16 bits
            (Family::V4, 3, 4) => Some(word & 0xffff),
            (Family::V6, 2, _) => Some(word),
            _ => None,
        };
        Self { kind, code, mtu: mtu.filter(|mtu| *mtu > 0) }
    }

    /// Whether it only informs: the packet that it is about was forwarded all the same.
    pub(crate) const fn is_advice(self, family: Family) -> bool {
        matches!((family, self.kind), (Family::V4, 4 | 5))
    }
}

/// An echo request. The checksum of ICMPv6 is the kernel's to compute: it depends on the source address.
pub(crate) fn request(family: Family, id: u16, sequence: u16, payload: Payload) -> Vec<u8> {
    let mut bytes = vec![0; HEADER_BYTES];
    bytes.extend(payload.bytes());
    match family {
        Family::V4 => {
            if let Some(mut packet) = echo_request::MutableEchoRequestPacket::new(&mut bytes) {
                packet.set_icmp_type(IcmpTypes::EchoRequest);
                packet.set_identifier(id);
                packet.set_sequence_number(sequence);
            }
            let sum = IcmpPacket::new(&bytes).map(|packet| pnet_packet::icmp::checksum(&packet));
            if let (Some(sum), Some(mut packet)) = (sum, MutableIcmpPacket::new(&mut bytes)) {
                packet.set_checksum(sum);
            }
        }
        Family::V6 => {
            if let Some(mut packet) = icmpv6::echo_request::MutableEchoRequestPacket::new(&mut bytes) {
                packet.set_icmpv6_type(Icmpv6Types::EchoRequest);
                packet.set_identifier(id);
                packet.set_sequence_number(sequence);
            }
        }
    }
    bytes
}

/// A whole IPv4 packet, as raw sockets yield it: the message, and how many hops were left.
///
/// Raw sockets get packets before the kernel has checked them, so the checksum is checked here.
pub(crate) fn raw_v4(packet: &[u8]) -> Option<(Message<'_>, u8)> {
    let ip = Ipv4Packet::new(packet)?;
    if ip.get_version() != 4 || ip.get_next_level_protocol() != IpNextHeaderProtocols::Icmp {
        return None;
    }
    let icmp = packet.get(usize::from(ip.get_header_length()) * 4..)?;
    let header = IcmpPacket::new(icmp)?;
    if pnet_packet::icmp::checksum(&header) != header.get_checksum() {
        return None;
    }
    v4(icmp).map(|message| (message, ip.get_ttl()))
}

/// An ICMP message.
pub(crate) fn v4(icmp: &[u8]) -> Option<Message<'_>> {
    let header = IcmpPacket::new(icmp)?;
    match header.get_icmp_type() {
        IcmpTypes::EchoReply => {
            let reply = echo_reply::EchoReplyPacket::new(icmp)?;
            let (id, sequence) = (reply.get_identifier(), reply.get_sequence_number());
            Some(Message::Reply { id, sequence, payload: icmp.get(HEADER_BYTES..)? })
        }
        IcmpTypes::DestinationUnreachable
        | IcmpTypes::SourceQuench
        | IcmpTypes::RedirectMessage
        | IcmpTypes::TimeExceeded
        | IcmpTypes::ParameterProblem => {
            let (kind, code) = (header.get_icmp_type().0, header.get_icmp_code().0);
            let what = Notice::new(Family::V4, kind, code, second_word(icmp)?);
            let ip = icmp.get(HEADER_BYTES..)?;
            let quoted = Ipv4Packet::new(ip)?;
            if quoted.get_next_level_protocol() != IpNextHeaderProtocols::Icmp {
                return None;
            }
            let inner = ip.get(usize::from(quoted.get_header_length()) * 4..)?;
            let (id, sequence) = quoted_request(Family::V4, inner)?;
            let request = Quoted { to: quoted.get_destination().into(), id, sequence };
            Some(Message::About { what, request })
        }
        _ => None,
    }
}

/// An ICMPv6 message. The kernel has checked its checksum, for raw sockets too (RFC 3542 section 3.1).
pub(crate) fn v6(icmp: &[u8]) -> Option<Message<'_>> {
    let header = Icmpv6Packet::new(icmp)?;
    match header.get_icmpv6_type() {
        Icmpv6Types::EchoReply => {
            let reply = icmpv6::echo_reply::EchoReplyPacket::new(icmp)?;
            let (id, sequence) = (reply.get_identifier(), reply.get_sequence_number());
            Some(Message::Reply { id, sequence, payload: icmp.get(HEADER_BYTES..)? })
        }
        Icmpv6Types::DestinationUnreachable
        | Icmpv6Types::PacketTooBig
        | Icmpv6Types::TimeExceeded
        | Icmpv6Types::ParameterProblem => {
            let (kind, code) = (header.get_icmpv6_type().0, header.get_icmpv6_code().0);
            let what = Notice::new(Family::V6, kind, code, second_word(icmp)?);
            let ip = icmp.get(HEADER_BYTES..)?;
            let quoted = Ipv6Packet::new(ip)?;
            let inner = match quoted.get_next_header() {
                IpNextHeaderProtocols::Icmpv6 => ip.get(IPV6_HEADER_BYTES..)?,
                // A large request was sent in fragments, and its first one is quoted (RFC 8200 section 4.5).
                IpNextHeaderProtocols::Ipv6Frag => ip.get(IPV6_HEADER_BYTES + FRAGMENT_HEADER_BYTES..)?,
                _ => return None,
            };
            let (id, sequence) = quoted_request(Family::V6, inner)?;
            let request = Quoted { to: quoted.get_destination().into(), id, sequence };
            Some(Message::About { what, request })
        }
        _ => None,
    }
}

const IPV6_HEADER_BYTES: usize = 40;
const FRAGMENT_HEADER_BYTES: usize = 8;

/// Identifier and sequence of an echo request that is quoted from its ICMP header on. Errors quote eight bytes at least
/// (RFC 792), and those are the header.
pub(crate) fn quoted_request(family: Family, icmp: &[u8]) -> Option<(u16, u16)> {
    match family {
        Family::V4 => {
            let request = echo_request::EchoRequestPacket::new(icmp)?;
            (request.get_icmp_type() == IcmpTypes::EchoRequest)
                .then(|| (request.get_identifier(), request.get_sequence_number()))
        }
        Family::V6 => {
            let request = icmpv6::echo_request::EchoRequestPacket::new(icmp)?;
            (request.get_icmpv6_type() == Icmpv6Types::EchoRequest)
                .then(|| (request.get_identifier(), request.get_sequence_number()))
        }
    }
}

/// The second word of a header, whose meaning depends on the type.
fn second_word(icmp: &[u8]) -> Option<u32> {
    icmp.get(4..HEADER_BYTES)?.try_into().ok().map(u32::from_be_bytes)
}

#[cfg(test)]
mod tests;
