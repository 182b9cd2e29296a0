//! GOAWAY: the server ends the connection.

use super::basics::whole;
use super::frame::{data, goaway};
use super::streams::half;
use crate::Expect;
use crate::protocol::expectations::timeout;
use crate::protocol::http::expectations::{errno, h2};
use crate::protocol::http::row::{Row, h2c, h2c_in_turn};
use crate::protocol::http::script::Script;
use faultfinder_taxonomy::{Code, Phase};
use serde_json::json;

pub(super) fn rows() -> Vec<Row> {
    let before = |case, shows, name, answer| h2c(case, shows, h2(Phase::Wait, name, "GOAWAY"), answer);
    vec![
        h2c(
            "goaway-enhance-your-calm",
            "GOAWAY with an error code and a text",
            h2(Phase::Wait, "ENHANCE_YOUR_CALM", "GOAWAY")
                .saying("with GOAWAY (ENHANCE_YOUR_CALM), saying \"too many requests\""),
            |_| Script::new().then(goaway(0, 0xb, "too many requests")).fin(),
        ),
        before(
            "goaway-internal-error",
            "GOAWAY(INTERNAL_ERROR) instead of an answer",
            "INTERNAL_ERROR",
            |_| Script::new().then(goaway(0, 0x2, "")).fin(),
        ),
        before(
            "goaway-protocol-error",
            "GOAWAY(PROTOCOL_ERROR): the server says that we broke a rule",
            "PROTOCOL_ERROR",
            |_| Script::new().then(goaway(0, 0x1, "")).fin(),
        ),
        before("goaway-http11-required", "GOAWAY(HTTP_1_1_REQUIRED)", "HTTP_1_1_REQUIRED", |_| {
            Script::new().then(goaway(0, 0xd, "")).fin()
        }),
        before("goaway-no-error-refused", "GOAWAY(NO_ERROR) that leaves our stream out", "NO_ERROR", |_| {
            Script::new().then(goaway(0, 0x0, "maintenance")).fin()
        }),
        h2c_in_turn(
            "goaway-drained-once",
            "a connection that is drained, and an answer on the next one",
            Expect::pass().saying("sent again on a new connection"),
            [|_| Script::new().then(goaway(0, 0x0, "")).fin(), whole],
        ),
        h2c_in_turn(
            "goaway-processed-once",
            "a connection that is drained once it has taken the request, which must not be sent again",
            errno(Code::Http2, Phase::Wait, "premature-close"),
            [|id| Script::new().then(goaway(id, 0x0, "")).fin(), whole],
        ),
        h2c(
            "goaway-then-silence",
            "GOAWAY(NO_ERROR) that lets our stream end, which never begins",
            timeout(Phase::Wait)
                .saying("it has announced the end of the connection with GOAWAY, saying \"maintenance\""),
            |id| Script::new().then(goaway(id, 0x0, "maintenance")).hang(),
        )
        .with(json!({ "timeout": "1500ms" })),
        h2c(
            "goaway-error-mid-body",
            "GOAWAY(INTERNAL_ERROR) inside the body",
            h2(Phase::Receive, "INTERNAL_ERROR", "GOAWAY"),
            |id| half(id).then(goaway(id, 0x2, "")).fin(),
        ),
        h2c(
            "goaway-mid-body-then-fin",
            "GOAWAY(NO_ERROR) inside the body, and FIN before its end",
            errno(Code::Http2, Phase::Receive, "premature-close")
                .saying("the peer closed the connection after GOAWAY, saying \"maintenance\":"),
            |id| half(id).then(goaway(id, 0x0, "maintenance")).fin(),
        ),
        h2c(
            "goaway-behind-a-long-body",
            "GOAWAY(NO_ERROR) behind much of a body, and FIN before its end",
            errno(Code::Http2, Phase::Receive, "premature-close")
                .saying("after GOAWAY, saying \"maintenance\":"),
            |id| {
                let piece = data(id, &[b'x'; 8 << 10]);
                let piece = Script::new().times(7, piece);
                half(id).then_all(piece).then(goaway(id, 0x0, "maintenance")).fin()
            },
        ),
    ]
}
