//! How much there is to compare, and what that costs.

use super::kinds;
use crate::general_name::GeneralName;

/// The most names times subtrees in one pair of certificates; OpenSSL's limit (`NAME_CHECK_MAX`).
pub(super) const PAIRS_MAX: usize = 1 << 20;

/// Bytes compared, and bytes made readable, that take as long as one step.
const COMPARED_PER_STEP: usize = 64;
const WRITTEN_PER_STEP: usize = 8;

/// How much there is to compare.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Size {
    pub(super) count: usize,
    pub(super) bytes: usize,
}

impl Size {
    /// Adds names.
    pub(super) fn of<'a>(names: impl Iterator<Item = &'a GeneralName>) -> Self {
        names.fold(Self::default(), |size, name| Self {
            count: size.count.saturating_add(1),
            bytes: size.bytes.saturating_add(kinds::length(name)),
        })
    }

    /// The steps of checking so many names against so many subtrees: each pair, the bytes that both sides of it have, and
    /// those of the texts, if there is an objection.
    pub(super) fn steps(self, subtrees: Self) -> usize {
        let compared = self
            .count
            .saturating_mul(subtrees.bytes)
            .saturating_add(subtrees.count.saturating_mul(self.bytes));
        let written = self.bytes.saturating_add(subtrees.bytes);
        self.count
            .saturating_add(subtrees.count)
            .saturating_add(self.count.saturating_mul(subtrees.count))
            .saturating_add(compared / COMPARED_PER_STEP)
            .saturating_add(written / WRITTEN_PER_STEP)
    }
}
