//! Content codings.

use super::answers::answer;
use super::body::too_large;
use crate::protocol::http::expectations::malformed_body;
use crate::protocol::http::row::{Row, Site, http1};
use crate::{Expect, LabError};
use flate2::Compression;
use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};
use serde_json::json;
use std::io::{self, Write};

/// What the bodies say.
const TEXT: &[u8] = b"hello from the lab, hello from the lab, hello from the lab";
/// What the bomb blows up to.
const BOMB_BYTES: usize = 32 << 20;

/// Makes a body.
type Make = fn() -> io::Result<Vec<u8>>;

/// Case, what it shows, the coding that the header names, and the body.
const FINE: &[(&str, &str, &str, Make)] = &[
    ("gzip", "gzip", "gzip", || gzip(TEXT)),
    ("x-gzip", "gzip by its old name", "x-gzip", || gzip(TEXT)),
    ("gzip-two-members", "gzip in two members, as log rotation makes them", "gzip", || {
        Ok([gzip(b"hello ")?, gzip(TEXT)?].concat())
    }),
    ("gzip-padding", "gzip with zero bytes behind it, as tapes and block devices leave them", "gzip", || {
        Ok([gzip(TEXT)?, vec![0; 300]].concat())
    }),
    ("deflate", "deflate as it is defined: with zlib's wrapping", "deflate", || zlib(TEXT)),
    ("deflate-raw", "deflate without zlib's wrapping, as widely sent", "deflate", raw_deflate),
    ("br", "brotli", "br", brotli),
    ("zstd", "zstd", "zstd", || zstd::encode_all(TEXT, 3)),
    ("gzip-then-br", "two codings, one inside the other", "gzip, br", || {
        let mut body = Vec::new();
        brotli::CompressorWriter::new(&mut body, 4096, 5, 20).write_all(&gzip(TEXT)?)?;
        Ok(body)
    }),
    ("encoding-identity", "the coding that codes nothing", "identity", || Ok(TEXT.to_vec())),
    (
        "encoding-unknown",
        "a coding that nobody knows: the body stays as it came",
        "lab",
        || Ok(TEXT.to_vec()),
    ),
];

/// Case, what it shows, the coding that the header names, the rule that is broken, and the body.
const BROKEN: &[(&str, &str, &str, &str, Make)] = &[
    ("gzip-garbage", "text that says it is gzip", "gzip", "Z_DATA_ERROR", || Ok(TEXT.to_vec())),
    ("gzip-bad-crc", "gzip whose checksum is wrong", "gzip", "Z_DATA_ERROR", || {
        let mut body = gzip(TEXT)?;
        // The last eight bytes are the CRC and the length.
        if let Some(byte) = body.iter_mut().rev().nth(7) {
            *byte ^= 0xff;
        }
        Ok(body)
    }),
    ("gzip-truncated", "gzip without its second half", "gzip", "Z_BUF_ERROR", || {
        let mut body = gzip(TEXT)?;
        body.truncate(body.len() / 2);
        Ok(body)
    }),
    ("gzip-trailing-junk", "gzip with text behind it", "gzip", "Z_DATA_ERROR", || {
        Ok([gzip(TEXT)?, b"junk".to_vec()].concat())
    }),
    ("deflate-garbage", "text that says it is deflate", "deflate", "Z_DATA_ERROR", || Ok(vec![0xff; 64])),
    ("br-garbage", "text that says it is brotli", "br", "ERR__ERROR_FORMAT", || Ok(vec![0xff; 64])),
    ("zstd-garbage", "text that says it is zstd", "zstd", "ZSTD_error", || Ok(TEXT.to_vec())),
];

pub(super) fn rows() -> Vec<Row> {
    let fine = FINE.iter().map(|&(case, shows, coding, make)| {
        coded(case, shows, Expect::pass(), coding, make).assert(&["status is 200", "body contains hello"])
    });
    let broken = BROKEN.iter().map(|&(case, shows, coding, rule, make)| {
        coded(case, shows, malformed_body(rule), coding, make).assert(&["body contains hello"])
    });
    fine.chain(broken).chain(odd()).collect()
}

fn odd() -> Vec<Row> {
    vec![
        coded(
            "deflate-is-gzip",
            "gzip that says it is deflate",
            malformed_body("Z_DATA_ERROR").saying("cannot be decoded as deflate: it begins as gzip does"),
            "deflate",
            || gzip(TEXT),
        )
        .assert(&["body contains hello"]),
        http1(
            "gzip-empty-body",
            "a coding, and nothing that it was applied to",
            Expect::pass(),
            answer("200 OK", "Content-Encoding: gzip\r\n", b""),
        )
        .assert(&["status is 200"]),
        http1(
            "gzip-part",
            "a part of a body with a coding, as a range of it",
            Expect::pass().saying("a part of an encoded body (206)"),
            answer(
                "206 Partial Content",
                "Content-Encoding: gzip\r\nContent-Range: bytes 0-3/25\r\n",
                b"\x1f\x8b\x08\0",
            ),
        )
        .with(json!({ "headers": { "range": "bytes=0-3" } }))
        .assert(&["status is 206"]),
        coded("gzip-bomb", "32 kB that become 32 MiB", too_large(), "gzip", || gzip(&vec![0; BOMB_BYTES]))
            .assert(&["body contains hello"]),
    ]
}

/// A row whose body is made when its peer starts.
fn coded(case: &str, shows: &'static str, expect: Expect, coding: &'static str, make: Make) -> Row {
    Row::new(format!("http1/{case}"), shows, expect, move |lab| {
        let body = make().map_err(LabError::Socket)?;
        let script = answer("200 OK", &format!("Content-Encoding: {coding}\r\n"), &body);
        Ok(Site::at(super::serve(lab, move |_| script.clone())?))
    })
}

fn gzip(text: &[u8]) -> io::Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(text)?;
    encoder.finish()
}

fn zlib(text: &[u8]) -> io::Result<Vec<u8>> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(text)?;
    encoder.finish()
}

fn raw_deflate() -> io::Result<Vec<u8>> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(TEXT)?;
    encoder.finish()
}

fn brotli() -> io::Result<Vec<u8>> {
    let mut body = Vec::new();
    brotli::CompressorWriter::new(&mut body, 4096, 5, 20).write_all(TEXT)?;
    Ok(body)
}
