//! Common parts of NSEC and NSEC3 records: the types at a name, and the result of a proof.

use super::records::number;
use faultfinder_taxonomy::word::RecordType;

/// Maximum number of iterations of the NSEC3 hash; beyond it an answer counts as insecure, as RFC 9276 section 3.2
/// permits. Other validators use limits from 0 to 150; the recommended number is 0.
pub(super) const ITERATIONS_MAX: u16 = 50;

/// The result of a proof.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Proven {
    /// The name or type does not exist.
    Absent,
    /// The name is not signed: it is below an insecure delegation, or in an opt-out span (RFC 5155 section 6).
    Unsigned,
    /// Nothing is proven.
    Nothing,
}

/// A zone's statement about a name below it that has no DS record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cut {
    /// No other zone begins there.
    None,
    /// Another zone begins there, and it is not signed.
    Insecure,
    /// The name does not exist.
    NoName,
    /// Nothing is proven about the name.
    Unproven,
}

/// The types that exist at a name.
#[derive(Debug, Clone)]
pub(super) struct Types(Vec<u8>);

impl Types {
    pub(super) fn new(bitmaps: &[u8]) -> Self {
        Self(bitmaps.to_vec())
    }

    /// Whether this type exists (RFC 4034 section 4.1.2).
    pub(super) fn has(&self, record_type: RecordType) -> bool {
        let wanted = record_type.number();
        let mut rest = self.0.as_slice();
        while let [window, length, bitmap @ ..] = rest {
            let Some((bits, others)) = bitmap.split_at_checked(usize::from(*length)) else { return false };
            if u16::from(*window) == wanted >> 8 {
                let byte = bits.get(usize::from(wanted & 0xff) / 8).copied().unwrap_or_default();
                return byte & (0x80 >> (wanted % 8)) != 0;
            }
            rest = others;
        }
        false
    }

    /// Whether the name belongs to a child zone, as seen from the parent zone.
    pub(super) fn is_delegation(&self) -> bool {
        self.has(RecordType::NS) && !self.has(RecordType::SOA)
    }

    /// Whether this zone has no authority over the names below it (RFC 6840 section 4.1).
    pub(super) fn ends_authority(&self) -> bool {
        self.is_delegation() || self.has(RecordType::DNAME)
    }

    /// Whether they prove that this type does not exist, and that no CNAME leads to one.
    pub(super) fn lacks(&self, record_type: RecordType) -> bool {
        let rightful = if record_type == RecordType::DS {
            // The child zone's own statement does not count.
            !self.has(RecordType::SOA)
        } else {
            !self.is_delegation()
        };
        rightful && !self.has(record_type) && !self.has(RecordType::CNAME)
    }

    /// Their statement about a name without a DS record.
    pub(super) fn cut(&self) -> Cut {
        if self.has(RecordType::DS) || self.has(RecordType::SOA) {
            Cut::Unproven
        } else if self.has(RecordType::NS) {
            Cut::Insecure
        } else {
            Cut::None
        }
    }
}

/// Algorithm, flags, iterations and salt of a hash, and the data after them.
type Parameters<'a> = (u8, u8, u16, &'a [u8], &'a [u8]);

/// The salt and the number of iterations of a hash, from the data of an NSEC3 record.
pub(super) fn parameters(data: &[u8]) -> Option<Parameters<'_>> {
    let (algorithm, flags, iterations) = (*data.first()?, *data.get(1)?, number(data, 2)?);
    let (salt, rest) = data.get(5..)?.split_at_checked(usize::from(*data.get(4)?))?;
    Some((algorithm, flags, iterations, salt, rest))
}
