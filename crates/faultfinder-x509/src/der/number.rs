//! Integers that fit.

/// An integer's value if it fits; negative ones too.
pub(crate) fn small_integer(content: &[u8]) -> Option<i64> {
    let first = *content.first()?;
    if content.len() > 8 {
        return None;
    }
    let start = if first & 0x80 != 0 { -1_i64 } else { 0 };
    Some(content.iter().fold(start, |value, byte| (value << 8) | i64::from(*byte)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_integers_keep_their_sign() {
        assert_eq!(small_integer(&[0xff]), Some(-1));
        assert_eq!(small_integer(&[0, 0x80]), Some(128));
        assert_eq!(small_integer(&[1; 9]), None);
    }
}
