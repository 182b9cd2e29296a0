//! The HTTP/2 server: greets, acknowledges, and plays a script for every request whose last frame has come.

use super::Answer;
use super::frame::{self, ACK, END_STREAM, HEADER_BYTES, kind};
use crate::peer::{self, Wire};
use crate::{Lab, LabError};
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt};

/// What every client says first (RFC 9113 section 3.4).
const PREFACE_BYTES: usize = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".len();

/// What the server does about SETTINGS.
#[derive(Debug, Clone)]
pub(crate) enum Greeting {
    /// Sends this first, and acknowledges the client's.
    Frames(Vec<u8>),
    /// Sends none and acknowledges none: the script's bytes are the first that the client sees.
    Silent,
}

impl Greeting {
    /// Sends a SETTINGS frame with these numbers and values first.
    pub(crate) fn settings(values: &[(u16, u32)]) -> Self {
        Self::Frames(frame::settings(values))
    }
}

/// Serves every connection; `answer` gets the stream of the request.
pub(crate) fn serve(lab: &Lab, greeting: Greeting, answer: Answer) -> Result<SocketAddr, LabError> {
    peer::tcp(lab, move |stream| {
        let greeting = greeting.clone();
        async move { converse(stream, greeting, answer).await }
    })
}

/// The same with one answer for every other connection, beginning with the first, and another one for the rest.
pub(crate) fn serve_in_turn(
    lab: &Lab,
    greeting: Greeting,
    answers: [Answer; 2],
) -> Result<SocketAddr, LabError> {
    let connections = Arc::new(AtomicUsize::new(0));
    peer::tcp(lab, move |stream| {
        let [odd, even] = answers;
        let is_odd = connections.fetch_add(1, Ordering::Relaxed).is_multiple_of(2);
        let (greeting, answer) = (greeting.clone(), if is_odd { odd } else { even });
        async move { converse(stream, greeting, answer).await }
    })
}

/// Answers the requests of one connection.
pub(crate) async fn converse<S: Wire>(mut stream: S, greeting: Greeting, answer: Answer) {
    let mut preface = [0; PREFACE_BYTES];
    if stream.read_exact(&mut preface).await.is_err() {
        return;
    }
    if let Greeting::Frames(frames) = &greeting
        && write(&mut stream, frames).await.is_none()
    {
        return;
    }
    let mut open = Some(stream);
    while let Some(mut stream) = open.take() {
        open = match next_request(&mut stream, &greeting).await {
            Some(request) => answer(request).play(stream).await,
            None => None,
        };
    }
}

/// Reads to the end of the next request; its stream, or nothing when the client closes.
async fn next_request<S: Wire>(stream: &mut S, greeting: &Greeting) -> Option<u32> {
    loop {
        let frame = Frame::read(stream).await?;
        let (ends, acknowledges) = (frame.flags & END_STREAM != 0, frame.flags & ACK != 0);
        match frame.kind {
            kind::HEADERS | kind::DATA if ends => return Some(frame.stream),
            kind::SETTINGS if !acknowledges && matches!(greeting, Greeting::Frames(_)) => {
                write(stream, &frame::frame(kind::SETTINGS, ACK, 0, &[])).await?;
            }
            kind::PING if !acknowledges => {
                write(stream, &frame::frame(kind::PING, ACK, 0, &frame.payload)).await?;
            }
            _ => {}
        }
    }
}

async fn write<S: Wire>(stream: &mut S, bytes: &[u8]) -> Option<()> {
    stream.write_all(bytes).await.ok()?;
    stream.flush().await.ok()
}

/// A frame of the client.
struct Frame {
    kind: u8,
    flags: u8,
    stream: u32,
    payload: Vec<u8>,
}

impl Frame {
    async fn read<S: AsyncRead + Unpin>(stream: &mut S) -> Option<Self> {
        let mut header = [0; HEADER_BYTES];
        stream.read_exact(&mut header).await.ok()?;
        let [l0, l1, l2, kind, flags, s0, s1, s2, s3] = header;
        // At most 16 MiB, and without our permission at most 16 KiB.
        let length = usize::try_from(u32::from_be_bytes([0, l0, l1, l2])).ok()?;
        let mut payload = vec![0; length];
        stream.read_exact(&mut payload).await.ok()?;
        Some(Self { kind, flags, stream: u32::from_be_bytes([s0 & 0x7f, s1, s2, s3]), payload })
    }
}
