//! What is proven not to exist (RFC 4035 section 5.4, RFC 5155 section 8), whether by NSEC or by NSEC3.

use super::records::{RecordSet, number};
use super::signature::{self, Budget, Zone};
use super::trouble::Trouble;
use super::{Name, nsec, nsec3};
use faultfinder_taxonomy::word::RecordType;

/// Most iterations of the hash of NSEC3; beyond it an answer counts as insecure, as RFC 9276 section 3.2 allows. What
/// other validators take lies between 0 and 150; the recommended number is 0.
pub(super) const ITERATIONS_MAX: u16 = 50;

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

/// The proofs of an answer, their signatures verified.
#[derive(Debug)]
pub(super) struct Proofs {
    zone: Name,
    nsec: Vec<nsec::Span>,
    nsec3: Vec<nsec3::Span>,
}

impl Proofs {
    /// The proofs that this zone has signed.
    ///
    /// # Errors
    ///
    /// When there is none that holds: the trouble of the first, or that there is none at all. Insecure when the zone
    /// hashes too often.
    pub(super) fn read(
        sets: &[RecordSet],
        zone: &Zone,
        now: i64,
        budget: &mut Budget,
    ) -> Result<Self, Trouble> {
        let mut proofs = Self { zone: zone.name.clone(), nsec: Vec::new(), nsec3: Vec::new() };
        let mut trouble = None;
        for set in sets {
            if !matches!(set.record_type, RecordType::NSEC | RecordType::NSEC3) {
                continue;
            }
            match signature::verify(set, zone, now, budget) {
                Ok(signed) => proofs.add(set, signed.wildcard_of.is_some())?,
                Err(other) => {
                    trouble.get_or_insert(other);
                }
            }
        }
        match trouble {
            Some(trouble) if proofs.is_empty() => Err(trouble),
            _ => Ok(proofs),
        }
    }

    fn add(&mut self, set: &RecordSet, expanded: bool) -> Result<(), Trouble> {
        for data in &set.data {
            if set.record_type == RecordType::NSEC3 {
                self.nsec3.extend(nsec3::Span::read(&set.owner, &self.zone, data)?);
            } else {
                // An NSEC that was made of a wildcard says nothing of the name that it stands at.
                self.nsec.extend(nsec::Span::read(&set.owner, data).filter(|_| !expanded));
            }
        }
        Ok(())
    }

    pub(super) const fn is_empty(&self) -> bool {
        self.nsec.is_empty() && self.nsec3.is_empty()
    }

    /// Whether there is no such name.
    pub(super) fn no_name(&self, name: &Name) -> Proven {
        match nsec::no_name(&self.nsec, name) {
            true => Proven::Absent,
            false => nsec3::no_name(&self.nsec3, &self.zone, name),
        }
    }

    /// Whether the name, or the wildcard that stands for it, has no record of this type.
    pub(super) fn no_data(&self, name: &Name, record_type: RecordType) -> Proven {
        match nsec::no_data(&self.nsec, name, record_type) {
            true => Proven::Absent,
            false => nsec3::no_data(&self.nsec3, &self.zone, name, record_type),
        }
    }

    /// Whether there is no name between a wildcard's place and the name that it was made into.
    pub(super) fn no_closer_name(&self, encloser: &Name, name: &Name) -> Proven {
        let closer = name.suffix(encloser.count() + 1);
        match nsec::covered(&self.nsec, &closer) {
            true => Proven::Absent,
            false => nsec3::covered(&self.nsec3, &self.zone, &closer),
        }
    }

    /// What there is at a name without DS record.
    pub(super) fn cut(&self, name: &Name) -> Cut {
        match nsec::cut(&self.nsec, name) {
            Cut::Unproven => nsec3::cut(&self.nsec3, &self.zone, name),
            proven => proven,
        }
    }
}

/// Algorithm, flags, iterations and salt of a hash, and what stands behind them.
type Parameters<'a> = (u8, u8, u16, &'a [u8], &'a [u8]);

/// The salt and the number of iterations of a hash, as they are in the data of NSEC3.
pub(super) fn parameters(data: &[u8]) -> Option<Parameters<'_>> {
    let (algorithm, flags, iterations) = (*data.first()?, *data.get(1)?, number(data, 2)?);
    let (salt, rest) = data.get(5..)?.split_at_checked(usize::from(*data.get(4)?))?;
    Some((algorithm, flags, iterations, salt, rest))
}
