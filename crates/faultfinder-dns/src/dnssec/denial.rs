//! What is proven not to exist (RFC 4035 section 5.4, RFC 5155 section 8), whether by NSEC or by NSEC3.

use super::proven::{Cut, Proven};
use super::records::RecordSet;
use super::signature::{self, Budget, Zone};
use super::trouble::Trouble;
use super::{Name, nsec, nsec3};
use faultfinder_taxonomy::word::RecordType;

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
