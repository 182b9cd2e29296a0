//! One question.

use super::wire::{CLASS_IN, presentation};
use crate::host::{LABEL_BYTES_MAX, NAME_BYTES_MAX};
use faultfinder_taxonomy::word::RecordType;
use faultfinder_taxonomy::{Code, Detail, Fault, Phase};

/// One question as it is sent to a server: with a fresh id, and EDNS unless the options exclude it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Query {
    id: u16,
    name: String,
    record_type: RecordType,
    has_edns: bool,
    bytes: Vec<u8>,
}

/// Bytes of the EDNS pseudo-record of a question, its last record: the root, type, class, TTL and the length of no data
/// (RFC 6891 section 6.1.2).
const EDNS_BYTES: usize = 11;
/// Bytes of a question with the longest name: header, name, type and class, and EDNS.
const QUESTION_BYTES_MAX: usize = 12 + NAME_BYTES_MAX + 2 + 4 + EDNS_BYTES;
/// The place of the number of additional records in a header (RFC 1035 section 4.1.1).
const ADDITIONALS: std::ops::Range<usize> = 10..12;

/// Options of a question in addition to its name and type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(
    clippy::exhaustive_structs,
    reason = "plain settings, built by literal with `..QueryOptions::default()`"
)]
pub struct QueryOptions {
    /// Whether the server should ask other servers (RD). Default: yes.
    pub recursion_desired: bool,
    /// Whether it should report if it found the answer authentic (AD in a question, RFC 6840 section 5.7). Default: no.
    pub authenticated_data: bool,
    /// Whether it should answer without checking signatures (CD, RFC 4035 section 3.2.2). Default: no.
    pub checking_disabled: bool,
    /// Whether signatures are requested (DO, RFC 3225). Default: no.
    pub dnssec_ok: bool,
    /// Whether the question has EDNS (RFC 6891). Without it, there are no signatures, and answers over UDP have at most
    /// 512 bytes. Default: yes.
    pub edns: bool,
    /// The largest answer that is accepted over UDP, in bytes; announced by EDNS. Default: 1,232.
    pub edns_size: u16,
}

impl QueryOptions {
    /// What fits into one packet on almost every path, as DNS Flag Day 2020 recommends (RFC 6891 section 6.2.5).
    pub const EDNS_SIZE: u16 = 1232;
}

impl Default for QueryOptions {
    fn default() -> Self {
        Self {
            recursion_desired: true,
            authenticated_data: false,
            checking_disabled: false,
            dnssec_ok: false,
            edns: true,
            edns_size: Self::EDNS_SIZE,
        }
    }
}

impl Query {
    /// Asks for the records of a name. The name is ASCII and absolute; a final dot changes nothing, and `.` is the root.
    /// `\.` and `\DDD` encode bytes of a label (RFC 1035 section 5.1).
    ///
    /// # Errors
    ///
    /// `INVALID_REQUEST` with `EBADNAME`, naming `field`, when no query can carry the name.
    pub fn new(
        name: &str,
        record_type: RecordType,
        options: &QueryOptions,
        field: &str,
    ) -> Result<Self, Fault> {
        let labels = checked_labels(name).map_err(|why| bad_name(field, why))?;
        let id = random_id();
        let bytes = message(id, &labels, record_type, options);
        let name = presentation(labels.iter().map(Vec::as_slice));
        Ok(Self { id, name, record_type, has_edns: options.edns, bytes })
    }

    /// The same question without EDNS, with another id, so that its answers differ from those to this one; nothing
    /// when this one has no EDNS.
    #[must_use]
    pub fn without_edns(&self) -> Option<Self> {
        let kept = self.bytes.len().checked_sub(EDNS_BYTES).filter(|_| self.has_edns)?;
        let id = random_id_except(self.id);
        let mut bytes = self.bytes.get(..kept)?.to_vec();
        bytes.get_mut(..2)?.copy_from_slice(&id.to_be_bytes());
        bytes.get_mut(ADDITIONALS)?.fill(0);
        Some(Self { id, bytes, has_edns: false, ..self.clone() })
    }

    /// The same question with the id 0, for transports that match answers by other means (RFC 8484 section 4.1,
    /// RFC 9250 section 4.2.1).
    #[must_use]
    pub fn without_id(&self) -> Self {
        let mut bytes = self.bytes.clone();
        bytes.iter_mut().take(2).for_each(|byte| *byte = 0);
        Self { id: 0, bytes, ..self.clone() }
    }

    /// The id that its answer must have.
    #[must_use]
    pub const fn id(&self) -> u16 {
        self.id
    }

    /// Whether it has EDNS.
    #[must_use]
    pub const fn has_edns(&self) -> bool {
        self.has_edns
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

/// Bits of a header (RFC 1035 section 4.1.1, RFC 4035 section 3.2).
const RECURSION_DESIRED: u16 = 0x0100;
const AUTHENTICATED_DATA: u16 = 0x0020;
const CHECKING_DISABLED: u16 = 0x0010;
/// The type and the bit of EDNS (RFC 6891 section 6.1).
const OPT: u16 = 41;
const DNSSEC_OK: u16 = 0x8000;
/// Every server takes smaller sizes for this one (RFC 6891 section 6.2.3).
const EDNS_SIZE_MIN: u16 = 512;

/// The message of a question (RFC 1035 section 4.1), with EDNS as its last record.
fn message(id: u16, labels: &[Vec<u8>], record_type: RecordType, options: &QueryOptions) -> Vec<u8> {
    let bit = |is_set: bool, bit: u16| if is_set { bit } else { 0 };
    let flags = bit(options.recursion_desired, RECURSION_DESIRED)
        | bit(options.authenticated_data, AUTHENTICATED_DATA)
        | bit(options.checking_disabled, CHECKING_DISABLED);
    let mut bytes = Vec::with_capacity(QUESTION_BYTES_MAX);
    for number in [id, flags, 1, 0, 0, options.edns.into()] {
        bytes.extend_from_slice(&number.to_be_bytes());
    }
    for label in labels {
        // A label has 63 bytes at the most.
        bytes.push(u8::try_from(label.len()).unwrap_or(u8::MAX));
        bytes.extend_from_slice(label);
    }
    bytes.push(0);
    for number in [record_type.number(), CLASS_IN] {
        bytes.extend_from_slice(&number.to_be_bytes());
    }
    if options.edns {
        // The root.
        bytes.push(0);
        let size = options.edns_size.max(EDNS_SIZE_MIN);
        // The upper bits of a response code and the version are 0, and there is no data.
        for number in [OPT, size, 0, bit(options.dnssec_ok, DNSSEC_OK), 0] {
            bytes.extend_from_slice(&number.to_be_bytes());
        }
    }
    bytes
}

/// Labels unchanged, whatever their bytes: DNS does not restrict them to the characters of host names.
fn checked_labels(name: &str) -> Result<Vec<Vec<u8>>, String> {
    if name == "." {
        return Ok(Vec::new());
    }
    if name.is_empty() {
        return Err("the name is empty".to_owned());
    }
    let labels = labels(name)?;
    // Each label with its length, without the root's zero.
    let length = labels.iter().map(|label| label.len() + 1).sum::<usize>().saturating_sub(1);
    if length > NAME_BYTES_MAX {
        return Err(format!("the name has {length} bytes, a DNS query carries {NAME_BYTES_MAX}"));
    }
    for label in &labels {
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
    Ok(labels)
}

/// The labels of a name in presentation form; a final dot ends the last one.
fn labels(name: &str) -> Result<Vec<Vec<u8>>, String> {
    let mut labels = vec![Vec::with_capacity(name.len())];
    let mut bytes = name.bytes().peekable();
    while let Some(byte) = bytes.next() {
        let literal = match byte {
            b'.' if bytes.peek().is_none() => break,
            b'.' => {
                labels.push(Vec::with_capacity(bytes.len()));
                continue;
            }
            b'\\' => escaped(&mut bytes).ok_or_else(|| format!("the name {name:?} has a broken escape"))?,
            other => other,
        };
        if let Some(label) = labels.last_mut() {
            label.push(literal);
        }
    }
    Ok(labels)
}

/// What follows a backslash: three digits, or the byte itself.
fn escaped(bytes: &mut impl Iterator<Item = u8>) -> Option<u8> {
    let first = bytes.next()?;
    if !first.is_ascii_digit() {
        return Some(first);
    }
    let digits = [first, bytes.next()?, bytes.next()?];
    std::str::from_utf8(&digits).ok()?.parse().ok()
}

fn bad_name(field: &str, message: String) -> Fault {
    Fault::new(Code::InvalidRequest, Phase::Config, Detail::definition("EBADNAME", field), message)
}

/// An id that an off-path attacker cannot guess (RFC 5452 section 9.2).
fn random_id() -> u16 {
    let mut bytes = [0_u8; 2];
    // Without entropy, only the fresh source port protects the question.
    let _ = getrandom::fill(&mut bytes);
    u16::from_be_bytes(bytes)
}

fn random_id_except(other: u16) -> u16 {
    let id = random_id();
    if id == other { id.wrapping_add(1) } else { id }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn refused(name: &str) {
        let fault = Query::new(name, RecordType::A, &QueryOptions::default(), "dns.name").unwrap_err();
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
            Query::new(name, RecordType::TXT, &QueryOptions::default(), "dns.name").unwrap();
        }
        let longest = format!("{}.{}", vec!["a".repeat(49); 5].join("."), "bcd");
        assert_eq!(longest.len(), NAME_BYTES_MAX);
        Query::new(&longest, RecordType::A, &QueryOptions::default(), "dns.name").unwrap();
    }

    #[test]
    fn a_query_announces_edns_and_asks_for_recursion_only_when_told() {
        let query = Query::new("a.test", RecordType::A, &QueryOptions::default(), "dns.name").unwrap();
        let bytes = query.bytes();
        assert_eq!(&bytes[..2], &query.id().to_be_bytes());
        assert_eq!(bytes[2], 1, "RD alone");
        assert_eq!(&bytes[bytes.len() - 11..bytes.len() - 6], &[0, 0, 41, 4, 0xd0], "OPT, 1232 bytes");
        let options = QueryOptions { recursion_desired: false, ..QueryOptions::default() };
        let query = Query::new("a.test", RecordType::A, &options, "dns.name").unwrap();
        assert_eq!(query.bytes()[2], 0);
    }

    #[test]
    fn options_are_the_bits_that_their_rfcs_say() {
        let plain = QueryOptions::default();
        for (options, flags, edns) in [
            (QueryOptions { authenticated_data: true, ..plain }, [0x01, 0x20], [4, 0xd0, 0, 0, 0, 0]),
            (QueryOptions { checking_disabled: true, ..plain }, [0x01, 0x10], [4, 0xd0, 0, 0, 0, 0]),
            (QueryOptions { dnssec_ok: true, ..plain }, [0x01, 0], [4, 0xd0, 0, 0, 0x80, 0]),
            (QueryOptions { edns_size: 4096, ..plain }, [0x01, 0], [0x10, 0, 0, 0, 0, 0]),
        ] {
            let query = Query::new("a.test", RecordType::A, &options, "dns.name").unwrap();
            let bytes = query.bytes();
            assert_eq!(bytes[2..4], flags, "{options:?}");
            assert_eq!(bytes[bytes.len() - 8..bytes.len() - 2], edns, "{options:?}");
            assert_eq!(query.without_id().bytes()[..2], [0, 0]);
            assert_eq!(query.without_id().bytes()[2..], bytes[2..]);
        }
    }

    #[test]
    fn a_question_without_edns_is_the_one_that_the_option_makes() {
        let options = QueryOptions { authenticated_data: true, ..QueryOptions::default() };
        let with = Query::new("a.test", RecordType::MX, &options, "dns.name").unwrap();
        let without = with.without_edns().unwrap();
        let plain =
            Query::new("a.test", RecordType::MX, &QueryOptions { edns: false, ..options }, "dns.name")
                .unwrap();
        assert_eq!(without.bytes()[2..], plain.bytes()[2..]);
        assert_ne!(without.id(), with.id());
        assert_eq!(without.bytes()[..2], without.id().to_be_bytes());
        assert_eq!((with.has_edns(), without.has_edns(), plain.has_edns()), (true, false, false));
        assert_eq!(plain.without_edns(), None);
    }

    #[test]
    fn escapes_are_bytes_of_labels() {
        for (name, expected) in [
            ("a\\.b.test", "a\\.b.test"),
            ("\\000\\255.test", "\\000\\255.test"),
            ("a\\@.test.", "a\\@.test"),
        ] {
            let query = Query::new(name, RecordType::A, &QueryOptions::default(), "dns.name").unwrap();
            assert_eq!(query.name(), expected);
        }
        refused("a\\");
        refused("a\\25");
        refused("a\\256.test");
    }
}
