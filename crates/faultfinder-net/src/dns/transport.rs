//! Properties of each name server transport.

use faultfinder_taxonomy::word::Transport;
use faultfinder_taxonomy::{Code, Detail, Fault, Phase};
use std::time::Duration;

/// How long one server is asked, counted from the first try; after that it counts as silent.
pub(super) const PATIENCE: Duration = Duration::from_secs(5);

/// The default port of each transport: 53, 853 (RFC 7858, RFC 9250) or 443 (RFC 8484).
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

/// Whether this build supports the transport. `field` is what the transport is called in faults: `resolver.transport`.
///
/// # Errors
///
/// `INVALID_REQUEST` naming the field and the feature that the build lacks.
pub fn check_transport(transport: Transport, field: &str) -> Result<(), Fault> {
    let is_available = match transport {
        Transport::Udp | Transport::Tcp => true,
        Transport::Dot | Transport::Doh => cfg!(feature = "tls"),
        Transport::Doq => cfg!(feature = "quic"),
    };
    if is_available { Ok(()) } else { Err(unavailable(transport, field)) }
}

/// This build lacks a transport.
pub(super) fn unavailable(transport: Transport, field: &str) -> Fault {
    let feature = if transport == Transport::Doq { "quic" } else { "tls" };
    let detail = Detail::definition("ERR_FEATURE_UNAVAILABLE", field);
    let message = format!(
        "the transport {} needs the feature `{feature}`, which this program was built without",
        transport.as_str()
    );
    Fault::new(Code::InvalidRequest, Phase::Config, detail, message)
}
