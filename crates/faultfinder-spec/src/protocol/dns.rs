//! DNS questions as written.

use crate::value::{DnsTransport, Number, Port, RecordType};
use crate::{Common, Field, Place, Text};

/// A DNS question.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct DnsRequest {
    /// Where it begins.
    pub place: Place,
    /// What every request has.
    pub common: Common,
    /// The name that is asked for.
    pub name: Text,
    /// The type of record; A when not given.
    pub record_type: Option<Field<RecordType>>,
    /// Who is asked, an address or a name; the system's name server when not given.
    pub server: Option<Text>,
    /// Its port; 53 when not given.
    pub port: Option<Field<Port>>,
    /// How; over UDP, and TCP after truncation, when not given.
    pub transport: Option<Field<DnsTransport>>,
    /// Whether recursion is desired; it is when not given.
    pub recursion_desired: Option<Field<bool>>,
    /// The size of answers over UDP that is announced with EDNS(0).
    pub edns_size: Option<Field<Number<512, 65_535>>>,
}
