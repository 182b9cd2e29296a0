//! RST_STREAM: the server ends the stream before the answer is complete.

use super::Answer;
use super::basics::whole;
use super::frame::{data, headers, rst_stream};
use crate::Expect;
use crate::protocol::http::expectations::h2;
use crate::protocol::http::row::{Row, h2c, h2c_in_turn};
use crate::protocol::http::script::Script;
use faultfinder_taxonomy::Phase;

/// Case, name, and the answer that is RST_STREAM with that error code (RFC 9113 section 7).
const CODES: &[(&str, &str, Answer)] = &[
    ("no-error", "NO_ERROR", |id| reset(id, 0x0)),
    ("protocol-error", "PROTOCOL_ERROR", |id| reset(id, 0x1)),
    ("internal-error", "INTERNAL_ERROR", |id| reset(id, 0x2)),
    ("flow-control-error", "FLOW_CONTROL_ERROR", |id| reset(id, 0x3)),
    ("settings-timeout", "SETTINGS_TIMEOUT", |id| reset(id, 0x4)),
    ("stream-closed", "STREAM_CLOSED", |id| reset(id, 0x5)),
    ("frame-size-error", "FRAME_SIZE_ERROR", |id| reset(id, 0x6)),
    ("refused-stream", "REFUSED_STREAM", |id| reset(id, 0x7)),
    ("cancel", "CANCEL", |id| reset(id, 0x8)),
    ("compression-error", "COMPRESSION_ERROR", |id| reset(id, 0x9)),
    ("connect-error", "CONNECT_ERROR", |id| reset(id, 0xa)),
    ("enhance-your-calm", "ENHANCE_YOUR_CALM", |id| reset(id, 0xb)),
    ("inadequate-security", "INADEQUATE_SECURITY", |id| reset(id, 0xc)),
    ("http11-required", "HTTP_1_1_REQUIRED", |id| reset(id, 0xd)),
    ("unknown-code", "0xf00d", |id| reset(id, 0xf00d)),
];

pub(super) fn rows() -> Vec<Row> {
    let before = CODES.iter().map(|&(case, name, answer)| {
        let expect = h2(Phase::Wait, name, "RST_STREAM");
        h2c(&format!("rst-stream-{case}"), "RST_STREAM before any answer", expect, answer)
    });
    let inside = [
        h2c(
            "rst-stream-cancel-mid-body",
            "RST_STREAM(CANCEL) inside the body",
            h2(Phase::Receive, "CANCEL", "RST_STREAM"),
            |id| half(id).then(rst_stream(id, 0x8)),
        ),
        h2c(
            "rst-stream-internal-error-mid-body",
            "RST_STREAM(INTERNAL_ERROR) inside the body",
            h2(Phase::Receive, "INTERNAL_ERROR", "RST_STREAM"),
            |id| half(id).then(rst_stream(id, 0x2)),
        ),
    ];
    let again = h2c_in_turn(
        "rst-stream-refused-once",
        "REFUSED_STREAM for the first request, and an answer on the next connection",
        Expect::pass().saying("sent again on a new connection"),
        [|id| reset(id, 0x7), whole],
    );
    before.chain(inside).chain([again]).collect()
}

/// A head and the beginning of a body.
pub(super) fn half(id: u32) -> Script {
    Script::new()
        .then(headers(id, &[(":status", "200"), ("content-type", "text/plain")]))
        .then(data(id, b"hell"))
}

fn reset(id: u32, code: u32) -> Script {
    Script::new().then(rst_stream(id, code))
}
