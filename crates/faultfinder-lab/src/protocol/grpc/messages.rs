//! Messages that are broken, compressed or missing.

use super::case::{scenario, status};
use super::service::{GRPC, Reply, serve};
use super::wire::{framed, plain};
use crate::{Expect, Lab, LabError, Scenario};
use faultfinder_taxonomy::{Blame, GrpcStatus};
use flate2::read::{GzEncoder, ZlibEncoder};
use serde_json::json;
use std::io::Read;
use std::net::SocketAddr;

/// The answer of a health check: SERVING.
const SERVING: &[u8] = b"\x08\x01";

/// Case, what it shows, the status, and the body before the status `OK`.
type Broken = (&'static str, &'static str, GrpcStatus, fn() -> Vec<u8>);

const BROKEN: &[Broken] = &[
    ("ok-without-message", "OK, and no message", GrpcStatus::Unimplemented, Vec::new),
    ("two-messages", "two messages where one is allowed", GrpcStatus::Unimplemented, || {
        [plain(SERVING), plain(SERVING)].concat()
    }),
    ("length-beyond-data", "a message that announces 100 bytes and has three", GrpcStatus::Internal, || {
        b"\0\0\0\0\x64abc".to_vec()
    }),
    ("half-a-prefix", "an answer that ends inside a prefix", GrpcStatus::Internal, || b"\0\0".to_vec()),
    ("bad-flag", "a prefix that is neither compressed nor not", GrpcStatus::Internal, || {
        b"\x07\0\0\0\x02\x08\x01".to_vec()
    }),
    ("malformed-protobuf", "a message whose field goes beyond its end", GrpcStatus::Internal, || {
        plain(b"\x0a\x7fabc")
    }),
    ("compressed-without-encoding", "a compressed message, and no word how", GrpcStatus::Internal, || {
        framed(&gzip(SERVING), true)
    }),
];

/// Case, what it shows, what `grpc-encoding` says, and the message.
type Compressed = (&'static str, &'static str, &'static str, fn(&[u8]) -> Vec<u8>);

const COMPRESSED: &[Compressed] = &[
    ("compressed-gzip-ok", "a message compressed by gzip", "gzip", gzip),
    ("compressed-deflate-ok", "a message compressed by zlib", "deflate", zlib),
    ("compressed-zstd-ok", "a message compressed by zstd", "zstd", zstd),
];

pub(super) fn scenarios() -> Vec<Scenario> {
    let broken = BROKEN.iter().map(|&(case, shows, expected, body)| {
        scenario(case, shows, status(expected), json!({}), &[], move |lab| answering(lab, "", body()))
    });
    let compressed = COMPRESSED.iter().map(|&(case, shows, encoding, encode)| {
        scenario(case, shows, Expect::pass(), json!({}), &["health is SERVING"], move |lab| {
            answering(lab, encoding, framed(&encode(SERVING), true))
        })
    });
    let large = scenario(
        "message-5-mib",
        "a message of 5 MiB, which the test permits",
        Expect::pass(),
        json!({ "max_message_bytes": 6 << 20 }),
        &["health is SERVING"],
        |lab| {
            // A field that nobody knows, of 5 MiB.
            let length = b"\x12\x80\x80\xc0\x02";
            answering(lab, "", plain(&[SERVING, length, &vec![0; 5 << 20]].concat()))
        },
    );
    let too_large = scenario(
        "message-too-large",
        "a message that announces 16 MiB: it is refused by what it announces",
        longer_than_read(),
        json!({}),
        &[],
        |lab| answering(lab, "", b"\0\x01\0\0\0".to_vec()),
    );
    broken.chain([too_large]).chain(compressed).chain(codings()).chain([large]).collect()
}

fn codings() -> Vec<Scenario> {
    vec![
        scenario(
            "compressed-unknown-encoding",
            "a message in a coding that was not offered",
            status(GrpcStatus::Internal).saying("snappy"),
            json!({}),
            &[],
            |lab| answering(lab, "snappy", framed(b"\x02\x04\x08\x01", true)),
        ),
        scenario(
            "compressed-junk",
            "a message that is not gzip, although it says so",
            status(GrpcStatus::Internal)
                .saying("a message says that it is compressed with gzip, which it is not"),
            json!({}),
            &[],
            |lab| answering(lab, "gzip", framed(b"no gzip", true)),
        ),
        scenario(
            "compressed-bomb",
            "4 KiB that become more than 4 MiB",
            longer_than_read(),
            json!({}),
            &[],
            |lab| answering(lab, "gzip", framed(&gzip(&vec![0; 5 << 20]), true)),
        ),
        scenario(
            "encoding-unused",
            "a coding that is named and not used",
            Expect::pass(),
            json!({}),
            &["health is SERVING"],
            |lab| answering(lab, "snappy", plain(SERVING)),
        ),
    ]
}

/// A message is longer than the test reads: that says nothing about the server.
fn longer_than_read() -> Expect {
    status(GrpcStatus::ResourceExhausted)
        .blaming(Blame::Ourselves)
        .saying("longer than this test reads")
        .showing("raise `max_message_bytes`")
        .omitting("log of the server")
}

/// A server that says this body, and OK.
fn answering(lab: &Lab, encoding: &'static str, body: Vec<u8>) -> Result<SocketAddr, LabError> {
    serve(lab, move |_| {
        let reply = Reply::http(200, Some(GRPC)).body(body.clone()).trailer("grpc-status", "0");
        if encoding.is_empty() { reply } else { reply.header("grpc-encoding", encoding) }
    })
}

pub(super) fn gzip(bytes: &[u8]) -> Vec<u8> {
    all(GzEncoder::new(bytes, flate2::Compression::default()))
}

fn zlib(bytes: &[u8]) -> Vec<u8> {
    all(ZlibEncoder::new(bytes, flate2::Compression::default()))
}

pub(super) fn zstd(bytes: &[u8]) -> Vec<u8> {
    zstd::stream::encode_all(bytes, 0).unwrap_or_default()
}

/// What an encoder makes of bytes in memory, which cannot fail.
fn all(mut encoder: impl Read) -> Vec<u8> {
    let mut encoded = Vec::new();
    let _ = encoder.read_to_end(&mut encoded);
    encoded
}
