//! gRPC without TLS: every call is answered as a health check of a service that serves.

use crate::http2::{
    ACK, DATA, END_HEADERS, END_STREAM, Frames, HEADERS, PING, PREFACE, SETTINGS, push, push_field,
};
use anyhow::{Result, ensure};
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;

/// `:status: 200` in HPACK's static table.
const STATUS_200: u8 = 0x88;

/// `HealthCheckResponse { status: SERVING }` behind the prefix of a message.
const SERVING: &[u8] = &[0, 0, 0, 0, 2, 0x08, 1];

/// Answers the calls on a connection until the client closes it.
pub(super) async fn answer(mut stream: TcpStream) {
    // A client that breaks off is seen by the side that runs it.
    let _ = calls(&mut stream).await;
}

async fn calls(stream: &mut TcpStream) -> Result<()> {
    stream.set_nodelay(true)?;
    let mut frames = Frames::default();
    let mut out = Vec::with_capacity(512);
    push(&mut out, SETTINGS, 0, 0, &[]);
    while !frames.skip(PREFACE) {
        ensure!(frames.read(stream).await?, "the client left");
    }
    loop {
        while let Some(frame) = frames.next() {
            match (frame.kind, frame.flags) {
                (SETTINGS, flags) if flags & ACK == 0 => push(&mut out, SETTINGS, ACK, 0, &[]),
                (PING, flags) if flags & ACK == 0 => push(&mut out, PING, ACK, 0, &frame.payload),
                (DATA | HEADERS, flags) if flags & END_STREAM != 0 => push_answer(&mut out, frame.stream),
                _ => {}
            }
        }
        if !out.is_empty() {
            stream.write_all(&out).await?;
            out.clear();
        }
        if !frames.read(stream).await? {
            return Ok(());
        }
    }
}

fn push_answer(out: &mut Vec<u8>, stream: u32) {
    let mut fields = vec![STATUS_200];
    push_field(&mut fields, "content-type", "application/grpc");
    push(out, HEADERS, END_HEADERS, stream, &fields);
    push(out, DATA, 0, stream, SERVING);
    let mut trailers = Vec::new();
    push_field(&mut trailers, "grpc-status", "0");
    push(out, HEADERS, END_HEADERS | END_STREAM, stream, &trailers);
}
