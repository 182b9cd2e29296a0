//! One question.

use super::RecordType;
use faultfinder_taxonomy::{Code, Detail, Fault, Phase};
use hickory_proto::op::{Edns, Message, MessageType, OpCode};
use hickory_proto::rr::{self, Name};

/// How large an answer we take over UDP, in bytes (EDNS0, RFC 6891 section 6.2.5): what fits into one packet on almost
/// every path, as DNS Flag Day 2020 recommends.
const UDP_PAYLOAD_BYTES: u16 = 1232;
/// Longest name that a query can carry, in bytes, without the final dot (RFC 1035 section 2.3.4).
const NAME_BYTES_MAX: usize = 253;
/// Longest label, in bytes (RFC 1035 section 2.3.4).
const LABEL_BYTES_MAX: usize = 63;

/// One question, as it goes to a server: with an id of its own and EDNS0.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Query {
    id: u16,
    name: String,
    record_type: RecordType,
    bytes: Vec<u8>,
}

impl Query {
    /// Asks for the records of a name. The name is ASCII and absolute; a final dot changes nothing, and `.` is the root.
    ///
    /// # Errors
    ///
    /// `INVALID_REQUEST` with `EBADNAME`, naming `field`, when no query can carry the name.
    pub fn new(
        name: &str,
        record_type: RecordType,
        recursion_desired: bool,
        field: &str,
    ) -> Result<Self, Fault> {
        let wire_name = wire_name(name).map_err(|why| bad_name(field, why))?;
        let id = random_id();
        let mut message = Message::new(id, MessageType::Query, OpCode::Query);
        message.metadata.recursion_desired = recursion_desired;
        message.add_query(hickory_proto::op::Query::query(
            wire_name.clone(),
            rr::RecordType::from(record_type.number()),
        ));
        let mut edns = Edns::new();
        edns.set_max_payload(UDP_PAYLOAD_BYTES).set_version(0);
        message.set_edns(edns);
        let bytes = message
            .to_vec()
            .map_err(|error| bad_name(field, format!("{name:?} cannot be asked for: {error}")))?;
        Ok(Self { id, name: super::wire::presentation(&wire_name), record_type, bytes })
    }

    /// The id that its answer must have.
    #[must_use]
    pub const fn id(&self) -> u16 {
        self.id
    }

    /// The name, without the final dot.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The type of the records.
    #[must_use]
    pub const fn record_type(&self) -> RecordType {
        self.record_type
    }

    /// The message.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }
}

impl std::fmt::Display for Query {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.name, self.record_type)
    }
}

/// Labels as they stand, whatever their bytes: what a host name may hold is not the DNS's business.
fn wire_name(name: &str) -> Result<Name, String> {
    let bare = name.strip_suffix('.').unwrap_or(name);
    if bare.is_empty() {
        return if name == "." { Ok(Name::root()) } else { Err("the name is empty".to_owned()) };
    }
    if bare.len() > NAME_BYTES_MAX {
        return Err(format!("the name has {} bytes, a DNS query carries {NAME_BYTES_MAX}", bare.len()));
    }
    for label in bare.split('.') {
        if label.is_empty() {
            return Err(format!("the name {name:?} has an empty label"));
        }
        if label.len() > LABEL_BYTES_MAX {
            return Err(format!(
                "a label of the name has {} bytes, a DNS label has at most {LABEL_BYTES_MAX}",
                label.len()
            ));
        }
    }
    let mut wire =
        Name::from_labels(bare.split('.').map(str::as_bytes)).map_err(|error| error.to_string())?;
    wire.set_fqdn(true);
    Ok(wire)
}

fn bad_name(field: &str, message: String) -> Fault {
    Fault::new(Code::InvalidRequest, Phase::Config, Detail::definition("EBADNAME", field), message)
}

/// An id that nobody off the path can guess (RFC 5452 section 9.2).
fn random_id() -> u16 {
    let mut bytes = [0_u8; 2];
    // Without entropy the fresh source port is all that is left; aws-lc aborts rather than let that happen.
    let _ = aws_lc_rs::rand::fill(&mut bytes);
    u16::from_be_bytes(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn refused(name: &str) {
        let fault = Query::new(name, RecordType::A, true, "dns.name").unwrap_err();
        assert_eq!((fault.code, fault.detail.name()), (Code::InvalidRequest, "EBADNAME"), "{name}");
    }

    #[test]
    fn names_that_no_query_can_carry_are_refused() {
        refused("");
        refused("..");
        refused("a..test");
        refused(".test");
        refused(&format!("{}.test", "a".repeat(64)));
        refused(&vec!["a".repeat(49); 6].join("."));
    }

    #[test]
    fn names_at_the_limits_are_asked() {
        for name in [".", "a.test.", "_sip._tcp.a.test", "*.a.test", &format!("{}.test", "a".repeat(63))] {
            Query::new(name, RecordType::TXT, true, "dns.name").unwrap();
        }
        let longest = format!("{}.{}", vec!["a".repeat(49); 5].join("."), "bcd");
        assert_eq!(longest.len(), NAME_BYTES_MAX);
        Query::new(&longest, RecordType::A, true, "dns.name").unwrap();
    }

    #[test]
    fn a_query_announces_edns_and_asks_for_recursion_only_when_told() {
        let query = Query::new("a.test", RecordType::A, true, "dns.name").unwrap();
        let bytes = query.bytes();
        assert_eq!(&bytes[..2], &query.id().to_be_bytes());
        assert_eq!(bytes[2], 1, "RD alone");
        assert_eq!(&bytes[bytes.len() - 11..bytes.len() - 6], &[0, 0, 41, 4, 0xd0], "OPT, 1232 bytes");
        let query = Query::new("a.test", RecordType::A, false, "dns.name").unwrap();
        assert_eq!(query.bytes()[2], 0);
    }
}
