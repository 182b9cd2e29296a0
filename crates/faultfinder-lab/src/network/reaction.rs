//! What distant addresses do with packets.

use std::time::Duration;

/// What a distant address does with packets that reach it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[expect(clippy::exhaustive_enums, reason = "closed: what the lab's router can do")]
pub enum Reaction {
    /// Nothing comes back.
    #[default]
    Silence,
    /// Every packet is answered with this ICMP message.
    Message(Message),
    /// TCP: a SYN is answered with a RST.
    Reset,
    /// TCP: connections are accepted, and data is answered with a RST.
    ResetOnData,
    /// TCP: a SYN is answered with an ACK of another number, as a host does that has such a connection already.
    ChallengeAck,
    /// ICMP: echo requests are answered; everything else is left in silence.
    Echo(Echo),
    /// Everything reaches the port of the same number on 127.0.0.1 (over IPv6: on [`HOME_V6`](super::HOME_V6)), and the
    /// answers come back, after this delay each way. Fragments are lost.
    Forward(Duration),
}

/// How echo requests are answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[expect(clippy::exhaustive_structs, reason = "a plain pair, written out in scenarios")]
pub struct Echo {
    /// How long after the request.
    pub delay: Duration,
    /// What is wrong with the answer.
    pub quirk: Quirk,
}

/// What is wrong with the answer to an echo request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[expect(clippy::exhaustive_enums, reason = "closed: what the lab's router can do")]
pub enum Quirk {
    /// Nothing.
    #[default]
    None,
    /// It has another identifier.
    WrongIdentifier,
    /// It has a sequence number that was not sent.
    WrongSequence,
    /// Its payload is changed.
    WrongPayload,
    /// Its payload is cut in half.
    ShortPayload,
    /// Its checksum is wrong.
    BadChecksum,
    /// Every second one comes twice: the first, the third, .. The last of an even number does not: its second copy would
    /// come when nobody waits any more.
    EverySecondTwice,
    /// Every second one comes after the one that follows it.
    Reordered,
    /// It comes from another address.
    OtherSource,
    /// A redirect to another router comes before it (IPv4).
    Redirected,
    /// Every second one is lost: the second, the fourth, ..
    EverySecondLost,
}

/// An ICMP message about a packet: type, code and the four bytes after the checksum.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Message {
    /// Type.
    pub kind: u8,
    /// Code.
    pub code: u8,
    /// The four bytes after the checksum: zero, or the MTU of the next link.
    pub rest: u32,
    /// Whether it comes from the destination itself rather than from a router.
    pub by_destination: bool,
}

impl Message {
    /// ICMP 3/0 (RFC 792).
    pub const NET_UNREACHABLE: Self = Self::of(3, 0);
    /// ICMP 3/1.
    pub const HOST_UNREACHABLE: Self = Self::of(3, 1);
    /// ICMP 3/2, by the destination.
    pub const PROTOCOL_UNREACHABLE: Self = Self { by_destination: true, ..Self::of(3, 2) };
    /// ICMP 3/3, by the destination.
    pub const PORT_UNREACHABLE: Self = Self { by_destination: true, ..Self::of(3, 3) };
    /// ICMP 3/5.
    pub const SOURCE_ROUTE_FAILED: Self = Self::of(3, 5);
    /// ICMP 3/10 (RFC 1122 section 3.2.2.1).
    pub const HOST_PROHIBITED: Self = Self::of(3, 10);
    /// ICMP 3/13 (RFC 1812 section 5.2.7.1).
    pub const ADMIN_PROHIBITED: Self = Self::of(3, 13);
    /// ICMP 11/0.
    pub const TTL_EXCEEDED: Self = Self::of(11, 0);
    /// ICMPv6 1/0 (RFC 4443 section 3.1).
    pub const V6_NO_ROUTE: Self = Self::of(1, 0);
    /// ICMPv6 1/1.
    pub const V6_ADMIN_PROHIBITED: Self = Self::of(1, 1);
    /// ICMPv6 1/3.
    pub const V6_ADDRESS_UNREACHABLE: Self = Self::of(1, 3);
    /// ICMPv6 1/4, by the destination.
    pub const V6_PORT_UNREACHABLE: Self = Self { by_destination: true, ..Self::of(1, 4) };
    /// ICMPv6 1/5.
    pub const V6_POLICY_FAILED: Self = Self::of(1, 5);
    /// ICMPv6 3/0.
    pub const V6_HOP_LIMIT: Self = Self::of(3, 0);

    const fn of(kind: u8, code: u8) -> Self {
        Self { kind, code, rest: 0, by_destination: false }
    }

    /// ICMP 3/4: the packet must be fragmented to pass, and must not be (RFC 1191 section 4).
    #[must_use]
    pub const fn fragmentation_needed(mtu: u16) -> Self {
        Self { rest: mtu as u32, ..Self::of(3, 4) }
    }

    /// ICMPv6 2/0 (RFC 4443 section 3.2).
    #[must_use]
    pub const fn v6_packet_too_big(mtu: u32) -> Self {
        Self { rest: mtu, ..Self::of(2, 0) }
    }
}

impl Echo {
    /// Good answers after a while.
    #[must_use]
    pub const fn after(delay: Duration) -> Self {
        Self { delay, quirk: Quirk::None }
    }

    /// Answers at once with something wrong.
    #[must_use]
    pub const fn with(quirk: Quirk) -> Self {
        Self { delay: Duration::ZERO, quirk }
    }
}
