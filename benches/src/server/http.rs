//! HTTP: one answer to each connection, whatever is asked for.

use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};

/// The answer, which ends the connection.
const ANSWER: &[u8] =
    b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 15\r\nconnection: close\r\n\r\n{\"status\":\"ok\"}";

/// The longest head of a request, in bytes.
const HEAD_BYTES_MAX: usize = 16 << 10;

/// Reads the head of a request and answers.
pub(super) async fn answer<S: AsyncRead + AsyncWrite + Unpin>(mut stream: S) {
    if head(&mut stream).await.is_none() {
        return;
    }
    if stream.write_all(ANSWER).await.is_ok() && stream.flush().await.is_ok() {
        let _ = stream.shutdown().await;
    }
}

/// The head of a request with the empty line behind it.
pub(super) async fn head<S: AsyncRead + Unpin>(stream: &mut S) -> Option<Vec<u8>> {
    let mut head = Vec::new();
    let mut chunk = [0; 2048];
    while !head.ends_with(b"\r\n\r\n") {
        match stream.read(&mut chunk).await {
            Ok(count) if count > 0 && head.len() < HEAD_BYTES_MAX => {
                head.extend_from_slice(chunk.get(..count).unwrap_or_default());
            }
            _ => return None,
        }
    }
    Some(head)
}
