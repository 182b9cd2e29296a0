//! What a client has asked for, as far as a peer cares.

use crate::peer::{REQUEST_BYTES_MAX, read_head};
use tokio::io::{AsyncRead, AsyncReadExt};

/// One request as it came.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    /// The method.
    pub(crate) method: String,
    /// The target: a path, a URL (to a proxy), or `host:port` (of a CONNECT).
    pub(crate) target: String,
    /// Names in lower case, and values.
    headers: Vec<(String, String)>,
    /// The body as it came, with the framing of its chunks, if any.
    pub(crate) body: String,
    /// How many requests came before it on the same connection.
    pub(crate) earlier: usize,
}

impl Request {
    /// Reads a request; nothing if the client closes before its head is complete.
    pub(crate) async fn read<S: AsyncRead + Unpin>(stream: &mut S, earlier: usize) -> Option<Self> {
        let mut bytes = read_head(stream).await;
        let end = bytes.windows(4).position(|window| window == b"\r\n\r\n")? + 4;
        let mut request = Self::parse(&String::from_utf8_lossy(bytes.get(..end)?), earlier)?;
        let mut body = bytes.split_off(end);
        let mut chunk = [0_u8; 4096];
        while !request.is_whole(&body) && body.len() < REQUEST_BYTES_MAX {
            match stream.read(&mut chunk).await {
                Ok(0) | Err(_) => return None,
                Ok(count) => body.extend_from_slice(chunk.get(..count)?),
            }
        }
        request.body = String::from_utf8_lossy(&body).into_owned();
        Some(request)
    }

    fn parse(head: &str, earlier: usize) -> Option<Self> {
        let mut lines = head.lines();
        let mut words = lines.next()?.split(' ');
        let method = words.next()?.to_owned();
        let target = words.next()?.to_owned();
        let headers = lines
            .filter_map(|line| line.split_once(':'))
            .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
            .collect();
        Some(Self { method, target, headers, body: String::new(), earlier })
    }

    /// Whether this is all of the body.
    fn is_whole(&self, body: &[u8]) -> bool {
        if self.header("transfer-encoding").is_some() {
            return body.ends_with(b"0\r\n\r\n");
        }
        let length = self.header("content-length").and_then(|value| value.parse().ok()).unwrap_or(0);
        body.len() >= length
    }

    /// The first header of that name (in lower case).
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(found, _)| found == name).map(|(_, value)| value.as_str())
    }
}
