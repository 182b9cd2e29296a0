//! WebSockets: an opening handshake, a message that comes back, and a closing handshake.

use crate::websocket::{CLOSE, Frames, TEXT, frame};
use anyhow::{Context as _, Result, ensure};
use std::net::SocketAddr;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// A key and what it is answered with (RFC 6455 section 1.3).
const KEY: &str = "dGhlIHNhbXBsZSBub25jZQ==";
const ACCEPT: &str = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

/// Any value will do.
const MASK: [u8; 4] = [0x37, 0xfa, 0x21, 0x3d];

/// Status 1000 of a close frame.
const NORMAL: [u8; 2] = 1000_u16.to_be_bytes();

/// Opens, sends and receives a message, closes.
pub(super) async fn echo(target: SocketAddr, number: usize) -> Result<()> {
    let mut stream = TcpStream::connect(target).await?;
    stream.set_nodelay(true)?;
    let head = format!(
        "GET /echo/{number} HTTP/1.1\r\nHost: {target}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {KEY}\r\nuser-agent: faultfinder/0.1.0\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).await?;
    let mut frames = Frames::new(opened(&mut stream).await?);
    let message = format!("are you there, {number}?");
    stream.write_all(&frame(TEXT, Some(MASK), message.as_bytes())?).await?;
    let (kind, payload) = frames.next(&mut stream).await?.context("no message came back")?;
    ensure!(kind == TEXT && payload == message.as_bytes(), "another message came back");
    stream.write_all(&frame(CLOSE, Some(MASK), &NORMAL)?).await?;
    let (kind, _) = frames.next(&mut stream).await?.context("the WebSocket was not closed")?;
    ensure!(kind == CLOSE, "something came instead of the close frame");
    Ok(())
}

/// Reads the head of the answer. What came behind it is returned.
async fn opened(stream: &mut TcpStream) -> Result<Vec<u8>> {
    let mut answer = [0; 1024];
    let mut length = 0;
    loop {
        let room = answer.get_mut(length..).context("the answer is longer than expected")?;
        let count = stream.read(room).await?;
        ensure!(count > 0, "the answer is shorter than expected");
        length += count;
        let text = answer.get(..length).unwrap_or_default();
        if let Some(end) = text.windows(4).position(|four| four == b"\r\n\r\n") {
            let head = text.get(..end).unwrap_or_default();
            ensure!(head.starts_with(b"HTTP/1.1 101 "), "the answer is not an upgrade");
            ensure!(
                head.windows(ACCEPT.len()).any(|part| part == ACCEPT.as_bytes()),
                "the answer is for another key"
            );
            return Ok(text.get(end + 4..).unwrap_or_default().to_vec());
        }
    }
}
