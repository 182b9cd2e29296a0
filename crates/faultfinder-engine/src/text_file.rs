//! Files that are read up to a limit.

use faultfinder_spec::VARIABLE_BYTES_MAX;
use std::io::Read as _;
use std::path::Path;

/// The bytes of a file, at most one more than may be.
pub(crate) fn read_limited(path: &Path, most: usize) -> std::io::Result<Vec<u8>> {
    let limit = u64::try_from(most).unwrap_or(u64::MAX).saturating_add(1);
    let mut bytes = Vec::new();
    std::fs::File::open(path)?.take(limit).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// The value of a variable that is in a file, without the line end at its end.
///
/// # Errors
///
/// Why it cannot be read, in words that do not repeat its content.
pub(crate) fn value_of(path: &Path) -> Result<String, String> {
    let shown = path.display();
    let bytes =
        read_limited(path, VARIABLE_BYTES_MAX).map_err(|error| format!("{shown} cannot be read: {error}"))?;
    if bytes.len() > VARIABLE_BYTES_MAX {
        return Err(format!("{shown} has more than {VARIABLE_BYTES_MAX} bytes, too much for a variable"));
    }
    let mut text = String::from_utf8(bytes).map_err(|_| format!("{shown} is not UTF-8 text"))?;
    if text.ends_with('\n') {
        text.pop();
        if text.ends_with('\r') {
            text.pop();
        }
    }
    Ok(text)
}
