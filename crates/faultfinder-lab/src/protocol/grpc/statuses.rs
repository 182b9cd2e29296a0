//! Statuses that the server sends.

use super::case::{scenario, status};
use super::service::{Reply, serve};
use super::wire::{field, number};
use crate::{Expect, Scenario};
use base64::Engine as _;
use faultfinder_taxonomy::GrpcStatus;
use serde_json::json;

/// Case, what it shows, the status, and the trailers.
type Odd = (&'static str, &'static str, GrpcStatus, &'static [(&'static str, &'static str)]);

const ODD: &[Odd] = &[
    ("status-99", "a status that does not exist", GrpcStatus::Unknown, &[("grpc-status", "99")]),
    ("status-text", "a status that is not a number", GrpcStatus::Unknown, &[("grpc-status", "abc")]),
    ("status-negative", "a status below zero", GrpcStatus::Unknown, &[("grpc-status", "-1")]),
    ("missing-status-trailers", "trailers without a status", GrpcStatus::Unknown, &[("x-lab", "1")]),
    (
        "grpc-message-bad-percent",
        "escapes in the text that are none: they stay as they are",
        GrpcStatus::InvalidArgument,
        &[("grpc-status", "3"), ("grpc-message", "100% of %zz")],
    ),
    (
        "status-details-malformed",
        "details of a status that are not base64",
        GrpcStatus::InvalidArgument,
        &[("grpc-status", "3"), ("grpc-status-details-bin", "not base64!!")],
    ),
    (
        "status-twice",
        "two statuses that differ",
        GrpcStatus::Internal,
        &[("grpc-status", "0"), ("grpc-status", "13")],
    ),
];

pub(super) fn scenarios() -> Vec<Scenario> {
    let errors = GrpcStatus::ALL.into_iter().filter(|status| *status != GrpcStatus::Ok);
    let sent = errors.map(|sent| {
        let case = format!("trailers-{}-{}", sent.number(), sent.as_str());
        let shows = "a head of gRPC, no message, and trailers with this status";
        scenario(case, shows, status(sent).saying("the lab says so"), json!({}), &[], move |lab| {
            serve(lab, move |_| Reply::grpc(sent).trailer("grpc-message", "the%20lab%20says%20so"))
        })
    });
    let odd = ODD.iter().map(|&(case, shows, expected, trailers)| {
        scenario(case, shows, status(expected), json!({}), &[], move |lab| {
            serve(lab, move |_| Reply::grpc(expected).only_trailers(trailers))
        })
    });
    sent.chain(odd).chain(places()).chain(accepted()).collect()
}

/// Where a status can stand.
fn places() -> Vec<Scenario> {
    vec![
        scenario(
            "trailers-only-0-OK",
            "trailers and nothing else say OK, where a message must be",
            status(GrpcStatus::Unimplemented),
            json!({}),
            &[],
            |lab| serve(lab, |_| Reply::trailers_only(GrpcStatus::Ok)),
        ),
        scenario(
            "trailers-only-14-UNAVAILABLE",
            "trailers and nothing else, as servers end calls that they never begin",
            status(GrpcStatus::Unavailable).saying("draining"),
            json!({}),
            &[],
            |lab| {
                serve(lab, |_| {
                    Reply::trailers_only(GrpcStatus::Unavailable).header("grpc-message", "draining")
                })
            },
        ),
        scenario(
            "missing-trailers",
            "an answer that ends after its message",
            status(GrpcStatus::Unknown)
                .saying("the stream ended without a grpc-status in its trailers")
                .omitting("the status message"),
            json!({}),
            &[],
            |lab| serve(lab, |_| Reply::message(b"\x08\x01").no_trailers()),
        ),
        scenario(
            "status-before-message",
            "a status in the head, then a message, and nothing behind it",
            status(GrpcStatus::Unknown).saying("the stream ended without a grpc-status in its trailers"),
            json!({}),
            &[],
            |lab| serve(lab, |_| Reply::message(b"\x08\x01").header("grpc-status", "0").no_trailers()),
        ),
        scenario(
            "status-details-malformed-head",
            "trailers and nothing else, with details that are not base64",
            status(GrpcStatus::InvalidArgument).saying("wrong"),
            json!({}),
            &[],
            |lab| {
                serve(lab, |_| {
                    let reply =
                        Reply::trailers_only(GrpcStatus::InvalidArgument).header("grpc-message", "wrong");
                    reply.header("grpc-status-details-bin", "not base64!!")
                })
            },
        ),
        scenario(
            "status-details-twice",
            "details in two values that are joined by a comma",
            status(GrpcStatus::InvalidArgument).showing("BadRequest"),
            json!({}),
            &[],
            |lab| {
                let details = format!("!,{}", details());
                serve(lab, move |_| {
                    Reply::grpc(GrpcStatus::InvalidArgument).trailer("grpc-status-details-bin", &details)
                })
            },
        ),
        scenario(
            "status-after-message",
            "a message, and a status that takes it back",
            status(GrpcStatus::DataLoss),
            json!({}),
            &[],
            |lab| serve(lab, |_| Reply::grpc(GrpcStatus::DataLoss).body(super::wire::plain(b"\x08\x01"))),
        ),
        scenario(
            "server-deadline-exceeded",
            "a deadline of the server's own, long before ours",
            status(GrpcStatus::DeadlineExceeded),
            json!({ "timeout": "20s" }),
            &[],
            |lab| serve(lab, |_| Reply::grpc(GrpcStatus::DeadlineExceeded)),
        ),
        scenario(
            "status-details",
            "a status with details in a trailer of their own",
            status(GrpcStatus::InvalidArgument),
            json!({}),
            &[],
            |lab| {
                let details = details();
                serve(lab, move |_| {
                    Reply::grpc(GrpcStatus::InvalidArgument).trailer("grpc-status-details-bin", &details)
                })
            },
        ),
    ]
}

/// Statuses that the test expects.
fn accepted() -> Vec<Scenario> {
    let not_found = |lab: &crate::Lab| {
        serve(lab, |_| Reply::grpc(GrpcStatus::NotFound).trailer("grpc-message", "no such cart"))
    };
    vec![
        scenario(
            "status-accepted",
            "an error that the test expects",
            Expect::pass(),
            json!({}),
            &["grpc_status is NOT_FOUND", "grpc_message contains cart"],
            not_found,
        ),
        scenario(
            "status-accepted-by-number",
            "an error that the test expects by its number",
            Expect::pass(),
            json!({}),
            &["grpc_status is 5"],
            not_found,
        ),
        scenario(
            "status-not-accepted",
            "another error than the test expects: the status is the fault",
            status(GrpcStatus::NotFound),
            json!({}),
            &["grpc_status is UNAUTHENTICATED"],
            not_found,
        ),
    ]
}

/// `google.rpc.Status` with a `google.rpc.BadRequest`, as trailers carry it.
fn details() -> String {
    let violation = [field(1, b"items[0].price"), field(2, b"must not be negative")].concat();
    let bad_request = field(1, &violation);
    let any = [field(1, b"type.googleapis.com/google.rpc.BadRequest"), field(2, &bad_request)].concat();
    let status = [number(1, 3), field(2, b"bad request"), field(3, &any)].concat();
    base64::engine::general_purpose::STANDARD_NO_PAD.encode(status)
}
