//! Content codings (RFC 9110 section 8.4).

use faultfinder_net::Trace;
use faultfinder_taxonomy::{Code, Detail, Fault, Phase};
use http::HeaderMap;
use http::header::CONTENT_ENCODING;
use std::io::{self, Read};

/// Most codings on top of each other.
const CODINGS_MAX: usize = 4;
/// Working memory of the brotli decoder.
const BROTLI_BUFFER_BYTES: usize = 4096;

/// A body without its codings.
#[derive(Debug)]
pub(crate) struct Decoded {
    pub(crate) bytes: Vec<u8>,
    /// Whether there was more than the limit.
    pub(crate) truncated: bool,
}

/// Decodes the content codings of a body, keeping at most `limit` bytes.
///
/// `cut` says that the body itself was cut at the limit: its coding then ends early without an error. A body with
/// an unknown coding, and a part of an encoded body (206), are left as they are, with a warning.
///
/// # Errors
///
/// `MALFORMED_RESPONSE` when a coding does not decode.
pub(crate) fn decode(
    status: u16,
    headers: &HeaderMap,
    body: Vec<u8>,
    (cut, limit): (bool, usize),
    trace: &mut Trace,
) -> Result<Decoded, Fault> {
    let mut decoded = Decoded { bytes: body, truncated: cut };
    if decoded.bytes.is_empty() {
        return Ok(decoded);
    }
    if status == 206 && is_coded(headers) {
        trace.warn("the response is a part of an encoded body (206), which cannot be decoded: it is left as received");
        return Ok(decoded);
    }
    for coding in codings(headers)?.iter().rev() {
        let Some(result) = take_off(coding, &decoded.bytes, limit) else {
            trace.warn(format!("the content coding {coding:?} is unknown: the body is left as received"));
            break;
        };
        decoded = match result {
            Ok(next) => Decoded { truncated: next.truncated || decoded.truncated, ..next },
            Err((partial, _)) if decoded.truncated => Decoded { bytes: partial, truncated: true },
            Err((_, error)) => return Err(broken(coding, &error, &decoded.bytes)),
        };
    }
    Ok(decoded)
}

/// Whether a body has a coding, known or not.
pub(crate) fn is_coded(headers: &HeaderMap) -> bool {
    codings(headers).map_or(true, |codings| !codings.is_empty())
}

fn codings(headers: &HeaderMap) -> Result<Vec<String>, Fault> {
    let listed: Vec<String> = headers
        .get_all(CONTENT_ENCODING)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(|coding| coding.trim().to_ascii_lowercase())
        .filter(|coding| !coding.is_empty() && coding != "identity")
        .collect();
    if listed.len() > CODINGS_MAX {
        let detail = Detail::http("too_many_codings", None);
        let message =
            format!("the body has {} content codings, at most {CODINGS_MAX} are decoded", listed.len());
        return Err(Fault::new(Code::MalformedResponse, Phase::Receive, detail, message));
    }
    Ok(listed)
}

type Attempt = Result<Decoded, (Vec<u8>, io::Error)>;

/// One coding; nothing when it is not known.
fn take_off(coding: &str, body: &[u8], limit: usize) -> Option<Attempt> {
    Some(match coding {
        "gzip" | "x-gzip" => gunzip(body, limit),
        // Raw deflate is what many servers send under this name, and what clients accept (RFC 9110 section 8.4.1.2).
        "deflate" => read(flate2::read::ZlibDecoder::new(body), limit)
            .or_else(|error| read(flate2::read::DeflateDecoder::new(body), limit).map_err(|_| error)),
        "br" => read(brotli::Decompressor::new(body, BROTLI_BUFFER_BYTES), limit),
        "zstd" => match zstd::stream::read::Decoder::with_buffer(body) {
            Ok(decoder) => read(decoder, limit),
            Err(error) => Err((Vec::new(), error)),
        },
        _ => return None,
    })
}

/// All members of a gzip body. Zero bytes behind the last one are padding, as gzip itself takes them.
fn gunzip(body: &[u8], limit: usize) -> Attempt {
    /// What each member begins with (RFC 1952 section 2.3.1).
    const MEMBER: &[u8] = b"\x1f\x8b";
    let (mut rest, mut bytes) = (body, Vec::new());
    loop {
        if rest.len() < body.len() && !MEMBER.starts_with(rest) && !rest.starts_with(MEMBER) {
            let why = format!("{} bytes follow its end", rest.len());
            return Err((bytes, io::Error::new(io::ErrorKind::InvalidData, why)));
        }
        let mut decoder = flate2::bufread::GzDecoder::new(rest);
        let room = u64::try_from(limit.saturating_sub(bytes.len())).unwrap_or(u64::MAX).saturating_add(1);
        if let Err(error) = decoder.by_ref().take(room).read_to_end(&mut bytes) {
            return Err((bytes, error));
        }
        let truncated = bytes.len() > limit;
        rest = decoder.into_inner();
        if truncated || rest.iter().all(|byte| *byte == 0) {
            bytes.truncate(limit);
            return Ok(Decoded { bytes, truncated });
        }
    }
}

fn read(mut decoder: impl Read, limit: usize) -> Attempt {
    let mut bytes = Vec::new();
    let one_more = u64::try_from(limit).unwrap_or(u64::MAX).saturating_add(1);
    match decoder.by_ref().take(one_more).read_to_end(&mut bytes) {
        Ok(_) => {
            let truncated = bytes.len() > limit;
            bytes.truncate(limit);
            Ok(Decoded { bytes, truncated })
        }
        Err(error) => Err((bytes, error)),
    }
}

/// Whether a brotli stream is sound as far as it goes: the decoder reports one error for both.
fn is_cut_brotli(body: &[u8]) -> bool {
    /// Stops a body that would decompress to far more than it is worth.
    struct Sink(usize);
    impl io::Write for Sink {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0 = self.0.checked_sub(bytes.len()).ok_or(io::ErrorKind::OutOfMemory)?;
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let mut writer =
        brotli::DecompressorWriter::new(Sink(faultfinder_taxonomy::BODY_BYTES_MAX), BROTLI_BUFFER_BYTES);
    io::Write::write_all(&mut writer, body).is_ok()
}

/// The coding that a body begins with, if it has a signature (RFC 1952 section 2.3.1, RFC 8878 section 3.1.1).
fn actual(body: &[u8]) -> Option<&'static str> {
    match body {
        [0x1f, 0x8b, ..] => Some("gzip"),
        [0x28, 0xb5, 0x2f, 0xfd, ..] => Some("zstd"),
        _ => None,
    }
}

fn broken(coding: &str, error: &io::Error, body: &[u8]) -> Fault {
    let name = match (coding, error.kind()) {
        ("br", _) => "ERR__ERROR_FORMAT",
        ("zstd", _) => "ZSTD_error",
        (_, io::ErrorKind::UnexpectedEof) => "Z_BUF_ERROR",
        _ => "Z_DATA_ERROR",
    };
    let is_cut = match coding {
        "br" => is_cut_brotli(body),
        _ => error.kind() == io::ErrorKind::UnexpectedEof,
    };
    let why = match actual(body).filter(|actual| *actual != coding) {
        Some(actual) => format!("it begins as {actual} does"),
        None if is_cut => "it ends before its coding does".to_owned(),
        None => error.to_string(),
    };
    let message = format!("the body cannot be decoded as {coding}: {why}");
    Fault::new(Code::MalformedResponse, Phase::Receive, Detail::http(name, None), message)
        .with("coding", coding)
}
