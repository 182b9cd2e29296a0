//! The name that a certificate must be issued for.

use std::net::IpAddr;

/// The name or address that the certificate must speak for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum ReferenceName {
    Dns(String),
    Address(IpAddr),
}
