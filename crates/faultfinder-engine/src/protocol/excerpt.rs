//! What was received, for results.

use faultfinder_taxonomy::Fact;

/// Most bytes of one thing that was received (a body, a message, the value of a header) in a result.
pub(super) const EXCERPT_BYTES_MAX: usize = 1024;

/// The beginning of what was received as text, with a mark where it was cut.
pub(super) fn excerpt(bytes: &[u8], bytes_max: usize) -> Fact {
    let kept = bytes.get(..bytes_max).unwrap_or(bytes);
    let mut text = String::from_utf8_lossy(kept).into_owned();
    if kept.len() < bytes.len() {
        // The last character may have been cut in two.
        if text.ends_with('\u{fffd}') {
            text.pop();
        }
        text.push_str(faultfinder_assert::CUT_MARK);
    }
    Fact::Text(text)
}
