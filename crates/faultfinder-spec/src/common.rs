//! Fields that the requests of all protocols share.

use crate::value::{AddressChoice, IpVersion, Port, ResolverTransport, Timeout};
use crate::{Field, Text};
use std::net::IpAddr;

/// The fields that every request has.
#[derive(Debug, Clone, PartialEq, Default)]
#[non_exhaustive]
pub struct Common {
    /// Time for the request; 60 s when not given.
    pub timeout: Option<Field<Timeout>>,
    /// Time for one attempt, its assertions included; 60 s when not given.
    pub overall_timeout: Option<Field<Timeout>>,
    /// Which IP versions are tried; any when not given.
    pub ip: Option<Field<IpVersion>>,
    /// Which of several addresses are tried.
    pub address: Option<Field<AddressChoice>>,
    /// Who resolves names; the system's resolver when not given.
    pub resolver: Option<Resolver>,
    /// Names that are not resolved, and the address of each. One name may stand here several times.
    pub resolve: Vec<ResolveOverride>,
    /// The local address that connections come from.
    pub source_address: Option<Field<IpAddr>>,
}

/// Who resolves names.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Resolver {
    /// Its address.
    pub server: Field<IpAddr>,
    /// Its port; 53 when not given.
    pub port: Option<Field<Port>>,
    /// How it is asked; over UDP, and TCP after truncation, when not given.
    pub transport: Option<Field<ResolverTransport>>,
}

/// A name that is not resolved.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct ResolveOverride {
    /// The name.
    pub host: Text,
    /// Its address.
    pub address: Field<IpAddr>,
}
