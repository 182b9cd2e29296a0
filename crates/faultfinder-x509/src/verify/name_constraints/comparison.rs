//! What the comparisons of all kinds of names share.

/// Why a name cannot be compared with a subtree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Obstacle {
    /// There is no rule for this kind.
    Kind,
    /// The name cannot be read.
    Name(&'static str),
    /// The subtree cannot be read.
    Constraint(&'static str),
    /// The subtree's A-labels cannot be decoded.
    Labels,
}

/// Whether a text ends in another, ASCII case aside; gives what stands before it.
pub(super) fn before_suffix<'a>(text: &'a [u8], suffix: &[u8]) -> Option<&'a [u8]> {
    let (before, end) = text.split_at_checked(text.len().checked_sub(suffix.len())?)?;
    end.eq_ignore_ascii_case(suffix).then_some(before)
}
