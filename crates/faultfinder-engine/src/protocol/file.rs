//! Files whose bytes are sent as they are: no template in them means anything.

use crate::section::Section;
use crate::text_file::read_limited;
use std::path::Path;

/// Largest file that is sent, in bytes: a body, a message, a part of a multipart body. A test waits for all of it.
pub const FILE_BYTES_MAX: usize = 3_000_000;

/// The path of the file that a field names, and its bytes. What is wrong with it is kept by the section's renderer.
pub(super) fn of(section: &mut Section<'_, '_>, field: &str) -> Option<(String, Vec<u8>)> {
    let path = section.file(field)?;
    match read(Path::new(&path)) {
        Ok(bytes) => Some((path, bytes)),
        Err(why) => {
            section.object(field, "unreadable_file", format!("cannot read {path}: {why}"));
            None
        }
    }
}

fn read(path: &Path) -> Result<Vec<u8>, String> {
    let metadata = std::fs::metadata(path).map_err(|error| error.to_string())?;
    if !metadata.is_file() {
        return Err("it is not a file".to_owned());
    }
    let too_long = |bytes: u64| format!("it has {bytes} bytes; at most {FILE_BYTES_MAX} are allowed");
    let limit = u64::try_from(FILE_BYTES_MAX).unwrap_or(u64::MAX);
    if metadata.len() > limit {
        return Err(too_long(metadata.len()));
    }
    // It may have grown since.
    let bytes = read_limited(path, FILE_BYTES_MAX).map_err(|error| error.to_string())?;
    if bytes.len() > FILE_BYTES_MAX { Err(too_long(limit.saturating_add(1))) } else { Ok(bytes) }
}
