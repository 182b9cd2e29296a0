//! Logins that failed, for the audit log: few of each address, so that nobody can fill it.

use crate::timestamp::Timestamp;
use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// How long an address is not noted again.
const PAUSE: Duration = Duration::from_secs(60);

/// Most addresses that are noted in that time; the log of the service has the others.
const ADDRESSES_MAX: usize = 100;

/// The addresses whose failed logins were noted a short while ago.
#[derive(Debug, Default)]
pub(crate) struct FailedLogins(Mutex<HashMap<IpAddr, Timestamp>>);

impl FailedLogins {
    /// Whether a failed login from an address is to be noted.
    pub(crate) fn is_noted(&self, address: IpAddr, now: Timestamp) -> bool {
        let mut noted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // A clock that was set back does not keep anybody here.
        noted.retain(|_, at| *at <= now && now.since(*at) < PAUSE);
        let is_new = noted.len() < ADDRESSES_MAX && !noted.contains_key(&network(address));
        if is_new {
            noted.insert(network(address), now);
        }
        is_new
    }
}

/// What one client has to itself: an address, or with IPv6 a network of 64 bits.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() >> 64 << 64)),
        address @ IpAddr::V4(_) => address,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_noted_once_a_minute_and_few_are() {
        let logins = FailedLogins::default();
        let noted = |address: &str, seconds: i64| {
            logins.is_noted(address.parse().unwrap(), Timestamp::from_millis(seconds * 1_000))
        };
        for (address, seconds, expected) in [
            ("192.0.2.1", 0, true),
            ("192.0.2.1", 59, false),
            ("::ffff:192.0.2.1", 59, false),
            ("192.0.2.2", 59, true),
            ("192.0.2.1", 60, true),
            ("2001:db8::1", 60, true),
            ("2001:db8::ffff:1", 61, false),
            ("2001:db8:0:1::1", 61, true),
            // The clock was set back.
            ("192.0.2.1", 10, true),
        ] {
            assert_eq!(noted(address, seconds), expected, "{address} at {seconds} s");
        }
        let count = (0..200).filter(|host| noted(&format!("198.51.100.{host}"), 1_000)).count();
        assert_eq!(count, ADDRESSES_MAX);
    }
}
