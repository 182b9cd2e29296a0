//! Decoded records.

use faultfinder_taxonomy::word::RecordType;
use std::net::IpAddr;

/// One resource record.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Record {
    /// Its owner in presentation form, without the final dot.
    pub owner: String,
    /// Its type.
    pub record_type: RecordType,
    /// Its class; 1 is `IN`.
    pub class: u16,
    /// Its time to live in seconds. One with the top bit set counts as 0 (RFC 2181 section 8).
    pub ttl: u32,
    /// Its data in presentation form (RFC 1035 section 5.1), names without the final dot; data of a type without a form
    /// of its own as `\# LENGTH HEX` (RFC 3597 section 5).
    pub value: String,
    /// Its owner in wire form, without compression and in lower case.
    pub owner_wire: Vec<u8>,
    /// Its data in canonical form (RFC 4034 section 6.2): names without compression, and in lower case where that
    /// section says so.
    pub data: Vec<u8>,
    /// The address, in an A or AAAA record.
    pub address: Option<IpAddr>,
}
