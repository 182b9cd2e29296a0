//! RESET_STREAM, and streams that end too early.

use super::frame::{data, headers};
use super::script::Script;
use super::server::{ok, row};
use crate::Expect;
use crate::protocol::http::expectations::{quic, timeout};
use crate::protocol::http::row::Row;
use faultfinder_taxonomy::{Code, Phase, QuicErrorCode};

/// Codes with which a server refuses a request before any answer: case, what it shows, and the code.
const RESETS: &[(&str, &str, u32)] = &[
    ("reset-no-error", "RESET_STREAM(H3_NO_ERROR) instead of an answer", 0x100),
    ("reset-general-protocol-error", "RESET_STREAM(H3_GENERAL_PROTOCOL_ERROR)", 0x101),
    ("reset-internal-error", "RESET_STREAM(H3_INTERNAL_ERROR): the server failed inside", 0x102),
    ("reset-excessive-load", "RESET_STREAM(H3_EXCESSIVE_LOAD): too many requests", 0x107),
    ("reset-request-rejected", "RESET_STREAM(H3_REQUEST_REJECTED): it did nothing with the request", 0x10b),
    ("reset-request-cancelled", "RESET_STREAM(H3_REQUEST_CANCELLED)", 0x10c),
    ("reset-request-incomplete", "RESET_STREAM(H3_REQUEST_INCOMPLETE)", 0x10d),
    ("reset-connect-error", "RESET_STREAM(H3_CONNECT_ERROR)", 0x10f),
    ("reset-version-fallback", "RESET_STREAM(H3_VERSION_FALLBACK): it wants HTTP/1.1", 0x110),
    ("reset-unknown", "RESET_STREAM with a code that no document defines", 0x1234),
];

pub(super) fn rows() -> Vec<Row> {
    let resets = RESETS.iter().map(|&(case, shows, code)| {
        let expect = reset(Phase::Wait, code);
        Row::new(format!("http3/{case}"), shows, expect, move |lab| {
            let address = super::server::serve(lab, lab.pki().good(), move |_| Script::new().reset(code))?;
            Ok(super::server::site(lab, address))
        })
    });
    resets.chain(inside()).collect()
}

/// Ends inside an answer.
fn inside() -> Vec<Row> {
    vec![
        row("reset-mid-body", "RESET_STREAM inside the body", reset(Phase::Receive, 0x102), || {
            half().flush().reset(0x102)
        }),
        row("hang", "no answer", timeout(Phase::Wait), || Script::new().hang()).impatient(),
        row(
            "hang-interim",
            "an interim response, then silence",
            timeout(Phase::Receive).saying("but the interim response 103"),
            || Script::new().then(headers(&[(":status", "103")])).hang(),
        )
        .impatient(),
        row("hang-mid-body", "silence inside the body", timeout(Phase::Receive), || half().hang())
            .impatient(),
        row(
            "fin-no-answer",
            "the end of the stream instead of an answer",
            quic(Code::MalformedResponse, Phase::Wait, "H3_FRAME_UNEXPECTED", "local")
                .saying("the stream ended without a HEADERS frame (RFC 9114 section 4.1)"),
            Script::new,
        ),
        row(
            "fin-before-length",
            "the end of the stream before as much as announced",
            quic(Code::MalformedResponse, Phase::Receive, "H3_MESSAGE_ERROR", "local"),
            half,
        ),
        row(
            "fin-inside-frame",
            "the end of the stream inside a frame",
            quic(Code::MalformedResponse, Phase::Receive, "H3_FRAME_ERROR", "local")
                .saying("the stream ended inside a frame (RFC 9114 section 7.1)"),
            || ok().then(&b"\x00\x40\x64half"[..]),
        ),
    ]
}

/// An answer whose body is not all there.
pub(super) fn half() -> Script {
    Script::new().then(headers(&[(":status", "200"), ("content-length", "100")])).then(data(b"hello"))
}

fn reset(phase: Phase, code: u32) -> Expect {
    let name = QuicErrorCode::Http3(code.into()).name().into_owned();
    quic(Code::ConnReset, phase, &name, "RESET_STREAM")
}
