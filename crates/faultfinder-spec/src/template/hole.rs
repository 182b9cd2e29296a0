//! Where a `{{` ends.

/// What is between `{{` and `}}`, and what comes after. A pair that opens again before it closes was never closed, so
/// that nothing is searched further than the next `{{`.
pub(crate) fn closed(after: &str) -> Option<(&str, &str)> {
    let at = after.as_bytes().windows(2).position(|pair| matches!(pair, b"{{" | b"}}"))?;
    let (inside, rest) = after.split_at_checked(at)?;
    Some((inside, rest.strip_prefix("}}")?))
}
