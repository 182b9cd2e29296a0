//! HTTP/2 over TLS: who agrees to speak it, and what happens then.

use super::frame::rst_stream;
use super::streams::half;
use crate::Expect;
use crate::protocol::http::expectations::{closed_early, h2, reset};
use crate::protocol::http::row::Row;
use crate::protocol::http::script::Script;
use crate::protocol::http::secure::{Answers, site};
use faultfinder_taxonomy::{Code, Phase};
use serde_json::json;

/// Case, what it shows, what a probe must say, what ALPN offers, and the answers. The test demands HTTP/2.
type Demand = (&'static str, &'static str, fn() -> Expect, &'static [&'static str], Answers);

const DEMANDED: &[Demand] = &[
    (
        "alpn-http11-only",
        "a server whose ALPN knows HTTP/1.1 only, where HTTP/2 is demanded",
        not_agreed,
        &["http/1.1"],
        Answers::OK,
    ),
    ("alpn-none", "a server without ALPN, where HTTP/2 is demanded", not_agreed, &[], Answers::OK),
    (
        "alpn-rst-stream",
        "RST_STREAM before any answer, over TLS",
        || h2(Phase::Wait, "INTERNAL_ERROR", "RST_STREAM"),
        &["h2"],
        Answers::http2(|id| Script::new().then(rst_stream(id, 0x2))),
    ),
    (
        "alpn-garbage",
        "bytes that are not HTTP/2 after ALPN has chosen it",
        || h2(Phase::Wait, "FRAME_SIZE_ERROR", "local"),
        &["h2"],
        Answers::http2(|_| Script::new().raw(b"\xf7\xee\xdd\xcc\xbb\xaa\x99\x88\x77\x66 garbage").fin()),
    ),
    (
        "alpn-fin-mid-body",
        "the end of the connection inside the body, over TLS",
        || closed_early(Phase::Receive),
        &["h2"],
        Answers::http2(|id| half(id).fin()),
    ),
    (
        "alpn-rst-mid-body",
        "RST inside the body, over TLS",
        || reset(Phase::Receive),
        &["h2"],
        Answers::http2(|id| half(id).reset()),
    ),
];

pub(super) fn rows() -> Vec<Row> {
    let demanded = DEMANDED.iter().map(|&(case, shows, expect, alpn, answers)| {
        Row::new(format!("http2/{case}"), shows, expect(), move |lab| site(lab, alpn, answers))
            .with(json!({ "version": "2" }))
    });
    let passing = [
        Row::new("http2/alpn-ok", "HTTP/2 that is demanded and agreed on", Expect::pass(), |lab| {
            site(lab, &["h2", "http/1.1"], Answers::OK)
        })
        .with(json!({ "version": "2" }))
        .assert(&["status is 200", "alpn is h2", "body contains hello"]),
        Row::new("http2/alpn-auto", "a server that speaks both: HTTP/2 is taken", Expect::pass(), |lab| {
            site(lab, &["h2", "http/1.1"], Answers::OK)
        })
        .assert(&["status is 200", "alpn is h2"]),
        Row::new(
            "http2/alpn-auto-http11",
            "a server that speaks HTTP/1.1 only: it is taken",
            Expect::pass(),
            |lab| site(lab, &["http/1.1"], Answers::OK),
        )
        .assert(&["status is 200", "alpn is http/1.1"]),
        Row::new("http2/alpn-auto-none", "a server without ALPN: HTTP/1.1 is taken", Expect::pass(), |lab| {
            site(lab, &[], Answers::OK)
        })
        .assert(&["status is 200"]),
    ];
    demanded.chain(passing).collect()
}

/// HTTP/2 was demanded and not agreed on, whether the server said so with an alert or by choosing nothing.
fn not_agreed() -> Expect {
    Expect::fault(Code::Http2, Phase::Tls, json!({ "kind": "tls", "name": "no_application_protocol" }))
}
