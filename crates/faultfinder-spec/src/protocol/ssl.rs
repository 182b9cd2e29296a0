//! TLS endpoints as written.

use crate::value::Port;
use crate::{Common, Field, Place, Text, Tls};

/// A look at a TLS endpoint.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct SslRequest {
    /// Where it begins.
    pub place: Place,
    /// What every request has.
    pub common: Common,
    /// The host.
    pub host: Text,
    /// Its port; 443 when not given.
    pub port: Option<Field<Port>>,
    /// TLS settings, which stand beside `host` here.
    pub tls: Tls,
}
