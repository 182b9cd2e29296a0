//! What comes back for a packet, and how long after it. Pure: packets in, packets out.

use super::address::{HOME_V4, ROUTER_V4, ROUTER_V6, hop_v4, other_v4};
use super::packet::{self, Packet, Segment};
use super::plan::{Distant, Hop};
use super::reaction::{Echo, Message, Quirk, Reaction};
use pnet_packet::tcp::TcpFlags;
use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;

/// How much of a packet an ICMP error quotes, in bytes: what routers do (RFC 1812 section 4.3.2.3, RFC 4443 section 3.1).
const QUOTED_BYTES_MAX: usize = 548;
/// How long answers of distant hosts and routers are on the way, where nothing else is said. An ICMP error that comes while
/// `connect` is still inside the kernel is only remembered there, and the next one is a second away.
const WAY: Duration = Duration::from_millis(1);
/// The first sequence number of connections that the router accepts.
const SEQUENCE: u32 = 1_000_000;

/// Packets that come back, each with the time after the packet that it answers.
type Back = Vec<(Duration, Vec<u8>)>;

/// The distant hosts, and what they remember.
pub(super) struct Answers {
    distant: Vec<Distant>,
    /// An answer that waits for the one that overtakes it.
    held: Option<Vec<u8>>,
    /// How many echo requests have come.
    echoes: u64,
}

impl Answers {
    pub(super) const fn new(distant: Vec<Distant>) -> Self {
        Self { distant, held: None, echoes: 0 }
    }

    /// What comes back for a packet.
    pub(super) fn to(&mut self, packet: &Packet<'_>) -> Back {
        let distant = self.distant.iter().find(|distant| distant.address == packet.destination);
        let Some((reaction, hops, expired)) = distant.map(|distant| {
            // A TTL of one ends at the first router.
            let expired = usize::from(packet.ttl).checked_sub(1).and_then(|place| distant.path.get(place));
            (distant.reaction, distant.path.len(), expired.copied())
        }) else {
            return Vec::new();
        };
        if let Some(hop) = expired {
            return expire(packet, hop).into_iter().collect();
        }
        match reaction {
            Reaction::Silence => Vec::new(),
            Reaction::Message(message) => soon(about(packet, message)),
            Reaction::Reset => soon(reset(packet)),
            Reaction::ResetOnData => soon(accept_then_reset(packet)),
            Reaction::ChallengeAck => soon(challenge(packet)),
            Reaction::Echo(echo) => self.echo(packet, echo),
            Reaction::Forward(delay) => {
                forward(packet, hops).map(|packet| (delay, packet)).into_iter().collect()
            }
        }
    }

    /// The answer to an echo request.
    fn echo(&mut self, packet: &Packet<'_>, echo: Echo) -> Back {
        let Some(request) = packet.echo_request() else { return Vec::new() };
        self.echoes += 1;
        let Some(reply) = reply(packet, request, echo.quirk) else { return Vec::new() };
        let mut back = match echo.quirk {
            Quirk::EverySecondTwice if !self.echoes.is_multiple_of(2) => vec![reply.clone(), reply],
            Quirk::EverySecondLost if self.echoes.is_multiple_of(2) => Vec::new(),
            Quirk::Reordered => match self.held.take() {
                None => {
                    self.held = Some(reply);
                    Vec::new()
                }
                Some(held) => vec![reply, held],
            },
            Quirk::Redirected => redirect(packet).into_iter().chain([reply]).collect(),
            _ => vec![reply],
        };
        back.drain(..).map(|packet| (echo.delay, packet)).collect()
    }
}

fn soon(packet: Option<Vec<u8>>) -> Back {
    packet.map(|packet| (WAY, packet)).into_iter().collect()
}

/// What the router says at which a packet's TTL ends.
fn expire(packet: &Packet<'_>, hop: Hop) -> Option<(Duration, Vec<u8>)> {
    let message = if packet.source.is_ipv4() { Message::TTL_EXCEEDED } else { Message::V6_HOP_LIMIT };
    Some((hop.delay, error(packet, message, hop.address?)?))
}

/// An ICMP message about a packet, from whom it comes from.
fn about(packet: &Packet<'_>, message: Message) -> Option<Vec<u8>> {
    let router = if packet.source.is_ipv4() { IpAddr::from(ROUTER_V4) } else { ROUTER_V6.into() };
    error(packet, message, if message.by_destination { packet.destination } else { router })
}

fn error(packet: &Packet<'_>, message: Message, from: IpAddr) -> Option<Vec<u8>> {
    let quoted = packet.bytes.get(..QUOTED_BYTES_MAX).unwrap_or(packet.bytes);
    let head = [message.kind, message.code, 0, 0];
    packet::icmp(from, packet, &mut [&head[..], &message.rest.to_be_bytes(), quoted].concat())
}

/// "Another router is nearer", about a packet that is answered all the same.
fn redirect(packet: &Packet<'_>) -> Option<Vec<u8>> {
    let better = u32::from(hop_v4(200));
    let message = Message { kind: 5, code: 1, rest: better, by_destination: false };
    packet.source.is_ipv4().then(|| error(packet, message, ROUTER_V4.into())).flatten()
}

/// RST for a SYN.
fn reset(packet: &Packet<'_>) -> Option<Vec<u8>> {
    let asked = packet.tcp().filter(packet::is_syn)?;
    let acknowledged = asked.get_sequence().wrapping_add(1);
    packet::tcp(packet, &Segment { flags: TcpFlags::RST | TcpFlags::ACK, sequence: 0, acknowledged })
}

/// SYN and ACK for a SYN; RST for data.
fn accept_then_reset(packet: &Packet<'_>) -> Option<Vec<u8>> {
    let asked = packet.tcp()?;
    let sequence = asked.get_sequence();
    if packet::is_syn(&asked) {
        let acknowledged = sequence.wrapping_add(1);
        let flags = TcpFlags::SYN | TcpFlags::ACK;
        return packet::tcp(packet, &Segment { flags, sequence: SEQUENCE, acknowledged });
    }
    let data = packet::data_bytes(&asked);
    let acknowledged = sequence.wrapping_add(data);
    let flags = TcpFlags::RST | TcpFlags::ACK;
    let sequence = asked.get_acknowledgement();
    (data > 0).then(|| packet::tcp(packet, &Segment { flags, sequence, acknowledged })).flatten()
}

/// An ACK of a number that was not sent, for a SYN (RFC 5961 section 4).
fn challenge(packet: &Packet<'_>) -> Option<Vec<u8>> {
    let asked = packet.tcp().filter(packet::is_syn)?;
    let acknowledged = asked.get_sequence().wrapping_sub(100_000);
    packet::tcp(packet, &Segment { flags: TcpFlags::ACK, sequence: SEQUENCE, acknowledged })
}

/// The answer to an echo request, with what is wrong with it.
fn reply(packet: &Packet<'_>, request: &[u8], quirk: Quirk) -> Option<Vec<u8>> {
    /// Type, code, checksum, identifier, sequence number.
    const HEADER_BYTES: usize = 8;
    let mut message = request.to_vec();
    *message.first_mut()? = if packet.source.is_ipv4() { 0 } else { 129 };
    match quirk {
        Quirk::WrongIdentifier => *message.get_mut(4)? ^= 0x55,
        Quirk::WrongSequence => *message.get_mut(6)? ^= 0x55,
        Quirk::WrongPayload => *message.last_mut()? ^= 0xff,
        Quirk::ShortPayload => {
            let payload = message.len().checked_sub(HEADER_BYTES)?;
            message.truncate(HEADER_BYTES + payload / 2);
        }
        _ => {}
    }
    let from = match quirk {
        Quirk::OtherSource if packet.source.is_ipv4() => IpAddr::from(other_v4(250)),
        _ => packet.destination,
    };
    let mut answer = packet::icmp(from, packet, &mut message)?;
    if quirk == Quirk::BadChecksum {
        // Inside the payload, behind the checksum's back.
        *answer.last_mut()? ^= 0xff;
    }
    Some(answer)
}

/// A packet to a distant host, as it arrives at the peer on this host; a packet of that peer, as it arrives at the client.
fn forward(packet: &Packet<'_>, hops: usize) -> Option<Vec<u8>> {
    if packet.is_fragment {
        return None;
    }
    let distant = packet.destination;
    let to = match packet.source {
        // From the client: the peer listens on loopback, where packets of IPv6 cannot come from elsewhere.
        IpAddr::V4(HOME_V4) => IpAddr::from(Ipv4Addr::LOCALHOST),
        IpAddr::V4(_) => HOME_V4.into(),
        IpAddr::V6(home) => home.into(),
    };
    let ttl = packet.ttl.saturating_sub(u8::try_from(hops).unwrap_or(u8::MAX)).max(1);
    let mut message = packet.payload.to_vec();
    packet::seal(distant, to, packet.protocol, &mut message);
    packet::ip(distant, to, packet.protocol, ttl, &message)
}
