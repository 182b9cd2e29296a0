//! What follows from how a name server is asked.

use faultfinder_taxonomy::word::Transport;

/// Where a server listens that is asked like this: 53, 853 (RFC 7858, RFC 9250) or 443 (RFC 8484).
#[must_use]
pub const fn default_port(transport: Transport) -> u16 {
    match transport {
        Transport::Udp | Transport::Tcp => 53,
        Transport::Dot | Transport::Doq => 853,
        Transport::Doh => 443,
    }
}

/// Whether it is encrypted.
#[must_use]
pub const fn is_secure(transport: Transport) -> bool {
    match transport {
        Transport::Udp | Transport::Tcp => false,
        Transport::Dot | Transport::Doh | Transport::Doq => true,
    }
}
