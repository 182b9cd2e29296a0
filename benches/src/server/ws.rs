//! WebSockets: messages go back to where they come from.

use super::http;
use crate::websocket::{CLOSE, Frames, frame};
use anyhow::{Context as _, Result};
use base64::Engine as _;
use sha1::{Digest as _, Sha1};
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;

/// What the client's key is hashed with (RFC 6455 section 1.3).
const GUID: &[u8] = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

/// Echoes until the client closes the WebSocket.
pub(super) async fn echo(mut stream: TcpStream) {
    // A client that breaks off is seen by the side that runs it.
    let _ = messages(&mut stream).await;
}

async fn messages(stream: &mut TcpStream) -> Result<()> {
    stream.set_nodelay(true)?;
    let head = http::head(stream).await.context("there is no head")?;
    let head = String::from_utf8(head)?;
    let answer = format!(
        "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: {}\r\n\r\n",
        accept(key(&head).context("there is no key")?)
    );
    stream.write_all(answer.as_bytes()).await?;
    let mut frames = Frames::default();
    while let Some((kind, payload)) = frames.next(stream).await? {
        stream.write_all(&frame(kind, None, &payload)?).await?;
        if kind == CLOSE {
            stream.shutdown().await?;
            break;
        }
    }
    Ok(())
}

fn key(head: &str) -> Option<&str> {
    let fields = head.lines().filter_map(|line| line.split_once(':'));
    let mut keys = fields.filter(|(name, _)| name.eq_ignore_ascii_case("sec-websocket-key"));
    keys.next().map(|(_, value)| value.trim())
}

fn accept(key: &str) -> String {
    let hash = Sha1::new().chain_update(key.as_bytes()).chain_update(GUID).finalize();
    base64::engine::general_purpose::STANDARD.encode(hash)
}
