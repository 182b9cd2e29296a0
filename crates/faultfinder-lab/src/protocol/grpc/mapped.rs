//! Answers of plain HTTP, which proxies give in a server's place, and the statuses that they stand for.

use super::case::{scenario, status_in};
use super::service::{Reply, serve};
use crate::{Expect, Scenario};
use faultfinder_taxonomy::{GrpcStatus, Phase};
use serde_json::json;

/// What a proxy says.
const PAGE: &str = "<html><body>the lab's proxy</body></html>";

/// The HTTP status, and what it stands for (`http-grpc-status-mapping.md`).
const MAPPED: &[(u16, GrpcStatus)] = &[
    (400, GrpcStatus::Internal),
    (401, GrpcStatus::Unauthenticated),
    (403, GrpcStatus::PermissionDenied),
    (404, GrpcStatus::Unimplemented),
    (429, GrpcStatus::Unavailable),
    (500, GrpcStatus::Unknown),
    (502, GrpcStatus::Unavailable),
    (503, GrpcStatus::Unavailable),
    (504, GrpcStatus::Unavailable),
    (200, GrpcStatus::Unknown),
];

pub(super) fn scenarios() -> Vec<Scenario> {
    let mapped = MAPPED.iter().map(|&(code, stands_for)| {
        let shows = "an HTML page of a proxy, with this HTTP status";
        let expect = status_in(Phase::Wait, stands_for);
        scenario(format!("http-{code}"), shows, expect, json!({}), &[], move |lab| {
            serve(lab, move |_| Reply::http(code, Some("text/html")).body(PAGE))
        })
    });
    mapped.chain(media_types()).collect()
}

fn media_types() -> Vec<Scenario> {
    vec![
        scenario(
            "content-type-json",
            "the right answer under the wrong media type",
            status_in(Phase::Wait, GrpcStatus::Unknown).saying("application/json"),
            json!({}),
            &[],
            |lab| serve(lab, |_| Reply::message(b"\x08\x01").header("content-type", "application/json")),
        ),
        scenario(
            "content-type-missing",
            "the right answer without a media type",
            status_in(Phase::Wait, GrpcStatus::Unknown),
            json!({}),
            &[],
            |lab| {
                serve(lab, |_| {
                    Reply::http(200, None).body(super::wire::plain(b"\x08\x01")).trailer("grpc-status", "0")
                })
            },
        ),
        scenario(
            "content-type-grpc-web",
            "the media type of gRPC-Web, which is let pass with a warning",
            Expect::pass().saying("gRPC-Web"),
            json!({}),
            &["health is SERVING"],
            |lab| {
                serve(lab, |_| {
                    Reply::message(b"\x08\x01").header("content-type", "application/grpc-web+proto")
                })
            },
        ),
        scenario(
            "content-type-grpc-proto",
            "the media type with the format of its messages",
            Expect::pass(),
            json!({}),
            &["health is SERVING"],
            |lab| {
                serve(lab, |_| Reply::message(b"\x08\x01").header("content-type", "application/grpc+proto"))
            },
        ),
        scenario(
            "http-503-accepted",
            "a proxy's 503, which the test expects as what it stands for",
            Expect::pass(),
            json!({}),
            &["grpc_status is UNAVAILABLE"],
            |lab| serve(lab, |_| Reply::http(503, Some("text/html")).body(PAGE)),
        ),
        scenario(
            "http-503-with-status",
            "HTTP 503 with a status of gRPC beside it, which counts",
            super::case::status(GrpcStatus::ResourceExhausted),
            json!({}),
            &[],
            |lab| serve(lab, |_| Reply::http(503, Some("text/plain")).header("grpc-status", "8")),
        ),
    ]
}
