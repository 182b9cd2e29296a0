//! Record sets, and what is in the records of DNSSEC.

use super::Name;
use faultfinder_net::dns::Record;
use faultfinder_taxonomy::word::RecordType;

/// All records of one owner and type, with their signatures.
#[derive(Debug, Clone)]
pub(crate) struct RecordSet {
    pub(super) owner: Name,
    pub(super) record_type: RecordType,
    pub(super) class: u16,
    /// The data in canonical form and order, each once (RFC 4034 section 6.3).
    pub(super) data: Vec<Vec<u8>>,
    pub(super) signatures: Vec<Signature>,
}

/// An RRSIG record (RFC 4034 section 3.1).
#[derive(Debug, Clone)]
pub(super) struct Signature {
    pub(super) algorithm: u8,
    pub(super) labels: u8,
    pub(super) original_ttl: u32,
    pub(super) expiration: u32,
    pub(super) inception: u32,
    pub(super) key_tag: u16,
    pub(super) signer: Name,
    /// The data before the signature itself, which is signed too.
    pub(super) head: Vec<u8>,
    pub(super) signature: Vec<u8>,
}

/// A DNSKEY record (RFC 4034 section 2.1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Key {
    pub(super) flags: u16,
    pub(super) protocol: u8,
    pub(super) algorithm: u8,
    pub(super) key: Vec<u8>,
    pub(super) data: Vec<u8>,
}

/// A DS record (RFC 4034 section 5.1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Digest {
    pub(super) key_tag: u16,
    pub(super) algorithm: u8,
    pub(super) digest_type: u8,
    pub(super) digest: Vec<u8>,
}

/// The record sets of a section; signatures go to what they cover.
pub(crate) fn sets(records: &[Record]) -> Vec<RecordSet> {
    let mut sets: Vec<RecordSet> = Vec::new();
    for record in records.iter().filter(|record| record.record_type != RecordType::RRSIG) {
        let Some((owner, _)) = Name::from_wire(&record.owner_wire) else { continue };
        let same = |set: &&mut RecordSet| {
            set.owner == owner && set.record_type == record.record_type && set.class == record.class
        };
        match sets.iter_mut().find(same) {
            Some(set) => set.data.push(record.data.clone()),
            None => sets.push(RecordSet {
                owner,
                record_type: record.record_type,
                class: record.class,
                data: vec![record.data.clone()],
                signatures: Vec::new(),
            }),
        }
    }
    for set in &mut sets {
        set.data.sort();
        set.data.dedup();
    }
    for record in records.iter().filter(|record| record.record_type == RecordType::RRSIG) {
        let Some((owner, _)) = Name::from_wire(&record.owner_wire) else { continue };
        let Some((covered, signature)) = Signature::read(&record.data) else { continue };
        let covers = |set: &&mut RecordSet| {
            set.owner == owner && set.record_type == covered && set.class == record.class
        };
        if let Some(set) = sets.iter_mut().find(covers) {
            set.signatures.push(signature);
        }
    }
    sets
}

impl RecordSet {
    /// `www.a.test A`, for messages.
    pub(super) fn text(&self) -> String {
        format!("{} {}", self.owner, self.record_type)
    }

    /// The name that its only record leads to, for CNAME and DNAME.
    pub(super) fn target(&self) -> Option<Name> {
        self.data.first().and_then(|data| Name::from_wire(data)).map(|(name, _)| name)
    }

    /// The zone that its first signature speaks for, as far as that zone can have this owner.
    pub(super) fn signer(&self) -> Option<&Name> {
        self.signatures.iter().map(|signature| &signature.signer).find(|signer| self.owner.is_within(signer))
    }
}

impl Signature {
    /// The type that is covered, and the rest.
    fn read(data: &[u8]) -> Option<(RecordType, Self)> {
        let (fixed, rest) = data.split_at_checked(18)?;
        let (signer, signature) = Name::from_wire(rest)?;
        let head = data.get(..data.len() - signature.len())?;
        let covered = RecordType::new(number(fixed, 0)?);
        Some((
            covered,
            Self {
                algorithm: *fixed.get(2)?,
                labels: *fixed.get(3)?,
                original_ttl: wide(fixed, 4)?,
                expiration: wide(fixed, 8)?,
                inception: wide(fixed, 12)?,
                key_tag: number(fixed, 16)?,
                signer,
                head: head.to_vec(),
                signature: signature.to_vec(),
            },
        ))
    }
}

/// The key is one of a zone (RFC 4034 section 2.1.1).
const ZONE_KEY: u16 = 0x0100;
/// The key is revoked (RFC 5011 section 7).
const REVOKED: u16 = 0x0080;

impl Key {
    pub(super) fn read(data: &[u8]) -> Option<Self> {
        Some(Self {
            flags: number(data, 0)?,
            protocol: *data.get(2)?,
            algorithm: *data.get(3)?,
            key: data.get(4..)?.to_vec(),
            data: data.to_vec(),
        })
    }

    /// RFC 4034 appendix B. Algorithm 1 has its own rule, and is not supported.
    pub(super) fn tag(&self) -> u16 {
        let sum = self.data.iter().enumerate().fold(0_u32, |sum, (index, byte)| {
            sum.wrapping_add(if index % 2 == 0 { u32::from(*byte) << 8 } else { u32::from(*byte) })
        });
        u16::try_from(sum.wrapping_add(sum >> 16) & 0xffff).unwrap_or_default()
    }

    pub(super) const fn is_zone_key(&self) -> bool {
        self.flags & ZONE_KEY != 0
    }

    /// Whether records of the zone may be signed with it (RFC 4034 section 2.1, RFC 5011 section 2.1).
    pub(super) const fn may_sign(&self) -> bool {
        self.is_zone_key() && self.flags & REVOKED == 0 && self.protocol == 3
    }
}

impl Digest {
    pub(super) fn read(data: &[u8]) -> Option<Self> {
        Some(Self {
            key_tag: number(data, 0)?,
            algorithm: *data.get(2)?,
            digest_type: *data.get(3)?,
            digest: data.get(4..)?.to_vec(),
        })
    }
}

pub(super) fn number(bytes: &[u8], at: usize) -> Option<u16> {
    bytes.get(at..)?.first_chunk().map(|chunk| u16::from_be_bytes(*chunk))
}

fn wide(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..)?.first_chunk().map(|chunk| u32::from_be_bytes(*chunk))
}
