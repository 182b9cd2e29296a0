//! gRPC without TLS: the health check of one service, as frames of HTTP/2 that are written by hand.

use crate::http2::{
    ACK, DATA, END_HEADERS, END_STREAM, Frames, HEADERS, PREFACE, SETTINGS, WINDOW_UPDATE, push,
};
use anyhow::{Result, ensure};
use std::net::SocketAddr;
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;

/// ENABLE_PUSH 0, INITIAL_WINDOW_SIZE 6 MiB, MAX_HEADER_LIST_SIZE 64 KiB.
const OUR_SETTINGS: &[u8] = &[0, 2, 0, 0, 0, 0, 0, 4, 0, 0x60, 0, 0, 0, 6, 0, 1, 0, 0];

/// To a window of 15 MiB.
const WINDOW: [u8; 4] = 0x00ef_0001_u32.to_be_bytes();

/// `:method: POST` and `:scheme: http` in HPACK, and the name `:authority` with a text that is not compressed.
const PSEUDO_FIELDS: [u8; 3] = [0x83, 0x86, 0x41];

/// The other fields as the program compresses them: `:path: /grpc.health.v1.Health/Check`, `grpc-timeout`, `te`, `content-type`,
/// `grpc-accept-encoding: gzip,deflate,zstd`, and `user-agent`.
const FIELDS: &[u8] = &[
    0x04, 0x95, 0x62, 0x6b, 0x2b, 0x22, 0xf3, 0x94, 0x74, 0x26, 0x75, 0xfb, 0x85, 0x7c, 0x65, 0x1d, 0x09,
    0x9d, 0x8b, 0xd3, 0x94, 0x9d, 0x7f, 0x7a, 0x8c, 0x94, 0x76, 0xd0, 0x99, 0x4d, 0x54, 0x85, 0xb1, 0x80,
    0x2e, 0x15, 0xc1, 0x40, 0x89, 0x9a, 0xca, 0xc8, 0xb2, 0x4d, 0x49, 0x4f, 0x6a, 0x7f, 0x87, 0x6d, 0xf7,
    0xdf, 0x75, 0xb7, 0xc3, 0x6f, 0x40, 0x82, 0x49, 0x7f, 0x86, 0x4d, 0x83, 0x35, 0x05, 0xb1, 0x1f, 0x5f,
    0x8b, 0x1d, 0x75, 0xd0, 0x62, 0x0d, 0x26, 0x3d, 0x4c, 0x4d, 0x65, 0x64, 0x40, 0x8e, 0x9a, 0xca, 0xc8,
    0xb0, 0xc8, 0x42, 0xd6, 0x95, 0x8b, 0x51, 0x0f, 0x21, 0xaa, 0x9b, 0x94, 0x9b, 0xd9, 0xab, 0xfa, 0x90,
    0xb2, 0xd0, 0x34, 0x97, 0xeb, 0xda, 0x13, 0x27, 0xd1, 0xa4, 0x2d, 0x49, 0x32, 0x7d, 0x7f,
];

/// `HealthCheckResponse { status: SERVING }` behind the prefix of a message.
const SERVING: &[u8] = &[0, 0, 0, 0, 2, 0x08, 1];

/// Asks for the health of a service: two writes, and two reads if the peer writes twice.
pub(super) async fn check(target: SocketAddr, number: usize) -> Result<()> {
    let mut stream = TcpStream::connect(target).await?;
    stream.set_nodelay(true)?;
    stream.write_all(PREFACE).await?;
    let mut frames = Frames::default();
    let (mut is_serving, mut is_complete) = (false, false);
    while !is_complete {
        ensure!(frames.read(&mut stream).await?, "the answer is shorter than expected");
        while let Some(frame) = frames.next() {
            match frame.kind {
                SETTINGS if frame.flags & ACK == 0 => {
                    let request = request(&target.to_string(), &format!("shop.Service{number}"))?;
                    stream.write_all(&request).await?;
                }
                DATA => is_serving = frame.payload == SERVING,
                HEADERS => is_complete = frame.flags & END_STREAM != 0,
                _ => {}
            }
        }
    }
    ensure!(is_serving, "the service does not serve");
    Ok(())
}

/// What is sent when the peer's settings have come.
fn request(authority: &str, service: &str) -> Result<Vec<u8>> {
    let mut fields = Vec::with_capacity(256);
    fields.extend_from_slice(&PSEUDO_FIELDS);
    fields.push(u8::try_from(authority.len())?);
    fields.extend_from_slice(authority.as_bytes());
    fields.extend_from_slice(FIELDS);
    // `HealthCheckRequest { service }` behind the prefix of a message.
    let length = u8::try_from(service.len())?;
    let mut message = vec![0, 0, 0, 0, length + 2, 0x0a, length];
    message.extend_from_slice(service.as_bytes());
    let mut out = Vec::with_capacity(512);
    push(&mut out, SETTINGS, 0, 0, OUR_SETTINGS);
    push(&mut out, SETTINGS, ACK, 0, &[]);
    push(&mut out, WINDOW_UPDATE, 0, 0, &WINDOW);
    push(&mut out, HEADERS, END_HEADERS, 1, &fields);
    push(&mut out, DATA, END_STREAM, 1, &message);
    Ok(out)
}
