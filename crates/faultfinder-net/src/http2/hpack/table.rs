//! The static and the dynamic table (RFC 7541 section 2.3 and appendix A).

use super::{Broken, TABLE_BYTES_MAX};
use std::collections::VecDeque;

/// What an entry counts beside its name and value (RFC 7541 section 4.1).
const ENTRY_BYTES: u64 = 32;

/// The fields of the static table, from the index 1.
const STATIC: [(&str, &str); 61] = [
    (":authority", ""),
    (":method", "GET"),
    (":method", "POST"),
    (":path", "/"),
    (":path", "/index.html"),
    (":scheme", "http"),
    (":scheme", "https"),
    (":status", "200"),
    (":status", "204"),
    (":status", "206"),
    (":status", "304"),
    (":status", "400"),
    (":status", "404"),
    (":status", "500"),
    ("accept-charset", ""),
    ("accept-encoding", "gzip, deflate"),
    ("accept-language", ""),
    ("accept-ranges", ""),
    ("accept", ""),
    ("access-control-allow-origin", ""),
    ("age", ""),
    ("allow", ""),
    ("authorization", ""),
    ("cache-control", ""),
    ("content-disposition", ""),
    ("content-encoding", ""),
    ("content-language", ""),
    ("content-length", ""),
    ("content-location", ""),
    ("content-range", ""),
    ("content-type", ""),
    ("cookie", ""),
    ("date", ""),
    ("etag", ""),
    ("expect", ""),
    ("expires", ""),
    ("from", ""),
    ("host", ""),
    ("if-match", ""),
    ("if-modified-since", ""),
    ("if-none-match", ""),
    ("if-range", ""),
    ("if-unmodified-since", ""),
    ("last-modified", ""),
    ("link", ""),
    ("location", ""),
    ("max-forwards", ""),
    ("proxy-authenticate", ""),
    ("proxy-authorization", ""),
    ("range", ""),
    ("referer", ""),
    ("refresh", ""),
    ("retry-after", ""),
    ("server", ""),
    ("set-cookie", ""),
    ("strict-transport-security", ""),
    ("transfer-encoding", ""),
    ("user-agent", ""),
    ("vary", ""),
    ("via", ""),
    ("www-authenticate", ""),
];

/// A field: its name and its value as the peer sent them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Field {
    pub(crate) name: Vec<u8>,
    pub(crate) value: Vec<u8>,
}

/// The dynamic table of one connection, over the static one.
#[derive(Debug)]
pub(super) struct Table {
    /// The newest first.
    entries: VecDeque<Field>,
    bytes: u64,
    bytes_max: u64,
}

impl Table {
    pub(super) const fn new() -> Self {
        Self { entries: VecDeque::new(), bytes: 0, bytes_max: TABLE_BYTES_MAX }
    }

    /// The field with this index.
    pub(super) fn get(&self, index: u64) -> Result<Field, Broken> {
        let place = index.checked_sub(1).and_then(|place| usize::try_from(place).ok());
        let place = place.ok_or(Broken::Index(index))?;
        if let Some((name, value)) = STATIC.get(place) {
            return Ok(Field { name: name.as_bytes().to_vec(), value: value.as_bytes().to_vec() });
        }
        self.entries.get(place - STATIC.len()).cloned().ok_or(Broken::Index(index))
    }

    /// Adds a field, and drops old ones that no longer fit (RFC 7541 section 4.4).
    pub(super) fn add(&mut self, field: &Field) {
        let bytes = size(field);
        self.shrink(self.bytes_max.saturating_sub(bytes));
        if bytes <= self.bytes_max {
            self.bytes += bytes;
            self.entries.push_front(field.clone());
        }
    }

    /// Changes its size (RFC 7541 section 4.3).
    pub(super) fn resize(&mut self, bytes_max: u64) -> Result<(), Broken> {
        if bytes_max > TABLE_BYTES_MAX {
            return Err(Broken::TableSize(bytes_max));
        }
        self.bytes_max = bytes_max;
        self.shrink(bytes_max);
        Ok(())
    }

    fn shrink(&mut self, bytes_max: u64) {
        while self.bytes > bytes_max
            && let Some(oldest) = self.entries.pop_back()
        {
            self.bytes -= size(&oldest);
        }
    }

    #[cfg(test)]
    pub(super) const fn bytes(&self) -> u64 {
        self.bytes
    }
}

fn size(field: &Field) -> u64 {
    ENTRY_BYTES + field.name.len() as u64 + field.value.len() as u64
}
