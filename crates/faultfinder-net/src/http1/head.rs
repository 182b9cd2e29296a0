//! The head of a response (RFC 9112 section 4).

use super::error::{Error, Violation};
use super::limits::Limits;
use super::lines::{Block, First};
use bytes::{Bytes, BytesMut};
use http::{HeaderMap, HeaderName, HeaderValue, Version};
use tokio::io::{AsyncRead, AsyncReadExt as _};

/// The head of a response.
#[derive(Debug, Clone)]
#[expect(clippy::exhaustive_structs, reason = "closed: what a head says")]
pub struct Head {
    /// HTTP/1.0 or HTTP/1.1.
    pub version: Version,
    /// The status code, 100 to 999.
    pub status: u16,
    /// The fields, in order.
    pub headers: HeaderMap,
}

impl Head {
    /// Parses a complete head, whose lines have been checked.
    pub(super) fn parse(block: &Bytes, begins: u64) -> Result<Self, Error> {
        let lines = block.iter().filter(|byte| **byte == b'\n').count();
        let mut fields = vec![httparse::EMPTY_HEADER; lines];
        let mut response = httparse::Response::new(&mut fields);
        let parsed = response.parse(block);
        let (Ok(httparse::Status::Complete(_)), Some(status)) = (parsed, response.code) else {
            return Err(unparsable(block, begins));
        };
        let version = if response.version == Some(0) { Version::HTTP_10 } else { Version::HTTP_11 };
        let headers = headers(response.headers).ok_or_else(|| unparsable(block, begins))?;
        Ok(Self { version, status, headers })
    }

    /// Whether another response follows. 101 is the last one: another protocol follows it.
    pub(super) const fn is_interim(&self) -> bool {
        matches!(self.status, 100 | 102..=199)
    }
}

/// The fields of a trailer section, whose lines have been checked.
pub(super) fn trailers(block: &Bytes, begins: u64) -> Result<HeaderMap, Error> {
    let lines = block.iter().filter(|byte| **byte == b'\n').count();
    let mut fields = vec![httparse::EMPTY_HEADER; lines];
    match httparse::parse_headers(block, &mut fields) {
        Ok(httparse::Status::Complete((_, fields))) => {
            headers(fields).ok_or_else(|| unparsable(block, begins))
        }
        _ => Err(unparsable(block, begins)),
    }
}

fn headers(fields: &[httparse::Header<'_>]) -> Option<HeaderMap> {
    let mut headers = HeaderMap::with_capacity(fields.len());
    for field in fields {
        let name = HeaderName::from_bytes(field.name.as_bytes()).ok()?;
        headers.append(name, HeaderValue::from_bytes(field.value).ok()?);
    }
    Some(headers)
}

/// Input that the library rejects although it follows our rules.
fn unparsable(block: &[u8], begins: u64) -> Error {
    let violation = Violation::new("HPE_INVALID_HEADER_TOKEN", "the head does not parse", 0);
    violation.in_line(block, begins).into()
}

/// Reads the head of a response byte by byte, so that nothing after it is read from the stream.
///
/// # Errors
///
/// Those of the [connection](super::Connection); the received bytes are appended to `seen` in any case.
pub async fn read_head<S: AsyncRead + Unpin>(
    stream: &mut S,
    limits: Limits,
    seen: &mut Vec<u8>,
) -> Result<Head, Error> {
    let mut block = Block::new(First::Status, limits, 0);
    let mut buffer = BytesMut::new();
    loop {
        let byte = stream.read_u8().await.map_err(Error::Ended)?;
        seen.push(byte);
        buffer.extend_from_slice(&[byte]);
        if let Some(head) = block.read(&mut buffer)? {
            return Head::parse(&head, 0);
        }
    }
}
