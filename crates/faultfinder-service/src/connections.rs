//! How many connections are open, and how many of one address.
//!
//! An address that has too many is refused, and so is everyone when there are too many in all. A refusal is an answer,
//! which takes a connection itself; there are few of those at a time, and what comes beyond them is closed without a word.
//!
//! The connections of trusted proxies are those of many clients and count in the total only. The requests that they forward
//! count for their clients instead.

use faultfinder_net::Network;
use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Most connections at a time.
const CONNECTIONS_MAX: u32 = 4_096;
/// Most connections at a time that are there to be refused, in all and of one address.
const REFUSALS_MAX: u32 = 256;
const REFUSALS_PER_ADDRESS_MAX: u32 = 16;

/// Whose address it is: hosts of IPv6 have networks of 64 bits, and may use each address of theirs.
pub(crate) fn holder(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
        address => address,
    }
}

/// Why a connection is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TooMany {
    /// Its address has too many.
    OfAddress,
    /// There are too many in all.
    InAll,
}

/// What is to be done with a connection, or with a request that stands for one.
#[derive(Debug)]
pub(crate) enum Admission {
    /// It is served as long as this is kept.
    Served(Held),
    /// It gets the reason for the refusal.
    Refused(TooMany, Held),
    /// It is closed.
    Dropped,
}

/// The connections that are open.
#[derive(Debug)]
pub(crate) struct Connections {
    per_address: u32,
    trusted: Vec<Network>,
    open: Mutex<Open>,
}

#[derive(Debug, Default)]
struct Open {
    all: Count,
    of: HashMap<IpAddr, Count>,
}

#[derive(Debug, Default, Clone, Copy)]
struct Count {
    served: u32,
    refused: u32,
}

/// What is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// A connection that is served.
    Served,
    /// A connection that is refused.
    Refused,
    /// A request of a client; the connection is its proxy's, and counts for itself.
    Forwarded,
}

impl Count {
    const fn change(&mut self, kind: Kind, by: i32) {
        match kind {
            Kind::Served | Kind::Forwarded => self.served = self.served.saturating_add_signed(by),
            Kind::Refused => self.refused = self.refused.saturating_add_signed(by),
        }
    }
}

impl Open {
    fn change(&mut self, holder: Option<IpAddr>, kind: Kind, by: i32) {
        if kind != Kind::Forwarded {
            self.all.change(kind, by);
        }
        let Some(holder) = holder else { return };
        let of = self.of.entry(holder).or_default();
        of.change(kind, by);
        if of.served == 0 && of.refused == 0 {
            self.of.remove(&holder);
        }
    }
}

impl Connections {
    /// So many per address, but for proxies in these networks.
    pub(crate) fn new(per_address: u32, trusted: Vec<Network>) -> Arc<Self> {
        Arc::new(Self { per_address, trusted, open: Mutex::default() })
    }

    /// The networks of trusted proxies.
    pub(crate) fn trusted(&self) -> &[Network] {
        &self.trusted
    }

    /// Counts a connection of this address.
    pub(crate) fn open(self: &Arc<Self>, address: IpAddr) -> Admission {
        let address = address.to_canonical();
        let is_trusted = self.trusted.iter().any(|network| network.contains(address));
        let holder = (!is_trusted).then(|| holder(address));
        let mut open = self.lock();
        let of = holder.and_then(|holder| open.of.get(&holder).copied()).unwrap_or_default();
        let too_many = if of.served >= self.per_address {
            Some(TooMany::OfAddress)
        } else {
            (open.all.served >= CONNECTIONS_MAX).then_some(TooMany::InAll)
        };
        let Some(why) = too_many else {
            return Admission::Served(self.held(&mut open, holder, Kind::Served));
        };
        if open.all.refused >= REFUSALS_MAX || of.refused >= REFUSALS_PER_ADDRESS_MAX {
            return Admission::Dropped;
        }
        Admission::Refused(why, self.held(&mut open, holder, Kind::Refused))
    }

    /// Counts a request that a proxy forwards like a connection of its client; nothing when that has too many.
    pub(crate) fn forwarded(self: &Arc<Self>, address: IpAddr) -> Option<Held> {
        let holder = holder(address);
        let mut open = self.lock();
        let served = open.of.get(&holder).map_or(0, |of| of.served);
        (served < self.per_address).then(|| self.held(&mut open, Some(holder), Kind::Forwarded))
    }

    fn held(self: &Arc<Self>, open: &mut Open, holder: Option<IpAddr>, kind: Kind) -> Held {
        open.change(holder, kind, 1);
        Held { connections: Arc::clone(self), holder, kind }
    }

    fn lock(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What is counted until this is dropped.
#[derive(Debug)]
pub(crate) struct Held {
    connections: Arc<Connections>,
    holder: Option<IpAddr>,
    kind: Kind,
}

impl Drop for Held {
    fn drop(&mut self) {
        self.connections.lock().change(self.holder, self.kind, -1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    /// Opens connections of an address until one is not served.
    fn served(connections: &Arc<Connections>, address: IpAddr) -> (Vec<Held>, Admission) {
        let mut all = Vec::new();
        loop {
            match connections.open(address) {
                Admission::Served(held) => all.push(held),
                other => return (all, other),
            }
        }
    }

    #[test]
    fn an_address_is_refused_and_then_dropped_and_others_are_served() {
        let connections = Connections::new(3, vec!["127.0.0.0/8".parse().unwrap()]);
        let (all, last) = served(&connections, address("192.0.2.1"));
        assert_eq!(all.len(), 3);
        assert!(matches!(last, Admission::Refused(TooMany::OfAddress, _)), "{last:?}");
        assert!(matches!(connections.open(address("192.0.2.2")), Admission::Served(_)));
        let mut refused = vec![last];
        for _ in 1..REFUSALS_PER_ADDRESS_MAX {
            refused.push(connections.open(address("::ffff:192.0.2.1")));
        }
        assert!(refused.iter().all(|one| matches!(one, Admission::Refused(..))), "{refused:?}");
        assert!(matches!(connections.open(address("192.0.2.1")), Admission::Dropped));
        drop(all);
        assert!(matches!(connections.open(address("192.0.2.1")), Admission::Served(_)));
        drop(refused);
        let open = connections.lock();
        assert!(open.of.is_empty() && open.all.served == 0 && open.all.refused == 0, "{open:?}");
    }

    #[test]
    fn everyone_is_refused_when_there_are_too_many_in_all() {
        let connections = Connections::new(u32::MAX, Vec::new());
        let (all, last) = served(&connections, address("192.0.2.1"));
        assert_eq!(all.len(), usize::try_from(CONNECTIONS_MAX).unwrap());
        let other = connections.open(address("192.0.2.2"));
        for one in [&last, &other] {
            assert!(matches!(one, Admission::Refused(TooMany::InAll, _)), "{one:?}");
        }
    }

    #[test]
    fn what_a_proxy_forwards_counts_for_its_client() {
        let connections = Connections::new(2, vec!["127.0.0.0/8".parse().unwrap()]);
        let proxy: Vec<_> = (0..10).map(|_| connections.open(address("127.0.0.1"))).collect();
        assert!(proxy.iter().all(|one| matches!(one, Admission::Served(_))), "{proxy:?}");
        let client = address("192.0.2.1");
        let requests: Vec<_> = (0..2).map(|_| connections.forwarded(client).unwrap()).collect();
        assert!(connections.forwarded(client).is_none());
        assert!(matches!(connections.open(client), Admission::Refused(TooMany::OfAddress, _)));
        assert_eq!(connections.lock().all.served, 10, "only connections are counted");
        drop(requests);
        assert!(connections.forwarded(client).is_some());
    }

    #[test]
    fn a_network_of_64_bits_is_one_holder() {
        for (one, other, is_same) in [
            ("2001:db8::1", "2001:db8::ffff:0:0:1", true),
            ("2001:db8::1", "2001:db8:0:1::1", false),
            ("192.0.2.1", "192.0.2.2", false),
            ("192.0.2.1", "::ffff:192.0.2.1", true),
        ] {
            assert_eq!(holder(address(one)) == holder(address(other)), is_same, "{one} {other}");
        }
    }
}
