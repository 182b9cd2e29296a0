//! What proofs of absence speak of: the types that there are at a name, and what they show.

use faultfinder_taxonomy::word::RecordType;

/// What a proof shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Proven {
    /// It does not exist.
    Absent,
    /// It is not signed: it lies below an insecure delegation, or in a span that is opted out (RFC 5155 section 6).
    Unsigned,
    /// It is not shown.
    Nothing,
}

/// What a zone says of a name below it that has no DS record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cut {
    /// No other zone begins there.
    None,
    /// Another zone begins there, and it is not signed.
    Insecure,
    /// There is no such name.
    NoName,
    /// It is not shown what there is.
    Unproven,
}

/// The types that there are at a name.
#[derive(Debug, Clone)]
pub(super) struct Types(Vec<u8>);

impl Types {
    pub(super) fn new(bitmaps: &[u8]) -> Self {
        Self(bitmaps.to_vec())
    }

    /// Whether there is this type (RFC 4034 section 4.1.2).
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

    /// Whether the name is that of a zone below, as the zone above sees it.
    pub(super) fn is_delegation(&self) -> bool {
        self.has(RecordType::NS) && !self.has(RecordType::SOA)
    }

    /// Whether names below it are not this zone's to speak of (RFC 6840 section 4.1).
    pub(super) fn ends_authority(&self) -> bool {
        self.is_delegation() || self.has(RecordType::DNAME)
    }

    /// Whether they show that there is no such type, and no CNAME that would lead to one.
    pub(super) fn lacks(&self, record_type: RecordType) -> bool {
        let rightful = if record_type == RecordType::DS {
            // What the zone below says of itself does not count.
            !self.has(RecordType::SOA)
        } else {
            !self.is_delegation()
        };
        rightful && !self.has(record_type) && !self.has(RecordType::CNAME)
    }

    /// What they say of a name without DS record.
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
