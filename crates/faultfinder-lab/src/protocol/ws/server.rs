//! The server: the opening handshake, and what follows it.

use super::frame::{self, CLOSE, FIN, PING, PONG, TEXT};
use crate::peer::{self, REQUEST_BYTES_MAX, Wire};
use crate::protocol::http::{Request, Script};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWriteExt as _};
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;

/// What a peer does.
#[derive(Clone)]
pub(super) enum Act {
    /// Answers the request for an upgrade like this.
    Answer(fn(&Request) -> Script),
    /// Opens the WebSocket, and says this at once.
    Greet(Script),
    /// Opens the WebSocket, and answers the first message like this.
    Reply(Script),
    /// Opens the WebSocket as this says, and sends every message back.
    Echo(fn(&Request) -> Script),
}

/// A good answer to a request for an upgrade, with these further lines.
pub(super) fn accept(request: &Request, lines: &str) -> Script {
    accept_over(request, "Upgrade", lines)
}

/// The same with this value of the connection header.
pub(super) fn accept_over(request: &Request, connection: &str, lines: &str) -> Script {
    let key = request.header("sec-websocket-key").unwrap_or_default();
    Script::new().then(format!(
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: {connection}\r\n\
         Sec-WebSocket-Accept: {}\r\n{lines}\r\n",
        derive_accept_key(key.as_bytes())
    ))
}

/// Another answer: its status line without the version, further lines, and a body.
pub(super) fn status(status: &str, lines: &str, body: &str) -> Script {
    let length = body.len();
    Script::new().then(format!("HTTP/1.1 {status}\r\nContent-Length: {length}\r\n{lines}\r\n{body}")).fin()
}

/// Serves one connection.
pub(super) async fn converse<S: Wire>(mut stream: S, act: Act) {
    let Some(request) = Request::read(&mut stream, 0).await else { return };
    let opened = match &act {
        Act::Answer(answer) => answer(&request).play(stream).await,
        Act::Echo(answer) => answer(&request).play(stream).await,
        Act::Greet(_) | Act::Reply(_) => accept(&request, "").play(stream).await,
    };
    let Some(mut stream) = opened else { return };
    match act {
        Act::Greet(script) => {
            let Some(rest) = script.play(stream).await else { return };
            stream = rest;
        }
        Act::Reply(script) => {
            if read_message(&mut stream).await.is_none() {
                return;
            }
            let Some(rest) = script.play(stream).await else { return };
            stream = rest;
        }
        Act::Echo(_) => return echo(stream).await,
        Act::Answer(_) => {}
    }
    until_close(stream).await;
}

/// Sends every message back, answers pings and the close.
async fn echo<S: Wire>(mut stream: S) {
    while let Some((opcode, payload)) = read_frame(&mut stream).await {
        let answer = match opcode {
            PING => frame::frame(FIN | PONG, payload),
            PONG => continue,
            opcode => frame::frame(FIN | opcode, payload),
        };
        if stream.write_all(&answer).await.is_err() || stream.flush().await.is_err() || opcode == CLOSE {
            break;
        }
    }
    Script::new().fin().play(stream).await;
}

/// Reads over everything until the client closes, and answers that.
async fn until_close<S: Wire>(mut stream: S) {
    while let Some((opcode, payload)) = read_frame(&mut stream).await {
        if opcode == CLOSE {
            Script::new().then(frame::frame(FIN | CLOSE, payload)).fin().play(stream).await;
            return;
        }
    }
    peer::drain(&mut stream).await;
}

/// The next message of a client.
async fn read_message<S: AsyncRead + Unpin>(stream: &mut S) -> Option<Vec<u8>> {
    loop {
        match read_frame(stream).await? {
            (TEXT | frame::BINARY, payload) => return Some(payload),
            (CLOSE, _) => return None,
            _ => {}
        }
    }
}

/// The next frame of a client, unmasked (RFC 6455 section 5.3): its opcode and payload.
async fn read_frame<S: AsyncRead + Unpin>(stream: &mut S) -> Option<(u8, Vec<u8>)> {
    let first = stream.read_u8().await.ok()?;
    let length = match stream.read_u8().await.ok()? & 0x7f {
        126 => usize::from(stream.read_u16().await.ok()?),
        127 => usize::try_from(stream.read_u64().await.ok()?).ok()?,
        short => usize::from(short),
    };
    let mut mask = [0_u8; 4];
    stream.read_exact(&mut mask).await.ok()?;
    let mut payload = vec![0_u8; Some(length).filter(|length| *length <= REQUEST_BYTES_MAX)?];
    stream.read_exact(&mut payload).await.ok()?;
    for (byte, mask) in payload.iter_mut().zip(mask.iter().cycle()) {
        *byte ^= mask;
    }
    Some((first & 0x0f, payload))
}
