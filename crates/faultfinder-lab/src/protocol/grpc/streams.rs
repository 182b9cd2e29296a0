//! RST_STREAM and GOAWAY: the server ends the stream or the connection by HTTP/2's own means.

use super::case::{Site, scenario, status};
use super::service::GRPC;
use super::wire::plain;
use crate::protocol::http::expectations::status as http_status;
use crate::protocol::http::frame::{data, goaway, headers, last_headers, rst_stream};
use crate::protocol::http::{
    Answer, Greeting, Script, forbidding, relay, serve_http2, serve_http2_in_turn, through_proxy,
    through_ungrateful,
};
use crate::{Expect, Scenario, peer};
use faultfinder_taxonomy::{Blame, Code, GrpcStatus, Phase};
use serde_json::json;

/// Case, what it shows, the status that it stands for, and the answer.
type Ended = (&'static str, &'static str, GrpcStatus, Answer);

const ENDED: &[Ended] = &[
    ("rst-stream-no-error", "RST_STREAM(NO_ERROR) instead of an answer", GrpcStatus::Internal, |id| {
        Script::new().then(rst_stream(id, 0x0))
    }),
    (
        "rst-stream-refused",
        "RST_STREAM(REFUSED_STREAM), also the second time",
        GrpcStatus::Unavailable,
        |id| Script::new().then(rst_stream(id, 0x7)),
    ),
    ("rst-stream-cancel", "RST_STREAM(CANCEL)", GrpcStatus::Cancelled, |id| {
        Script::new().then(rst_stream(id, 0x8))
    }),
    ("rst-stream-calm", "RST_STREAM(ENHANCE_YOUR_CALM)", GrpcStatus::ResourceExhausted, |id| {
        Script::new().then(rst_stream(id, 0xb))
    }),
    ("rst-stream-security", "RST_STREAM(INADEQUATE_SECURITY)", GrpcStatus::PermissionDenied, |id| {
        Script::new().then(rst_stream(id, 0xc))
    }),
    ("rst-stream-http11", "RST_STREAM(HTTP_1_1_REQUIRED)", GrpcStatus::Internal, |id| {
        Script::new().then(rst_stream(id, 0xd))
    }),
    ("rst-stream-mid-message", "RST_STREAM inside a message", GrpcStatus::Internal, |id| {
        half(id).then(rst_stream(id, 0x2))
    }),
    ("goaway-calm", "GOAWAY(ENHANCE_YOUR_CALM) instead of an answer", GrpcStatus::Unavailable, |_| {
        Script::new().then(goaway(0, 0xb, "too_many_pings")).fin()
    }),
    ("goaway-draining", "GOAWAY(NO_ERROR) that leaves our stream out", GrpcStatus::Unavailable, |_| {
        Script::new().then(goaway(0, 0x0, "max_age")).fin()
    }),
    ("goaway-hang", "GOAWAY(INTERNAL_ERROR), and the connection stays open", GrpcStatus::Unavailable, |_| {
        Script::new().then(goaway(0, 0x2, "")).hang()
    }),
];

pub(super) fn scenarios() -> Vec<Scenario> {
    let ended = ENDED.iter().map(|&(case, shows, expected, answer)| {
        scenario(case, shows, status(expected), json!({}), &[], move |lab| {
            serve_http2(lab, Greeting::settings(&[]), answer).map(Site::from)
        })
    });
    let others: [(&str, &'static str, Expect, Answer); 3] = [
        (
            "rst-stream-refused-once",
            "REFUSED_STREAM for the first stream, and an answer on the second",
            Expect::pass().saying("REFUSED_STREAM"),
            |id| if id == 1 { Script::new().then(rst_stream(id, 0x7)) } else { whole(id) },
        ),
        ("goaway-before-complete", "GOAWAY(NO_ERROR) that lets our stream end", Expect::pass(), |id| {
            Script::new().then(goaway(id, 0, "")).then_all(whole(id))
        }),
        (
            "goaway-text",
            "GOAWAY with an error code and a text",
            status(GrpcStatus::Unavailable)
                .saying("with GOAWAY (ENHANCE_YOUR_CALM), saying \"too_many_pings\", which"),
            |_| Script::new().then(goaway(0, 0xb, "too_many_pings")).fin(),
        ),
    ];
    let others = others.into_iter().map(|(case, shows, expect, answer)| {
        scenario(case, shows, expect, json!({}), &["health is SERVING"], move |lab| {
            serve_http2(lab, Greeting::settings(&[]), answer).map(Site::from)
        })
    });
    let drained = scenario(
        "goaway-drained-once",
        "a connection that is drained, and an answer on the next one",
        Expect::pass().saying("sent again on a new connection"),
        json!({}),
        &["health is SERVING"],
        |lab| {
            let first: Answer = |_| Script::new().then(goaway(0, 0x0, "max_age")).fin();
            serve_http2_in_turn(lab, Greeting::settings(&[]), [first, whole]).map(Site::from)
        },
    );
    ended.chain(others).chain([drained]).chain(proxied()).collect()
}

/// Calls through a proxy.
fn proxied() -> [Scenario; 4] {
    let tunneled = scenario(
        "proxy-tunnel-ok",
        "a tunnel through a proxy to a server that answers",
        Expect::pass(),
        json!({}),
        &["health is SERVING"],
        |lab| {
            let server = serve_http2(lab, Greeting::settings(&[]), whole)?;
            Ok(Site::from(server).with(through_proxy(relay(lab, server)?)))
        },
    );
    let refused =
        Expect::fault(Code::ConnRefused, Phase::Connect, json!({ "kind": "errno", "name": "ECONNREFUSED" }));
    let refused = scenario(
        "proxy-refused",
        "nobody listens where the proxy should be",
        refused.saying("cannot connect to the proxy").blaming(Blame::Network),
        json!({}),
        &[],
        |lab| {
            let server = serve_http2(lab, Greeting::settings(&[]), whole)?;
            Ok(Site::from(server).with(through_proxy(peer::closed_tcp(lab)?)))
        },
    );
    let forbidden = scenario(
        "proxy-connect-403",
        "a proxy that forbids the tunnel",
        http_status(Code::Tunnel, Phase::Proxy, 403),
        json!({}),
        &[],
        |lab| {
            let server = serve_http2(lab, Greeting::settings(&[]), whole)?;
            Ok(Site::from(server).with(through_proxy(forbidding(lab)?)))
        },
    );
    let unauthorized = scenario(
        "proxy-connect-407",
        "credentials that the proxy does not take",
        http_status(Code::AuthenticationError, Phase::Proxy, 407),
        json!({}),
        &[],
        |lab| {
            let server = serve_http2(lab, Greeting::settings(&[]), whole)?;
            Ok(Site::from(server).with(through_ungrateful(lab)?))
        },
    );
    [tunneled, refused, forbidden, unauthorized]
}

/// A head of gRPC.
pub(super) fn head(id: u32) -> Script {
    Script::new().then(headers(id, &[(":status", "200"), ("content-type", GRPC)]))
}

/// A head, and half of a message.
pub(super) fn half(id: u32) -> Script {
    head(id).then(data(id, b"\0\0\0\0\x0aabc"))
}

/// A whole answer: SERVING.
pub(super) fn whole(id: u32) -> Script {
    head(id).then(data(id, &plain(b"\x08\x01"))).then(last_headers(id, &[("grpc-status", "0")]))
}
